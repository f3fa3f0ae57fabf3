"""A world whose models run elsewhere: asked over HTTP by the real activities and the vendors' real SDKs.

Each case has a policy of its own, with models of its own names: what one ticket's models do, and how that is
remembered, touches no other ticket.
"""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from temporalio import activity

from activities.classify import Classifying
from activities.draft import Drafting
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.case import CaseView
from cases.classification import Entities
from cases.policy.document import Policy
from cases.policy.jobs import About
from cases.policy.models import ModelDocument, Price, WireFormat
from cases.work import OpenedCase, OpenRequest, Reading
from integrations.models.anthropic_client import AnthropicClient
from integrations.models.hosted import HostedProvider
from integrations.models.local.language import PolicyLanguages
from integrations.models.openai_client import OpenAIClient
from integrations.models.protocol import Provider
from starter.policy_files import read_policy
from tests.handed_in import AllOn
from tests.integrations.hosted_gate import Gate
from tests.samples import PASSAGE
from tests.workflows.world import World

SHIPPED = Path(__file__).parents[2] / "policies" / "default.yaml"

READING = json.dumps(
    {
        "rationale": "asks how long a return may take",
        "category": "other",
        "intents": [{"name": "faq.returns", "confidence": 0.93}],
        "priority": "low",
        "team": "triage",
        "confidence": 0.95,
        "escalation_required": False,
        "order_ids": [],
        "emails": [],
        "amounts": [],
        "dates": [],
        "plan": None,
        "address": None,
        "tone": "calm",
        "contradictions": [],
        "requests": [],
    }
)
_CLAIM = {"statement": "30 days", "source_id": PASSAGE.id, "quote": PASSAGE.text}
WRITTEN = json.dumps({"reply": PASSAGE.text, "claims": [_CLAIM], "action": None})

PRICE = Price(input=Decimal("0.1"), output=Decimal("0.5"))
MOST_AN_ANSWER_COSTS = Decimal("0.002")
"""US dollars by that price: 10,000 tokens in, twice the longest prompt of the policy, and 2,000 out."""


def good_answer(model: str) -> str:
    """What a model writes that does what it is asked: a reader reads, a writer writes."""
    return READING if "reader" in model else WRITTEN


def hosted_policy(
    shipped: Policy,
    case: str,
    *vendors: WireFormat,
    timeouts: Sequence[timedelta],
    cost_ceiling: Decimal | None = None,
) -> Policy:
    """The shipped policy of hosted models, with one reader and one writer of each vendor, in that order."""
    models = {
        f"{case}.{job}-{place}": ModelDocument(
            provider=vendor,
            timeout=timeout,
            typical=timedelta(0),
            strict_retry=True,
            expected_cost=MOST_AN_ANSWER_COSTS,
            price=PRICE,
        )
        for job in ("reader", "writer")
        for place, (vendor, timeout) in enumerate(zip(vendors, timeouts, strict=True), 1)
    }
    readers, writers = (tuple(model for model in models if job in model) for job in ("reader", "writer"))
    document = shipped.document
    jobs = document.jobs
    changed = {
        "models": models,
        "pools": {"writers": writers},
        "cost_ceiling": document.cost_ceiling if cost_ceiling is None else cost_ceiling,
        "jobs": jobs.model_copy(
            update={
                "see": None,
                "transcribe": None,
                "classify": jobs.classify.model_copy(update={"models": readers, "rows": ()}),
                "draft": jobs.draft.model_copy(
                    update={"pools": dict.fromkeys(jobs.draft.pools, ("writers",)), "rows": (), "second_opinion": None}
                ),
            }
        ),
    }
    return Policy(version=f"{case}@{shipped.version}", document=document.model_copy(update=changed))


class KeptPolicies:
    """The policies of the cases that run, by their versions."""

    def __init__(self) -> None:
        self.kept: dict[str, Policy] = {}

    async def policy(self, version: str) -> Policy | None:
        """The policy of exactly this version."""
        return self.kept.get(version)


@dataclass
class HostedWorld(World):
    """The scripted world, but for its models. `policies` says, by case, what rules it opens under."""

    policies: dict[str, Policy] = field(default_factory=dict[str, Policy])
    asking: tuple[Callable[..., object], ...] = ()
    archive: KeptPolicies = field(default_factory=KeptPolicies)

    def opens_under(self, case_id: str, policy: Policy) -> None:
        """Have a case run under a policy of its own."""
        self.policies[case_id] = policy
        self.archive.kept[policy.version] = policy

    def last_view(self, case_id: str) -> CaseView | None:
        """A case as it was last recorded, if it was."""
        return next((view for view in reversed(self.recorded) if view.case_id == case_id), None)

    @property
    def activities(self) -> list[Callable[..., object]]:
        scripted = super().activities
        return [told for told in scripted if told not in (self.classify, self.draft)] + list(self.asking)

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> OpenedCase:
        ticket = request.start.ticket
        about = About(tenant=ticket.tenant, language="en", channel=ticket.channel)
        rules = self.policies[ticket.case_id].rulebook(about)
        return OpenedCase(rulebook=rules, reading=Reading(language="en", findings=(), entities=Entities()))


@asynccontextmanager
async def hosted_world(gate: Gate) -> AsyncGenerator[HostedWorld]:
    """A world whose models are behind a gate, for the block."""
    shipped = read_policy(SHIPPED)
    openai, anthropic = OpenAIClient("a-key", gate.openai_url), AnthropicClient("a-key", gate.anthropic_url)
    world = HostedWorld()
    shelf = PolicyShelf(shipped, world.archive)
    providers: dict[str, Provider] = {
        WireFormat.OPENAI: HostedProvider(openai, WireFormat.OPENAI, shelf),
        WireFormat.ANTHROPIC: HostedProvider(anthropic, WireFormat.ANTHROPIC, shelf),
    }
    calls = ModelCalls(ModelHealth(), Switchboard(AllOn()))
    languages = PolicyLanguages(shipped.document.languages)
    world.asking = (Classifying(providers, shelf, calls).classify, Drafting(providers, shelf, calls, languages).draft)
    yield world
    await openai.close()
    await anthropic.close()
