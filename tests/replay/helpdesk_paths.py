"""The paths on which a helpdesk tells more than what its customer wrote, and those with files and earlier answers."""

from collections.abc import Callable
from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from cases.cache import CACHE, CacheKey, Recall, RecallReport, RecallRequest
from cases.draft import CustomerText, Draft
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt
from cases.outcome import Stage
from cases.policy.cache import CacheScope
from cases.reason import ReasonCode
from cases.source_event import AgentReply, TicketSolved
from cases.ticket import Ticket
from routing.messages import reason
from tests.replay.paths import Path, a_question, a_refund, rules
from tests.replay.plays import CaseHandle, approve
from tests.samples import NOW, a_classification, a_message, a_ticket
from tests.workflows.gallery import Gallery, a_file, seeing
from tests.workflows.world import World
from workflows.ticket import TicketWorkflow

HER_REPLY = AgentReply(id="c7", author="Maya", text="I have sent your money back.", at=NOW)


@dataclass
class Remembering(World):
    """A world in which the question was answered before."""

    @property
    def activities(self) -> list[Callable[..., object]]:
        return [*super().activities, self.recall]

    @activity.defn(name="recall")
    async def recall(self, request: RecallRequest) -> RecallReport:
        found = reason(ReasonCode.FROM_CACHE, case="ticket:acme:test:9", measured="0.97")
        key = {
            name: getattr(request, name) for name in ("tenant", "policy_version", "intent", "locale", "channel", "tier")
        }
        return RecallReport(
            attempt=Attempt(
                job=Job.DRAFT,
                rung=0,
                model=CACHE,
                prompt=Prompt.STANDARD,
                outcome=AttemptOutcome.SUCCEEDED,
                reason=found,
                seconds=0,
            ),
            recall=Recall(key=CacheKey(**key, revision="r1"), same_as="ticket:acme:test:9", similarity=0.97),
            draft=Draft(reply=CustomerText(text="You can return things within 30 days."), locale=request.locale),
        )


def a_remembered_question() -> World:
    return Remembering(rules=rules().model_copy(update={"cache": CacheScope(intents=("faq_returns",), characters=600)}))


def a_shown_problem() -> World:
    waits = rules().deadlines
    return Gallery(rules=seeing(deadlines=waits), classifications=[a_classification("technical_problem")])


def a_ticket_with_a_picture(ticket_id: str) -> Ticket:
    return a_ticket("It does not work, see the picture.", ticket_id).model_copy(update={"attachments": (a_file(),)})


def locked(tries: int) -> list[ApplicationError]:
    return [ApplicationError("The helpdesk no longer lets us in: status 403.", type="ToolLocked") for _ in range(tries)]


async def a_colleague_answers(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_REVIEW)
    await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
    await case.result()


async def a_colleague_follows_up(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.FOLLOW_UP)
    await case.signal(TicketWorkflow.agent_reply, HER_REPLY)
    await world.reached(Stage.FOLLOW_UP, times=2)
    await case.signal(TicketWorkflow.customer_message, a_message("Thank you!", 2))
    await case.result()


async def solved_meanwhile(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.WAITING_FOR_CUSTOMER)
    await case.signal(TicketWorkflow.solved, TicketSolved(ticket_id="1001", at=NOW))
    await case.result()


async def solved_after_the_answer(case: CaseHandle, world: World) -> None:
    await world.reached(Stage.FOLLOW_UP)
    await case.signal(TicketWorkflow.solved, TicketSolved(ticket_id="1001", at=NOW))
    await case.result()


async def solved_as_it_is_answered(case: CaseHandle, world: World) -> None:
    async def a_trigger_solves_it() -> None:
        await case.signal(TicketWorkflow.solved, TicketSolved(ticket_id="1001", at=NOW))

    world.before_answer = a_trigger_solves_it
    await approve(case, world)


HELPDESK_PATHS = (
    Path("colleague_answers", a_refund, a_colleague_answers),
    Path("colleague_follows_up", lambda: a_question(rules=rules(follow_up="5s")), a_colleague_follows_up),
    Path("solved_meanwhile", lambda: a_question(classifications=[a_classification("order_status")]), solved_meanwhile),
    Path("solved_after_the_answer", lambda: a_question(rules=rules(follow_up="5s")), solved_after_the_answer),
    Path("solved_as_it_is_answered", a_refund, solved_as_it_is_answered),
    Path("locked_out", lambda: a_question(refusals=locked(2))),
    Path("picture_read", a_shown_problem, ticket=a_ticket_with_a_picture),
    Path("answered_from_the_cache", a_remembered_question),
)
