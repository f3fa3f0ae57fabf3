"""The demo plays customers and reviewer through the same doors as anybody, until every case has settled."""

from collections.abc import AsyncGenerator, Generator

import pytest
from temporalio.client import Client

from cases.classification import Entities
from cases.outcome import OutcomeKind, Stage
from cases.review import RejectReason
from cases.work import Reading
from demo.tickets.story import AskAgainWith, DemoTicket, EditIt, FollowUp, Moment, RejectIt, ReviewerScript, TakeItOver
from ledger.database import Database
from starter.command_line.demo_player import Cases, DemoPlayer
from starter.command_line.demo_reviewer import Reviewer, leave_to_the_person, scripted
from starter.command_line.demo_services import DemoServices, demo_services
from starter.connections import Connections
from tests.helpdesk_process import helpdesk_process
from tests.samples import a_classification, an_order
from tests.starter.doors import WrittenWorld, a_held_world, a_quiet_world, another_ticket
from tests.workflows.workers import working

PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def helpdesk_url(database_url: str) -> Generator[str]:
    with helpdesk_process(database_url) as address:
        yield address


@pytest.fixture
async def services(helpdesk_url: str) -> AsyncGenerator[DemoServices]:
    async with demo_services(helpdesk_url, shop_url="http://127.0.0.1:1") as services:
        yield services


class Theatre:
    """Everything a play needs but the stories."""

    def __init__(self, connections: Connections, services: DemoServices) -> None:
        self.ledger = connections.ledger
        self.services = services
        self._connections = connections

    async def play(self, world: WrittenWorld, story: DemoTicket, reviewer: Reviewer = scripted) -> Cases:
        async with working(self._connections.engine, world):
            player = DemoPlayer(self._connections, self.services, [story], reviewer, watch=lambda _: None)
            return await player.play(PATIENCE_SECONDS)


@pytest.fixture
def theatre(client: Client, database: Database, services: DemoServices) -> Theatre:
    return Theatre(Connections.to(client, database), services)


def a_story(number: str, *follow_up: FollowUp, reviewer: ReviewerScript | None = None) -> DemoTicket:
    story = DemoTicket(ticket=another_ticket(number), about="a test", expect="an end", follow_up=follow_up)
    return story if reviewer is None else story.model_copy(update={"reviewer": reviewer})


def later(number: str, when: Moment) -> FollowUp:
    return FollowUp(id=f"{number}-f1", when=when, text="It is W10001.")


async def test_without_a_script_a_held_case_waits_for_the_person(theatre: Theatre) -> None:
    story = a_story("play-waits")

    cases = await theatre.play(a_held_world(theatre.ledger), story, reviewer=leave_to_the_person)

    assert cases[story.ticket.case_id].stage is Stage.WAITING_FOR_REVIEW


@pytest.mark.parametrize(
    ("reviewer", "outcome"),
    [
        (None, OutcomeKind.RESOLVED_AFTER_REVIEW),
        (EditIt(does="edit", reply="We send it back."), OutcomeKind.RESOLVED_AFTER_REVIEW),
        (RejectIt(does="reject", reason=RejectReason.TONE), OutcomeKind.HANDED_OVER),
        (TakeItOver(does="take_over"), OutcomeKind.TAKEN_OVER),
        (AskAgainWith(does="ask_again", order_ids=("W10001",)), OutcomeKind.RESOLVED_AFTER_REVIEW),
    ],
    ids=["approve", "edit", "reject", "take over", "ask again, then approve"],
)
async def test_the_scripted_reviewer_decides_as_the_story_says(
    theatre: Theatre, reviewer: ReviewerScript | None, outcome: OutcomeKind
) -> None:
    story = a_story(f"play-{reviewer.does if reviewer else 'approve'}", reviewer=reviewer)

    cases = await theatre.play(a_held_world(theatre.ledger), story)

    assert cases[story.ticket.case_id].outcome is outcome


async def test_a_customer_who_is_asked_answers_in_helpdesk_and_case(theatre: Theatre) -> None:
    story = a_story("play-asked", later("play-asked", Moment.ASKED))
    world = a_quiet_world(theatre.ledger)
    world.classifications = (a_classification("order_status"),)
    world.orders = (an_order("W10001"), an_order("W10002"))
    world.readings = [
        Reading(language="en", findings=(), entities=Entities()),
        Reading(language="en", findings=(), entities=Entities(order_ids=("W10001",))),
    ]

    cases = await theatre.play(world, story)

    assert cases[story.ticket.case_id].outcome is OutcomeKind.RESOLVED
    assert [message.id for message in await theatre.services.messages("play-asked")] == ["m1", "play-asked-f1"]


async def test_a_customer_writes_again_after_the_answer(theatre: Theatre) -> None:
    story = a_story("play-again", later("play-again", Moment.ANSWERED))
    world = a_quiet_world(theatre.ledger)

    cases = await theatre.play(world, story)

    assert cases[story.ticket.case_id].repeat_contact
    assert len([request for request in world.written if request.case_id == story.ticket.case_id]) == 2


async def test_a_customer_who_writes_to_a_person_settles_the_play(theatre: Theatre) -> None:
    story = a_story("play-person", later("play-person", Moment.ANSWERED), reviewer=TakeItOver(does="take_over"))

    cases = await theatre.play(a_held_world(theatre.ledger), story)

    assert cases[story.ticket.case_id].outcome is OutcomeKind.TAKEN_OVER
    assert [message.id for message in await theatre.services.messages("play-person")] == ["m1", "play-person-f1"]


async def test_played_again_everything_stays_as_it_was(theatre: Theatre) -> None:
    story = a_story("play-twice", later("play-twice", Moment.ANSWERED))
    first = await theatre.play(a_quiet_world(theatre.ledger), story)
    world = a_quiet_world(theatre.ledger)

    second = await theatre.play(world, story)

    assert second == first
    assert world.written == []
