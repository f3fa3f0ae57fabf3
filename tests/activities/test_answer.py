"""Answering, in a real helpdesk: the reply and the note once each, whatever happens to the helpdesk's answer."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.answer import Answering
from activities.policies import PolicyShelf
from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.policy.document import Policy
from cases.policy.rulebook import Detail
from cases.work import AnswerReport, AnswerRequest, SayDraft, SayHolding, SayNothing, SayQuestions
from integrations.helpdesks.http_helpdesk import HttpHelpdesk
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from tests.handed_in import NoArchive, OneHelpdesk
from tests.samples import a_ticket


def request(
    policy: Policy,
    say: SayDraft | SayQuestions | SayHolding | SayNothing | None = None,
    locale: str = "en",
    assign_to: Team | None = None,
) -> AnswerRequest:
    ticket = a_ticket()
    return AnswerRequest(
        case_id=ticket.case_id,
        tenant=ticket.tenant,
        source=ticket.source,
        ticket_id=ticket.id,
        reference=f"{ticket.case_id}/reply-1",
        policy_version=policy.version,
        locale=locale,
        customer=ticket.customer,
        say=say or SayDraft(text=CustomerText(text="You can return it within 30 days.")),
        note=InternalNote(text="Wants: faq.returns (0.93)."),
        assign_to=assign_to,
    )


Answer = Callable[[AnswerRequest], Awaitable[AnswerReport]]


@pytest.fixture
async def answer(helpdesk: httpx.AsyncClient, migrated_url: str, shipped_policy: Policy) -> AsyncIterator[Answer]:
    """One try of the activity, with a book in which nothing was ever meant to be written."""
    database = Database.at(migrated_url, connections=2)
    async with database.transaction() as connection:
        await connection.execute(text("TRUNCATE helpdesk_writes"))
    answering = Answering(
        OneHelpdesk(HttpHelpdesk(helpdesk)), HelpdeskWrites(database), PolicyShelf(shipped_policy, NoArchive())
    )

    async def once(asked: AnswerRequest) -> AnswerReport:
        return await ActivityEnvironment().run(answering.answer, asked)

    yield once
    await database.close()


async def put_ticket(helpdesk: httpx.AsyncClient) -> None:
    ticket = a_ticket()
    (await helpdesk.put(f"/tickets/{ticket.id}", json=ticket.model_dump(mode="json"))).raise_for_status()


async def written(helpdesk: httpx.AsyncClient) -> list[tuple[str, str]]:
    messages = (await helpdesk.get(f"/tickets/{a_ticket().id}/messages")).json()
    return [(m["visibility"], m["text"]) for m in messages if m["author"] == "signalbox"]


async def test_the_customer_reads_the_text_and_colleagues_the_note(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    report = await answer(request(shipped_policy))
    assert report.reply_id is not None
    assert await written(helpdesk) == [
        ("public", "You can return it within 30 days."),
        ("internal", "Wants: faq.returns (0.93)."),
    ]


@pytest.mark.parametrize("kind", ["drop_answer", "late_answer"])
async def test_a_lost_answer_is_looked_up_before_a_second_try(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy, kind: str
) -> None:
    await put_ticket(helpdesk)
    (await helpdesk.post("/faults", json={"kind": kind, "seconds": 1.5})).raise_for_status()
    with pytest.raises(ApplicationError, match="ToolOutcomeUnknown"):
        await answer(request(shipped_policy))
    await answer(request(shipped_policy))
    assert [visibility for visibility, _ in await written(helpdesk)] == ["public", "internal"]


async def test_a_helpdesk_that_is_away_is_tried_again_by_the_engine(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    (await helpdesk.post("/faults", json={"kind": "fail"})).raise_for_status()
    with pytest.raises(ApplicationError) as away:
        await answer(request(shipped_policy))
    assert not away.value.non_retryable


async def test_what_the_helpdesk_refuses_is_told_and_not_tried_for_ever(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    asked = request(shipped_policy)
    taken = {"text": "Something else.", "reference": f"{asked.reference}/reply"}
    (await helpdesk.post(f"/tickets/{a_ticket().id}/replies", json=taken)).raise_for_status()
    report = await answer(asked)
    assert report.refused is not None
    assert a_ticket().id in report.refused


async def test_a_ticket_that_came_by_another_door_is_answered_all_the_same(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    report = await answer(request(shipped_policy, assign_to=Team.TRIAGE))
    assert (report.refused, report.note_refused) == (None, None)
    assert [visibility for visibility, _ in await written(helpdesk)] == ["public", "internal"]


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "order number"), ("de", "Bestellnummer"), ("tr", "Sipariş numaran")]
)
async def test_a_question_is_worded_by_the_policy_in_the_customers_language(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy, locale: str, words: str
) -> None:
    await put_ticket(helpdesk)
    asked = request(shipped_policy, SayQuestions(details=(Detail.ORDER,)), locale)
    report = await answer(asked)
    assert report.text is not None
    assert words in report.text.text


async def test_a_handoff_tells_the_customer_and_gives_the_ticket_to_the_team(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    await answer(request(shipped_policy, SayHolding(), assign_to=Team.BILLING_SUPPORT))
    kept = (await helpdesk.get(f"/tickets/{a_ticket().id}")).json()
    assert kept["ticket"]["team"] == "billing_support"
    assert [visibility for visibility, _ in await written(helpdesk)] == ["public", "internal"]


async def test_a_note_alone_says_nothing_to_the_customer(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    await answer(request(shipped_policy, SayNothing()))
    assert [visibility for visibility, _ in await written(helpdesk)] == ["internal"]


async def test_the_same_request_after_it_was_answered_asks_the_helpdesk_nothing_more(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    first = await answer(request(shipped_policy))
    (await helpdesk.post("/faults", json={"kind": "fail", "times": 2})).raise_for_status()
    assert await answer(request(shipped_policy)) == first


async def test_tags_are_added_to_those_the_ticket_has(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    (await helpdesk.put(f"/tickets/{a_ticket().id}/tags", json={"tags": ["vip"]})).raise_for_status()
    await answer(request(shipped_policy).model_copy(update={"tags": ("signalbox", "faq-returns")}))
    kept = (await helpdesk.get(f"/tickets/{a_ticket().id}")).json()
    assert kept["ticket"]["tags"] == ["faq-returns", "signalbox", "vip"]


async def test_a_refused_reply_keeps_neither_the_note_nor_the_team_from_the_ticket(
    helpdesk: httpx.AsyncClient, answer: Answer, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    asked = request(shipped_policy, assign_to=Team.BILLING_SUPPORT)
    taken = {"text": "Something else.", "reference": f"{asked.reference}/reply"}
    (await helpdesk.post(f"/tickets/{a_ticket().id}/replies", json=taken)).raise_for_status()
    report = await answer(asked)
    assert report.reply_id is None
    assert report.text is None
    assert report.refused is not None
    assert report.note_refused is None
    assert ("internal", "Wants: faq.returns (0.93).") in await written(helpdesk)
    assert (await helpdesk.get(f"/tickets/{a_ticket().id}")).json()["ticket"]["team"] == "billing_support"
