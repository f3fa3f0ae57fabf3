"""The prompts of a policy: all that a hosted model is told, and nowhere else."""

import hashlib

from cases.ladder import Job, Prompt
from cases.record import Record

HASH_CHARACTERS = 12
"""As many as a policy's own hash has."""


class PromptText(Record):
    """What a model is told, and how it is shown what to read: two sandboxed Jinja templates."""

    instructions: str
    material: str

    @property
    def content_hash(self) -> str:
        """The first 12 hex digits of the SHA-256 of both templates."""
        return hashlib.sha256(f"{self.instructions}\0{self.material}".encode()).hexdigest()[:HASH_CHARACTERS]


class JobPrompts(Record):
    """A job's usual wording, and the stricter one of its single retry."""

    standard: PromptText
    strict: PromptText


class Prompts(Record):
    """The wording of both jobs that models do."""

    classify: JobPrompts
    draft: JobPrompts

    def text(self, job: Job, prompt: Prompt) -> PromptText:
        """The wording a job is asked with."""
        prompts = {Job.CLASSIFY: self.classify, Job.DRAFT: self.draft}[job]
        return prompts.strict if prompt is Prompt.STRICT else prompts.standard

    def version(self, job: Job, prompt: Prompt) -> str:
        """What an attempt is recorded with: `classify.standard@0f3a…`."""
        return f"{job}.{prompt}@{self.text(job, prompt).content_hash}"
