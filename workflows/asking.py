"""Asking models: walking down a ladder until one answers well, and writing down every rung."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError
from temporalio.exceptions import TimeoutError as ActivityTimeout

with workflow.unsafe.imports_passed_through():
    from activities.classify import Classifying
    from activities.draft import Drafting
    from cases.classification import Classification, IntentName
    from cases.draft import Draft
    from cases.ladder import Ask, Attempt, AttemptOutcome, Budget, Job, Ladder, Stop
    from cases.policy.rulebook import Detail
    from cases.reason import Reason, ReasonCode
    from cases.work import ClassifyRequest, DraftRequest, StepKind
    from routing.ladder import cost_spent, next_step
    from routing.messages import reason

from workflows.case_file import CaseFile
from workflows.options import model_call

Output = TypeVar("Output", Classification, Draft)
AskOnce = Callable[[Ask], Awaitable[tuple[Attempt, Output | None]]]
Judge = Callable[[Output], Reason | None]


async def ask_what_it_is_about(case: CaseFile) -> Classification | Stop:
    """Classify the conversation, cheapest model first."""
    threshold = case.rulebook.thresholds.confidence

    async def once(ask: Ask) -> tuple[Attempt, Classification | None]:
        report = await workflow.execute_activity_method(
            Classifying.classify,
            ClassifyRequest(
                case_id=case.case_id,
                policy_version=case.rulebook.policy_version,
                model=ask.model,
                rung=ask.rung,
                prompt=ask.prompt,
                timeout_seconds=ask.timeout_seconds,
                text=case.ticket.customer_text,
                language=case.language,
                entities=case.entities,
            ),
            summary=_label("classify", case.rulebook.classify, ask),
            **model_call(ask.timeout_seconds),
        )
        case.learn(report.rules)
        return report.attempt, report.classification

    def judge(answer: Classification) -> Reason | None:
        if answer.confidence >= threshold:
            return None
        return reason(ReasonCode.LOW_CONFIDENCE, measured=f"{answer.confidence:.2f}", threshold=f"{threshold:.2f}")

    answer, stop = await _walk(case, case.rulebook.classify, once, judge)
    if stop is not None or answer is None:
        return stop or Stop(last=case.rulebook.classify.last, reason=reason(ReasonCode.RUNGS_EXHAUSTED))
    return answer


async def ask_for_a_draft(
    case: CaseFile, ladder: Ladder, intents: tuple[IntentName, ...], questions: tuple[Detail, ...]
) -> tuple[Draft | None, Stop | None]:
    """Draft a reply; with a Stop, the last draft comes along although it failed its check."""
    wrong: tuple[Reason, ...] = ()

    async def once(ask: Ask) -> tuple[Attempt, Draft | None]:
        nonlocal wrong
        report = await workflow.execute_activity_method(
            Drafting.draft,
            DraftRequest(
                case_id=case.case_id,
                policy_version=case.rulebook.policy_version,
                model=ask.model,
                rung=ask.rung,
                prompt=ask.prompt,
                timeout_seconds=ask.timeout_seconds,
                channel=case.ticket.channel,
                locale=case.language,
                customer=case.ticket.customer,
                text=case.ticket.customer_text,
                intents=intents,
                questions=questions,
                facts=case.facts,
                actions=case.actions,
            ),
            summary=_label("draft reply", ladder, ask),
            **model_call(ask.timeout_seconds),
        )
        wrong = report.failed_checks
        return report.attempt, report.draft

    def judge(_: Draft) -> Reason | None:
        return reason(ReasonCode.CHECK_FAILED, what=wrong[0].sentence) if wrong else None

    return await _walk(case, ladder, once, judge)


async def _walk(
    case: CaseFile, ladder: Ladder, ask_once: AskOnce[Output], judge: Judge[Output]
) -> tuple[Output | None, Stop | None]:
    budget = Budget(
        seconds=case.rulebook.job_seconds[case.ticket.channel],
        cost=max(Decimal(0), case.rulebook.cost_ceiling - cost_spent(case.attempts)),
    )
    attempts: list[Attempt] = []
    newest: Output | None = None
    while True:
        step = next_step(ladder, budget, attempts)
        if isinstance(step, Stop):
            return newest, step
        if step.wait_seconds:
            await workflow.sleep(step.wait_seconds, summary=f"{step.model} asked us to wait")
        attempt, output = await _asked(ladder.job, step, ask_once)
        wrong = judge(output) if output is not None else attempt.reason
        if output is not None and wrong is not None:
            attempt = attempt.model_copy(update={"outcome": AttemptOutcome.CONTENT_FAILURE, "reason": wrong})
        attempts.append(attempt)
        case.attempts.append(attempt)
        case.note(StepKind.MODEL, _line(ladder, attempt))
        newest = output if output is not None else newest
        if wrong is None and output is not None:
            return output, None


async def _asked(job: Job, ask: Ask, ask_once: AskOnce[Output]) -> tuple[Attempt, Output | None]:
    try:
        attempt, output = await ask_once(ask)
    except ActivityError as error:
        return _lost(job, ask, error), None
    return attempt.model_copy(update={"waited_seconds": ask.wait_seconds}), output


def _lost(job: Job, ask: Ask, error: ActivityError) -> Attempt:
    """A call whose worker died, or whose code failed: the rung's whole time counts as spent."""
    late = isinstance(error.cause, ActivityTimeout)
    why = (
        reason(ReasonCode.MODEL_TIMEOUT, model=ask.model, seconds=f"{ask.timeout_seconds:g}")
        if late
        else reason(ReasonCode.MODEL_REFUSED_CALL, model=ask.model, what=str(error.cause)[:200])
    )
    return Attempt(
        job=job,
        rung=ask.rung,
        model=ask.model,
        prompt=ask.prompt,
        outcome=AttemptOutcome.TIMEOUT if late else AttemptOutcome.PERMANENT,
        reason=why,
        seconds=ask.timeout_seconds,
        waited_seconds=ask.wait_seconds,
    )


def _label(what: str, ladder: Ladder, ask: Ask) -> str:
    strict = " · stricter" if ask.prompt == "strict" else ""
    because = f" · {ask.reason}" if ask.reason else ""
    return f"{what} · rung {ask.rung + 1} of {len(ladder.rungs)} · {ask.model}{strict}{because}"[:200]


def _line(ladder: Ladder, attempt: Attempt) -> str:
    ended = attempt.reason.sentence if attempt.reason else "answered"
    return f"{ladder.job}: rung {attempt.rung + 1} of {len(ladder.rungs)}, {attempt.model}: {ended}"
