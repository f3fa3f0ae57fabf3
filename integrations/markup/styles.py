"""What styles make of a text: whether a reader sees it. Only what mail programs obey is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

Declarations = Mapping[str, str]

SMALLEST_FONT = 1.0
"""In pixels: of this size, letters are specks."""

LEAST_CONTRAST = 1.25
"""The contrast ratio of WCAG (1 to 21) under which letters vanish in their background; #ddd on white has 1.36."""

OUTSIDE = -500.0
"""Pixels: so far left or above, a text is on no screen."""

DEFAULT_FONT = 16.0
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_NAMED: Mapping[str, Colour] = {
    "white": WHITE, "black": BLACK, "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240), "azure": (240, 255, 255),
    "mintcream": (245, 255, 250), "aliceblue": (240, 248, 255), "seashell": (255, 245, 238), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211),
    "gainsboro": (220, 220, 220), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "navy": (0, 0, 128),
    "yellow": (255, 255, 0), "lightyellow": (255, 255, 224), "beige": (245, 245, 220), "windowtext": BLACK,
    "window": WHITE,
}  # fmt: skip
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|in|cm|mm)?$")
_PIXELS = {"px": 1.0, None: 1.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": DEFAULT_FONT}
_HEX = re.compile(r"#([0-9a-f]{3,8})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+)(%?))?\s*\)")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?([.#][\w-]+)?$", re.IGNORECASE)
_SIZES = ("height", "max-height", "width", "max-width")


@dataclass(frozen=True)
class Look:
    """How the text of an element looks, as far as it decides whether it is seen."""

    gone: bool = False
    """Nothing inside shows it again."""
    visibility: bool = True
    font: float = DEFAULT_FONT
    colour: Colour | None = BLACK
    """None: nobody knows."""
    background: Colour | None = WHITE
    clear: bool = False
    """Whether the letters themselves are transparent."""

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees text that looks so."""
        if self.gone or not self.visibility or self.font <= SMALLEST_FONT or self.clear:
            return False
        if self.colour is None or self.background is None:
            return True
        return _contrast(self.colour, self.background) >= LEAST_CONTRAST


class StyleSheet:
    """The rules of a mail's `<style>` whose selector is a tag, a class or an id; no rules for some screens only."""

    def __init__(self, css: str) -> None:
        self._rules: dict[str, list[Declarations]] = {}
        for selectors, body in _rules(re.sub(r"/\*.*?\*/|<!--|-->", " ", css, flags=re.DOTALL)):
            declared = declarations(body)
            for selector in selectors.split(","):
                plain = selector.strip()
                if plain and _SIMPLE.match(plain):
                    self._rules.setdefault(plain.lower(), []).append(declared)

    def of(self, element: HtmlElement) -> dict[str, str]:
        """What the rules say of an element; ids outrank classes, and classes tags."""
        tag = str(element.tag).lower()
        classes = [f".{name.lower()}" for name in (element.get("class") or "").split()]
        id_ = element.get("id")
        ids = [f"#{id_.lower()}"] if id_ else []
        found: dict[str, str] = {}
        for selector in (tag, *classes, *(f"{tag}{name}" for name in classes), *ids, *(f"{tag}{name}" for name in ids)):
            for declared in self._rules.get(selector, ()):
                found.update(declared)
        return found


def look_of(element: HtmlElement, parent: Look, sheet: StyleSheet) -> Look:
    """How the text of an element looks, given how its parent's does."""
    inline = declarations(element.get("style") or "")
    style = sheet.of(element)
    important = {name: value for name, value in style.items() if "!important" in value}
    style = {name: value.replace("!important", "").strip() for name, value in {**style, **inline, **important}.items()}
    look = replace(
        parent,
        gone=parent.gone or element.get("hidden") is not None or _is_gone(style),
        font=_font(style.get("font-size"), parent.font),
    )
    if "visibility" in style:
        look = replace(look, visibility=style["visibility"] not in ("hidden", "collapse"))
    given = style.get("color") or element.get("color") or (element.get("text") if element.tag == "body" else None)
    if given and given not in ("inherit", "currentcolor"):
        look = replace(look, colour=_colour(given), clear=_is_clear(given))
    behind = style.get("background-color") or style.get("background") or element.get("bgcolor")
    if element.get("background") or "url(" in (style.get("background-image") or ""):
        return replace(look, background=None)
    if behind and behind not in ("inherit", "none", "initial") and not _is_clear(behind):
        look = replace(look, background=_colour(behind))
    return look


def declarations(css: str) -> dict[str, str]:
    """The declarations of a style attribute, or of a rule."""
    found: dict[str, str] = {}
    for declaration in css.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip().lower()
    return found


def _rules(css: str) -> Iterator[tuple[str, str]]:
    place = 0
    while (opened := css.find("{", place)) >= 0:
        selectors = css[place:opened].rpartition(";")[2].strip()
        if selectors.startswith("@"):
            place = _closing(css, opened) + 1
            continue
        closed = css.find("}", opened)
        if closed < 0:
            return
        yield selectors, css[opened + 1 : closed]
        place = closed + 1


def _closing(css: str, opened: int) -> int:
    depth = 0
    for place in range(opened, len(css)):
        depth += {"{": 1, "}": -1}.get(css[place], 0)
        if depth == 0:
            return place
    return len(css)


def _is_gone(style: Declarations) -> bool:
    if style.get("display") == "none" or _number(style.get("opacity"), 1.0) <= 0.05:
        return True
    if "scale(0" in style.get("transform", "") or re.match(r"rect\(0", style.get("clip", "")):
        return True
    if style.get("position") in ("absolute", "fixed") and any(
        (_pixels(style.get(side)) or 0.0) <= OUTSIDE for side in ("left", "top")
    ):
        return True
    if (_pixels(style.get("text-indent")) or 0.0) <= OUTSIDE:
        return True
    sizes = [_pixels(style.get(name)) for name in _SIZES]
    return style.get("overflow") in ("hidden", "clip") and any(size is not None and size <= 1 for size in sizes)


def _font(value: str | None, parents: float) -> float:
    measured = _LENGTH.match(value or "")
    if measured is None:
        return parents if value is None or value == "inherit" else DEFAULT_FONT
    size, unit = float(measured[1]), measured[2]
    if unit in ("em", "%"):
        return parents * size / (100 if unit == "%" else 1)
    return size * _PIXELS[unit]


def _pixels(value: str | None) -> float | None:
    measured = _LENGTH.match(value or "")
    if measured is None or (measured[2] == "%" and float(measured[1]) != 0):
        return None
    return float(measured[1]) * _PIXELS.get(measured[2], DEFAULT_FONT)


def _number(value: str | None, otherwise: float) -> float:
    measured = _LENGTH.match(value or "")
    if measured is None:
        return otherwise
    return float(measured[1]) / (100 if measured[2] == "%" else 1)


def _is_clear(value: str) -> bool:
    if value == "transparent":
        return True
    rgb = _RGB.search(value)
    if rgb is not None and rgb[4] is not None:
        return float(rgb[4]) / (100 if rgb[5] else 1) <= 0.05
    digits = _HEX.search(value)
    return (
        digits is not None and len(digits[1]) in (4, 8) and set(digits[1][3 if len(digits[1]) == 4 else 6 :]) == {"0"}
    )


def _colour(value: str) -> Colour | None:
    if "url(" in value or "gradient(" in value:
        return None
    digits = _HEX.search(value)
    if digits is not None and len(digits[1]) in (3, 4):
        red, green, blue = (int(digit * 2, 16) for digit in digits[1][:3])
        return red, green, blue
    if digits is not None and len(digits[1]) in (6, 8):
        return int(digits[1][:2], 16), int(digits[1][2:4], 16), int(digits[1][4:6], 16)
    rgb = _RGB.search(value)
    if rgb is not None:
        return min(int(rgb[1]), 255), min(int(rgb[2]), 255), min(int(rgb[3]), 255)
    return next((_NAMED[word] for word in re.split(r"[\s,]+", value) if word in _NAMED), None)


def _contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
