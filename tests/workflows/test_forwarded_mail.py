"""A mail that somebody passes on: nothing is done for it by itself, and one without a word of its own is a person's."""

from cases.classification import Entities
from cases.message_part import MessagePart, PartKind
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.ticket import Writer
from cases.work import Reading
from tests.samples import a_classification, a_payment, a_ticket, an_order
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World

PATRICK = Writer(name="Patrick Doyle", email="patrick@example.org")
W10001 = Entities(order_ids=("W10001",))
ASKED = "My money for W10001, please."
TEXT = f"{ASKED}\n\nBegin forwarded message:\n\nFrom: Patrick Doyle <patrick@example.org>\n\nI want it."


def read(begins: int) -> Reading:
    parts = (MessagePart(kind=PartKind.FORWARDED, start=begins, end=len(TEXT)),)
    return Reading(language="en", findings=(), entities=W10001, parts={"m1": parts}, forwarded_from=PATRICK)


async def test_what_a_forwarded_mail_asks_for_waits_for_a_person_who_sees_who_wrote_it(
    running_case: RunningCase,
) -> None:
    world = World(
        readings=[read(len(ASKED))],
        classifications=[a_classification("refund_request", entities=W10001)],
        orders=(an_order(),),
        payments=(a_payment(),),
        drafts=["We send your money back."],
    )
    async with running_case(world, a_ticket(TEXT)):
        view = await world.reached(Stage.WAITING_FOR_REVIEW)
        assert (world.acted, world.said) == ([], [])
        assert view.review is not None
        why = [reason for reason in view.review.reasons if reason.code is ReasonCode.FORWARDED_MAIL]
        assert "patrick@example.org" in str(why[0])
        assert view.forwarded_from == PATRICK
        assert view.ticket.customer_text == ASKED


async def test_a_mail_passed_on_without_a_word_is_handed_over_before_any_model_reads_it(
    running_case: RunningCase,
) -> None:
    world = World(readings=[read(0)])
    async with running_case(world, a_ticket(TEXT)) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.HANDED_OVER
    assert outcome.reason.code is ReasonCode.ONLY_FORWARDED
    assert world.acted == []
