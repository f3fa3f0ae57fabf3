"""Answering, in a real helpdesk: the reply and the note once each, whatever happens to the helpdesk's answer."""

import dataclasses

import httpx
import pytest
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
from tests.workflows.world import a_ticket


class NoArchive:
    """An archive of one policy needs no further ones."""

    async def policy(self, version: str) -> Policy | None:
        raise AssertionError(f"{version} is not the shipped policy")


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


async def answer(helpdesk: httpx.AsyncClient, policy: Policy, asked: AnswerRequest, attempt: int = 1) -> AnswerReport:
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(ActivityEnvironment.default_info(), attempt=attempt)
    answering = Answering(HttpHelpdesk(helpdesk), PolicyShelf(policy, NoArchive()))
    return await environment.run(answering.answer, asked)


async def put_ticket(helpdesk: httpx.AsyncClient) -> None:
    ticket = a_ticket()
    (await helpdesk.put(f"/tickets/{ticket.id}", json=ticket.model_dump(mode="json"))).raise_for_status()


async def written(helpdesk: httpx.AsyncClient) -> list[tuple[str, str]]:
    messages = (await helpdesk.get(f"/tickets/{a_ticket().id}/messages")).json()
    return [(m["visibility"], m["text"]) for m in messages if m["author"] == "signalbox"]


async def test_the_customer_reads_the_text_and_colleagues_the_note(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    report = await answer(helpdesk, shipped_policy, request(shipped_policy))
    assert report.reply_id is not None
    assert await written(helpdesk) == [
        ("public", "You can return it within 30 days."),
        ("internal", "Wants: faq.returns (0.93)."),
    ]


@pytest.mark.parametrize("kind", ["drop_answer", "late_answer"])
async def test_a_lost_answer_is_looked_up_before_a_second_try(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy, kind: str
) -> None:
    await put_ticket(helpdesk)
    (await helpdesk.post("/faults", json={"kind": kind, "seconds": 1.5})).raise_for_status()
    with pytest.raises(ApplicationError, match="ToolOutcomeUnknown"):
        await answer(helpdesk, shipped_policy, request(shipped_policy))
    await answer(helpdesk, shipped_policy, request(shipped_policy), attempt=2)
    assert [visibility for visibility, _ in await written(helpdesk)] == ["public", "internal"]


async def test_a_helpdesk_that_is_away_is_tried_again_by_the_engine(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    (await helpdesk.post("/faults", json={"kind": "fail"})).raise_for_status()
    with pytest.raises(ApplicationError) as away:
        await answer(helpdesk, shipped_policy, request(shipped_policy))
    assert not away.value.non_retryable


async def test_what_the_helpdesk_refuses_is_told_and_not_tried_for_ever(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy
) -> None:
    asked = request(shipped_policy)
    taken = {"text": "Something else.", "reference": f"{asked.reference}/reply"}
    (await helpdesk.post(f"/tickets/{a_ticket().id}/replies", json=taken)).raise_for_status()
    report = await answer(helpdesk, shipped_policy, asked)
    assert report.refused is not None
    assert a_ticket().id in report.refused


async def test_a_ticket_that_came_by_another_door_is_answered_all_the_same(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy
) -> None:
    report = await answer(helpdesk, shipped_policy, request(shipped_policy, assign_to=Team.TRIAGE))
    assert (report.refused, report.note_refused) == (None, None)
    assert [visibility for visibility, _ in await written(helpdesk)] == ["public", "internal"]


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "order number"), ("de", "Bestellnummer"), ("tr", "Sipariş numaran")]
)
async def test_a_question_is_worded_by_the_policy_in_the_customers_language(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy, locale: str, words: str
) -> None:
    await put_ticket(helpdesk)
    asked = request(shipped_policy, SayQuestions(details=(Detail.ORDER,)), locale)
    report = await answer(helpdesk, shipped_policy, asked)
    assert report.text is not None
    assert words in report.text.text


async def test_a_handoff_tells_the_customer_and_gives_the_ticket_to_the_team(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    await answer(helpdesk, shipped_policy, request(shipped_policy, SayHolding(), assign_to=Team.BILLING_SUPPORT))
    kept = (await helpdesk.get(f"/tickets/{a_ticket().id}")).json()
    assert kept["ticket"]["team"] == "billing_support"
    assert [visibility for visibility, _ in await written(helpdesk)] == ["public", "internal"]


async def test_a_note_alone_says_nothing_to_the_customer(helpdesk: httpx.AsyncClient, shipped_policy: Policy) -> None:
    await put_ticket(helpdesk)
    await answer(helpdesk, shipped_policy, request(shipped_policy, SayNothing()))
    assert [visibility for visibility, _ in await written(helpdesk)] == ["internal"]


async def test_a_refused_reply_keeps_neither_the_note_nor_the_team_from_the_ticket(
    helpdesk: httpx.AsyncClient, shipped_policy: Policy
) -> None:
    await put_ticket(helpdesk)
    asked = request(shipped_policy, assign_to=Team.BILLING_SUPPORT)
    taken = {"text": "Something else.", "reference": f"{asked.reference}/reply"}
    (await helpdesk.post(f"/tickets/{a_ticket().id}/replies", json=taken)).raise_for_status()
    report = await answer(helpdesk, shipped_policy, asked)
    assert report.reply_id is None
    assert report.text is None
    assert report.refused is not None
    assert report.note_refused is None
    assert ("internal", "Wants: faq.returns (0.93).") in await written(helpdesk)
    assert (await helpdesk.get(f"/tickets/{a_ticket().id}")).json()["ticket"]["team"] == "billing_support"
