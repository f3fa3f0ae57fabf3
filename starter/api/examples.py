"""Examples for the OpenAPI document; a test reads each with the type it is an example of."""

from fastapi.openapi.models import Example

TICKET: dict[str, Example] = {
    "order status": {
        "summary": "An e-mail that asks where an order is",
        "value": {
            "tenant": "acme",
            "source": "zendesk",
            "id": "48213",
            "channel": "email",
            "locale": "en",
            "customer": {"email": "ada@example.com", "name": "Ada"},
            "subject": "Where is my order?",
            "messages": [
                {"id": "m1", "text": "Where is my order W10023?", "sent_at": "2026-11-18T09:30:00Z"},
            ],
        },
    },
    "automatic reply": {
        "summary": "A vacation responder answers: nothing is started",
        "value": {
            "tenant": "acme",
            "source": "zendesk",
            "id": "48214",
            "customer": {"email": "ada@example.com", "name": "Ada"},
            "subject": "Automatic reply: Your order W10023",
            "messages": [
                {
                    "id": "m1",
                    "text": "I am out of the office until Monday.",
                    "sent_at": "2026-11-18T09:31:00Z",
                    "headers": {"auto_submitted": "auto-replied", "x_auto_response_suppress": "All"},
                },
            ],
        },
    },
}

STARTED: dict[str, Example] = {
    "known": {
        "summary": "The same ticket again",
        "value": {"case_id": "ticket:acme:zendesk:48213", "already_known": True},
    },
    "automatic": {
        "summary": "A machine wrote it",
        "value": {
            "case_id": "ticket:acme:zendesk:48214",
            "already_known": False,
            "ignored": "It is automatic mail (auto reply): its header Auto-Submitted says “auto-replied”. No case was "
            "started, and nobody is answered.",
        },
    },
}

DECISION: dict[str, Example] = {
    "approve": {
        "summary": "Send the reply and take the actions, as proposed",
        "value": {"decision": "approve", "request_id": "review-1", "case_version": 0, "reviewer": "ada"},
    },
    "edit": {
        "summary": "Refund less than proposed, in words that fit",
        "value": {
            "decision": "edit",
            "request_id": "review-1",
            "case_version": 0,
            "reviewer": "ada",
            "reply": "We send 20.00 EUR back to your card.",
            "actions": [
                {"kind": "refund", "payment_id": "pay_10023", "amount": {"amount": "20.00", "currency": "EUR"}},
            ],
        },
    },
    "reject": {
        "summary": "Do none of it; the owning team answers",
        "value": {
            "decision": "reject",
            "request_id": "review-1",
            "case_version": 0,
            "reviewer": "ada",
            "reason": "not_eligible",
            "comment": "Outside the 30 days.",
        },
    },
    "ask again": {
        "summary": "Start over with the order the customer means",
        "value": {
            "decision": "ask_again",
            "request_id": "review-1",
            "case_version": 0,
            "reviewer": "ada",
            "details": {"order_ids": ["W10023"]},
        },
    },
    "ask the customer": {
        "summary": "Ask one question, and leave ten seconds to take it back",
        "value": {
            "decision": "ask_customer",
            "request_id": "review-1",
            "case_version": 0,
            "reviewer": "ada",
            "undo_seconds": 10,
            "question": "Which of the two tents do you want to send back?",
        },
    },
    "take over": {
        "summary": "Answer in the helpdesk instead",
        "value": {"decision": "take_over", "request_id": "review-1", "case_version": 0, "reviewer": "ada"},
    },
}

CLAIM: dict[str, Example] = {
    "claim": {
        "summary": "Ada looks at it",
        "value": {"request_id": "review-1", "case_version": 0, "reviewer": "ada"},
    }
}

RELEASE: dict[str, Example] = {
    "release": {"summary": "Ada has looked", "value": {"request_id": "review-1", "reviewer": "ada"}}
}

UNDO: dict[str, Example] = {
    "undo": {"summary": "Ada takes her decision back", "value": {"request_id": "review-1", "reviewer": "ada"}}
}

REASSIGN: dict[str, Example] = {
    "reassign": {
        "summary": "The billing team decides",
        "value": {"request_id": "review-1", "reviewer": "ada", "team": "billing_support"},
    }
}

MESSAGE: dict[str, Example] = {
    "answer": {
        "summary": "The customer answers a question",
        "value": {"id": "m2", "text": "It is order W10023.", "sent_at": "2026-11-18T10:05:00Z"},
    },
    "automatic reply": {
        "summary": "A vacation responder answers our question: the case goes on waiting",
        "value": {
            "id": "m3",
            "text": "I am out of the office until Monday.",
            "sent_at": "2026-11-18T10:06:00Z",
            "headers": {"auto_submitted": "auto-replied"},
        },
    },
}

SATISFACTION: dict[str, Example] = {
    "good": {
        "summary": "Four of five",
        "value": {"score": 4, "comment": "Quick answer.", "at": "2026-11-19T08:00:00Z"},
    }
}
