"""A ticket that was given to another requester: what the former one wrote is neither told to the new one nor done."""

from datetime import datetime

from cases.action import ProposedAction
from cases.classification import Entities
from cases.draft import Draft
from cases.facts import Facts
from cases.reason import Reason, ReasonCode
from cases.ticket import Ticket
from routing.messages import reason
from routing.named_records import not_found
from routing.references import squeezed

FORMER = "the former requester"


def not_found_to_tell(entities: Entities, facts: Facts, ticket: Ticket, changed_at: datetime | None) -> tuple[str, ...]:
    """What the customer named and no record matches, in their writing; of a former requester's words nothing."""
    lost = tuple(reference.written for reference in not_found(entities, facts))
    return tuple(written for written in lost if _is_theirs(written, ticket, changed_at))


def reasons_of_a_former_requester(
    actions: tuple[ProposedAction, ...], draft: Draft, entities: Entities, ticket: Ticket, changed_at: datetime | None
) -> tuple[Reason, ...]:
    """Why a person looks where only the former requester asks for it, or the reply repeats a number that they named."""
    if changed_at is None:
        return ()
    own_words = any(message.sent_at > changed_at for message in ticket.customer_messages)
    asked = [] if own_words else [action.summary for action in actions]
    said = squeezed(draft.reply.text)
    repeated = [
        f"the reply says {named.written}"
        for named in entities.named
        if squeezed(named.written) in said and not _is_theirs(named.written, ticket, changed_at)
    ]
    return tuple(reason(ReasonCode.SOMEBODY_ELSE_ASKS, who=FORMER, what=what) for what in (*asked, *repeated))


def _is_theirs(written: str, ticket: Ticket, changed_at: datetime | None) -> bool:
    if changed_at is None:
        return True
    plain = squeezed(written)
    return any(plain in squeezed(m.new_words) for m in ticket.customer_messages if m.sent_at > changed_at)
