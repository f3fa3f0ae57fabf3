"""Text as a helpdesk wants it: ours as HTML, and theirs as plain text."""

import html

from integrations.markup.mail import read_markup


def as_html(text: str) -> str:
    """Plain text as HTML: paragraphs at blank lines, line breaks kept, and nothing in it is markup."""
    paragraphs = (paragraph.strip("\n") for paragraph in text.replace("\r\n", "\n").split("\n\n"))
    return "".join(_paragraph(paragraph) for paragraph in paragraphs if paragraph)


def as_text(markup: str) -> str:
    """HTML as the plain text that a person sees; empty lines are never more than one."""
    return read_markup(markup).text


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text, quote=False).replace(chr(10), '<br>')}</p>"
