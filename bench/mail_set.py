"""Mails as real clients write them, with what is new in them: templates and texts of `bench/data/new_words`."""

import html
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field

from cases.message_part import MessagePart
from cases.record import Record
from integrations.markup.mail import read_markup

FOLDER = Path(__file__).parent / "data" / "new_words"

EACH = 2
"""So many mails a template makes of texts that may be looked at, beside one of texts held out."""

_FIELD = re.compile(r"\{(\w+)(\|>)?\}")


class Template(Record):
    """How one client writes one kind of mail."""

    client: str
    how: str
    subject: str = ""
    body: str | None = None
    html: str | None = None
    forwarded_from: str | None = None
    also_new: str = ""
    """New words that stand in the template itself."""
    held_out: bool = False


class Mail(Record):
    """One mail as it reaches us, and what is what in it."""

    name: str
    language: str
    client: str
    how: str
    subject: str
    text: str
    marked: tuple[MessagePart, ...]
    new: str
    neither: str
    """Sign-offs: they may count as new or not."""
    forwarded_from: str | None
    held_out: bool
    markup: Annotated[str | None, Field(exclude=True)] = None


def mails() -> tuple[Mail, ...]:
    """All mails of the set, in every language."""
    return tuple(mail for language in ("en", "de", "tr") for mail in _of_language(language))


def _of_language(language: str) -> Iterator[Mail]:
    texts: dict[str, list[str]] = _read(f"texts.{language}.yaml")
    templates = [Template.model_validate(one) for one in _read(f"clients.{language}.yaml")["mails"]]
    for number, template in enumerate(templates):
        for turn in range(EACH):
            yield _filled(language, template, number, turn, texts, held_out=template.held_out)
        kept_back = {name.removeprefix("held_out_"): some for name, some in texts.items() if name.startswith("held_")}
        yield _filled(language, template, number, EACH, kept_back, held_out=True)


def _filled(
    language: str, template: Template, number: int, turn: int, texts: dict[str, list[str]], *, held_out: bool
) -> Mail:
    def one(name: str, shift: int = 0) -> str:
        some = texts[name]
        # Steps without a common divisor, so that every text meets every client.
        return some[(number + turn * 7 + shift) % len(some)]

    pairs = texts["answers"]
    values = {
        name: one(name, shift)
        for name, shift in (("new", 0), ("old", 1), ("signoff", 2), ("signature", 3), ("footer", 1))
    }
    for at, (question, answer) in enumerate(zip(texts["questions"], pairs, strict=True), start=1):
        values |= {f"question{at}": question, f"answer{at}": answer}
    source = template.html or template.body or ""
    filled = _FIELD.sub(lambda field: _value(values[field[1]], field[2], markup=template.html is not None), source)
    filled = filled.replace("{{", "{").replace("}}", "}") if template.html else filled
    read = read_markup(filled) if template.html else None
    new = [values[field] for field, _ in _FIELD.findall(source) if field == "new" or field.startswith("answer")]
    return Mail(
        name=f"{language}-{number:02}-{template.client}-{template.how}-{turn}",
        language=language,
        client=template.client,
        how=template.how,
        subject=template.subject,
        text=read.text if read else filled,
        marked=read.parts if read else (),
        new="\n".join((template.also_new, *new)),
        neither=values["signoff"],
        forwarded_from=template.forwarded_from,
        held_out=held_out,
        markup=filled if read else None,
    )


def _value(text: str, quoted: str, *, markup: bool) -> str:
    if quoted:
        return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return html.escape(text).replace("\n", "<br>") if markup else text


def _read(name: str) -> dict[str, list[str]]:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def by(mails_: tuple[Mail, ...], key: str) -> dict[str, list[Mail]]:
    """The mails by one of their fields."""
    ordered = sorted(mails_, key=lambda mail: getattr(mail, key))
    return {name: list(some) for name, some in itertools.groupby(ordered, key=lambda mail: getattr(mail, key))}
