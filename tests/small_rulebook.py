"""Rules that are small enough to know by heart."""

from decimal import Decimal

from cases.action import ActionKind, ValueLimit
from cases.classification import Category, Priority, Team
from cases.facts import IdentityStrength, LookupKind
from cases.ladder import Job, Ladder, LastRung, Rung
from cases.policy.rulebook import ActionRules, Deadlines, Detail, IntentRules, Risk, RoutingClass, Rulebook, ValueLimits
from cases.reason import ReasonCode
from cases.route import RouteName
from cases.ticket import Channel


def intent_rules(**changes: object) -> IntentRules:
    """A harmless intent, changed as told."""
    harmless: dict[str, object] = {
        "category": Category.OTHER,
        "team": Team.TRIAGE,
        "priority": Priority.LOW,
        "risk": Risk.LOW,
        "routing_class": RoutingClass.FAQ,
    }
    return IntentRules.model_validate({**harmless, **changes})


def ladder(job: Job, *models: str, last: LastRung = LastRung.PERSON) -> Ladder:
    """A ladder of models that answer at once and may be asked more strictly."""
    rungs = tuple(Rung(model=m, timeout_seconds=2, typical_seconds=0, strict_retry=True) for m in models)
    return Ladder(job=job, rungs=rungs, last=last)


def rulebook(**changes: object) -> Rulebook:
    """A small rulebook: a question, an order's status, a refund, and what is none of ours."""
    limit = ValueLimit(amounts={"EUR": Decimal(500)}, window_seconds=86_400)
    rules: dict[str, object] = {
        "policy_version": "test@000000000000",
        "classify": ladder(Job.CLASSIFY, "cheap", "strong", last=LastRung.CUSTOMER),
        "draft": {
            name: ladder(Job.DRAFT, "writer", "careful-writer")
            for name in (RouteName.ROUTINE, RouteName.MESSY, RouteName.FALLBACK)
        },
        "job_seconds": dict.fromkeys(Channel, 60.0),
        "queue_seconds": dict.fromkeys(Channel, 600.0),
        "cost_ceiling": Decimal(1),
        "intents": {
            "faq_returns": intent_rules(needs_sources=True),
            "order_status": intent_rules(
                routing_class=RoutingClass.ORDER_TRACKING, details=(Detail.ORDER,), lookups=(LookupKind.ORDERS,)
            ),
            "refund_request": intent_rules(
                category=Category.BILLING,
                team=Team.BILLING_SUPPORT,
                routing_class=RoutingClass.MONEY,
                details=(Detail.ORDER,),
                lookups=(LookupKind.ORDERS, LookupKind.PAYMENTS),
                action=ActionKind.REFUND,
            ),
            "privacy_request": intent_rules(always_human=ReasonCode.SECURITY_OR_PRIVACY),
            "other": intent_rules(),
        },
        "actions": {
            ActionKind.REFUND: ActionRules(
                reversible=False,
                minimum_identity=IdentityStrength.MATCHED,
                review_above={"EUR": Decimal(50)},
                within_days=30,
            )
        },
        "deadlines": Deadlines.model_validate(
            {"review_reminder": "2h", "review_escalation": "4h", "customer_answer": "3d", "follow_up": "7d"}
        ),
        "value_limits": ValueLimits(per_customer=limit, per_tenant=limit),
        "sample_rate": 0.0,
        "repeats_need_review": False,
    }
    return Rulebook.model_validate({**rules, **changes})
