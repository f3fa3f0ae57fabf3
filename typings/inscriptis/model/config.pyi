from inscriptis.css_profiles import HtmlElement

class ParserConfig:
    def __init__(
        self, css: dict[str, HtmlElement] | None = None, display_images: bool = False, display_links: bool = False
    ) -> None: ...
