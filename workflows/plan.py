"""The plan of one pass: what is answered and done now, and what must still be asked."""

from typing import NamedTuple

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.classification import Classification, IntentName
    from cases.policy.rulebook import Detail
    from cases.route import RouteName
    from routing.proposals import asking_message, propose_actions
    from routing.requested import Weighed, weigh

from workflows.case_file import CaseFile


class Plan(NamedTuple):
    """What this pass answers, what it may do, and what it must still ask."""

    route: RouteName
    understood: Classification
    servable: tuple[IntentName, ...]
    questions: tuple[Detail, ...]
    asked: Weighed = Weighed()


def what_is_asked(case: CaseFile, understood: Classification, servable: tuple[IntentName, ...]) -> Weighed:
    """Of what could be done for these intents, what the customer asks for."""
    done = {action.id for action in case.done}
    possible = propose_actions(
        case.rulebook, servable, case.entities, case.facts, asking_message(case.ticket), case.findings
    )
    weighed = weigh(case.rulebook, possible, understood, case.facts, may_ask=not case.is_answered)
    return weighed._replace(actions=tuple(action for action in weighed.actions if action.id not in done))
