"""Waiting for the customer: one plain question for each missing detail, and days to answer it."""

from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.opening import Opening
    from cases.case import StepKind
    from cases.classification import Entities
    from cases.outcome import Outcome, OutcomeKind, Stage
    from cases.policy.rulebook import Detail
    from cases.reason import Reason, ReasonCode
    from cases.review import AskedQuestion
    from cases.work import ReadRequest
    from routing.attachments import with_clearer
    from routing.messages import reason
    from routing.requested import answered

from workflows.case_file import CaseFile
from workflows.confirming import take_answer
from workflows.ending import ended, hand_over, undeliverable
from workflows.listening import let_customer_finish
from workflows.options import OWN_DATABASE
from workflows.showing import end_wait, enter, record, show_wait
from workflows.telling import ask_customer, ask_in_words


async def ask_and_wait(case: CaseFile, questions: tuple[Detail, ...], why: Reason) -> Outcome | None:
    """Ask for details, or without any for what is wanted; give up asking after as often as the policy allows."""
    if case.questions_asked >= case.rulebook.questions_allowed:
        details = ", ".join(questions) or "a clear request"
        return await hand_over(case, reason(ReasonCode.TOO_MANY_QUESTIONS, count=case.questions_asked, details=details))
    report = await ask_customer(case, questions, why)
    if report.refused is not None:
        return await undeliverable(case, report.refused)
    return await wait_for_customer(case, questions, why)


async def ask_in_own_words(case: CaseFile, question: str, reviewer: str) -> Outcome | None:
    """Ask what a reviewer wants to know, as they worded it. A person may ask however often the policy lets us ask."""
    why = reason(ReasonCode.ASKED_BY_REVIEWER, reviewer=reviewer, question=question)
    case.ask(AskedQuestion(reviewer=reviewer, question=question))
    report = await ask_in_words(case, question, why)
    if report.refused is not None:
        return await undeliverable(case, report.refused)
    return await wait_for_customer(case, (), why)


async def wait_for_customer(case: CaseFile, questions: tuple[Detail, ...], why: Reason) -> Outcome | None:
    """Wait, for days if need be. None: the customer wrote, and the case can be gone through again."""
    case.questions_asked += 1
    case.read_before = tuple(message.id for message in case.ticket.customer_messages if message.id in case.in_pass)
    patience = case.rulebook.deadlines.customer_answer
    until = workflow.now() + patience
    _say_what_is_waited_for(case, questions, why)
    await record(case)
    while await _heard_before(case, until):
        if case.is_out_of_our_hands or case.says_nothing:
            end_wait(case)
            return None
        known = case.entities
        await _take_in(case)
        if not case.heard_only_courtesy or _is_plain(questions, why):
            _keep_what_still_holds(case, known)
            end_wait(case)
            return None
        case.note(StepKind.CUSTOMER, "the customer wrote, and has not answered yet")
        case.take_as_seen()
    case.note(StepKind.CUSTOMER, "no answer in time")
    end_wait(case)
    return ended(case, OutcomeKind.NO_ANSWER, reason(ReasonCode.NO_ANSWER, waited=f"{patience.days} days"))


def _is_plain(questions: tuple[Detail, ...], why: Reason) -> bool:
    """Whether "okay" and "thanks" may answer what was asked."""
    return Detail.CONFIRMATION in questions or why.code is ReasonCode.ASKED_BY_REVIEWER


async def _heard_before(case: CaseFile, until: datetime) -> bool:
    with suppress(TimeoutError):
        await workflow.wait_condition(
            lambda: case.has_moved_on,
            timeout=max(timedelta(0), until - workflow.now()),
            timeout_summary="the customer's answer",
        )
    return case.has_moved_on


async def read_again(case: CaseFile) -> None:
    """Take in what was written meanwhile. A bare answer to our question keeps what was understood before."""
    known = case.entities
    await _take_in(case)
    _keep_what_still_holds(case, known)


async def _take_in(case: CaseFile) -> None:
    await let_customer_finish(case)
    read_version = case.version
    case.read(
        await workflow.execute_local_activity_method(
            Opening.read_again,
            ReadRequest(
                ticket=case.to_read,
                policy_version=case.rulebook.policy_version,
                read_before=case.read_before,
                confirming=case.confirming if Detail.CONFIRMATION in case.questions else None,
                question=case.question.question if case.question else "",
                intents=case.classification.intent_names if case.question and case.classification else (),
            ),
            **OWN_DATABASE,
        ),
        read_version,
    )


def _keep_what_still_holds(case: CaseFile, known: Entities) -> None:
    asked, case.questions = case.questions, ()
    if Detail.PICTURE in asked and not _is_short(case):
        case.facts = with_clearer(case.facts)
    only_answers = bool(asked) and case.entities != known and _is_short(case)
    if case.question is not None:
        case.question = case.question.model_copy(update={"answer": case.answer_words})
        if case.classification is not None and case.reviewer_answer is not None:
            case.classification = answered(case.classification, case.reviewer_answer)
    if Detail.CONFIRMATION in asked:
        only_answers = take_answer(case)
    if only_answers:
        case.bare_answers = (*case.bare_answers, *(message.id for message in case.newest_messages))
    if not only_answers and case.question is None:
        case.classification = None


def _is_short(case: CaseFile) -> bool:
    """Whether the last message is too short to hold a wish besides the answer."""
    newest = (case.ticket.customer_messages or case.ticket.messages)[-1]
    return len(newest.new_words.split()) <= case.rulebook.thresholds.short_answer_words


def _say_what_is_waited_for(case: CaseFile, questions: tuple[Detail, ...], why: Reason) -> None:
    asked_by_a_person = why.code is ReasonCode.ASKED_BY_REVIEWER
    asked = str(why) if asked_by_a_person else ", ".join(questions) or "what is wanted"
    case.questions = questions
    show_wait(
        case,
        f"the customer to tell us: {asked}",
        f"**Waits for the customer** to tell us: {asked}\n\nWhy: {why}\n\n"
        f"Free it with `signalbox reply {case.case_id} TEXT`.",
    )
    enter(case, Stage.WAITING_FOR_CUSTOMER, why)
