"""One case on one screen: what was said, what was sent, and what happened, in words."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from rich.console import Console

from cases.action import ActionKind
from cases.attachment import UnreadAttachment, UnreadState
from cases.case import CaseView, SentReply, Step, StepKind
from cases.classification import Team
from cases.draft import CustomerText, Draft
from cases.facts import Facts
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt, Usage
from cases.machine_mail import MachineMail, MachineMailKind
from cases.message_part import MessagePart, PartKind
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.review import Approve, Claim, PendingDecision, ReviewRequest, TakenDecision
from cases.ticket import Attachment, Medium, Message, Writer
from starter.command_line.case_look import Depth, Look
from starter.command_line.case_screen import case_screen
from tests.samples import a_ticket

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DRAFT = Draft(reply=CustomerText(text="We send it back."), claims=(), locale="en")
REJECTED = Outcome(
    kind=OutcomeKind.HANDED_OVER, reason=Reason(code=ReasonCode.REJECTED, sentence="rejected by ada: tone"), at=NOW
)


def a_case(*texts: str) -> CaseView:
    ticket = a_ticket().model_copy(
        update={
            "messages": tuple(
                Message(id=f"m{number}", text=text, sent_at=NOW) for number, text in enumerate(texts or ("Hi.",))
            )
        }
    )
    return CaseView(
        case_id=ticket.case_id,
        run_id="run",
        ticket=ticket,
        case_version=0,
        stage=Stage.FOLLOW_UP,
        policy_version="local@1",
        opened_at=NOW,
        updated_at=NOW,
    )


def shown(case: CaseView, depth: Depth = Depth.SHORTENED, now: datetime = NOW) -> str:
    screen = Console(file=io.StringIO(), width=80, markup=False)
    screen.print(case_screen(case, Look(depth, now.date())))
    assert isinstance(screen.file, io.StringIO)
    return "\n".join(line.rstrip() for line in screen.file.getvalue().splitlines())


def test_what_was_read_in_a_file_is_shown_and_why_another_was_not() -> None:
    def a_file(number: int, words: str | None) -> Attachment:
        url = f"/files/a{number}"
        return Attachment(
            id=f"a{number}", name=f"{number}.png", media_type="image/png", size_bytes=1, url=url, words=words
        )

    case = a_case()
    unread = UnreadAttachment(
        attachment_id="a2",
        medium=Medium.PICTURE,
        state=UnreadState.FOR_A_PERSON,
        why=Reason(code=ReasonCode.ATTACHMENT_UNREAD, sentence="nobody has read 2.png: its server answers 503"),
    )
    attached = case.ticket.model_copy(update={"attachments": (a_file(1, "ERROR 17"), a_file(2, None))})
    screen = shown(case.model_copy(update={"ticket": attached, "facts": Facts(unread=(unread,))}))
    assert "1.png: ERROR 17" in screen
    assert "nobody has read 2.png: its server answers 503" in screen


def lines_of(count: int, name: str) -> str:
    return "\n".join(f"{name} line {number}" for number in range(1, count + 1))


def a_reply(text: str, kind: str = "reply") -> SentReply:
    return SentReply(reference="r", kind=kind, text=CustomerText(text=text), at=NOW)


def test_the_newest_message_is_shown_to_its_last_line() -> None:
    assert "long line 30" in shown(a_case(lines_of(30, "long")))


def test_earlier_messages_are_shortened_and_the_way_to_all_of_them_is_named() -> None:
    case = a_case(lines_of(5, "first"), "And hurry!")

    screen = shown(case)

    assert "first line 2 …" in screen
    assert "first line 3" not in screen
    assert screen.index("first line 2") < screen.index("And hurry!")
    assert "3 more lines in earlier messages: signalbox show" in screen
    assert "--full" in screen


def test_asked_for_all_every_message_is_whole() -> None:
    screen = shown(a_case(lines_of(5, "first"), "And hurry!"), Depth.FULL)

    assert "first line 5" in screen
    assert "more lines" not in screen


def test_a_message_says_who_wrote_it() -> None:
    assert "[customer, 09:00:00]" in shown(a_case("Hi."))


def test_what_was_sent_begins_with_its_own_words() -> None:
    case = a_case().model_copy(update={"replies": (a_reply("Hello,\n\nwhich order is it?", kind="question"),)})

    assert "question: Hello, which order is it?" in shown(case)


def test_asked_for_all_what_was_sent_is_whole() -> None:
    case = a_case().model_copy(update={"replies": (a_reply(lines_of(40, "sent")),)})

    assert "sent line 40" not in shown(case)
    assert "sent line 40" in shown(case, Depth.FULL)


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({}, "draft, not sent yet:"),
        ({"outcome": REJECTED}, "draft, not sent:"),
        ({"outcome": REJECTED, "replies": (a_reply("A colleague answers."),)}, "draft, not sent:"),
        ({"replies": (a_reply("We send it back."),)}, "draft, sent:"),
    ],
    ids=["held", "rejected", "rejected, with another text", "sent"],
)
def test_a_draft_says_whether_the_customer_has_it(more: dict[str, object], label: str) -> None:
    assert label in shown(a_case().model_copy(update={"draft": DRAFT, **more}))


def test_a_line_of_an_earlier_day_has_its_date() -> None:
    step = Step(kind=StepKind.DECISION, sentence="approve by ada", at=NOW)
    case = a_case().model_copy(update={"steps": (step,)})

    assert "09:00:00 decision: approve by ada" in shown(case)
    assert "2026-01-05 09:00 decision: approve by ada" in shown(case, now=NOW + timedelta(days=1))


def test_a_line_of_the_history_says_nothing_twice() -> None:
    steps = (
        Step(kind=StepKind.RECEIVED, sentence="received", at=NOW),
        Step(kind=StepKind.LOOKED_UP, sentence="looked up orders: 1 order", at=NOW),
    )

    screen = shown(a_case().model_copy(update={"steps": steps}))

    assert "received: received" not in screen
    assert "09:00:00 looked up orders: 1 order" in screen


@pytest.mark.parametrize("outcome", list(AttemptOutcome))
def test_how_a_model_call_ended_is_said_in_words(outcome: AttemptOutcome) -> None:
    screen = shown(a_case().model_copy(update={"attempts": (an_attempt(outcome),)}))

    assert "local-little" in screen
    assert outcome.value not in screen


@pytest.mark.parametrize(("cost", "written"), [("0", "no cost"), ("0.0042", "0.00420 $"), ("0.00001", "0.00001 $")])
def test_what_a_model_call_cost_is_said_where_it_cost_something(cost: str, written: str) -> None:
    attempt = an_attempt(AttemptOutcome.SUCCEEDED).model_copy(update={"cost": Decimal(cost)})

    assert written in shown(a_case().model_copy(update={"attempts": (attempt,)}))


def test_a_model_call_is_told_with_its_rung_its_prompt_its_tokens_and_the_code_of_its_fall() -> None:
    fell = an_attempt(AttemptOutcome.CONTENT_FAILURE).model_copy(
        update={
            "rung": 1,
            "prompt_version": "classify.standard@0f3a5b7c9d1e",
            "usage": Usage(input_tokens=2_310, cached_tokens=2_048, output_tokens=96),
            "reason": Reason(code=ReasonCode.LOW_CONFIDENCE, sentence="confidence 0.62 below 0.75"),
        }
    )

    screen = shown(a_case().model_copy(update={"attempts": (fell,)}))

    assert "classify 2 local-little" in screen
    assert "classify.standard@0f3a5b7c9d1e, 2,310 tokens in, 2,048 of them cached, 96 out" in " ".join(screen.split())
    assert "confidence 0.62 below 0.75 (low_confidence)" in screen


def test_a_decision_is_told_without_the_number_of_its_request() -> None:
    taken = TakenDecision(decision=Approve(request_id="review-1", case_version=0, reviewer="ada"), at=NOW)

    screen = shown(a_case().model_copy(update={"decisions": (taken,)}))

    assert "2026-01-05 09:00 UTC: approve by ada" in screen
    assert "review-1" not in screen


def an_attempt(outcome: AttemptOutcome) -> Attempt:
    return Attempt(job=Job.CLASSIFY, rung=0, model="local-little", prompt=Prompt.STANDARD, outcome=outcome, seconds=0.5)


def test_where_two_models_disagree_both_answers_are_shown() -> None:
    other = Draft(
        reply=CustomerText(text="We keep it."),
        locale="en",
        written_by="strong",
        suggested_action=ActionKind.CANCEL_ORDER,
    )
    asked = ReviewRequest(
        id="review-1",
        case_version=0,
        team=Team.BILLING_SUPPORT,
        draft=DRAFT,
        other_draft=other,
        actions=(),
        reasons=(Reason(code=ReasonCode.MODELS_DISAGREE, sentence="two models want different things"),),
        requested_at=NOW,
        due_at=NOW + timedelta(hours=4),
    )

    screen = shown(a_case().model_copy(update={"review": asked, "draft": DRAFT}))

    assert screen.index("We send it back.") < screen.index("strong would reply, with cancel order:")
    assert "We keep it." in screen


def test_without_a_second_model_nothing_is_said_of_one() -> None:
    assert "OTHER" not in shown(a_case().model_copy(update={"draft": DRAFT}))


def held(**changes: object) -> CaseView:
    request = ReviewRequest(
        id="review-1",
        case_version=0,
        team=Team.BILLING_SUPPORT,
        draft=DRAFT,
        actions=(),
        reasons=(Reason(code=ReasonCode.ANGRY_CUSTOMER, sentence="the customer is angry"),),
        requested_at=NOW,
        due_at=NOW + timedelta(hours=4),
    ).model_copy(update=changes)
    stage = Stage.WAITING_FOR_REVIEW
    return a_case().model_copy(update={"stage": stage, "review": request, "waiting_for": "a person to decide"})


def test_a_claim_says_who_looks_and_until_when() -> None:
    assert "claimed by ada until 09:03:00 UTC" in shown(
        held(claim=Claim(reviewer="ada", until=NOW + timedelta(minutes=3)))
    )


def test_the_first_of_two_approvals_says_by_whom_and_what_was_edited() -> None:
    first = TakenDecision(
        decision=Approve(request_id="review-1", case_version=0, reviewer="ada"), at=NOW, changes="-all\n+half"
    )
    screen = shown(held(approvals_needed=2, approvals=(first,)))
    assert "1 of 2 approvals" in screen
    assert "approve by ada at 09:00 UTC" in screen
    assert "+half" in screen


def test_a_decision_that_can_be_taken_back_says_until_when() -> None:
    pending = PendingDecision(
        decision=Approve(request_id="review-1", case_version=0, reviewer="ada"),
        at=NOW,
        executes_at=NOW + timedelta(seconds=10),
    )
    screen = " ".join(shown(held(pending=pending)).split())
    assert "approve by ada is carried out at 09:00:10 UTC, unless they take it back" in screen


def test_the_screen_names_whoever_wrote_and_is_not_the_customer() -> None:
    case = a_case("Where is it?", "Refund it to me.")
    first, second = case.ticket.messages
    copied = second.model_copy(update={"written_by": Writer(email="eve@example.com")})
    ticket = case.ticket.model_copy(update={"messages": (first, copied)})
    screen = shown(case.model_copy(update={"ticket": ticket}))
    assert "[eve@example.com (not the customer), " in screen
    assert "[customer, " in screen


@pytest.mark.parametrize("depth", list(Depth))
def test_new_words_are_shown_and_what_stands_around_them_by_its_name(depth: Depth) -> None:
    case = a_case("Where is it?\n> old words")
    part = MessagePart(kind=PartKind.QUOTED, start=12, end=24)
    message = case.ticket.messages[0].model_copy(update={"parts": (part,), "hidden": "secret"})
    text = shown(case.model_copy(update={"ticket": case.ticket.model_copy(update={"messages": (message,)})}), depth)
    assert "Where is it?" in text
    assert "[Quoted history" in text
    assert "[Hidden from readers" in text
    assert ("old words" in text) is (depth is Depth.FULL)


def test_what_a_machine_wrote_is_marked_and_the_customers_newest_words_stay_whole() -> None:
    away = MachineMail(kind=MachineMailKind.AUTO_REPLY, why="its header Auto-Submitted says “auto-replied”")
    case = a_case(lines_of(5, "theirs"), lines_of(5, "away"))
    person, machine = case.ticket.messages
    ticket = case.ticket.model_copy(update={"messages": (person, machine.model_copy(update={"machine": away}))})
    screen = shown(case.model_copy(update={"ticket": ticket}))
    assert "Auto reply, not answered: its header Auto-Submitted says “auto-replied”" in " ".join(screen.split())
    assert "theirs line 5" in screen
    assert "away line 5" not in screen
