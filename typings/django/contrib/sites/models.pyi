from collections.abc import Mapping

class SiteManager:
    def update_or_create(self, *, pk: int, defaults: Mapping[str, object]) -> tuple[Site, bool]: ...

class Site:
    objects: SiteManager
