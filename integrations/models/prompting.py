"""The policy's prompts, filled for one question. Whatever others wrote goes in fenced."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cases.classification import Category, Priority, Team, Tone
from cases.draft import SourceKind
from cases.errors import PermanentFailure
from cases.ladder import Job
from cases.policy.document import PolicyDocument, Wording
from cases.policy.prompts import Prompts
from cases.policy.rulebook import Detail
from cases.policy.templates import wording_template
from cases.sources import sources_of
from cases.work import AttachmentRequest, ClassifyRequest, DraftRequest, ModelRequest
from integrations.models.fencing import fenced, fenced_ticket

EXAMPLES_SHOWN = 3
"""Utterances that show a model what an intent means; more cost tokens on every call and say little more."""

_SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)

PromptValue = str | int | tuple[str, ...] | tuple[Mapping[str, str | tuple[str, ...]], ...]


class FilledPrompt(NamedTuple):
    """What goes out, and the version of the wording it was made from."""

    instructions: str
    material: str
    version: str


def classify_prompt(policy: PolicyDocument, request: ClassifyRequest) -> FilledPrompt:
    """Ask what a ticket is about. Raises PermanentFailure where the policy has no such prompt, or a broken one."""
    shown: tuple[Mapping[str, str | tuple[str, ...]], ...] = tuple(
        {"name": name, "examples": _examples(intent.examples, request.language)}
        for name, intent in policy.intents.items()
    )
    return _filled(
        policy,
        Job.CLASSIFY,
        request,
        {
            "language": request.language,
            "intents": shown,
            "categories": tuple(Category),
            "teams": tuple(Team),
            "priorities": tuple(Priority),
            "tones": tuple(Tone),
            "plans": policy.entities.plans,
            "ticket": fenced_ticket(request.text, request.shown),
            "newest": fenced("newest", "\n\n".join(message.words for message in request.newest))
            if request.newest
            else "",
        },
    )


def draft_prompt(policy: PolicyDocument, request: DraftRequest) -> FilledPrompt:
    """Ask for a reply. Raises PermanentFailure where the policy has no such prompt, or a broken one."""
    wording = policy.wording.get(request.locale[:2]) or policy.wording[policy.languages[0]]
    sources = sources_of(request.facts, request.actions)
    return _filled(
        policy,
        Job.DRAFT,
        request,
        {
            "language": request.locale,
            "channel": request.channel,
            "customer_name": fenced("name", request.customer.name) if request.customer.name else "",
            "intents": request.intents,
            "questions": tuple(_question(wording, detail, request) for detail in request.questions),
            "actions": tuple(source.id for source in sources if source.kind is SourceKind.ACTION),
            "possible_actions": tuple(policy.actions),
            "reply_characters": policy.thresholds.reply_characters,
            "forbidden_words": policy.forbidden_words,
            "sources": tuple(
                {"id": source.id, "text": fenced("source", f"{source.title}\n{source.text}")} for source in sources
            ),
            "ticket": fenced_ticket(request.text, request.shown),
        },
    )


def see_prompt(policy: PolicyDocument, request: AttachmentRequest) -> FilledPrompt:
    """Ask what stands in a picture. Raises PermanentFailure where the policy has no such prompt, or a broken one."""
    return _filled(policy, Job.SEE, request, {"language": request.language})


def _filled(policy: PolicyDocument, job: Job, request: ModelRequest, values: Mapping[str, PromptValue]) -> FilledPrompt:
    prompts = _prompts(policy)
    try:
        text = prompts.text(job, request.prompt)
        instructions, material = (_template(part).render(values) for part in (text.instructions, text.material))
    except (TemplateError, LookupError) as error:
        raise PermanentFailure(
            f"The policy's {job} prompt cannot be filled: {error}. Mend it in the policy."
        ) from error
    return FilledPrompt(instructions.strip(), material.strip(), prompts.version(job, request.prompt))


def _question(wording: Wording, detail: Detail, request: DraftRequest) -> str:
    asked = request.confirming
    return wording_template(wording.question(detail, asked.action.kind if asked else None)).render(
        customer_name=request.customer.first_name,
        not_found=request.not_found,
        action=asked.action if asked else None,
        order_id=asked.order_id if asked else None,
    )


def _prompts(policy: PolicyDocument) -> Prompts:
    if policy.prompts is None:
        raise PermanentFailure("The policy has no prompts for hosted models; add `prompts` to it.")
    return policy.prompts


def _examples(examples: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    known = examples.get(language[:2]) or next(iter(examples.values()), ())
    return known[:EXAMPLES_SHOWN]


@lru_cache(maxsize=64)
def _template(source: str) -> Template:
    return _SANDBOX.from_string(source)
