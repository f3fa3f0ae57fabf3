"""Who drafts: the ladder of a reply, and whether a second model must agree with it."""

from collections.abc import Sequence

from cases.classification import IntentName
from cases.draft import Draft
from cases.ladder import Ladder
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from cases.route import RouteName
from routing.messages import reason
from routing.needs import rules_of


def draft_ladder(rulebook: Rulebook, route: RouteName, intents: Sequence[IntentName]) -> Ladder:
    """The ladder of the first intent whose class has its own on this route, or the route's."""
    own = (rules.draft[route] for rules in rules_of(rulebook, intents) if route in rules.draft)
    return next(own, rulebook.draft[route])


def second_ladder(rulebook: Rulebook, intents: Sequence[IntentName]) -> Ladder | None:
    """Who else drafts, where the class of any intent wants two models to agree."""
    wanted = (rules.second_opinion for rules in rules_of(rulebook, intents) if rules.second_opinion is not None)
    return next(wanted, None)


def disagreement(first: Draft, second: Draft) -> Reason | None:
    """Why two drafts cannot both be right: their models would do different things."""
    if first.suggested_action is second.suggested_action:
        return None
    return reason(
        ReasonCode.MODELS_DISAGREE,
        first=first.suggested_action or "no action",
        second=second.suggested_action or "no action",
    )
