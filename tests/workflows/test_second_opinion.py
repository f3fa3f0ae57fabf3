"""Where two models must agree: a person sees both drafts when they would do different things."""

from dataclasses import dataclass, field

from temporalio import activity

from cases.action import ActionKind
from cases.draft import Draft
from cases.ladder import AttemptOutcome, Job
from cases.outcome import OutcomeKind, Stage
from cases.policy.rulebook import IntentRules
from cases.reason import ReasonCode
from cases.work import DraftReport, DraftRequest
from tests.samples import a_classification
from tests.small_rulebook import intent_rules, ladder, rulebook
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World


def two_must_agree() -> dict[str, IntentRules]:
    return {
        "faq_returns": intent_rules(needs_sources=True, second_opinion=ladder(Job.DRAFT, "second-writer")),
        "other": intent_rules(),
    }


@dataclass
class Opinions(World):
    """A world whose models suggest an action each."""

    suggested: dict[str, ActionKind] = field(default_factory=dict[str, ActionKind])

    @activity.defn(name="draft")
    async def draft(self, request: DraftRequest) -> DraftReport:
        report = await World.draft(self, request)
        if report.draft is None:
            return report
        told = {"suggested_action": self.suggested.get(request.model), "written_by": request.model}
        return report.model_copy(update={"draft": report.draft.model_copy(update=told)})


def writers(world: World) -> list[str]:
    return [request.model for request in world.drafted]


def shown(draft: Draft | None) -> tuple[str, ActionKind | None]:
    assert draft is not None
    return draft.written_by, draft.suggested_action


async def test_models_that_would_do_different_things_leave_it_to_a_person_who_sees_both(
    running_case: RunningCase,
) -> None:
    world = Opinions(rules=rulebook(intents=two_must_agree()), suggested={"second-writer": ActionKind.REFUND})
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.MODELS_DISAGREE
    assert held.review.reasons[0].sentence == "two models would do different things: no action, and refund"
    assert shown(held.review.draft) == ("writer", None)
    assert shown(held.review.other_draft) == ("second-writer", ActionKind.REFUND)


async def test_models_that_agree_let_the_reply_go_out(running_case: RunningCase) -> None:
    world = Opinions(rules=rulebook(intents=two_must_agree()))
    async with running_case(world) as case:
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert writers(world) == ["writer", "second-writer"]


async def test_where_two_must_agree_and_the_second_does_not_answer_a_person_looks(running_case: RunningCase) -> None:
    good = "You can return things within 30 days."
    world = Opinions(rules=rulebook(intents=two_must_agree()), drafts=[good, AttemptOutcome.PERMANENT])
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert held.review is not None
    assert held.review.reasons[0].code is ReasonCode.NO_SECOND_OPINION
    assert held.review.other_draft is None


async def test_a_model_that_wrote_the_first_draft_is_not_asked_to_agree_with_itself(running_case: RunningCase) -> None:
    both = {route: ladder(Job.DRAFT, "writer", "second-writer") for route in ("routine", "messy", "fallback")}
    good = "You can return things within 30 days."
    rules = rulebook(intents=two_must_agree(), draft=both)
    world = Opinions(rules=rules, drafts=[AttemptOutcome.PERMANENT, good])
    async with running_case(world):
        held = await world.reached(Stage.WAITING_FOR_REVIEW)
    assert writers(world) == ["writer", "second-writer"]
    assert held.review is not None
    assert [why.code for why in held.review.reasons] == [ReasonCode.NO_SECOND_OPINION]


async def test_a_model_that_failed_at_the_first_draft_is_not_asked_for_it_once_more(running_case: RunningCase) -> None:
    both = {route: ladder(Job.DRAFT, "second-writer", "writer") for route in ("routine", "messy", "fallback")}
    bad, good = "It costs 99.99 EUR.", "You can return things within 30 days."
    world = Opinions(rules=rulebook(intents=two_must_agree(), draft=both), drafts=[bad, bad, good])
    async with running_case(world):
        await world.reached(Stage.WAITING_FOR_REVIEW)
    assert writers(world).count("second-writer") <= 2
    assert writers(world)[-1] == "writer"


async def test_an_intent_of_another_class_is_drafted_once(running_case: RunningCase) -> None:
    world = Opinions(classifications=[a_classification("faq_returns")])
    async with running_case(world) as case:
        await case.result()
    assert writers(world) == ["writer"]


async def test_a_class_with_models_of_its_own_is_drafted_by_them(running_case: RunningCase) -> None:
    own = {"routine": ladder(Job.DRAFT, "class-writer")}
    world = Opinions(rules=rulebook(intents={"faq_returns": intent_rules(draft=own), "other": intent_rules()}))
    async with running_case(world) as case:
        await case.result()
    assert writers(world) == ["class-writer"]
