"""The deadlines as a policy's owner writes them: the leads are asked after the reviewers, never before."""

from datetime import timedelta

from pydantic import ValidationInfo, field_validator

from cases.policy.duration import written_duration
from cases.policy.rulebook import Deadlines


class WrittenDeadlines(Deadlines):
    """Deadlines in the order they must come in."""

    @field_validator("review_escalation")
    @classmethod
    def _after_the_reminder(cls, escalation: timedelta, written: ValidationInfo) -> timedelta:
        reminder = written.data.get("review_reminder")
        if isinstance(reminder, timedelta) and escalation <= reminder:
            raise ValueError(
                f"the leads would hear of it after {written_duration(escalation)}, and the reminder goes out only after"
                f" {written_duration(reminder)}; give the escalation more time than `review_reminder`, or that one less"
            )
        return escalation
