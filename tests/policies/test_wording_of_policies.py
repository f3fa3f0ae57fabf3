"""What the shipped policy says to customers: in every language, whatever was found, and nothing more than that."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cases.action import (
    ActionArguments,
    ActionKind,
    CancelOrder,
    CancelSubscription,
    ChangeAddress,
    ChangeEmail,
    ChangePlan,
    CloseAccount,
    ProposedAction,
    Refund,
    ResetAccess,
)
from cases.draft import CustomerText, Draft, Source
from cases.facts import (
    Account,
    Facts,
    Order,
    OrderStatus,
    Passage,
    Payment,
    PaymentStatus,
    Subscription,
    SubscriptionStatus,
)
from cases.money import Money
from cases.policy.document import Policy
from cases.sources import sources_of
from routing.checks import check_draft
from routing.promises import promises_in
from routing.proposals import summary
from starter.policy_files import read_policy

POLICIES = Path(__file__).parent.parent.parent / "policies"
LANGUAGES = ("en", "de", "tr")
SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(POLICIES / "local.yaml")


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


ACCOUNT = Account(id="cus_1001", name="Anna Berg", email="anna@example.org")
SUBSCRIPTION = Subscription(
    id="sub_1001",
    customer_id="cus_1001",
    plan="plus",
    status=SubscriptionStatus.ACTIVE,
    price=eur("9.90"),
    renews_on=date(2026, 12, 1),
)
PASSAGE = Passage(
    id="p1",
    article_id="a1",
    title="Sending things back",
    locale="en",
    revision=1,
    text="Keep the box.",
    confidence=0.9,
)
ARGUMENTS: dict[ActionKind, ActionArguments] = {
    ActionKind.REFUND: Refund(payment_id="pay_10023", amount=eur("49.90")),
    ActionKind.CANCEL_ORDER: CancelOrder(order_id="W10023"),
    ActionKind.CANCEL_SUBSCRIPTION: CancelSubscription(subscription_id="sub_1001"),
    ActionKind.CHANGE_ADDRESS: ChangeAddress(order_id="W10023", address="5 Mill Lane, Bath BA1 1AA"),
    ActionKind.CHANGE_EMAIL: ChangeEmail(customer_id="cus_1001", email="new@example.org"),
    ActionKind.CHANGE_PLAN: ChangePlan(subscription_id="sub_1001", plan="basic"),
    ActionKind.CLOSE_ACCOUNT: CloseAccount(customer_id="cus_1001"),
    ActionKind.RESET_ACCESS: ResetAccess(customer_id="cus_1001"),
}


def order(status: OrderStatus) -> Order:
    return Order(
        id="W10023",
        customer_id="cus_1001",
        status=status,
        items=("Tent",),
        total=eur("49.90"),
        placed_on=date(2026, 11, 1),
        shipped_on=date(2026, 11, 3),
        expected_on=date(2026, 11, 6),
        delivered_on=date(2026, 11, 5),
        carrier="DHL",
        tracking="00340434",
    )


def payment(status: PaymentStatus, refunded: str = "0.00") -> Payment:
    return Payment(
        id="pay_10023",
        customer_id="cus_1001",
        order_id="W10023",
        status=status,
        amount=eur("49.90"),
        refunded=eur(refunded),
        paid_on=date(2026, 11, 1),
        method="card",
    )


def action(kind: ActionKind) -> ProposedAction:
    arguments = ARGUMENTS[kind]
    return ProposedAction(
        id=f"{kind}:{arguments.target}:m1",
        request="m1",
        intent="any",
        arguments=arguments,
        summary=summary(arguments),
        reversible=False,
    )


EMPTY: dict[str, object] = {
    "customer_name": "",
    "account": None,
    "orders": (),
    "order": None,
    "payments": (),
    "payment": None,
    "subscription": None,
    "actions": (),
    "action": None,
    "passages": (),
    "quote": "",
    "channel": "email",
    "today": date(2026, 1, 5),
}
PAYMENTS = (
    payment(PaymentStatus.PENDING),
    payment(PaymentStatus.CAPTURED),
    payment(PaymentStatus.FAILED),
    payment(PaymentStatus.REFUNDED, refunded="49.90"),
)
SITUATIONS: list[dict[str, object]] = [
    EMPTY,
    *(
        {
            **EMPTY,
            "customer_name": "Anna",
            "account": ACCOUNT,
            "orders": (order(status),),
            "order": order(status),
            "payments": (paid,),
            "payment": paid,
            "subscription": SUBSCRIPTION,
            "passages": (PASSAGE,),
            "quote": "Keep the box.",
        }
        for status in OrderStatus
        for paid in PAYMENTS
    ),
    {**EMPTY, "account": ACCOUNT.model_copy(update={"closed": True}), "payments": PAYMENTS, "payment": PAYMENTS[1]},
    {**EMPTY, "subscription": SUBSCRIPTION.model_copy(update={"status": SubscriptionStatus.CANCELLED})},
    {**EMPTY, "subscription": SUBSCRIPTION.model_copy(update={"status": SubscriptionStatus.PAST_DUE})},
]


def recorded(situation: dict[str, object]) -> tuple[Source, ...]:
    """The records a reply is written from."""
    known = {
        name: situation[name]
        for name in ("account", "orders", "payments", "subscription", "passages")
        if situation.get(name)
    }
    return sources_of(Facts.model_validate(known), ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("with_action", [pytest.param(True, id="action"), pytest.param(False, id="no action")])
def test_every_reply_can_be_said_whatever_was_found(policy: Policy, language: str, *, with_action: bool) -> None:
    wording = policy.document.wording[language]
    for intent, source in wording.replies.items():
        kind = policy.document.intents[intent].action
        template = SANDBOX.from_string(source)
        for situation in SITUATIONS:
            given = {**situation, "action": action(kind) if with_action and kind else None}
            said = template.render(given)

            assert said.strip(), (intent, situation)
            assert "None" not in said, (intent, said)
            assert not re.search(r"\s{2}|\s[.,;:]|[.!?][A-ZÄÖÜ]", said), (intent, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_facts_a_reply_has_no_number_of_its_own(policy: Policy, language: str) -> None:
    wording = policy.document.wording[language]
    said = [SANDBOX.from_string(source).render(EMPTY) for source in wording.replies.values()]
    said += [wording.closing, wording.holding, wording.clarify, wording.partly, *wording.questions.values()]

    assert [text for text in said if re.search(r"\d", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_promises_an_action_exactly_when_it_is_taken(policy: Policy, language: str) -> None:
    for intent, source in policy.document.wording[language].replies.items():
        kind = policy.document.intents[intent].action
        template = SANDBOX.from_string(source)
        for situation in SITUATIONS:
            without = template.render(situation)
            assert promises_in(policy.draft_rules, without, recorded(situation)) == (), (intent, without)
            if kind is not None:
                done = template.render({**situation, "action": action(kind)})
                assert kind in [said.kind for said in promises_in(policy.draft_rules, done, ())], (intent, done)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_passes_the_check_of_drafts(policy: Policy, language: str) -> None:
    for intent, source in policy.document.wording[language].replies.items():
        kind = policy.document.intents[intent].action
        template = SANDBOX.from_string(source)
        for situation in SITUATIONS:
            for taken in ((), (action(kind),) if kind else ()):
                said = template.render({**situation, "action": taken[0] if taken else None})
                draft = Draft(reply=CustomerText(text=said), locale=language)
                wrong = check_draft(
                    policy.draft_rules, draft, (*recorded(situation), *sources_of(Facts(), taken)), "", taken
                )
                assert wrong == (), (intent, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_uses_a_forbidden_word(policy: Policy, language: str) -> None:
    texts = json.dumps(policy.document.wording[language].model_dump(mode="json"), ensure_ascii=False).casefold()

    assert [word for word in policy.document.forbidden_words if word in texts] == []


def test_a_greeting_without_a_name_reads_well(policy: Policy) -> None:
    greetings = [
        SANDBOX.from_string(policy.document.wording[language].greeting).render(customer_name="")
        for language in LANGUAGES
    ]

    assert greetings == ["Hello,", "Guten Tag!", "Merhaba,"]
