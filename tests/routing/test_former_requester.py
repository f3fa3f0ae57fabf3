"""A ticket that was given to somebody else: what the former requester wrote is neither told to them nor done."""

from datetime import timedelta

import pytest

from cases.action import CancelOrder, ProposedAction
from cases.classification import Entities
from cases.draft import CustomerText, Draft
from cases.facts import Facts
from cases.reason import ReasonCode
from cases.reference import Reference
from cases.ticket import Ticket
from routing.former_requester import not_found_to_tell, reasons_of_a_former_requester
from tests.samples import NOW, a_message, a_ticket

CHANGED = NOW + timedelta(hours=1)
FORMER = "Please refund W99999."


def named(*written: str) -> Entities:
    return Entities(references=tuple(Reference(written=one) for one in written))


def ticket(*later: str) -> Ticket:
    """What the former requester wrote, and what the new one has written since."""
    first = a_message(FORMER, 1).model_copy(update={"sent_at": CHANGED - timedelta(minutes=1)})
    since = (
        a_message(text, number).model_copy(update={"sent_at": CHANGED + timedelta(minutes=number)})
        for number, text in enumerate(later, start=2)
    )
    return a_ticket().model_copy(update={"messages": (first, *since)})


def draft(text: str) -> Draft:
    return Draft(reply=CustomerText(text=text), claims=(), locale="en")


def an_action() -> ProposedAction:
    return ProposedAction(
        id="cancel",
        request="m1",
        intent="cancel_order",
        arguments=CancelOrder(order_id="W10001"),
        summary="Cancel order W10001",
        reversible=False,
    )


def test_a_number_that_is_not_found_is_told_to_who_wrote_it() -> None:
    assert not_found_to_tell(named("W99999"), Facts(), ticket(), None) == ("W99999",)


def test_a_number_of_the_former_requester_is_not_told() -> None:
    assert not_found_to_tell(named("W99999"), Facts(), ticket(), CHANGED) == ()


@pytest.mark.parametrize("text", ["It is W99999.", "order w 99999", "W-99999?"])
def test_a_number_that_the_new_requester_names_too_is_told(text: str) -> None:
    assert not_found_to_tell(named("W99999"), Facts(), ticket(text), CHANGED) == ("W99999",)


def test_of_two_numbers_only_their_own_is_told() -> None:
    told = not_found_to_tell(named("W99999", "W88888"), Facts(), ticket("I mean W88888"), CHANGED)
    assert told == ("W88888",)


def reasons(text: str, at: Ticket, *actions: ProposedAction) -> list[ReasonCode]:
    found = reasons_of_a_former_requester(actions, draft(text), named("W99999"), at, CHANGED)
    return [why.code for why in found]


def test_nothing_is_done_for_the_new_requester_on_the_words_of_the_former() -> None:
    assert reasons("It is cancelled.", ticket(), an_action()) == [ReasonCode.SOMEBODY_ELSE_ASKS]


def test_what_the_new_requester_has_written_is_theirs_to_ask() -> None:
    assert reasons("It is cancelled.", ticket("Please cancel my order."), an_action()) == []


@pytest.mark.parametrize("text", ["We looked for W99999.", "Your order w-99999 is on its way."])
def test_a_reply_that_repeats_a_number_of_the_former_requester_is_seen_by_a_person(text: str) -> None:
    assert reasons(text, ticket("Where is it?")) == [ReasonCode.SOMEBODY_ELSE_ASKS]


def test_a_ticket_that_kept_its_requester_is_held_for_nothing_here() -> None:
    assert reasons_of_a_former_requester((an_action(),), draft("W99999"), named("W99999"), ticket(), None) == ()
