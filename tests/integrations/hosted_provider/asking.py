"""Asking a hosted provider under the policy that ships for it, and what the server behind it was asked."""

import json

from pydantic import BaseModel

from cases.action import ActionKind
from cases.classification import Classification
from cases.draft import Draft
from cases.ladder import Prompt
from cases.policy.document import Policy
from cases.policy.models import WireFormat
from cases.work import ClassifyRequest, DraftRequest, NewestMessage
from integrations.models.answers import TicketReading
from integrations.models.hosted import HostedProvider
from integrations.models.openai_client import OpenAIClient
from integrations.models.protocol import Answer
from tests.integrations.hosted_server import HostedServer
from tests.model_requests import a_classify_request, a_draft_request
from tests.samples import PASSAGE


def provider(policy: Policy, client: OpenAIClient) -> HostedProvider:
    return HostedProvider(client, WireFormat.OPENAI, {policy.version: policy})


def ticket(policy: Policy, text: str, prompt: Prompt = Prompt.STANDARD) -> ClassifyRequest:
    return a_classify_request(policy.version, "gpt-cheap", text, prompt=prompt)


def reading(**changes: object) -> str:
    usual: dict[str, object] = {
        "rationale": "asks where the order is",
        "category": "other",
        "intents": [{"name": "order_status", "confidence": 0.93}],
        "priority": "low",
        "team": "sales",
        "confidence": 0.95,
        "escalation_required": False,
        "order_ids": ["w10023", "W99999"],
        "emails": [],
        "amounts": [{"amount": "30", "currency": "eur"}, {"amount": "lots", "currency": "EUR"}],
        "dates": ["2026-01-31", "soon"],
        "plan": None,
        "address": None,
        "tone": "calm",
        "contradictions": [],
        "requests": [],
    }
    return TicketReading.model_validate({**usual, **changes}).model_dump_json()


def reply_to(policy: Policy, **changes: object) -> DraftRequest:
    asked = {"locale": "de", "text": "Wie lange kann ich zurückgeben?", **changes}
    return a_draft_request(policy.version, "gpt-cheap", **asked)


async def classified(
    policy: Policy,
    server: HostedServer,
    client: OpenAIClient,
    answer: str,
    text: str = "Where is W10023? I paid 30 EUR.",
    newest: tuple[NewestMessage, ...] = (),
) -> Answer[Classification]:
    server.begin({"type": "reply", "text": answer})
    return await provider(policy, client).classify(ticket(policy, text).model_copy(update={"newest": newest}))


async def drafted(
    policy: Policy, server: HostedServer, client: OpenAIClient, action: ActionKind | None = None
) -> Answer[Draft]:
    claim = {"statement": "30 Tage", "source_id": PASSAGE.id, "quote": "You can return things within 30 days."}
    written = {"reply": "Sie haben 30 Tage.", "claims": [claim], "action": action}
    server.begin({"type": "reply", "text": json.dumps(written)})
    return await provider(policy, client).draft(reply_to(policy))


class Said(BaseModel):
    """One message of a request."""

    content: str


class Asked(BaseModel):
    """A request's messages: what the model was told, and what it was shown."""

    messages: tuple[Said, Said]


def asked(server: HostedServer) -> tuple[str, str]:
    (request,) = server.requests()
    told, shown = Asked.model_validate(request.body).messages
    return told.content, shown.content
