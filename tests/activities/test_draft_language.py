"""A draft in another language than its customer's fails its check, whoever wrote it."""

import pytest

from activities.draft import faults_of
from cases.draft import CustomerText, Draft
from cases.facts import Facts
from cases.policy.document import Policy
from cases.reason import ReasonCode
from integrations.models.local.language import PolicyLanguages
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.model_requests import a_draft_request

GERMAN = "Guten Tag Ada! Ihre Bestellung ist gestern angekommen, und wir danken Ihnen herzlich für Ihre Geduld."
ENGLISH = "You can return unused gear within 30 days of delivery, and the label is free within the European Union."
TURKISH = "Merhaba Ada, siparişiniz dün teslim edildi; sabrınız için çok teşekkür ederiz."


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


async def codes(policy: Policy, text: str, locale: str) -> list[ReasonCode]:
    request = a_draft_request(policy.version, "any-model", locale=locale, intents=("thanks",), facts=Facts())
    draft = Draft(reply=CustomerText(text=text), locale=locale)
    found = await faults_of(policy, PolicyLanguages(policy.document.languages), request, draft)
    return [why.code for why in found]


@pytest.mark.parametrize(
    ("text", "locale"),
    [(GERMAN, "en"), (ENGLISH, "de"), (ENGLISH, "tr"), (TURKISH, "de"), (f"{GERMAN}\n\n{ENGLISH}\n\n{GERMAN}", "de")],
    ids=["all German", "all English", "English for Turkish", "all Turkish", "an English paragraph in German"],
)
async def test_another_language_is_told_first(policy: Policy, text: str, locale: str) -> None:
    assert (await codes(policy, text, locale))[0] is ReasonCode.OTHER_LANGUAGE


@pytest.mark.parametrize(
    ("text", "locale"),
    [(GERMAN, "de"), (ENGLISH, "en-GB"), (TURKISH, "tr"), (f"{GERMAN}\n\nRidgeline 2 tent footprint", "de-AT")],
)
async def test_the_customers_own_language_passes(policy: Policy, text: str, locale: str) -> None:
    assert ReasonCode.OTHER_LANGUAGE not in await codes(policy, text, locale)
