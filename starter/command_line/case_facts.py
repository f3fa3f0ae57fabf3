"""What was found for a case, one line a record."""

from collections.abc import Iterator

from cases.case import CaseView
from cases.facts import Facts, Order, Payment


def facts(case: CaseView) -> Iterator[str]:
    """The records of the shop, the articles, and the look-ups that failed."""
    found = case.facts
    yield from _account(found)
    yield from (_order(order) for order in found.orders)
    yield from (_payment(payment) for payment in found.payments)
    if found.subscription is not None:
        held = found.subscription
        yield f"{held.id}: plan {held.plan}, {held.status}, {held.price}"
    for passage in found.passages:
        yield f"{passage.article_id} revision {passage.revision} ({passage.confidence:.2f}): {passage.title}"
    for other in case.other_cases:
        proposed = f": {'; '.join(other.proposed)}" if other.proposed else ""
        yield f"also open: {other.case_id}, {other.stage.replace('_', ' ')}{proposed}"
    yield from (f"earlier: {contact.case_id} {contact.outcome}" for contact in found.earlier_contacts)
    yield from (f"failed: {failure.kind}: {failure.sentence}" for failure in found.failures)


def _account(found: Facts) -> Iterator[str]:
    if found.account is not None:
        account = found.account
        yield f"{account.id}: {account.name}, {account.email}, {account.tier}, identity {found.identity}"
    elif found.asked:
        yield f"no account found, identity {found.identity}"


def _order(order: Order) -> str:
    return f"{order.id}: {order.status}, {order.total}, placed {order.placed_on}, {', '.join(order.items)}"


def _payment(payment: Payment) -> str:
    back = f", {payment.refunded} of it refunded" if payment.refunded.amount else ""
    return f"{payment.id}: {payment.status}, {payment.amount} on {payment.paid_on}{back}"
