"""The runs of cases' workflows as the engine has them: what the ledger is compared with."""

from pydantic import AwareDatetime

from cases.record import Record


class Run(Record):
    """One run of a case's workflow."""

    case_id: str
    run_id: str
    at: AwareDatetime
    """When it ended, or, while it runs, when it began."""
    ended: str | None = None
    """How it ended where it came to no end of its own: `terminated`, `canceled`, `failed`, `timed_out`."""


class RunsSince(Record):
    """Find what ended or began since a moment. None: as far back as the engine remembers."""

    since: AwareDatetime | None = None


class ReconciledRuns(Record):
    """What a reconciliation came to."""

    until: AwareDatetime
    """Everything before has been looked at."""
    ended: tuple[str, ...] = ()
    """The cases that were written down as ended."""
    followed: tuple[str, ...] = ()
    """The cases that go on in a run the ledger knew nothing of."""
