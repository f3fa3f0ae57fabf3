"""What a model is asked in a test: the usual request of each job, with what a test changes of it."""

from cases.classification import Entities
from cases.facts import Facts
from cases.ladder import Prompt
from cases.route import RouteName
from cases.ticket import Channel, Customer
from cases.work import ClassifyRequest, DraftRequest
from tests.samples import PASSAGE


def a_classify_request(policy_version: str, model: str, text: str, **changes: object) -> ClassifyRequest:
    """The first try at reading a text."""
    usual = ClassifyRequest(
        case_id="ticket:acme:demo:1",
        tenant="acme",
        channel=Channel.EMAIL,
        policy_version=policy_version,
        model=model,
        rung=0,
        prompt=Prompt.STANDARD,
        timeout_seconds=10,
        text=text,
        language="en",
        entities=Entities(),
    )
    return usual.model_copy(update=changes)


def a_draft_request(policy_version: str, model: str, **changes: object) -> DraftRequest:
    """The first try at answering a routine question that the help centre answers."""
    usual = DraftRequest(
        case_id="ticket:acme:demo:1",
        tenant="acme",
        route=RouteName.ROUTINE,
        policy_version=policy_version,
        model=model,
        rung=0,
        prompt=Prompt.STANDARD,
        timeout_seconds=10,
        channel=Channel.EMAIL,
        locale="en",
        customer=Customer(name="Ada Lovelace"),
        text="How long can I return things?",
        intents=("faq.returns",),
        questions=(),
        facts=Facts(passages=(PASSAGE,)),
        actions=(),
    )
    return usual.model_copy(update=changes)
