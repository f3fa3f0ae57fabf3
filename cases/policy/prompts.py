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
    """The wording of the jobs that models are told how to do; a recording is transcribed without any."""

    classify: JobPrompts
    draft: JobPrompts
    see: JobPrompts | None = None

    def text(self, job: Job, prompt: Prompt) -> PromptText:
        """The wording a job is asked with. Raises LookupError for a job that has none."""
        prompts = {Job.CLASSIFY: self.classify, Job.DRAFT: self.draft, Job.SEE: self.see}.get(job)
        if prompts is None:
            raise LookupError(f"there is no wording for the job {job}; add `prompts.{job}` to the policy")
        return prompts.strict if prompt is Prompt.STRICT else prompts.standard

    def version(self, job: Job, prompt: Prompt) -> str:
        """What an attempt is recorded with: `classify.standard@0f3a…`."""
        return f"{job}.{prompt}@{self.text(job, prompt).content_hash}"
