"""Whether more and more of the cases need a person, and which rule causes it."""

from math import sqrt

from cases.policy.desk import GrowthRules
from cases.reason import ReasonCode
from cases.record import Record
from ledger.reviews import Workload, Workloads


class Growth(Record):
    """The share of cases that need a person, before and now (0 to 1), and the rule that grew most."""

    before: float
    now: float
    reason: ReasonCode
    reason_before: float
    reason_now: float


def growth(found: Workloads, rules: GrowthRules) -> Growth | None:
    """What has grown, or None where nothing did that chance alone would not explain."""
    latest, before = found.latest, found.before
    if min(latest.opened, before.opened) < rules.fewest_cases:
        return None
    if latest.share - before.share < rules.least_growth or _sigmas(latest, before) < rules.least_sigmas:
        return None
    cause = max(latest.by_reason, key=lambda code: _share(latest, code) - _share(before, code))
    return Growth(
        before=before.share,
        now=latest.share,
        reason=cause,
        reason_before=_share(before, cause),
        reason_now=_share(latest, cause),
    )


def _share(workload: Workload, code: ReasonCode) -> float:
    return workload.by_reason.get(code, 0) / workload.opened


def _sigmas(latest: Workload, before: Workload) -> float:
    """How many standard errors the two shares are apart."""
    together = (latest.with_a_person + before.with_a_person) / (latest.opened + before.opened)
    error = sqrt(together * (1 - together) * (1 / latest.opened + 1 / before.opened))
    return (latest.share - before.share) / error if error else 0.0
