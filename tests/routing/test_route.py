"""The route: safety first, then what is missing, then what is hard; else routine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.classification import Priority, Tone
from cases.facts import IdentityStrength, LookupKind, Tier
from cases.reason import ReasonCode
from cases.route import GuardFinding, RouteName, SafetyFlag, Signals
from cases.ticket import Channel
from routing.route import choose_route
from tests.small_rulebook import rulebook

CRITICAL = GuardFinding(flag=SafetyFlag.CRITICAL_WORDS, heading="chargeback", words="chargeback")
INSTRUCTIONS = GuardFinding(flag=SafetyFlag.INSTRUCTIONS_IN_TEXT, heading="instructions", words="ignore your rules")


def signals(**changes: object) -> Signals:
    """A calm, short, certain question with a good article."""
    calm: dict[str, object] = {
        "tenant": "acme",
        "locale": "en",
        "channel": Channel.EMAIL,
        "tier": Tier.STANDARD,
        "intents": ("faq_returns",),
        "confidence": 0.9,
        "priority": Priority.LOW,
        "tone": Tone.CALM,
        "escalation_required": False,
        "contradictions": (),
        "prompt_words": 12,
        "tools_needed": (),
        "retrieval_confidence": 0.9,
        "identity": IdentityStrength.MATCHED,
        "findings": (),
        "missing_details": (),
        "failed_lookups": (),
        "repeat_contact": False,
    }
    return Signals.model_validate({**calm, **changes})


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({}, RouteName.ROUTINE, "one clear request: faq returns"),
        ({"findings": (CRITICAL,)}, RouteName.HUMAN, "critical words (chargeback): chargeback"),
        (
            {"escalation_required": True, "tone": Tone.ANGRY},
            RouteName.HUMAN,
            "the model that read it asks for a person: angry customer, low priority",
        ),
        ({"intents": ("privacy_request",)}, RouteName.HUMAN, "security or privacy: privacy_request"),
        ({"intents": ("other",)}, RouteName.HUMAN, "not one of the known requests"),
        (
            {"priority": Priority.HIGH, "confidence": 0.8},
            RouteName.HUMAN,
            "high priority, confidence 0.80 below 0.85",
        ),
        ({"failed_lookups": (LookupKind.ORDERS,)}, RouteName.FALLBACK, "look-up failed: orders"),
        ({"missing_details": ("order",)}, RouteName.FALLBACK, "missing: order"),
        ({"retrieval_confidence": 0.3}, RouteName.FALLBACK, "no article answers this well: 0.30 below 0.50"),
        (
            {"intents": ("faq_returns", "order_status")},
            RouteName.MESSY,
            "2 intents: faq returns, order status",
        ),
        ({"contradictions": ("cancel and keep",)}, RouteName.MESSY, "contradiction: cancel and keep"),
        ({"prompt_words": 500}, RouteName.MESSY, "long message: 500 words, limit 180"),
        (
            {"tools_needed": tuple(LookupKind)},
            RouteName.MESSY,
            "4 systems needed: customer, orders, payments, subscription",
        ),
        ({"repeat_contact": True}, RouteName.MESSY, "the customer wrote again about the same ticket"),
        ({"findings": (INSTRUCTIONS,)}, RouteName.ROUTINE, "one clear request: faq returns"),
    ],
)
def test_each_signal_has_its_route_and_its_sentence(changes: dict[str, object], name: RouteName, sentence: str) -> None:
    route = choose_route(rulebook(), signals(**changes))
    assert (route.name, route.reason.sentence) == (name, sentence)


hard = st.fixed_dictionaries(
    {
        "contradictions": st.sampled_from([(), ("cancel and keep",)]),
        "prompt_words": st.integers(0, 2_000),
        "missing_details": st.sampled_from([(), ("order",)]),
        "repeat_contact": st.booleans(),
        "confidence": st.floats(0, 1),
        "tier": st.sampled_from(Tier),
    }
)


@given(hard)
def test_danger_outranks_everything_else(changes: dict[str, object]) -> None:
    route = choose_route(rulebook(), signals(**changes, findings=(CRITICAL,)))
    assert route.reason.code is ReasonCode.CRITICAL_WORDS


@given(hard)
def test_every_route_has_a_reason_a_person_can_read(changes: dict[str, object]) -> None:
    route = choose_route(rulebook(), signals(**changes))
    assert 0 < len(route.reason.sentence) < 100
