"""A comparison as one page that needs nothing else: no script, no address to fetch from."""

from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from starter.comparison.report import ComparisonReport

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def comparison_page(report: ComparisonReport) -> str:
    """The page. What customers and models wrote stands in it as text, whatever it looks like."""
    return _PAGES.get_template("page.html.jinja").render(report=report)


def dollars(amount: Decimal) -> str:
    """US dollars, so that a cheap call is not shown as free."""
    return f"${amount:.5f}" if amount else "$0"


def seconds(value: float | None) -> str:
    """Seconds, as people read them."""
    return "–" if value is None else f"{value:.2f} s"


def share(value: float | None) -> str:
    """A share as per cent."""
    return "–" if value is None else f"{value:.0%}"


_PAGES.filters.update(dollars=dollars, seconds=seconds, share=share)
