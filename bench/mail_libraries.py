"""What libraries make of the mails of the set. None of them is a dependency: install those named here to measure them.

Each is given what it is made for: the text in all languages it knows, or the HTML where a mail has it.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

from bench.mail_set import Mail
from integrations.markup.mail import read_markup

NAMES = ("quotequail==0.5.4", "mail-parser-reply==1.36", "unquotemail==1.0.11")


class LibraryMissing(Exception):
    """A library that is measured is not installed."""


def quotequail(mail: Mail) -> str:
    """Its `quote`, or `quote_html`: what it expands is new."""
    library = _imported("quotequail")
    if mail.markup is None:
        return "\n".join(text for is_shown, text in library.quote(mail.text, quote_intro_line=True) if is_shown)
    return read_markup(
        "".join(text for is_shown, text in library.quote_html(mail.markup, quote_intro_line=True) if is_shown)
    ).text


def mail_parser_reply(mail: Mail) -> str:
    """Its newest reply without signature and disclaimer."""
    parser = _imported("mailparser_reply").EmailReplyParser(languages=["en", "de", "tr"])
    replies = parser.read(mail.text).replies
    return replies[0].body if replies else ""


def unquotemail(mail: Mail) -> str:
    """Its `Unquote`."""
    unquote = _imported("unquotemail").Unquote(html=mail.markup, text=None if mail.markup else mail.text)
    return read_markup(unquote.get_html()).text if mail.markup else str(unquote.get_text() or "")


LIBRARIES: Mapping[str, Callable[[Mail], str]] = {
    "quotequail": quotequail,
    "mail-parser-reply": mail_parser_reply,
    "unquotemail": unquotemail,
}


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise LibraryMissing(f"{name} is not installed; pip install {' '.join(NAMES)}") from error
