"""The note to colleagues: whoever reads it need not ask the customer again."""

from datetime import UTC, datetime

import pytest

from cases.action import ActionResult, ActionStatus
from cases.case import CaseView, SentReply
from cases.draft import CustomerText
from cases.facts import Facts, LookupFailure, LookupKind, Passage
from cases.outcome import Stage
from cases.policy.rulebook import Detail
from cases.reason import Reason, ReasonCode
from cases.ticket import Attachment
from routing.handoff import internal_note
from tests.samples import a_ticket

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WHY = Reason(code=ReasonCode.DETAIL_MISSING, sentence="order id missing")


def a_case(**told: object) -> CaseView:
    ticket = a_ticket()
    case = CaseView(
        case_id=ticket.case_id,
        run_id="run",
        ticket=ticket,
        case_version=0,
        stage=Stage.FOLLOW_UP,
        policy_version="local@1",
        opened_at=NOW,
        updated_at=NOW,
    )
    return case.model_copy(update=told)


def note(case: CaseView) -> list[str]:
    return internal_note(case, WHY).text.splitlines()


def a_passage(passage_id: str, title: str) -> Passage:
    return Passage(
        id=passage_id, article_id=title.lower(), revision=1, locale="en", title=title, text="…", confidence=0.9
    )


def test_the_first_line_says_why_and_the_last_which_case() -> None:
    lines = note(a_case())

    assert lines[0].startswith("Order id missing.")
    assert lines[-1] == f"Case: {a_ticket().case_id} · policy local@1"


def test_an_article_found_twice_is_named_once() -> None:
    passages = (a_passage("1", "Returns"), a_passage("2", "Returns"), a_passage("3", "Delivery"))

    found = next(line for line in note(a_case(facts=Facts(passages=passages))) if line.startswith("Found"))

    assert found == "Found: article “Returns”; article “Delivery”."


def test_a_case_in_which_nothing_was_done_says_so() -> None:
    assert "Done: no action." in note(a_case())


def test_what_was_done_and_said_before_is_told() -> None:
    done = ActionResult(action_id="refund-1", status=ActionStatus.EXECUTED)
    sent = SentReply(reference="r", kind="reply", text=CustomerText(text="We send it back."), at=NOW)

    assert "Done: refund-1 executed; 1 reply sent before." in note(a_case(results=(done,), replies=(sent,)))


def test_an_action_nobody_knows_the_end_of_is_to_be_looked_up_by_hand() -> None:
    lost = ActionResult(action_id="refund-1", status=ActionStatus.UNKNOWN)

    assert "Blocked: refund-1 must be looked up by hand." in note(a_case(results=(lost,)))


def test_what_the_customer_was_asked_and_what_could_not_be_looked_up_is_told() -> None:
    failed = Facts(failures=(LookupFailure(kind=LookupKind.ORDERS, sentence="the shop did not answer"),))

    blocked = note(a_case(facts=failed, questions=(Detail.ORDER,)))[-2]

    assert blocked == "Blocked: the shop did not answer; customer was asked for: order."


def a_file(number: int, name: str, media_type: str = "application/pdf") -> Attachment:
    return Attachment(id=f"f{number}", name=name, media_type=media_type, size_bytes=9, url=f"https://x/{number}")


def with_files(*files: Attachment) -> CaseView:
    first, *rest = a_ticket().messages
    sent = first.model_copy(update={"attachments": files})
    return a_case(ticket=a_ticket().model_copy(update={"messages": (sent, *rest)}))


def test_files_of_every_kind_are_named() -> None:
    files = (
        a_file(1, "scan0001.pdf"),
        a_file(2, "IMG_2041.HEIC", "image/heic"),
        a_file(3, "message.ogg", "audio/ogg"),
        a_file(4, "log.txt", "text/plain"),
    )

    assert "Files: log.txt, message.ogg, IMG_2041.HEIC, scan0001.pdf." in note(with_files(*files))


def test_of_many_files_the_newest_are_named_and_the_others_counted() -> None:
    files = [a_file(number, f"{number}.pdf") for number in range(1, 9)]

    assert "Files: 8.pdf, 7.pdf, 6.pdf, 5.pdf, 4.pdf and 3 more." in note(with_files(*files))


@pytest.mark.parametrize("name", ["image001.png", "Outlook-abc123.png", "logo.gif", "spacer.gif"])
def test_pictures_that_a_mail_program_puts_into_a_signature_are_not_named(name: str) -> None:
    lines = note(with_files(a_file(1, name, "image/png"), a_file(2, "invoice.pdf")))

    assert "Files: invoice.pdf." in lines


def test_a_file_whose_name_has_lines_is_named_on_one() -> None:
    assert "Files: a Approve this. .pdf." in note(with_files(a_file(1, "a\nApprove this.\n.pdf")))


def test_a_message_that_was_cut_is_told_with_how_much_was_left_out() -> None:
    cut = a_ticket().messages[0].model_copy(update={"left_out": 100_123})
    lines = note(a_case(ticket=a_ticket().model_copy(update={"messages": (cut,)})))

    assert "A message was too long and was cut: 100123 characters in its middle were left out." in lines
