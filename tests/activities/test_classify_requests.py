"""Who reads a ticket may say what is asked for in it; the rules prove it, for every model in one place."""

from pathlib import Path

import pytest

from activities.classify import Classifying
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.classification import Classification, RequestEvidence
from cases.draft import Draft
from cases.ladder import Usage
from cases.policy.document import Policy
from cases.switch import Lever, Switching
from cases.work import ClassifyRequest, DraftRequest, NewestMessage
from integrations.models.protocol import Answer
from starter.policy_files import read_policy
from tests.model_requests import a_classify_request
from tests.samples import a_classification

POLICIES = Path(__file__).parents[2] / "policies"
ASKS = "Hello,\nplease refund order W10390, the pot leaks."
DENIES = "Please do not refund order W10390."


class Says:
    """A model that always gives the same answer."""

    def __init__(self, classification: Classification) -> None:
        self._classification = classification

    async def classify(self, request: ClassifyRequest) -> Answer[Classification]:
        return Answer(output=self._classification, usage=Usage(), reported_model=request.model)

    async def draft(self, request: DraftRequest) -> Answer[Draft]:
        raise NotImplementedError


class NoArchive:
    async def policy(self, version: str) -> Policy | None:
        return None


class AllOn:
    async def turned_off(self) -> dict[Lever, Switching]:
        return {}


async def proven(
    file: str, provider: str, model: str, words: str | None, *claims: RequestEvidence, intent: str = "refund_request"
) -> tuple[RequestEvidence, ...]:
    policy = read_policy(POLICIES / file)
    says = Says(a_classification(intent, "order_cancellation", requests=claims))
    calls = ModelCalls(ModelHealth(), Switchboard(AllOn()))
    newest = (NewestMessage(message_id="m2", words=words),) if words is not None else ()
    request = a_classify_request(policy.version, model, "the whole conversation", newest=newest)
    report = await Classifying({provider: says}, PolicyShelf(policy, NoArchive()), calls).classify(request)
    assert report.classification is not None
    return report.classification.requests


async def by_a_local_model(
    words: str | None, *claims: RequestEvidence, intent: str = "refund_request"
) -> tuple[RequestEvidence, ...]:
    return await proven("local.yaml", "local", "local-compact", words, *claims, intent=intent)


async def by_a_hosted_model(words: str, *claims: RequestEvidence) -> tuple[RequestEvidence, ...]:
    return await proven("default.yaml", "openai", "gpt-cheap", words, *claims)


def claim(quote: str, intent: str = "refund_request", message_id: str = "m2") -> RequestEvidence:
    return RequestEvidence(intent=intent, quote=quote, message_id=message_id)


async def test_a_local_models_intents_are_looked_for_in_the_newest_message() -> None:
    (evidence,) = await by_a_local_model(ASKS)
    assert evidence.intent == "refund_request"
    assert evidence.message_id == "m2"
    assert evidence.reference == "W10390"
    assert evidence.quote in ASKS
    assert await by_a_local_model(DENIES) == ()


async def test_only_intents_that_were_read_are_asked_for() -> None:
    assert await by_a_local_model(ASKS, intent="faq.returns") == ()


async def test_without_a_newest_message_nothing_is_asked_for() -> None:
    assert await by_a_local_model(None) == ()


async def test_a_hosted_models_claim_that_holds_is_kept() -> None:
    (evidence,) = await by_a_hosted_model(ASKS, claim("please refund order W10390"))
    assert (evidence.intent, evidence.message_id) == ("refund_request", "m2")


@pytest.mark.parametrize(
    ("words", "claimed"),
    [
        (ASKS, claim("please refund order W10391")),
        (ASKS, claim("please refund order W10390", message_id="m1")),
        (ASKS, claim("please refund order W10390", intent="order_cancellation")),
        (DENIES, claim("refund order W10390")),
        ("Can I get a refund if it leaks?", claim("I get a refund")),
        ("The pot leaks.", claim("The pot leaks.")),
    ],
)
async def test_a_hosted_models_claim_that_does_not_hold_is_dropped(words: str, claimed: RequestEvidence) -> None:
    assert await by_a_hosted_model(words, claimed) == ()


async def test_what_a_hosted_model_does_not_claim_is_not_looked_for() -> None:
    assert await by_a_hosted_model(ASKS) == ()


async def read_unsurely(words: str, read: Classification | None = None) -> Classification:
    policy = read_policy(POLICIES / "local.yaml")
    calls = ModelCalls(ModelHealth(), Switchboard(AllOn()))
    newest = (NewestMessage(message_id="m1", words=words),)
    request = a_classify_request(policy.version, "local-compact", words, newest=newest)
    says = {"local": Says(read or a_classification("faq.returns", confidence=0.3, unfamiliar=True))}
    report = await Classifying(says, PolicyShelf(policy, NoArchive()), calls).classify(request)
    assert report.classification is not None
    return report.classification


async def test_a_few_words_that_plainly_ask_for_one_thing_need_no_example() -> None:
    read = await read_unsurely("Bitte stornieren Sie W10260.")
    assert read.intent_names == ("order_cancellation",)
    assert not read.unfamiliar
    assert [evidence.reference for evidence in read.requests] == ["W10260"]


async def test_what_a_local_model_is_sure_to_know_nothing_of_may_still_plainly_ask() -> None:
    read = await read_unsurely("Bitte stornieren Sie W10260.", a_classification("other", confidence=0.8))
    assert read.intent_names == ("order_cancellation",)


async def test_the_number_that_a_request_is_about_is_nothing_else() -> None:
    words = "You charged me twice for W10430, please refund one of them"
    read = await read_unsurely(words, a_classification("duplicate_charge", confidence=0.6))
    assert read.confidence == 1.0
    assert [evidence.reference for evidence in read.requests] == ["W10430"]


@pytest.mark.parametrize(
    "words",
    [
        "Please do not cancel W10260.",
        "Please cancel W10260 and refund W10390.",
        "Please cancel W10260 and refund my other order.",
        "Please cancel W10260. Why is nobody answering the phone?",
        "Please cancel W10260. " + "It has rained here all week and the river is high. " * 3,
    ],
)
async def test_where_more_may_be_meant_an_unsure_reading_stays_unsure(words: str) -> None:
    assert (await read_unsurely(words)).unfamiliar
