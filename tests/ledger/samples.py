"""Cases, requests and limits to write into a ledger."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cases.action import ProposedAction, Refund, ResetAccess, ValueLimit
from cases.case import CaseView, SentReply, Step, StepKind
from cases.classification import Category, Classification, IntentGuess, Priority, Team
from cases.draft import CustomerText, Draft
from cases.facts import Payment, PaymentStatus
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt, Usage
from cases.money import Money
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.policy.rulebook import ValueLimits
from cases.reason import Reason, ReasonCode
from cases.review import Approve, ReviewRequest, TakenDecision
from cases.route import Route, RouteName
from cases.target_records import TargetRecords
from cases.ticket import Customer, Message, Ticket
from cases.work import ActRequest
from routing.proposals import action_id

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def ticket(*, tenant: str = "acme", email: str | None = None, text: str = "Where is my order W10023?") -> Ticket:
    return Ticket(
        tenant=tenant,
        source="helpdesk",
        id=uuid.uuid4().hex[:12],
        customer=Customer(email=email or f"{uuid.uuid4().hex[:8]}@example.com"),
        subject="My order",
        messages=(Message(id="m1", text=text, sent_at=NOON),),
    )


def received(about: Ticket, *, at: datetime = NOON) -> CaseView:
    return CaseView(
        case_id=about.case_id,
        run_id="run-1",
        ticket=about,
        case_version=0,
        stage=Stage.RECEIVED,
        policy_version="local@abc",
        opened_at=at,
        updated_at=at,
        steps=(Step(kind=StepKind.RECEIVED, sentence="received", at=at),),
    )


def classified(view: CaseView, *, intent: str = "order_status", after: timedelta = timedelta(seconds=1)) -> CaseView:
    return grown(
        view,
        after,
        stage=Stage.WORKING,
        classification=Classification(
            category=Category.OTHER,
            intents=(IntentGuess(name=intent, confidence=0.9),),
            priority=Priority.MEDIUM,
            team=Team.ACCOUNT_OPS,
            confidence=0.9,
            language="en",
        ),
        route=Route(name=RouteName.ROUTINE, reason=Reason(code=ReasonCode.SINGLE_CLEAR_INTENT, sentence="one intent")),
        attempts=(*view.attempts, attempt(Job.CLASSIFY)),
    )


def refunding(view: CaseView, payment: str = "pay_of_two") -> CaseView:
    """The case once it proposes to refund a payment."""
    arguments = Refund(payment_id=payment, amount=Money(amount=Decimal("10.00"), currency="EUR"))
    action = ProposedAction(
        id=f"refund:{payment}:m1",
        request="m1",
        intent="refund_request",
        arguments=arguments,
        summary=f"Refund {arguments.amount} of payment {payment}",
        reversible=False,
    )
    return grown(view, timedelta(seconds=1), stage=Stage.WORKING, actions=(action,))


def in_review(view: CaseView, *, requested_at: datetime = NOON) -> CaseView:
    return grown(
        view,
        requested_at - view.updated_at,
        stage=Stage.WAITING_FOR_REVIEW,
        waiting_for="a reviewer",
        review=ReviewRequest(
            id=f"{view.case_id}/review-0",
            case_version=view.case_version,
            team=Team.ACCOUNT_OPS,
            draft=Draft(reply=CustomerText(text="It is on its way."), locale="en"),
            actions=(),
            reasons=(Reason(code=ReasonCode.ANGRY_CUSTOMER, sentence="the customer is angry"),),
            requested_at=requested_at,
            due_at=requested_at + timedelta(hours=4),
        ),
    )


def closed(view: CaseView, *, after: timedelta = timedelta(seconds=5)) -> CaseView:
    at = view.updated_at + after
    return grown(
        view,
        after,
        stage=Stage.CLOSED,
        waiting_for=None,
        review=None,
        attempts=(*view.attempts, attempt(Job.DRAFT)),
        decisions=(
            TakenDecision(
                decision=Approve(request_id=f"{view.case_id}/review-0", case_version=0, reviewer="ada"), at=at
            ),
        ),
        replies=(
            SentReply(reference=f"{view.case_id}/reply-0", kind="reply", text=CustomerText(text="Tomorrow."), at=at),
        ),
        outcome=Outcome(
            kind=OutcomeKind.RESOLVED_AFTER_REVIEW,
            reason=Reason(code=ReasonCode.APPROVED, sentence="approved by ada"),
            at=at,
        ),
    )


def grown(view: CaseView, after: timedelta, **changes: object) -> CaseView:
    at = view.updated_at + after
    step = Step(kind=StepKind.ROUTED, sentence="it went on", at=at)
    return view.model_copy(update={"updated_at": at, "steps": (*view.steps, step), **changes})


def attempt(job: Job) -> Attempt:
    return Attempt(
        job=job,
        rung=0,
        model="local-small",
        reported_model="minilm-int8",
        prompt=Prompt.STANDARD,
        outcome=AttemptOutcome.SUCCEEDED,
        seconds=0.02,
        usage=Usage(input_tokens=120, output_tokens=9),
        cost=Decimal("0.000123"),
    )


def a_payment(payment_id: str = "pay_10023", *, customer_id: str = "cus_1001", currency: str = "EUR") -> Payment:
    return Payment(
        id=payment_id,
        customer_id=customer_id,
        order_id="W10023",
        status=PaymentStatus.CAPTURED,
        amount=Money(amount=Decimal("1000.00"), currency=currency),
        refunded=Money(amount=Decimal("0.00"), currency=currency),
        paid_on=NOON.date(),
        method="card",
    )


def refund_request(
    amount: str,
    *,
    tenant: str = "acme",
    customer_id: str | None = "cus_1001",
    currency: str = "EUR",
    payment: str | None = None,
    asked_by: str = "m1",
) -> ActRequest:
    """A refund of a case of its own, and of a payment of its own where none is given."""
    about = ticket(tenant=tenant)
    payment = payment or f"pay_{uuid.uuid4().hex[:8]}"
    arguments = Refund(payment_id=payment, amount=Money(amount=Decimal(amount), currency=currency))
    return ActRequest(
        case_id=about.case_id,
        tenant=tenant,
        customer_id=customer_id,
        policy_version="local@abc",
        action=ProposedAction(
            id=action_id(arguments, asked_by),
            request=asked_by,
            intent="refund_request",
            arguments=arguments,
            summary=f"refund {arguments.amount}",
            reversible=False,
        ),
        basis=TargetRecords(target=payment, read_at=NOON, payments=(a_payment(payment, currency=currency),)),
    )


def reset_request(*, tenant: str = "acme", asked_by: str = "m1") -> ActRequest:
    arguments = ResetAccess(customer_id="cus_1001")
    action = ProposedAction(
        id=action_id(arguments, asked_by),
        request=asked_by,
        intent="access_recovery",
        arguments=arguments,
        summary="reset",
        reversible=True,
    )
    return ActRequest(
        case_id=ticket(tenant=tenant).case_id,
        tenant=tenant,
        customer_id="cus_1001",
        policy_version="local@abc",
        action=action,
        basis=TargetRecords(target="cus_1001", read_at=NOON),
    )


def limits(customer: str, tenant: str, *, seconds: int = 3600) -> ValueLimits:
    return ValueLimits(
        per_customer=ValueLimit(amounts={"EUR": Decimal(customer)}, window_seconds=seconds),
        per_tenant=ValueLimit(amounts={"EUR": Decimal(tenant)}, window_seconds=seconds),
    )
