"""The new value a customer wants, with what is on record beside the words: what is there already is the old one."""

from cases.classification import Entities
from cases.facts import Facts
from routing.named_records import order_meant
from routing.normal_text import folded


def wanted_address(entities: Entities, facts: Facts) -> tuple[str, ...]:
    """The addresses that may be meant as the new one. Of several, only a person can tell; none: it was not given."""
    order = order_meant(entities, facts)
    account = facts.account.address if facts.account else None
    known = _plain(order.address if order and order.address else account or "")
    named = entities.addresses or ((entities.address,) if entities.address else ())
    return tuple(address for address in named if _plain(address) != known)


def wanted_email(entities: Entities, facts: Facts) -> tuple[str, ...]:
    """The same of e-mail addresses."""
    own = facts.account.email.lower() if facts.account else None
    named = tuple(email for email in entities.emails if email not in entities.old_emails and email != own)
    return tuple(email for email in named if email in entities.new_emails) or named


def only_one(values: tuple[str, ...]) -> str | None:
    """The value that is meant, where no other may be."""
    return values[0] if len(values) == 1 else None


def _plain(address: str) -> str:
    """An address without the signs between its parts."""
    return " ".join(folded(address).replace(",", " ").replace(".", " ").split())
