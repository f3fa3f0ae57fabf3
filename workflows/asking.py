"""Asking models: walking down a ladder until one answers well, and writing down every rung."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import NamedTuple, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, TimeoutType
from temporalio.exceptions import TimeoutError as ActivityTimeout

with workflow.unsafe.imports_passed_through():
    from activities.classify import Classifying
    from activities.draft import Drafting
    from cases.attachment import AttachmentReading
    from cases.case import StepKind
    from cases.classification import Classification
    from cases.draft import Draft
    from cases.ladder import Ask, Attempt, AttemptOutcome, Budget, Ladder, LastRung, Prompt, Skip, Stop
    from cases.reason import Reason, ReasonCode
    from cases.task_queues import TaskQueue
    from cases.work import ClassifyRequest, DraftRequest
    from routing.doubts import doubt
    from routing.drafters import draft_ladder, opinion_ladder, second_ladder
    from routing.former_requester import not_found_to_tell
    from routing.ladder import next_step, seconds_spent
    from routing.messages import reason
    from routing.named_records import told_of
    from routing.reading import newest_messages

from workflows.case_file import CaseFile
from workflows.options import model_call
from workflows.plan import Plan

SHORTEST_LINE_SECONDS = 1.0
"""What a call is given that finds no time left for standing in line: enough where a worker is free."""

Output = TypeVar("Output", Classification, Draft, AttachmentReading)
AskOnce = Callable[[Ask, float], Awaitable[tuple[Attempt, Output | None] | Stop]]
"""Makes one call, which may stand in line for so many seconds."""
Judge = Callable[[Output], Reason | None]


async def ask_what_it_is_about(case: CaseFile) -> Classification | Stop:
    """Classify the conversation, cheapest model first."""

    async def once(ask: Ask, line_seconds: float) -> tuple[Attempt, Classification | None]:
        report = await workflow.execute_activity_method(
            Classifying.classify,
            ClassifyRequest(
                case_id=case.case_id,
                tenant=case.ticket.tenant,
                channel=case.ticket.channel,
                policy_version=case.rulebook.policy_version,
                model=ask.model,
                rung=ask.rung,
                prompt=ask.prompt,
                timeout_seconds=ask.timeout_seconds,
                text=case.to_read.customer_text,
                shown=case.to_read.shown_parts,
                language=case.language,
                entities=case.entities,
                newest=newest_messages(case.newest_messages, ()),
            ),
            summary=label("classify", case.rulebook.classify, ask),
            **model_call(ask.timeout_seconds, line_seconds),
        )
        case.learn(report.rules)
        return report.attempt, report.classification

    judge = partial(doubt, case.rulebook.thresholds)
    return await walk_down(case, case.rulebook.classify, once, judge, _job_seconds(case))


class Unproven(NamedTuple):
    """The last draft of a ladder that found no better one, and the check it failed."""

    draft: Draft
    failed_check: Reason


async def ask_for_a_draft(case: CaseFile, plan: Plan) -> Draft | Unproven | Stop:
    """Draft a reply, cheapest model of the route first. A Stop: no model has written one."""
    return await _draft_on(case, draft_ladder(case.rulebook, plan.route, plan.servable), plan)


async def ask_for_a_second_opinion(case: CaseFile, plan: Plan, asked: Sequence[Attempt]) -> Draft | Stop | None:
    """Draft with another model too, where the policy wants two to agree. None: it does not. A Stop: none answered.

    `asked` are the calls that were made for the first draft: none of their models is asked again.
    """
    ladder = second_ladder(case.rulebook, plan.servable)
    if ladder is None:
        return None
    others = opinion_ladder(ladder, asked)
    other = await _draft_on(case, others, plan) if isinstance(others, Ladder) else others
    return other.draft if isinstance(other, Unproven) else other


async def _draft_on(case: CaseFile, ladder: Ladder, plan: Plan) -> Draft | Unproven | Stop:
    wrong: tuple[Reason, ...] = ()
    unproven: Unproven | None = None

    async def once(ask: Ask, line_seconds: float) -> tuple[Attempt, Draft | None]:
        nonlocal wrong
        report = await workflow.execute_activity_method(
            Drafting.draft,
            DraftRequest(
                case_id=case.case_id,
                tenant=case.ticket.tenant,
                route=plan.route,
                policy_version=case.rulebook.policy_version,
                model=ask.model,
                rung=ask.rung,
                prompt=ask.prompt,
                timeout_seconds=ask.timeout_seconds,
                channel=case.ticket.channel,
                locale=case.language,
                customer=case.ticket.customer,
                text=case.to_read.customer_text,
                shown=case.to_read.shown_parts,
                intents=plan.servable,
                questions=plan.questions,
                confirming=case.confirming,
                not_found=not_found_to_tell(case.entities, case.facts, case.to_read, case.requester_changed_at),
                facts=told_of(case.entities, case.facts),
                actions=(*case.done, *case.actions),
                open_intents=plan.asked.unasked_intents,
            ),
            summary=label("draft reply", ladder, ask),
            **model_call(ask.timeout_seconds, line_seconds),
        )
        wrong = report.failed_checks
        return report.attempt, report.draft

    def judge(draft: Draft) -> Reason | None:
        nonlocal unproven
        if not wrong:
            return None
        unproven = Unproven(draft, reason(ReasonCode.CHECK_FAILED, what=wrong[0].sentence))
        return unproven.failed_check

    walked = await walk_down(case, ladder, once, judge, _job_seconds(case))
    if isinstance(walked, Stop):
        return unproven or walked
    return walked


async def walk_down(
    case: CaseFile, ladder: Ladder, ask_once: AskOnce[Output], judge: Judge[Output], seconds: float
) -> Output | Stop:
    """Ask one model after the other, within so many seconds, until the judge finds nothing wrong with an answer."""
    budget = Budget(
        seconds=seconds,
        cost=max(Decimal(0), case.rulebook.cost_ceiling - case.spent),
    )
    began = workflow.now()
    attempts: list[Attempt] = []
    while True:
        step = next_step(ladder, budget, attempts)
        for skip in step.skipped:
            _write_down(case, ladder, _skipped(ladder, skip))
        if isinstance(step, Stop):
            return step
        if step.wait_seconds:
            await workflow.sleep(step.wait_seconds, summary=f"{step.model} asked us to wait")
        asked_already = seconds_spent(attempts) + step.wait_seconds
        line = _line_left(case, (workflow.now() - began).total_seconds() - asked_already)
        asked = await _asked(case, ladder, step, ask_once, line)
        if isinstance(asked, Stop):
            skip = Skip(rung=step.rung, model=step.model, reason=asked.reason)
            _write_down(case, ladder, _skipped(ladder, skip))
            return asked
        attempt, output = asked
        wrong = judge(output) if output is not None else attempt.reason
        if output is not None and wrong is not None:
            attempt = attempt.model_copy(update={"outcome": AttemptOutcome.CONTENT_FAILURE, "reason": wrong})
        attempts.append(attempt)
        _write_down(case, ladder, attempt)
        if wrong is None and output is not None:
            return output


async def _asked(
    case: CaseFile, ladder: Ladder, ask: Ask, ask_once: AskOnce[Output], line_seconds: float
) -> tuple[Attempt, Output | None] | Stop:
    try:
        asked = await ask_once(ask, line_seconds)
    except ActivityError as error:
        if _never_began(error):
            why = reason(ReasonCode.NO_FREE_WORKER, seconds=f"{case.queue_seconds:g}", queue=TaskQueue.MODELS)
            return Stop(last=LastRung.PERSON, reason=why)
        return _lost(ladder, ask, error), None
    if isinstance(asked, Stop):
        return asked
    attempt, output = asked
    return attempt.model_copy(update={"waited_seconds": ask.wait_seconds}), output


def _line_left(case: CaseFile, stood: float) -> float:
    """How long the next call of a job may stand in line, after its calls have stood there for so long altogether."""
    return max(SHORTEST_LINE_SECONDS, case.queue_seconds - max(0.0, stood))


def _job_seconds(case: CaseFile) -> float:
    return case.rulebook.job_seconds[case.ticket.channel]


def _never_began(error: ActivityError) -> bool:
    """Whether no worker took the call: every other model waits in the same line."""
    return isinstance(error.cause, ActivityTimeout) and error.cause.type is TimeoutType.SCHEDULE_TO_START


def _lost(ladder: Ladder, ask: Ask, error: ActivityError) -> Attempt:
    """A call whose worker died, or whose code failed: the rung's whole time counts as spent, and all it may cost."""
    late = isinstance(error.cause, ActivityTimeout)
    why = (
        reason(ReasonCode.MODEL_TIMEOUT, model=ask.model, seconds=f"{ask.timeout_seconds:g}")
        if late
        else reason(ReasonCode.MODEL_REFUSED_CALL, model=ask.model, what=str(error.cause)[:200])
    )
    return Attempt(
        job=ladder.job,
        rung=ask.rung,
        model=ask.model,
        prompt=ask.prompt,
        outcome=AttemptOutcome.TIMEOUT if late else AttemptOutcome.PERMANENT,
        reason=why,
        seconds=ask.timeout_seconds,
        waited_seconds=ask.wait_seconds,
        cost=ladder.rungs[ask.rung].expected_cost,
    )


def label(what: str, ladder: Ladder, ask: Ask) -> str:
    """What the Temporal UI shows of a call: the job, the rung, and why this one."""
    strict = " · stricter" if ask.prompt == "strict" else ""
    because = f" · {ask.reason}" if ask.reason else ""
    return f"{what} · rung {ask.rung + 1} of {len(ladder.rungs)} · {ask.model}{strict}{because}"[:200]


def _skipped(ladder: Ladder, skip: Skip) -> Attempt:
    return Attempt(
        job=ladder.job,
        rung=skip.rung,
        model=skip.model,
        prompt=Prompt.STANDARD,
        outcome=AttemptOutcome.SKIPPED,
        reason=skip.reason,
        seconds=0.0,
    )


def _write_down(case: CaseFile, ladder: Ladder, attempt: Attempt) -> None:
    case.attempts.append(attempt)
    case.note(StepKind.MODEL, _line(ladder, attempt))


def _line(ladder: Ladder, attempt: Attempt) -> str:
    ended = attempt.reason.sentence if attempt.reason else "answered"
    skipped = "skipped, " if attempt.outcome is AttemptOutcome.SKIPPED else ""
    return f"{ladder.job}: rung {attempt.rung + 1} of {len(ladder.rungs)}, {attempt.model}: {skipped}{ended}"
