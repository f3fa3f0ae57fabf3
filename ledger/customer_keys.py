"""How a customer is known again: by the e-mail address, and by the account.

A key is a hash, so that lists, logs and query plans name nobody. It is a pseudonym and not a secret: who knows an
address can compute its key. There may be several, because one customer writes by e-mail today and signed in tomorrow.
"""

import hashlib
from collections.abc import Iterable

from cases.facts import Facts, IdentityStrength
from cases.ticket import Customer


def keys_of_customer(customer: Customer) -> tuple[str, ...]:
    """The keys of what the helpdesk says of the sender; letter case aside for the address."""
    keys = (
        _key("email", customer.email.lower()) if customer.email else None,
        _key("account", customer.id) if customer.id else None,
    )
    return tuple(key for key in keys if key is not None)


def keys_of_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """The keys of whoever these addresses belong to."""
    return tuple(_key("email", address.lower()) for address in addresses)


def keys_of_case(customer: Customer, facts: Facts) -> tuple[str, ...]:
    """The sender's keys, and those of the account that was found.

    An account that was merely named in the text gives no key: it may be somebody else's.
    """
    known = keys_of_customer(customer)
    if facts.account is None or not facts.identity.at_least(IdentityStrength.MATCHED):
        return known
    return tuple(dict.fromkeys((*known, _key("email", facts.account.email.lower()), _key("account", facts.account.id))))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
