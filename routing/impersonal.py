"""Taking a customer out of a question and an answer, so that another may be given what is left."""

import re
from typing import NamedTuple

from cases.facts import Account
from cases.policy.document import Wording
from cases.policy.templates import wording_template
from cases.ticket import Customer

GREETING_CHARACTERS = 60
"""A first line no longer than this that names the customer is a greeting."""

_NAME = re.compile(r"[^\W\d_]{2,}")


class Body(NamedTuple):
    """An answer without its greeting, and whether it had one."""

    text: str
    greeted: bool


def names_of(customer: Customer, account: Account | None) -> tuple[str, ...]:
    """The words a customer is called by."""
    called = f"{customer.name or ''} {account.name if account else ''}"
    return tuple(dict.fromkeys(word.casefold() for word in _NAME.findall(called)))


def question_without_names(text: str, names: tuple[str, ...]) -> str:
    """The question, without what its sender is called: a signature is no part of it."""
    if not names:
        return text.strip()
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", "", text, flags=re.IGNORECASE).strip()


def impersonal_body(reply: str, wording: Wording, customer: Customer, account: Account | None) -> Body | None:
    """What of a reply may be said to anybody, or None where it tells of its customer."""
    names = names_of(customer, account)
    first, _, rest = reply.partition("\n")
    greets = len(first) <= GREETING_CHARACTERS and (
        first.strip() == _greeting(wording, "") or any(_has_word(first, name) for name in names)
    )
    body = Body(rest.strip(), greeted=True) if greets and rest.strip() else Body(reply.strip(), greeted=False)
    own = (
        customer.email,
        customer.id,
        customer.contact_id,
        *((account.id, account.email, account.address) if account else ()),
    )
    folded = body.text.casefold()
    told = any(_has_word(body.text, name) for name in names) or any(mark.casefold() in folded for mark in own if mark)
    return None if told else body


def reply_to(body: Body, wording: Wording, customer: Customer) -> str:
    """The same answer for another customer, greeted by their own name where the first was greeted."""
    if not body.greeted:
        return body.text
    return f"{_greeting(wording, customer.first_name)}\n\n{body.text}"


def _greeting(wording: Wording, customer_name: str) -> str:
    return wording_template(wording.greeting).render(customer_name=customer_name).strip()


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None
