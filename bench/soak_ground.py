"""The ground the soak stands on: that of the crash tests, with a policy in a hurry."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.crash.ground import Ground, ground

HURRY = {
    # Reminders, silence and the end of the window come within a run, not within days.
    "review_reminder: 2h": "review_reminder: 3s",
    "review_escalation: 4h": "review_escalation: 6s",
    "customer_answer: 3d": "customer_answer: 12s",
    "follow_up: 7d": "follow_up: 6s",
    # All runs together may move more in an hour than a shop would.
    "amounts: {EUR: 2000, USD: 2000, TRY: 80000}": "amounts: {EUR: 2000000, USD: 2000, TRY: 80000}",
}


@contextmanager
def soak_ground(directory: Path, kept: Path) -> Generator[Ground]:
    """Bring everything up but the worker. What the local models have learnt is in `kept`."""
    with ground(directory, kept) as standing:
        hurry(directory / "policies" / "shop.yaml")
        yield standing


def hurry(policy: Path) -> None:
    """Shorten a policy's days to seconds. Raises LookupError where the policy does not say what is to be changed."""
    text = policy.read_text()
    for patient, hurried in HURRY.items():
        if patient not in text:
            raise LookupError(f"{policy} does not say `{patient}`; bring HURRY in line with it.")
        text = text.replace(patient, hurried)
    policy.write_text(text)
