"""Cases for the desk's screenshots and measurements: as the workflow would record them, without running it."""

from datetime import datetime, timedelta
from decimal import Decimal

from bench.desk_plots import PLOTS, Plot
from cases.action import ActionKind, ProposedAction, Refund
from cases.case import CaseView, Step, StepKind
from cases.classification import Category, Classification, Entities, IntentGuess, Tone
from cases.draft import Claim as Quotation
from cases.draft import CustomerText, Draft
from cases.facts import Account, Facts, IdentityStrength, Order, OrderStatus, Passage, Payment, PaymentStatus
from cases.ladder import Attempt, AttemptOutcome, Job, Prompt
from cases.money import Money
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.reason import Reason, ReasonCode
from cases.review import Claim, ReviewQueue, ReviewRequest
from cases.route import Route, RouteName
from cases.ticket import Channel, Customer, Message, Ticket
from cases.words import in_words
from routing.messages import reason

POLICY = "shop@4f1c09d2ab77"


def held_case(number: int, now: datetime) -> CaseView:
    """One case that waits for a person; the same number is the same case."""
    plot = PLOTS[number % len(PLOTS)]
    opened = now - timedelta(minutes=9 + 7 * (number % 31), seconds=number % 60)
    ticket = Ticket(
        tenant=("acme", "nordic-outdoor", "acme")[number % 3],
        source="demo",
        id=str(5001 + number),
        channel=(Channel.EMAIL, Channel.WEB, Channel.CHAT)[number % 3],
        customer=Customer(name=plot.name, email=f"{plot.name.split()[0].lower()}@example.com"),
        subject=plot.subject,
        messages=(Message(id="m1", text=plot.text, sent_at=opened - timedelta(minutes=2)),),
    )
    facts = _facts(plot, now)
    actions = _actions(plot, facts)
    draft = _draft(plot)
    view = CaseView(
        case_id=ticket.case_id,
        run_id=f"01a2{number:028x}",
        ticket=ticket,
        case_version=0,
        stage=Stage.WAITING_FOR_REVIEW,
        policy_version=POLICY,
        opened_at=opened,
        updated_at=opened + timedelta(seconds=4),
        repeat_contact=plot.tone is Tone.ANGRY,
        classification=_classification(plot),
        route=_route(plot),
        facts=facts,
        draft=draft,
        actions=actions,
        attempts=_attempts(),
        waiting_for=f"a person to decide: {plot.why[0]}",
        steps=_steps(plot, opened),
    )
    return view.model_copy(update={"review": _review(number, plot, view, now)})


def ended_case(number: int, now: datetime, *, with_a_person: bool) -> CaseView:
    """One case that has ended: answered by itself, or handed over."""
    held = held_case(number, now)
    why = reason(ReasonCode.LOW_CONFIDENCE, measured="0.52", threshold="0.75")
    answered = reason(ReasonCode.ANSWERED, intents="order_status")
    kind = OutcomeKind.HANDED_OVER if with_a_person else OutcomeKind.RESOLVED
    outcome = Outcome(kind=kind, reason=why if with_a_person else answered, at=held.updated_at)
    changes = {"review": None, "stage": Stage.FOLLOW_UP, "outcome": outcome, "waiting_for": None}
    return held.model_copy(update=changes)


def _review(number: int, plot: Plot, view: CaseView, now: datetime) -> ReviewRequest:
    assert view.draft is not None
    due = now + timedelta(minutes=(-12, 14, 95, 170, 31, 220)[number % 6] + number // 6)
    other = None
    if plot.refund is not None and number % 2 == 0:
        text = view.draft.reply.text.replace("We have sent", "We can offer you a voucher instead of")
        other = Draft(reply=CustomerText(text=text), locale="en", written_by="claude-balanced")
    return ReviewRequest(
        id="review-1",
        case_version=0,
        team=plot.team,
        draft=view.draft,
        other_draft=other,
        actions=view.actions,
        reasons=plot.why,
        requested_at=view.updated_at,
        due_at=due,
        queue=ReviewQueue.LEADS if due < now else ReviewQueue.REVIEWERS,
        claim=Claim(reviewer="lena", until=now + timedelta(minutes=2)) if number == 2 else None,
        approvals_needed=2 if plot.refund == "640.00" else 1,
    )


def _draft(plot: Plot) -> Draft:
    first = plot.name.split()[0]
    if plot.refund is None:
        text = (
            f"Hello {first},\n\nyou can return unused items within 30 days of delivery. After that we look at each "
            "case: a colleague will tell you today what is possible.\n\nKind regards,\nthe Acme team"
        )
        quoted = "within 30 days of delivery"
    else:
        text = (
            f"Hello {first},\n\nI am sorry about the trouble. We have sent {plot.refund} EUR back to the card you paid "
            "with. It arrives within 5 working days.\n\nKind regards,\nthe Acme team"
        )
        quoted = "arrives within 5 working days"
    return Draft(
        reply=CustomerText(text=text),
        claims=(Quotation(statement=quoted, source_id="returns#2", quote=quoted),),
        locale="en",
        written_by="gpt-balanced",
        suggested_action=ActionKind.REFUND if plot.refund else None,
    )


def _facts(plot: Plot, now: datetime) -> Facts:
    amount = Money(amount=Decimal(plot.refund or "39.00"), currency="EUR")
    day = (now - timedelta(days=12)).date()
    return Facts(
        identity=IdentityStrength.CLAIMED if "identity" in str(plot.why[0]) else IdentityStrength.MATCHED,
        account=Account(id="cus_17", name=plot.name, email=f"{plot.name.split()[0].lower()}@example.com"),
        orders=(
            Order(
                id="W10023",
                customer_id="cus_17",
                status=OrderStatus.RETURNED,
                items=("two-person tent",),
                total=amount,
                placed_on=day,
            ),
        ),
        payments=(
            Payment(
                id="pay_10023",
                customer_id="cus_17",
                order_id="W10023",
                status=PaymentStatus.CAPTURED,
                amount=amount,
                refunded=Money(amount=Decimal(0), currency="EUR"),
                paid_on=day,
                method="card",
            ),
        ),
        passages=(
            Passage(
                id="returns#2",
                article_id="returns",
                title="Returns and refunds",
                locale="en",
                revision=7,
                text="Unused items can be returned within 30 days of delivery. A refund goes back to the way it was "
                "paid and arrives within 5 working days after we have received the parcel.",
                confidence=0.81,
            ),
            Passage(
                id="warranty#1",
                article_id="warranty",
                title="Warranty",
                locale="en",
                revision=3,
                text="Tents have a warranty of two years against torn seams.",
                confidence=0.63,
            ),
        ),
    )


def _actions(plot: Plot, facts: Facts) -> tuple[ProposedAction, ...]:
    if plot.refund is None:
        return ()
    amount = facts.payments[0].amount
    return (
        ProposedAction(
            id="refund:pay_10023:m1",
            request="m1",
            intent=plot.intent,
            arguments=Refund(payment_id="pay_10023", amount=amount),
            summary=f"Refund {amount} of payment pay_10023",
            reversible=False,
        ),
    )


def _classification(plot: Plot) -> Classification:
    return Classification(
        category=Category.BILLING if plot.refund else Category.OTHER,
        intents=(IntentGuess(name=plot.intent, confidence=0.91),),
        priority=plot.priority,
        team=plot.team,
        confidence=0.91,
        entities=Entities(order_ids=("W10023",)),
        tone=plot.tone,
        language="en",
    )


def _route(plot: Plot) -> Route:
    if plot.tone is Tone.ANGRY:
        return Route(name=RouteName.MESSY, reason=reason(ReasonCode.REPEAT_CONTACT))
    return Route(name=RouteName.ROUTINE, reason=reason(ReasonCode.SINGLE_CLEAR_INTENT, intent=plot.intent))


def _attempts() -> tuple[Attempt, ...]:
    weak = reason(ReasonCode.LOW_CONFIDENCE, measured="0.62", threshold="0.75")
    return (
        _attempt(Job.CLASSIFY, 0, "gpt-cheap", 0.41, "0.0002", weak),
        _attempt(Job.CLASSIFY, 1, "gpt-balanced", 1.12, "0.0031"),
        _attempt(Job.DRAFT, 0, "gpt-balanced", 2.35, "0.0048"),
    )


def _attempt(job: Job, rung: int, model: str, seconds: float, cost: str, weak: Reason | None = None) -> Attempt:
    return Attempt(
        job=job,
        rung=rung,
        model=model,
        prompt=Prompt.STANDARD,
        outcome=AttemptOutcome.CONTENT_FAILURE if weak else AttemptOutcome.SUCCEEDED,
        reason=weak,
        seconds=seconds,
        cost=Decimal(cost),
    )


def _steps(plot: Plot, opened: datetime) -> tuple[Step, ...]:
    told = (
        (StepKind.RECEIVED, "received"),
        (StepKind.MODEL, "classify: rung 1 of 2, gpt-cheap: confidence 0.62 below 0.75"),
        (StepKind.CLASSIFIED, f"{in_words(plot.intent)} (0.91)"),
        (StepKind.LOOKED_UP, "looked up customer, orders, payments: account, 1 order, 1 payment"),
        (StepKind.ROUTED, f"{_route(plot).name}: {_route(plot).reason}"),
        (StepKind.REVIEW, f"held for a person: {plot.why[0]}"),
    )
    return tuple(
        Step(kind=kind, sentence=sentence, at=opened + timedelta(seconds=place))
        for place, (kind, sentence) in enumerate(told)
    )
