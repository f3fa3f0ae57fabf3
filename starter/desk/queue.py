"""The queue: what waits for whom, most urgent first."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import model_validator

from cases.classification import Team
from cases.person import Person
from cases.words import in_words
from ledger.queue import Count, QueueBook, QueueFilter, QueueName
from ledger.reviews import ReviewBook
from routing.claims import same_person
from starter.desk.approvers import not_theirs
from starter.desk.case_view import REJECTIONS
from starter.desk.connections import DeskConnections, Held
from starter.desk.growth import growth
from starter.desk.pages import page
from starter.desk.queue_view import address, pages, running, shown_line, window
from starter.desk.who import SignedIn

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


class QueueQuery(QueueFilter):
    """The filters as they stand in the address; an empty one narrows nothing."""

    mine: bool = False

    @model_validator(mode="before")
    @classmethod
    def _without_empty_ones(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in given.items() if value not in ("", None)}


Wanted = Annotated[QueueQuery, Query()]


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
async def next_case(held: Held, person: SignedIn, after: str = "") -> Response:
    """The most urgent case this person can approve now; after one of them, the one below it."""
    now = datetime.now(UTC)
    lines = await QueueBook(held.database).lines(QueueFilter())
    ids = [line.case_id for line in lines]
    below = ids.index(after) + 1 if after in ids else 0
    for line in (*lines[below:], *lines[:below]):
        review = line.review
        if review is None or line.case_id == after or review.pending is not None:
            continue
        if not_theirs(person, review, await held.rules.of(line.policy_version)):
            continue
        if any(same_person(taken.decision.reviewer, person.name) for taken in review.approvals):
            continue
        holder = running(review.claim, now)
        if holder is None or same_person(holder, person.name):
            return RedirectResponse(f"/cases/{line.case_id}", 303)
    return RedirectResponse("/", 303)


async def _shown(held: DeskConnections, wanted: QueueQuery, person: Person, now: datetime) -> dict[str, Any]:
    narrowed = wanted.model_copy(update={"claimed_by": person.name if wanted.mine else None})
    found = await QueueBook(held.database).page(narrowed)
    sizes = {count.value: count.cases for count in found.queues}
    return {
        "wanted": wanted,
        "found": found,
        "lines": [shown_line(line, person, await held.rules.of(line.policy_version), now) for line in found.lines],
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
        "lines_link": "/queue/lines" + address(wanted, mine=wanted.mine, page=wanted.page)[1:],
    }


def _options(counts: tuple[Count, ...]) -> list[tuple[str, str, int]]:
    return [(count.value, in_words(count.value), count.cases) for count in counts]
