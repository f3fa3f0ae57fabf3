"""What the audit says of everything that goes out by itself, and how sure that is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from math import sqrt
from statistics import NormalDist

from cases.audit import WRONG, Tally, Verdict
from cases.record import Record

CONFIDENCE = 0.95
"""How often an interval made like this has the true share in it."""

STANDARD_ERRORS = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""1.96: so many on either side."""


class Estimate(Record):
    """A share of all that went out by itself, 0 to 1, and its 95 % interval."""

    share: float
    low: float
    high: float


class Found(Record):
    """A verdict: how often it was given, and the share it stands for."""

    verdict: Verdict
    outcomes: int
    estimate: Estimate


class AuditFigures(Record):
    """The audit in figures. `judged` is the denominator of every share."""

    sampled: int
    judged: int
    since: datetime | None
    """When the oldest of the sample went out; None where nothing was drawn yet."""
    right: Estimate | None
    """None where nothing was judged yet, as is `needed_a_person`."""
    wrong: tuple[Found, ...]
    """Each kind that was found, the most frequent first."""
    needed_a_person: Estimate | None
    """What should have been held and was not: what escalation missed, of all that went out by itself."""


def audit_figures(tallies: Sequence[Tally]) -> AuditFigures:
    """Reckon the figures from the counts."""
    kinds = [(verdict, _count(tallies, verdict), weighted_share(tallies, {verdict})) for verdict in WRONG]
    found = [Found(verdict=verdict, outcomes=n, estimate=estimate) for verdict, n, estimate in kinds if n and estimate]
    return AuditFigures(
        sampled=sum(tally.outcomes for tally in tallies),
        judged=sum(tally.outcomes for tally in tallies if tally.verdict is not None),
        since=min((tally.first_ended_at for tally in tallies), default=None),
        right=weighted_share(tallies, {Verdict.RIGHT}),
        wrong=tuple(sorted(found, key=lambda kind: kind.estimate.share, reverse=True)),
        needed_a_person=weighted_share(tallies, {Verdict.NEEDED_A_PERSON}),
    )


def weighted_share(tallies: Sequence[Tally], verdicts: Collection[Verdict]) -> Estimate | None:
    """The share of all that went out by itself that would get one of these verdicts; None where none was judged.

    Each judged outcome stands for `1 / sample_rate` of them, so that a time or a policy that was sampled more closely
    does not count for more (Hájek 1971). The interval takes Kish's effective sample size `(Σw)² / Σw²` (Kish 1965,
    11.7), which is the plain count where all rates are the same.
    """
    judged = [tally for tally in tallies if tally.verdict is not None]
    if not judged:
        return None
    weight = sum(tally.outcomes / tally.sample_rate for tally in judged)
    meant = sum(tally.outcomes / tally.sample_rate for tally in judged if tally.verdict in verdicts)
    squares = sum(tally.outcomes / tally.sample_rate**2 for tally in judged)
    return wilson(meant / weight, weight**2 / squares)


def wilson(share: float, size: float) -> Estimate:
    """The score interval of Wilson, "Probable inference", JASA 22 (1927) 209-212, for a share among `size` > 0.

    Unlike share ± 1.96 standard errors it stays within 0 and 1, and says something after the first few.
    """
    z2 = STANDARD_ERRORS**2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = STANDARD_ERRORS / (1 + z2 / size) * sqrt(share * (1 - share) / size + z2 / (4 * size**2))
    return Estimate(share=share, low=max(0.0, middle - half), high=min(1.0, middle + half))


def _count(tallies: Sequence[Tally], verdict: Verdict) -> int:
    return sum(tally.outcomes for tally in tallies if tally.verdict is verdict)
