"""Classifying with the local models: sure where the examples teach it, and not where they do not."""

import pytest

from cases.classification import OTHER, Category, Classification, Entities, Team, Tone
from cases.errors import PermanentFailure
from cases.policy.document import Policy
from integrations.models.local.provider import LocalProvider
from tests.model_requests import a_classify_request


async def classified(
    provider: LocalProvider, policy: Policy, text: str, language: str = "en", model: str = "local-compact"
) -> Classification:
    known = Entities(order_ids=("W10023",))
    request = a_classify_request(policy.version, model, text, language=language, entities=known)
    return (await provider.classify(request)).output


@pytest.mark.parametrize("model", ["local-compact", "local-ensemble"])
@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("Any idea when my boots will get here? Order W10023", "en", "order_status"),
        ("You took the money two times for one tent!", "en", "duplicate_charge"),
        ("please end my club membership", "en", "subscription_cancellation"),
        ("Ich komme nicht mehr in mein Konto, Passwort weg", "de", "sign_in_trouble"),
        ("Bis wann kann ich etwas zurückgeben?", "de", "faq.returns"),
        ("siparişim nerede kaldı", "tr", "order_status"),
    ],
)
async def test_what_the_examples_teach_is_known_in_each_language(
    local_provider: LocalProvider, local_policy: Policy, model: str, text: str, language: str, intent: str
) -> None:
    answer = await classified(local_provider, local_policy, text, language, model)
    assert answer.intents[0].name == intent
    assert answer.confidence >= 0.75


@pytest.mark.parametrize("text", ["quantum entanglement of photons in a cavity", "la dolce vita è breve, amico mio"])
async def test_a_ticket_like_none_of_the_examples_is_other_and_unfamiliar(
    local_provider: LocalProvider, local_policy: Policy, text: str
) -> None:
    answer = await classified(local_provider, local_policy, text)
    assert answer.intents[0].name == OTHER
    assert answer.unfamiliar


async def test_two_wishes_in_one_sentence_are_two_intents(local_provider: LocalProvider, local_policy: Policy) -> None:
    answer = await classified(
        local_provider, local_policy, "You took my money twice for one tent, and where is my order now?"
    )
    assert {guess.name for guess in answer.intents if guess.confidence > 0.6} == {"duplicate_charge", "order_status"}


async def test_team_and_category_come_from_the_policy(local_provider: LocalProvider, local_policy: Policy) -> None:
    answer = await classified(local_provider, local_policy, "You took the money two times for one tent!")
    assert (answer.category, answer.team) == (Category.BILLING, Team.BILLING_SUPPORT)
    assert answer.entities.order_ids == ("W10023",)


async def test_logs_and_quoted_mail_do_not_hide_what_is_wanted(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    log = "\n".join(f"2026-11-0{day} 10:00:00 ERROR worker failed at step {day}" for day in range(1, 10))
    asked = "Hi,\nwhere is my parcel? It should have been here on Monday."
    text = f"{asked}\n{log}\n> On Monday you wrote:\n> Buy more tents!\nThanks"
    answer = await classified(local_provider, local_policy, text)
    assert answer.intents[0].name == "order_status"
    assert answer.confidence >= 0.75


async def test_anger_is_heard(local_provider: LocalProvider, local_policy: Policy) -> None:
    shouted = "WHERE IS MY PARCEL, I HAVE BEEN WAITING FOR WEEKS AND NOBODY ANSWERS"
    assert (await classified(local_provider, local_policy, shouted)).tone is Tone.ANGRY
    assert (await classified(local_provider, local_policy, "Where is my parcel?")).tone is Tone.CALM


async def test_the_rationale_names_the_nearest_example(local_provider: LocalProvider, local_policy: Policy) -> None:
    answer = await classified(local_provider, local_policy, "please stop my subscription")
    assert answer.rationale.startswith("like “")
    assert "subscription" in answer.rationale


async def test_a_model_that_is_not_local_is_refused_for_good(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    with pytest.raises(PermanentFailure, match="local-compact, local-ensemble"):
        await classified(local_provider, local_policy, "hello", model="gpt-9")
