"""Text as a helpdesk wants it: ours as HTML, and theirs as plain text."""

import html

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

PLAIN = ParserConfig(css=CSS_PROFILES["strict"], display_images=False, display_links=False)
"""Words alone: a link keeps the words that are clicked."""


def as_html(text: str) -> str:
    """Plain text as HTML: paragraphs at blank lines, line breaks kept, and nothing in it is markup."""
    paragraphs = (paragraph.strip("\n") for paragraph in text.replace("\r\n", "\n").split("\n\n"))
    return "".join(_paragraph(paragraph) for paragraph in paragraphs if paragraph)


def as_text(markup: str) -> str:
    """HTML as the plain text that a person sees; empty lines are never more than one."""
    lines = [line.strip() for line in get_text(markup, PLAIN).splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text, quote=False).replace(chr(10), '<br>')}</p>"
