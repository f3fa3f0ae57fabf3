"""Recalling: a plain question that was answered before gets the same answer, and no model is asked."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.recall import Recalling
    from cases.cache import RecallRequest
    from cases.case import StepKind
    from cases.classification import IntentName
    from cases.draft import Draft
    from cases.facts import Tier
    from cases.ladder import Job
    from routing.cache import cacheable_intent
    from routing.impersonal import names_of

from workflows.case_file import CaseFile
from workflows.options import A_GLANCE
from workflows.plan import Plan


async def recall_an_answer(case: CaseFile, plan: Plan) -> Draft | None:
    """Find an earlier answer to the same question. None: there is none, or the ticket is not for the cache."""
    intent = cacheable_intent(
        case.rulebook,
        ticket=case.to_read,
        route=plan.route,
        intents=plan.servable,
        questions=plan.questions,
        actions=case.actions,
        entities=case.entities,
        repeat_contact=case.repeat_contact,
    )
    if intent is None:
        return None
    try:
        report = await workflow.execute_local_activity_method(
            Recalling.recall, _request(case, plan, intent), **A_GLANCE
        )
    except ActivityError as error:
        case.note(StepKind.MODEL, f"{Job.DRAFT}: the cache was not there: {error.cause}")
        return None
    case.recall = report.recall
    case.attempts.append(report.attempt)
    case.note(StepKind.MODEL, report.attempt.reason or "the cache said nothing")
    return report.draft


def _request(case: CaseFile, plan: Plan, intent: IntentName) -> RecallRequest:
    account = case.facts.account
    return RecallRequest(
        case_id=case.case_id,
        tenant=case.ticket.tenant,
        policy_version=case.rulebook.policy_version,
        route=plan.route,
        intent=intent,
        locale=case.language,
        channel=case.ticket.channel,
        tier=account.tier if account else Tier.STANDARD,
        labels=tuple(sorted({f"{finding.flag}:{finding.heading}" for finding in case.findings})),
        customer=case.ticket.customer,
        text=case.to_read.customer_text,
        names=names_of(case.ticket.customer, account),
        passages=case.facts.passages,
        articles=case.rulebook.intents[intent].articles,
    )
