"""The plan of one pass: what is answered now, and what must still be asked."""

from typing import NamedTuple

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.classification import Classification, IntentName
    from cases.policy.rulebook import Detail
    from cases.route import RouteName


class Plan(NamedTuple):
    """What this pass answers, and what it must still ask."""

    route: RouteName
    understood: Classification
    servable: tuple[IntentName, ...]
    questions: tuple[Detail, ...]
