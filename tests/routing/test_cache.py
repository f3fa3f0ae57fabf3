"""The guardrails of the semantic cache: who may ask, when two questions have one answer, what may be kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.caching_policy import caching_policy
from cases.action import ActionKind
from cases.cache import CacheKey, Recall
from cases.case import CaseView, SentReply
from cases.classification import Entities
from cases.draft import Claim, CustomerText, Draft
from cases.facts import Account, Facts, LookupKind, Tier
from cases.ladder import Job
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.policy.cache import CacheScope
from cases.policy.document import PolicyDocument
from cases.policy.rulebook import Detail, IntentRules, Risk
from cases.reason import ReasonCode
from cases.review import Approve, TakenDecision
from cases.route import RouteName
from cases.ticket import Attachment, Channel, Customer
from routing.cache import cacheable_intent, difference, is_doubted, may_be_kept
from routing.impersonal import Body, impersonal_body, names_of, question_without_names, reply_to
from routing.messages import reason
from tests.samples import ADA, NOW, PASSAGE, a_message, a_ticket
from tests.small_rulebook import intent_rules, ladder, rulebook

SHIPPED: PolicyDocument = caching_policy().document
SCOPE = CacheScope(intents=("faq_returns",), characters=100)
CUSTOMER = Customer(name="Ada Lovelace", email="ada@example.com")


def told_apart(one: str, other: str, language: str = "en") -> str | None:
    assert SHIPPED.cache is not None
    return difference(SHIPPED.cache.languages[language], SHIPPED.entities, one, other)


def asked_for(rules: IntentRules | None = None, **changes: object) -> str | None:
    intents = {"faq_returns": rules or intent_rules(needs_sources=True), "other": intent_rules()}
    given: dict[str, object] = {
        "ticket": a_ticket(),
        "route": RouteName.ROUTINE,
        "intents": ("faq_returns",),
        "questions": (),
        "actions": (),
        "entities": Entities(),
        "repeat_contact": False,
    }
    return cacheable_intent(rulebook(cache=SCOPE, intents=intents), **{**given, **changes})  # pyright: ignore[reportArgumentType]


def test_a_plain_question_of_a_named_intent_may_ask() -> None:
    assert asked_for() == "faq_returns"


@pytest.mark.parametrize(
    "changes",
    [
        {"route": RouteName.MESSY},
        {"route": RouteName.FALLBACK},
        {"intents": ("faq_returns", "other")},
        {"intents": ("other",)},
        {"questions": (Detail.ORDER,)},
        {"entities": Entities(order_ids=("W10001",))},
        {"entities": Entities(emails=("ada@example.com",))},
        {"entities": Entities(address="Main Street 5")},
        {"repeat_contact": True},
        {"ticket": a_ticket("How long? " * 20)},
        {"ticket": a_ticket().with_message(a_message("And one more thing.", 2))},
        {
            "ticket": a_ticket().model_copy(
                update={
                    "attachments": (Attachment(id="a", name="a.png", media_type="image/png", size_bytes=1, url="x"),)
                }
            )
        },
    ],
)
def test_whatever_is_no_plain_question_may_not(changes: dict[str, object]) -> None:
    assert asked_for(None, **changes) is None


@pytest.mark.parametrize(
    "rules",
    [
        {"details": (Detail.ORDER,)},
        {"lookups": (LookupKind.PAYMENTS,)},
        {"action": ActionKind.REFUND},
        {"review": (ReasonCode.LEGAL_RISK,)},
        {"risk": Risk.MEDIUM},
        {"always_human": ReasonCode.NEEDS_A_PERSON},
        {"second_opinion": ladder(Job.DRAFT, "second")},
    ],
)
def test_an_intent_that_needs_more_than_an_article_may_not(rules: dict[str, object]) -> None:
    assert asked_for(intent_rules(**rules)) is None


def test_without_a_cache_in_the_policy_nobody_may_ask() -> None:
    plain = rulebook()
    assert (
        cacheable_intent(
            plain,
            ticket=a_ticket(),
            route=RouteName.ROUTINE,
            intents=("faq_returns",),
            questions=(),
            actions=(),
            entities=Entities(),
            repeat_contact=False,
        )
        is None
    )


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Can I cancel my membership?", "Can I not cancel my membership?", "en"),
        ("Do you ship without a box?", "Do you ship with a box?", "en"),
        ("it works", "it doesn't work", "en"),
        ("Kann ich Schuhe umtauschen?", "Kann ich Schuhe nicht umtauschen?", "de"),
        ("Gibt es eine Frist?", "Gibt es keine Frist?", "de"),
        ("Geht das mit Karton?", "Geht das ohne Karton?", "de"),
        ("İade edilir mi?", "İade edilmiyor mu?", "tr"),
        ("Kargo ücreti var mı?", "Kargo ücreti yok mu?", "tr"),
        ("kutulu ürünler iade edilir mi", "kutusuz ürünler iade edilir mi", "tr"),
        ("Kartımla ödeyebilir miyim?", "Kartımla ödeyemiyorum?", "tr"),
    ],
)
def test_a_negation_on_one_side_alone_keeps_questions_apart(one: str, other: str, language: str) -> None:
    assert told_apart(one, other, language) == "negation"
    assert told_apart(other, one, language) == "negation"


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("a refund of $20", "a refund of $2000", "entities"),
        ("order W10001", "order W10002", "entities"),
        ("does plus have it", "does basic have it", "entities"),
        ("basic or plus", "basic or business", "entities"),
        ("within 30 days", "within 14 days", "numbers"),
        ("two gift cards", "three gift cards", "telling words"),
        ("before I buy it", "after I buy it", "telling words"),
        ("do you deliver to Norway", "do you deliver to Sweden", "names"),
    ],
)
def test_another_value_keeps_questions_apart(one: str, other: str, what: str) -> None:
    assert told_apart(one, other) == what


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How long can I return things?", "how long can i return things"),
        ("I can't pay", "I cannot pay"),
        ("do you deliver to Norway", "Do you deliver to norway?"),
    ],
)
def test_the_same_question_written_otherwise_agrees(one: str, other: str) -> None:
    assert told_apart(one, other) is None


@given(st.text(max_size=80), st.sampled_from(["en", "de", "tr"]))
def test_every_question_agrees_with_itself(text: str, language: str) -> None:
    assert told_apart(text, text, language) is None


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["en", "de", "tr"]))
def test_which_question_came_first_makes_no_difference(one: str, other: str, language: str) -> None:
    assert told_apart(one, other, language) == told_apart(other, one, language)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_numbers_never_agree(one: int, other: int) -> None:
    assert (told_apart(f"for {one} days", f"for {other} days") is None) == (one == other)


def answered(**changes: object) -> CaseView:
    """A case as it is recorded when its answer has gone out."""
    key = CacheKey(
        tenant="acme",
        policy_version="test@0",
        intent="faq_returns",
        locale="en",
        channel=Channel.EMAIL,
        tier=Tier.STANDARD,
        revision="now",
    )
    text = CustomerText(text="Thirty days.")
    claim = Claim(statement="Thirty days.", source_id=PASSAGE.id, quote="30 days")
    view = CaseView(
        case_id="ticket:acme:test:1",
        run_id="r",
        ticket=a_ticket(),
        case_version=0,
        stage=Stage.FOLLOW_UP,
        policy_version="test@0",
        opened_at=NOW,
        updated_at=NOW,
        facts=Facts(passages=(PASSAGE,), account=ADA),
        recall=Recall(key=key),
        draft=Draft(reply=text, claims=(claim,), locale="en"),
        replies=(SentReply(reference="r", kind="reply", text=text, at=NOW),),
        outcome=Outcome(kind=OutcomeKind.RESOLVED, reason=reason(ReasonCode.ANSWERED, intents="faq_returns"), at=NOW),
    )
    return view.model_copy(update=changes)


def ended_as(kind: OutcomeKind) -> Outcome:
    return Outcome(kind=kind, reason=reason(ReasonCode.ANSWERED, intents=""), at=NOW)


def of_account() -> Draft:
    claim = Claim(statement="You are a member.", source_id="account:cus_1", quote="Ada")
    return Draft(reply=CustomerText(text="Thirty days."), claims=(claim,), locale="en")


def test_an_answer_to_somebody_else_than_whose_ticket_it_is_now_is_not_kept() -> None:
    assert not may_be_kept(answered(requester_changed_at=NOW))


def test_an_answer_that_went_out_as_drafted_may_be_kept() -> None:
    assert may_be_kept(answered())


@pytest.mark.parametrize(
    "changes",
    [
        {"recall": None},
        {"recall": answered().recall.model_copy(update={"same_as": "ticket:acme:test:0"})},  # pyright: ignore[reportOptionalMemberAccess]
        {"stage": Stage.CLOSED},
        {"draft": None},
        {"draft": of_account()},
        {"outcome": ended_as(OutcomeKind.RESOLVED_AFTER_REVIEW)},
        {"outcome": ended_as(OutcomeKind.HANDED_OVER)},
        {"decisions": (TakenDecision(decision=Approve(request_id="r", case_version=0, reviewer="ada"), at=NOW),)},
        {"replies": (SentReply(reference="r", kind="reply", text=CustomerText(text="Edited."), at=NOW),)},
        {"replies": ()},
    ],
)
def test_any_other_may_not(changes: dict[str, object]) -> None:
    assert not may_be_kept(answered(**changes))


def test_an_answer_is_doubted_once_its_customer_is_back() -> None:
    reopened = Outcome(kind=OutcomeKind.HANDED_OVER, reason=reason(ReasonCode.REOPENED), at=NOW)
    assert not is_doubted(answered())
    assert is_doubted(answered(repeat_contact=True))
    assert is_doubted(answered(outcome=reopened))


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        ("Hello Ada,\n\nThirty days.", Body("Thirty days.", greeted=True)),
        ("Dear Ms Lovelace!\nThirty days.", Body("Thirty days.", greeted=True)),
        ("Hello,\n\nThirty days.", Body("Thirty days.", greeted=True)),
        ("Thirty days.", Body("Thirty days.", greeted=False)),
        ("Thirty days, Ada.", None),
        ("Hello Ada,\n\nWe wrote to ada@example.com.", None),
        ("Hello,\n\nYour account cus_1 is fine.", None),
    ],
)
def test_an_answer_is_kept_without_its_customer_or_not_at_all(reply: str, body: Body | None) -> None:
    account: Account = ADA
    assert impersonal_body(reply, SHIPPED.wording["en"], CUSTOMER, account) == body


def test_another_customer_is_greeted_by_their_own_name() -> None:
    wording = SHIPPED.wording["en"]
    assert reply_to(Body("Thirty days.", greeted=True), wording, Customer(name="Bob")) == "Hello Bob,\n\nThirty days."
    assert reply_to(Body("Thirty days.", greeted=False), wording, Customer(name="Bob")) == "Thirty days."


def test_a_signature_is_no_part_of_a_question() -> None:
    names = names_of(CUSTOMER, None)
    assert question_without_names("How long?\nada LOVELACE", names) == "How long?"


@given(st.text(max_size=60))
def test_what_is_kept_never_names_its_customer(reply: str) -> None:
    body = impersonal_body(f"Hello Ada,\n\n{reply}", SHIPPED.wording["en"], CUSTOMER, ADA)
    assert body is None or "lovelace" not in body.text.casefold().split()
