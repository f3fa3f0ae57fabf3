class AdminSite:
    @property
    def urls(self) -> object: ...

site: AdminSite
