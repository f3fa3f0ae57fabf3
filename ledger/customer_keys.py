"""How a customer is known again: by the e-mail address, by the account, and by the helpdesk's own id of them.

A key is a hash, so that lists, logs and query plans name nobody. It is a pseudonym and not a secret: who knows an
address can compute its key. There may be several, because one customer writes by e-mail today and signed in tomorrow.
"""

import hashlib
from collections.abc import Iterable

from cases.facts import Facts, IdentityStrength
from cases.ticket import Ticket


def keys_of_customer(ticket: Ticket) -> tuple[str, ...]:
    """The keys of what the helpdesk says of the sender; letter case aside for the address.

    Two sources may number two people alike: such an id counts within its source alone.
    """
    customer = ticket.customer
    keys = (
        _key("email", customer.email.lower()) if customer.email else None,
        _key("account", customer.id) if customer.id else None,
        _key("contact", f"{ticket.source}:{customer.contact_id}") if customer.contact_id else None,
    )
    return tuple(key for key in keys if key is not None)


def keys_of_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """The keys of whoever these addresses belong to."""
    return tuple(_key("email", address.lower()) for address in addresses)


def keys_of_case(ticket: Ticket, facts: Facts) -> tuple[str, ...]:
    """The sender's keys, and those of the account that was found.

    An account that was merely named in the text gives no key: it may be somebody else's.
    """
    known = keys_of_customer(ticket)
    if facts.account is None or not facts.identity.at_least(IdentityStrength.MATCHED):
        return known
    return tuple(dict.fromkeys((*known, _key("email", facts.account.email.lower()), _key("account", facts.account.id))))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
