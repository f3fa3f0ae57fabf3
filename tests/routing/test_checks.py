"""The check of a draft: nothing goes out that no source says."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.action import ActionKind, ProposedAction, ResetAccess
from cases.draft import Claim, CustomerText, Draft, Source, SourceKind, Unanswered
from cases.policy.rulebook import DraftRules
from cases.reason import ReasonCode
from routing.checks import check_draft, in_other_language, left_unanswered, values_in

RULES = DraftRules(reply_characters=4_000)

ORDER = Source(
    id="order:W10001",
    kind=SourceKind.ORDER,
    title="Order W10001",
    text="Order W10001: shipped, with DHL, tracking 00340434, expected on 2026-01-07, total 49.90 EUR",
)


def codes(text: str, *claims: Claim, rules: DraftRules = RULES, ticket: str = "") -> list[ReasonCode]:
    draft = Draft(reply=CustomerText(text=text), claims=claims, locale="en")
    return [why.code for why in check_draft(rules, draft, [ORDER], ticket, [])]


def test_a_draft_that_says_only_what_its_sources_say_passes() -> None:
    assert codes("Order W10001 is with DHL (00340434) and comes on 2026-01-07. You paid 49.90 EUR.") == []


@pytest.mark.parametrize(
    "invented",
    ["W10002", "2026-01-08", "49.99 EUR", "https://help.example/x", "help@example.com", "in 3 days"],
)
def test_a_value_that_no_source_says_is_found(invented: str) -> None:
    assert codes(f"It is {invented}.") == [ReasonCode.UNPROVEN_VALUE]


def test_a_value_the_customer_named_may_be_repeated() -> None:
    assert codes("You asked about 3 bills.", ticket="I see 17.50 EUR on 3 bills") == []


def test_a_quotation_must_stand_in_the_source_it_names() -> None:
    honest = Claim(statement="It is shipped.", source_id="order:W10001", quote="shipped,  with DHL")
    invented = Claim(statement="It is lost.", source_id="order:W10001", quote="lost")
    elsewhere = Claim(statement="It is shipped.", source_id="order:W9", quote="shipped")
    assert codes("It is shipped.", honest) == []
    assert codes("It is lost.", invented) == [ReasonCode.QUOTE_NOT_IN_SOURCE]
    assert codes("It is shipped.", elsewhere) == [ReasonCode.QUOTE_NOT_IN_SOURCE]


def test_a_promise_needs_its_action() -> None:
    rules = DraftRules(reply_characters=4_000, promise_words={ActionKind.RESET_ACCESS: ("reset link",)})
    draft = Draft(reply=CustomerText(text="A Reset  Link is on its way."), locale="en")
    reset = ProposedAction(
        id="reset_access:cus_1:m1",
        request="m1",
        intent="sign_in_trouble",
        arguments=ResetAccess(customer_id="cus_1"),
        summary="Send a reset link",
        reversible=True,
    )
    assert [w.code for w in check_draft(rules, draft, [], "", [])] == [ReasonCode.PROMISE_WITHOUT_ACTION]
    assert check_draft(rules, draft, [], "", [reset]) == ()


def test_an_empty_and_an_overlong_draft_are_refused() -> None:
    assert codes("  ") == [ReasonCode.DRAFT_EMPTY]
    assert codes("word " * 2_000) == [ReasonCode.DRAFT_TOO_LONG]


def test_forbidden_words_are_found_whatever_their_case() -> None:
    assert codes("This is GUARANTEED.", rules=DraftRules(reply_characters=4_000, forbidden_words=("guaranteed",))) == [
        ReasonCode.FORBIDDEN_WORDS
    ]


@given(st.text(max_size=300))
@example("0.AA")
def test_a_text_is_always_proven_by_itself(text: str) -> None:
    draft = Draft(reply=CustomerText(text=text or "x"), locale="en")
    source = Source(id="a", kind=SourceKind.ARTICLE, title="", text=text or "x")
    assert ReasonCode.UNPROVEN_VALUE not in [w.code for w in check_draft(RULES, draft, [source], "", [])]


def test_final_punctuation_is_not_part_of_a_value() -> None:
    assert values_in("On 2026-01-07, for 49.90. See https://a.example/b.") == (
        "2026-01-07",
        "49.90",
        "https://a.example/b",
    )


@pytest.mark.parametrize(
    ("lack", "code", "told"),
    [
        (
            Unanswered(missing=("Italy", "down jacket")),
            ReasonCode.UNANSWERED,
            "no article found says: Italy, down jacket",
        ),
        (Unanswered(languages=("en",)), ReasonCode.OTHER_LANGUAGE, "the only article found is in en"),
        (Unanswered(measured=0.41, threshold=0.65), ReasonCode.WEAK_ANSWER, "0.41 below 0.65"),
    ],
)
def test_a_draft_that_does_not_answer_says_why(lack: Unanswered, code: ReasonCode, told: str) -> None:
    draft = Draft(reply=CustomerText(text="Turkey takes 9 days."), locale="de", unanswered=lack)
    (why,) = left_unanswered(draft)
    assert why.code is code
    assert told in why.sentence


def test_a_draft_is_written_in_its_customers_language() -> None:
    draft = Draft(reply=CustomerText(text="Turkey takes 9 days."), locale="de-AT")
    assert [why.code for why in in_other_language(draft, "en")] == [ReasonCode.OTHER_LANGUAGE]
    assert in_other_language(draft, "de") == left_unanswered(draft) == ()
