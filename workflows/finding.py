"""Finding the facts: whose ticket it is, what the records say, and what the help centre says."""

from collections import Counter

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.look_up import LookingUp
    from activities.other_cases import FindingOtherCases
    from activities.retrieve import Retrieving
    from cases.case import StepKind
    from cases.facts import Facts, LookupFailure, LookupRequest
    from cases.other_case import OtherCase, records_at_stake
    from cases.reason import ReasonCode
    from cases.work import LookupOrder, OtherCasesRequest, RetrieveRequest
    from routing.messages import reason
    from routing.needs import first_lookups, in_focus, lookups_needed

from workflows.case_file import CaseFile
from workflows.options import OWN_DATABASE, lookup


async def find_customer(case: CaseFile) -> None:
    """Find whose ticket it is. It needs no classification, so it runs beside it."""
    requests = tuple(r for r in first_lookups(case.ticket.customer) if r.key not in case.facts.asked)
    if requests:
        await _look_up(case, requests)


async def find_articles(case: CaseFile) -> None:
    """Find the passages that answer the conversation. It needs no classification either."""
    retrieved = await workflow.execute_local_activity_method(
        Retrieving.retrieve,
        RetrieveRequest(tenant=case.ticket.tenant, locale=case.language, text=case.to_read.customer_text),
        **OWN_DATABASE,
    )
    case.facts = case.facts.model_copy(update={"passages": retrieved.passages})


async def find_records(case: CaseFile) -> None:
    """Ask the systems of record what the intents need, until no answer raises another question."""
    asked = Counter(request.key for request in first_lookups(case.ticket.customer))
    while requests := _unanswered(case, asked):
        asked.update(request.key for request in requests)
        await _look_up(case, requests)
    case.facts = in_focus(case.entities, case.facts)


async def read_records_again(case: CaseFile) -> Facts | None:
    """Ask the systems of record all that they were asked before. None: they do not answer, or were asked nothing."""
    if not case.facts.asked:
        return None
    found = await _answers(case, tuple(LookupRequest.of(key) for key in case.facts.asked))
    return None if found.failures else found


async def find_other_cases(case: CaseFile) -> None:
    """Learn what other open cases of this customer, or about the same records, propose."""
    case.other_cases = await other_cases_now(case)


async def other_cases_now(case: CaseFile) -> tuple[OtherCase, ...]:
    """The other open cases of this customer or about the same records, as the ledger knows them now."""
    found = await workflow.execute_local_activity_method(
        FindingOtherCases.other_open_cases,
        OtherCasesRequest(
            ticket=case.ticket.model_copy(update={"messages": case.ticket.messages[-1:], "deleted": ()}),
            facts=Facts(account=case.facts.account, identity=case.facts.identity),
            records=records_at_stake(case.actions, case.facts),
        ),
        **OWN_DATABASE,
    )
    return found.cases


def _unanswered(case: CaseFile, asked: Counter[str]) -> tuple[LookupRequest, ...]:
    wanted = (
        *(request for request in first_lookups(case.ticket.customer) if request.key not in case.facts.asked),
        *lookups_needed(case.rulebook, case.intents, case.entities, case.facts),
    )
    return tuple(
        request for request in dict.fromkeys(wanted) if asked[request.key] < case.rulebook.records.lookup_tries
    )


async def _look_up(case: CaseFile, requests: tuple[LookupRequest, ...]) -> None:
    found = await _answers(case, requests)
    case.facts = case.facts.with_answers(found)
    case.note(StepKind.LOOKED_UP, _told(_kinds(requests), found))


async def _answers(case: CaseFile, requests: tuple[LookupRequest, ...]) -> Facts:
    asked_at = workflow.now()
    try:
        found = await workflow.execute_activity_method(
            LookingUp.look_up,
            LookupOrder(tenant=case.ticket.tenant, requests=requests, customer=case.ticket.customer),
            summary=f"look up {_kinds(requests)}",
            **lookup(case.rulebook.tool_times.lookup_seconds, case.queue_seconds),
        )
    except ActivityError as error:
        why = reason(ReasonCode.TOOL_FAILED, tool="the look-up", what=str(error.cause)[:200])
        return Facts(failures=tuple(LookupFailure(kind=r.kind, sentence=why.sentence) for r in requests))
    return found.model_copy(update={"read_at": asked_at})


def _kinds(requests: tuple[LookupRequest, ...]) -> str:
    return ", ".join(dict.fromkeys(request.kind for request in requests))


def _told(kinds: str, found: Facts) -> str:
    if found.failures:
        return f"looked up {kinds}: {found.failures[0].sentence}"
    counted = [
        *(["account"] if found.account else []),
        *_counted(len(found.orders), "order"),
        *_counted(len(found.payments), "payment"),
        *(["subscription"] if found.subscription else []),
    ]
    return f"looked up {kinds}: {', '.join(counted) or 'nothing there'}"


def _counted(count: int, what: str) -> list[str]:
    return [f"{count} {what}{'' if count == 1 else 's'}"] if count else []
