"""Who asks: always from the session, never from what was sent with the request."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from cases.errors import NotAllowed, NotSignedIn
from cases.person import Person, Role
from starter.desk.connections import connections_of
from starter.desk.cookies import Cookie, read_cookie

DECIDING = (Role.AGENT, Role.REVIEWER, Role.LEAD)
"""Named to those who may not; `Person.may_decide` is what counts."""


async def who_is_signed_in(request: Request) -> Person | None:
    """The person of this browser's session, as they stand now. Raises LedgerUnavailable."""
    token = read_cookie(request, Cookie.SESSION)
    if token is None:
        return None
    return await connections_of(request).sessions.person(token, datetime.now(UTC))


async def _signed_in(request: Request) -> Person:
    person = await who_is_signed_in(request)
    if person is None:
        raise NotSignedIn
    request.state.person = person
    return person


SignedIn = Annotated[Person, Depends(_signed_in)]
"""Whoever is signed in, whatever their roles. Raises NotSignedIn."""


async def _who_may_decide(person: SignedIn) -> Person:
    if not person.may_decide:
        raise NotAllowed(DECIDING)
    return person


async def _who_may_lead(person: SignedIn) -> Person:
    if not person.may_lead:
        raise NotAllowed((Role.LEAD,))
    return person


CanDecide = Annotated[Person, Depends(_who_may_decide)]
"""Somebody who may decide what a case is held for. Raises NotSignedIn and NotAllowed."""

CanLead = Annotated[Person, Depends(_who_may_lead)]
"""Somebody who leads. Raises NotSignedIn and NotAllowed."""
