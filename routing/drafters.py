"""Who drafts: the ladder of a reply, and whether a second model must agree with it."""

from collections.abc import Sequence

from cases.classification import IntentName
from cases.draft import Draft
from cases.ladder import Attempt, AttemptOutcome, Ladder, LastRung, Stop
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from cases.route import RouteName
from routing.messages import reason
from routing.needs import rules_of

NOT_ASKED = (AttemptOutcome.TEMPORARY, AttemptOutcome.SKIPPED)
"""How a rung ends whose model has said nothing about the ticket."""


def draft_ladder(rulebook: Rulebook, route: RouteName, intents: Sequence[IntentName]) -> Ladder:
    """The ladder of the first intent whose class has its own on this route, or the route's."""
    own = (rules.draft[route] for rules in rules_of(rulebook, intents) if route in rules.draft)
    return next(own, rulebook.draft[route])


def second_ladder(rulebook: Rulebook, intents: Sequence[IntentName]) -> Ladder | None:
    """Who else drafts, where the class of any intent wants two models to agree."""
    wanted = (rules.second_opinion for rules in rules_of(rulebook, intents) if rules.second_opinion is not None)
    return next(wanted, None)


def opinion_ladder(ladder: Ladder, asked: Sequence[Attempt]) -> Ladder | Stop:
    """The models of a second opinion that have not been asked for this draft already: nobody confirms themselves.

    `asked` are the rungs of the draft. One that was only told to wait, or was skipped, has not been asked.
    """
    known = {attempt.model for attempt in asked if attempt.outcome not in NOT_ASKED}
    others = tuple(rung for rung in ladder.rungs if rung.model not in known)
    if others:
        return ladder.model_copy(update={"rungs": others})
    return Stop(last=LastRung.PERSON, reason=reason(ReasonCode.RUNGS_EXHAUSTED))


def second_thoughts(first: Draft, second: Draft | Stop | None) -> Reason | None:
    """Why a person must look, where two models have to agree: they would do different things, or one said nothing."""
    match second:
        case None:
            return None
        case Stop():
            return reason(ReasonCode.NO_SECOND_OPINION, why=second.reason)
        case Draft() if first.suggested_action is second.suggested_action:
            return None
        case Draft():
            return reason(
                ReasonCode.MODELS_DISAGREE,
                first=first.suggested_action or "no action",
                second=second.suggested_action or "no action",
            )
