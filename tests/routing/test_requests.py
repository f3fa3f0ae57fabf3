"""Whether a message asks for an action: what says so, what says no, and what leaves it open."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cases.action import ActionKind
from cases.policy.packs.requests import ActionWords, RequestWords
from routing.request_evidence import request_check
from routing.request_verdict import NotRequested, Requested, Subject, Unsure, Verdict, WhyNot, WhyUnsure
from routing.requests import RequestCheck
from starter.policy_files import read_policy

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document

CANCEL = ActionKind.CANCEL_ORDER
REFUND = ActionKind.REFUND


@pytest.fixture(scope="module")
def check() -> RequestCheck:
    return request_check(POLICY)


def of(verdict: Verdict) -> WhyNot | WhyUnsure | None:
    return None if isinstance(verdict, Requested) else verdict.why


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("One order, two debits. I want the second one back.", REFUND),
        ("You refunded the wrong order last week. Please refund W10101 too.", REFUND),
        ("My parcel never came. Could you please cancel the order?", CANCEL),
        ("I was told to cancel it myself. That did not work, please cancel my order.", CANCEL),
        ("Ich komme nicht rein, Passwort vergessen", ActionKind.RESET_ACCESS),
        ("Şifremi unuttum", ActionKind.RESET_ACCESS),
        ("Paramı iade alabilir miyim?", REFUND),
        ("bitte stornieren sie meine bestellung, wann kommt das andere paket?", CANCEL),
        ("Hello? Please refund W10390.", REFUND),
        ("Please refund W10390.\n\nHello? I want my money back for W10390!", REFUND),
        ("Refund for W10390 please, the pot leaks.", REFUND),
        ("Geld zurück für W10390 bitte", REFUND),
        ("W10390 için para iadesi lütfen", REFUND),
        ("You charged me twice, please refund one of them.", REFUND),
        ("Ich möchte den Topf zurückgeben und mein Geld zurück.", REFUND),
        ("Could I please have my money back?", REFUND),
        ("şifremi unuttum sıfırlama linki atar mısınız", ActionKind.RESET_ACCESS),
    ],
)
def test_what_is_asked_for_now_is_a_request(check: RequestCheck, text: str, kind: ActionKind) -> None:
    assert isinstance(check.verdict(text, Subject(kind=kind)), Requested)


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("Please do NOT cancel my order W10330! We still want it.", CANCEL, WhyNot.NEGATED),
        ("Yesterday I asked for a refund. Please forget it, I will keep the pot.", REFUND, WhyNot.WITHDRAWN),
        ("If it does not arrive by Friday, cancel my order.", CANCEL, WhyNot.CONDITIONAL),
        ("My mother wants to cancel her order.", CANCEL, WhyNot.SOMEBODY_ELSE),
        ("How do I cancel my order?", CANCEL, WhyNot.QUESTION),
        ("My order was cancelled.", CANCEL, WhyNot.PAST),
        ("Bitte stornieren Sie die Bestellung nicht.", CANCEL, WhyNot.NEGATED),
        ("Siparişi iptal etmeyin.", CANCEL, WhyNot.NEGATED),
        ("Siparişim iptal edildi.", CANCEL, WhyNot.PAST),
        ("Gelmezse siparişi iptal edin.", CANCEL, WhyNot.CONDITIONAL),
    ],
)
def test_what_says_no_is_named_with_its_words(check: RequestCheck, text: str, kind: ActionKind, why: WhyNot) -> None:
    verdict = check.verdict(text, Subject(kind=kind))
    assert isinstance(verdict, NotRequested)
    assert verdict.why is why
    assert verdict.quote
    assert verdict.quote in text


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("You charged me twice!", REFUND, WhyUnsure.NO_REQUEST),
        ("Please cancel it.", CANCEL, WhyUnsure.WHAT),
        ('Your page says "please cancel my order" and nothing happens.', CANCEL, WhyUnsure.REPORTED),
        ("Please refund me or send a new one.", REFUND, WhyUnsure.ALTERNATIVE),
        ("Maybe cancel my order.", CANCEL, WhyUnsure.UNDECIDED),
        ("Please cancel my order. Is that possible?", CANCEL, WhyUnsure.ASKED_AFTERWARDS),
        ("Please cancel my order. My sister ordered as well.", CANCEL, WhyUnsure.PERSON_BESIDE),
        ("Please cancel my order, " + "and so on " * 60, CANCEL, WhyUnsure.TOO_LONG),
    ],
)
def test_what_may_be_meant_otherwise_is_left_open(
    check: RequestCheck, text: str, kind: ActionKind, why: WhyUnsure
) -> None:
    verdict = check.verdict(text, Subject(kind=kind))
    assert isinstance(verdict, Unsure)
    assert verdict.why is why


def subject(reference: str) -> Subject:
    return Subject(kind=CANCEL, reference=reference, references=("W10001", "W10002"))


@pytest.mark.parametrize("text", ["Don't cancel W10001, cancel W10002.", "Cancel order W10002, but not W10001."])
def test_what_is_said_of_another_order_is_set_apart(check: RequestCheck, text: str) -> None:
    assert isinstance(check.verdict(text, subject("W10002")), Requested)
    assert not isinstance(check.verdict(text, subject("W10001")), Requested)


def test_a_denial_without_a_number_counts_for_every_order(check: RequestCheck) -> None:
    for reference in ("W10001", "W10002"):
        verdict = check.verdict("Cancel W10001 and W10002. No, please don't.", subject(reference))
        assert of(verdict) is WhyNot.WITHDRAWN


def test_a_membership_is_no_order(check: RequestCheck) -> None:
    text = "Please cancel my membership."
    assert not isinstance(check.verdict(text, Subject(kind=CANCEL)), Requested)
    assert isinstance(check.verdict(text, Subject(kind=ActionKind.CANCEL_SUBSCRIPTION)), Requested)


def test_what_one_language_denies_another_does_not_ask_for(check: RequestCheck) -> None:
    verdict = check.verdict("Please cancel my order. Bitte stornieren Sie sie doch nicht.", Subject(kind=CANCEL))
    assert not isinstance(verdict, Requested)


@pytest.mark.parametrize("quote", ["Cancel my orders", "refund me", "", " "])
def test_a_claim_must_stand_in_the_message(check: RequestCheck, quote: str) -> None:
    verdict = check.verdict_on(quote, "Please cancel my order.", Subject(kind=CANCEL))
    assert of(verdict) is WhyNot.NOT_VERBATIM


def test_a_claim_may_differ_in_case_and_white_space(check: RequestCheck) -> None:
    verdict = check.verdict_on("please  CANCEL my\norder", "Hi. Please cancel my order.", Subject(kind=CANCEL))
    assert verdict == Requested(quote="Please cancel my order")


def test_a_claim_of_other_words_than_those_that_ask_is_none(check: RequestCheck) -> None:
    text = "The weather is nice. Please cancel my order."
    assert of(check.verdict_on("The weather is nice.", text, Subject(kind=CANCEL))) is WhyUnsure.ELSEWHERE


@settings(deadline=None, max_examples=80)
@given(text=st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    verdict = request_check(POLICY).verdict(text, Subject(kind=REFUND))
    if isinstance(verdict, Requested):
        assert verdict.quote in text


def test_a_pack_that_names_an_unknown_group_says_where() -> None:
    with pytest.raises(ValidationError, match=r"actions\.refund\.do.*'plese'.*under `groups`"):
        RequestWords(actions={REFUND: ActionWords(do=("{plese} refund",), mentions=("refund",))})
