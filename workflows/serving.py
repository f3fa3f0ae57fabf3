"""Serving: one pass through the conversation as it stands, from the guard to the route."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from cases.case import StepKind
    from cases.classification import Classification
    from cases.courtesy import Courtesy
    from cases.ladder import LastRung, Stop
    from cases.outcome import Outcome, Stage
    from cases.policy.rulebook import Detail
    from cases.reason import Reason, ReasonCode
    from cases.route import Route, RouteName
    from cases.words import in_words
    from routing.attachments import illegible_and_alone, unheard, unread_and_alone
    from routing.forwards import only_forwarded
    from routing.messages import reason
    from routing.needs import passages_for
    from routing.route import choose_route, danger
    from routing.signals import can_be_served, details_to_ask, gather_signals, said_enough, says_too_little
    from routing.writers import others_in

from workflows.answering import answer
from workflows.asking import ask_what_it_is_about
from workflows.attachments import read_attachments
from workflows.case_file import AN_HOUR, CaseFile
from workflows.confirming import leave_as_it_is
from workflows.courtesy import greet, thanked
from workflows.ending import end_without_a_word, hand_over, hand_over_silently, step_aside
from workflows.finding import find_articles, find_customer, find_records
from workflows.hearing import has_moved_on
from workflows.listening import let_customer_finish
from workflows.plan import Plan, what_is_asked
from workflows.review_desk import ReviewDesk
from workflows.showing import enter
from workflows.waiting import ask_and_wait, read_again


async def serve(case: CaseFile, desk: ReviewDesk) -> Outcome | None:
    """Go through the case once. None: somebody told us more meanwhile, so go through it again."""
    await _catch_up(case)
    if case.starts_over and not case.is_out_of_our_hands:
        return None
    case.begin_pass()
    over = await _is_over(case)
    if over is not None:
        return over
    held = await _held_by_the_guard(case)
    if held is not None:
        _take(case, Route(name=RouteName.HUMAN, reason=held))
        return await hand_over(case, held)
    if case.asks_for_nothing:
        return await _leave_it_there(case)

    understood = await _understand(case)
    if isinstance(understood, Stop):
        return await _nobody_understood(case, understood)
    case.facts = passages_for(case.rulebook, case.intents, case.facts)
    await find_records(case)
    if await has_moved_on(case):
        return None
    return await _answer_or_ask(case, desk, understood)


async def _catch_up(case: CaseFile) -> None:
    """Read all that was said so far, once the customer has finished."""
    await let_customer_finish(case)
    while case.has_unread_messages and not case.is_out_of_our_hands and not case.starts_over:
        await read_again(case)


async def _leave_it_there(case: CaseFile) -> Outcome | None:
    """Nothing is asked for: the customer has only said hello or thanks, or does not want what we offered."""
    if case.has_declined:
        return await leave_as_it_is(case)
    return await greet(case) if case.courtesy is Courtesy.GREETING else thanked(case)


async def _answer_or_ask(case: CaseFile, desk: ReviewDesk, understood: Classification) -> Outcome | None:
    """Answer what can be answered; else ask for what is missing, or let a person do it."""
    route = _route(case, understood)
    if route.name is RouteName.HUMAN:
        if says_too_little(case.rulebook, route.reason, case.to_read) and not case.questions_asked:
            return await ask_and_wait(case, (), route.reason)
        return await hand_over(case, route.reason)

    servable = tuple(i for i in case.intents if can_be_served(case.rulebook, i, understood, case.facts))
    asked = what_is_asked(case, understood, servable)
    case.confirming = asked.confirming
    why, questions = route.reason, details_to_ask(case.rulebook, case.intents, understood, case.facts)
    if asked.confirming is not None:
        servable = tuple(intent for intent in servable if intent != asked.confirming.action.intent)
        why = reason(ReasonCode.TO_CONFIRM, action=asked.confirming.action.summary)
        questions = (*questions, Detail.CONFIRMATION)
    if servable:
        return await answer(case, desk, Plan(route.name, understood, servable, questions, asked))
    if questions:
        return await ask_and_wait(case, questions, why)
    return await hand_over(case, why)


async def _is_over(case: CaseFile) -> Outcome | None:
    """How the case ends before a model reads it: others have it, a machine wrote it, or it never comes to rest."""
    if case.is_out_of_our_hands:
        return await step_aside(case)
    if case.machine_mail is not None:
        return await end_without_a_word(case, case.machine_mail)
    if case.turn > case.rulebook.passes_allowed:
        return await hand_over(case, reason(ReasonCode.TOO_MANY_PASSES, count=case.rulebook.passes_allowed))
    sent = len(case.replies_since(workflow.now() - AN_HOUR))
    if sent >= case.rulebook.replies_per_hour:
        return await hand_over_silently(case, reason(ReasonCode.TOO_MANY_REPLIES, count=sent))
    return None


async def _held_by_the_guard(case: CaseFile) -> Reason | None:
    """Why no model may read this. The guard reads the words first, and then what was seen and heard."""
    dangerous = danger(case.findings)
    if dangerous is None and await read_attachments(case):
        await read_again(case)
        dangerous = danger(case.findings)
    return (
        dangerous
        or unheard(case.facts)
        or unread_and_alone(case.to_read, case.facts)
        or only_forwarded(case.ticket, case.forwarded_from)
    )


async def _understand(case: CaseFile) -> Classification | Stop:
    """Learn what the ticket is about; whose it is and which articles apply need not wait for that."""
    understood, _, _ = await asyncio.gather(_classify(case), find_customer(case), find_articles(case))
    return understood


async def _classify(case: CaseFile) -> Classification | Stop:
    unclear = illegible_and_alone(case.to_read, case.facts)
    if unclear is not None:
        return Stop(last=LastRung.CUSTOMER, reason=unclear)
    known = case.by_rule or case.classification or await ask_what_it_is_about(case)
    if isinstance(known, Stop):
        return known
    case.classification = known.model_copy(
        update={"entities": known.entities.merged_with(case.entities), "language": case.language}
    )
    case.note(StepKind.CLASSIFIED, f"{in_words(', '.join(known.intent_names))} ({known.confidence:.2f})")
    return case.classification


async def _nobody_understood(case: CaseFile, stop: Stop) -> Outcome | None:
    """No model was sure enough: ask the customer once more, or give it to a person."""
    _take(case, Route(name=RouteName.FALLBACK, reason=stop.reason))
    if stop.last is not LastRung.CUSTOMER:
        return await hand_over(case, stop.reason)
    if case.facts.unseen is not None:
        return await hand_over(case, case.facts.unseen.why)
    if case.facts.illegible is not None:
        return await ask_and_wait(case, (Detail.PICTURE,), case.facts.illegible.why)
    wordy = said_enough(case.rulebook, case.to_read)
    return await (hand_over(case, wordy) if wordy else ask_and_wait(case, (), stop.reason))


def _route(case: CaseFile, understood: Classification) -> Route:
    signals = gather_signals(
        case.rulebook,
        ticket=case.to_read,
        others=others_in(case.ticket),
        classification=understood,
        intents=case.intents,
        facts=case.facts,
        findings=case.findings,
        repeat_contact=case.repeat_contact,
        forwarded_from=case.forwarded_from,
    )
    return _take(case, choose_route(case.rulebook, signals))


def _take(case: CaseFile, route: Route) -> Route:
    case.route = route
    case.note(StepKind.ROUTED, f"{route.name}: {route.reason}")
    enter(case, Stage.WORKING)
    return route
