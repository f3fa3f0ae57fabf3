"""A provider whose models run elsewhere: asks by the policy's prompts, and takes no answer at its word."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel

from cases.attachment import AttachmentReading
from cases.classification import Classification
from cases.draft import Draft
from cases.errors import ContentFailure, ModelFailure, ModelTimeout
from cases.ladder import Usage
from cases.policy.document import Policy, PolicyDocument
from cases.policy.models import ModelDocument, WireFormat
from cases.work import AttachmentRequest, ClassifyRequest, DraftRequest, ModelRequest
from integrations.models.answers import PictureReading, TicketReading, WrittenReply
from integrations.models.completion import Completion, CompletionClient, CompletionRequest, Picture
from integrations.models.interpreting import as_classification, as_draft, as_picture
from integrations.models.prices import cost_at_most
from integrations.models.prompting import FilledPrompt, classify_prompt, draft_prompt, see_prompt
from integrations.models.protocol import Answer

CHARACTERS_PER_TOKEN = 4
"""Enough to bound what a call cost where nobody counted."""

TOKENS_PER_PICTURE = 1_600
"""The same for a picture: what Anthropic's manual gives for its largest one that is not made smaller."""

Shape = TypeVar("Shape", bound=BaseModel)
Meaning = TypeVar("Meaning", Classification, Draft, AttachmentReading)


class HostedProvider:
    """A `Provider` and a `Seer` behind one vendor's wire format."""

    def __init__(self, client: CompletionClient, wire: WireFormat, policies: Mapping[str, Policy]) -> None:
        self._client = client
        self._wire = wire
        self._policies = policies

    async def classify(self, request: ClassifyRequest) -> Answer[Classification]:
        """What a ticket is about."""
        policy = self._policies[request.policy_version].document
        prompt = classify_prompt(policy, request)
        return await self._ask(
            policy, request, prompt, TicketReading, lambda reading: as_classification(policy, request, reading)
        )

    async def draft(self, request: DraftRequest) -> Answer[Draft]:
        """A reply with the source of each claim."""
        policy = self._policies[request.policy_version].document
        prompt = draft_prompt(policy, request)
        return await self._ask(policy, request, prompt, WrittenReply, lambda written: as_draft(request, written))

    async def see(self, request: AttachmentRequest, picture: Picture) -> Answer[AttachmentReading]:
        """What stands in a picture, or why it cannot be read."""
        policy = self._policies[request.policy_version].document
        return await self._ask(policy, request, see_prompt(policy, request), PictureReading, as_picture, (picture,))

    async def _ask(
        self,
        policy: PolicyDocument,
        request: ModelRequest,
        prompt: FilledPrompt,
        shape: type[Shape],
        interpret: Callable[[Shape], Meaning],
        pictures: tuple[Picture, ...] = (),
    ) -> Answer[Meaning]:
        model = policy.models[request.model]
        name = model.name or request.model
        usage = Usage()
        try:
            question = _question(model, name, prompt, shape, request.timeout_seconds)
            completion = await self._client.complete(question.model_copy(update={"pictures": pictures}))
            usage = completion.usage if completion.usage != Usage() else _estimated(prompt, completion, len(pictures))
            meaning = interpret(completion.output)
        except ModelFailure as failure:
            # An answer that cannot be used is paid for all the same, and the ticket's ceiling must know of it.
            failure.usage = failure.usage if usage == Usage() else usage
            if isinstance(failure, ContentFailure | ModelTimeout):
                failure.cost = cost_at_most(model, self._wire, name, failure.usage)
            failure.prompt_version = prompt.version
            raise
        return Answer(
            output=meaning,
            usage=usage,
            cost=cost_at_most(model, self._wire, name, usage),
            reported_model=completion.reported_model,
            prompt_version=prompt.version,
        )


def _estimated(prompt: FilledPrompt, completion: Completion[Shape], pictures: int) -> Usage:
    """What a call took where the vendor does not say: a cost that is not known must not count as none."""
    asked = (len(prompt.instructions) + len(prompt.material)) // CHARACTERS_PER_TOKEN + pictures * TOKENS_PER_PICTURE
    answered = len(completion.output.model_dump_json())
    return Usage(input_tokens=asked, output_tokens=max(1, answered // CHARACTERS_PER_TOKEN))


def _question(
    model: ModelDocument, name: str, prompt: FilledPrompt, shape: type[Shape], seconds: float
) -> CompletionRequest[Shape]:
    return CompletionRequest(
        model=name,
        instructions=prompt.instructions,
        material=prompt.material,
        output=shape,
        max_output_tokens=model.max_output_tokens,
        timeout_seconds=seconds,
    )
