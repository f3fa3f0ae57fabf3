"""Texts that need no model: a question, and the word that a person has it. Rendered from the policy's wording."""

from cases.draft import CustomerText
from cases.policy.document import Wording
from cases.policy.rulebook import Detail
from cases.policy.templates import wording_template
from cases.ticket import Customer
from cases.work import Confirming


def question_text(
    wording: Wording,
    customer: Customer,
    details: tuple[Detail, ...],
    not_found: tuple[str, ...] = (),
    confirming: Confirming | None = None,
) -> CustomerText:
    """Ask for details, one plain question each; without any, ask what is wanted.

    `not_found`: what the customer named and we did not find, in their own writing. `confirming`: what they are asked to
    confirm.
    """
    kind = confirming.action.kind if confirming else None
    questions = [wording.question(detail, kind) for detail in details] or [wording.clarify]
    return _text(customer, wording.greeting, *questions, wording.closing, not_found=not_found, confirming=confirming)


def unchanged_text(wording: Wording, customer: Customer) -> CustomerText:
    """Tell a customer who has declined what we asked about that everything stays as it is."""
    return _text(customer, wording.greeting, wording.unchanged, wording.closing)


def welcome_text(wording: Wording, customer: Customer) -> CustomerText:
    """Ask somebody who has only said hello what they need."""
    return _text(customer, wording.greeting, wording.welcome, wording.closing)


def holding_text(wording: Wording, customer: Customer, heading: str | None) -> CustomerText:
    """Tell the customer that a person has it, in the words for what the guard found, where there are some."""
    holding = wording.holding_for.get(heading or "", wording.holding)
    return _text(customer, wording.greeting, holding, wording.closing)


def _text(
    customer: Customer, *parts: str, not_found: tuple[str, ...] = (), confirming: Confirming | None = None
) -> CustomerText:
    given = {
        "customer_name": customer.first_name,
        "not_found": not_found,
        "action": confirming.action if confirming else None,
        "order_id": confirming.order_id if confirming else None,
    }
    rendered = (wording_template(part).render(given).strip() for part in parts)
    return CustomerText(text="\n\n".join(part for part in rendered if part))
