"""The queue: what waits for whom, most urgent first."""

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from cases.classification import Team
from cases.person import Person
from cases.policy.desk import DeskRules
from cases.words import in_words
from ledger.queue import Count, QueueBook, QueueFilter, QueueLine, QueueName
from ledger.reviews import ReviewBook
from routing.claims import same_person
from starter.desk.approvers import not_theirs
from starter.desk.case_view import REJECTIONS
from starter.desk.connections import DeskConnections, Held
from starter.desk.growth import growth
from starter.desk.pages import page
from starter.desk.queue_view import address, pages, running, shown_line, window
from starter.desk.who import SignedIn
from starter.desk.within import QueueQuery, Wanted, within

EMPTY = {
    QueueName.REVIEW: "Nobody waits for a decision. Everything that could be answered is answered.",
    QueueName.CUSTOMER: "No customer owes us an answer.",
    QueueName.HANDED_OVER: "Nothing waits for a person to answer in the helpdesk.",
}
"""What an empty queue says."""

NAMES = {
    QueueName.REVIEW: "To decide",
    QueueName.CUSTOMER: "With the customer",
    QueueName.HANDED_OVER: "Handed over",
}

router = APIRouter(include_in_schema=False)


class NextQuery(QueueQuery):
    """Where somebody stands in a queue they work through."""

    after: str = ""
    before: str = ""


@router.get("/")
async def queue_page(request: Request, wanted: Wanted, held: Held, person: SignedIn) -> Response:
    """The queue, with what it can be narrowed by."""
    now = datetime.now(UTC)
    rules = (await held.rules.now()).growth
    latest_from = now - rules.latest
    workloads = await ReviewBook(held.database).workloads(latest_from, latest_from - rules.before)
    return page(
        request,
        "queue.html",
        **await _shown(held, wanted, person, now),
        growth=growth(workloads, rules),
        windows=(window(rules.latest), window(rules.before)),
        rejections=[(reason, name) for reason, (name, _) in REJECTIONS.items()],
        all_teams=list(Team),
        mark=await QueueBook(held.database).mark(),
    )


@router.get("/queue/lines")
async def queue_lines(request: Request, wanted: Wanted, held: Held, person: SignedIn) -> Response:
    """The lines alone, for a page that is open."""
    return page(request, "queue_lines.html", **await _shown(held, wanted, person, datetime.now(UTC)))


@router.get("/next")
async def next_case(wanted: Annotated[NextQuery, Query()], held: Held, person: SignedIn) -> Response:
    """The most urgent case of a queue this person can do something for; with `after` or `before`, the one beside it."""
    lines = await QueueBook(held.database).lines(_narrowed(wanted, person))
    ids = [line.case_id for line in lines]
    if wanted.before:
        ordered = lines[: ids.index(wanted.before)][::-1] if wanted.before in ids else ()
    else:
        below = ids.index(wanted.after) + 1 if wanted.after in ids else 0
        ordered = (*lines[below:], *lines[:below])
    filters = within(wanted)
    behind = f"?{filters}" if filters else ""
    rules = await held.rules.of_each(line.policy_version for line in ordered)
    for line in ordered:
        if line.case_id != wanted.after and _is_theirs(person, line, rules[line.policy_version]):
            return RedirectResponse(f"/cases/{line.case_id}{behind}", HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"/{behind}", HTTPStatus.SEE_OTHER)


def _is_theirs(person: Person, line: QueueLine, rules: DeskRules) -> bool:
    """Whether this person can decide this now; what waits for others than a decision is anybody's to look at."""
    review = line.review
    if review is None:
        return True
    if review.pending is not None or not_theirs(person, review, rules):
        return False
    if any(same_person(taken.decision.reviewer, person.name) for taken in review.approvals):
        return False
    holder = running(review.claim, datetime.now(UTC))
    return holder is None or same_person(holder, person.name)


def _narrowed(wanted: QueueQuery, person: Person) -> QueueFilter:
    return wanted.model_copy(update={"claimed_by": person.name if wanted.mine else None})


async def _shown(held: DeskConnections, wanted: QueueQuery, person: Person, now: datetime) -> dict[str, Any]:
    found = await QueueBook(held.database).page(_narrowed(wanted, person))
    sizes = {count.value: count.cases for count in found.queues}
    rules = await held.rules.of_each(line.policy_version for line in found.lines)
    return {
        "wanted": wanted,
        "found": found,
        "lines": [shown_line(line, person, rules[line.policy_version], now) for line in found.lines],
        "queues": [
            (queue, NAMES[queue], sizes[queue], "/" if queue is QueueName.REVIEW else f"/?queue={queue}")
            for queue in QueueName
        ],
        "filters": [
            ("reason", "Reason", _options(found.reasons)),
            ("tenant", "Tenant", _options(found.tenants)),
            ("intent", "Intent", _options(found.intents)),
            ("team", "Team", _options(found.teams)),
        ],
        "narrowed": bool(wanted.reason or wanted.tenant or wanted.intent or wanted.team or wanted.mine),
        "empty": EMPTY[wanted.queue],
        "pages": pages(found),
        "link": partial(address, wanted, mine=wanted.mine),
        "within": within(wanted),
    }


def _options(counts: tuple[Count, ...]) -> list[tuple[str, str, int]]:
    return [(count.value, in_words(count.value), count.cases) for count in counts]
