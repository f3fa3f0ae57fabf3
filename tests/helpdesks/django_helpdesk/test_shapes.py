"""What a ticket of the API means, where no running helpdesk would say it."""

from integrations.helpdesks.django_helpdesk_shapes import ESCALATED, TicketShape


def ticket_with(*followups: dict[str, object], description: str = "Where is it?") -> TicketShape:
    """A ticket as the API tells it."""
    base = {"ticket": 5, "date": "2026-11-18T09:30:00Z", "public": True}
    told = [{"id": place, **base, **followup} for place, followup in enumerate(followups, start=1)]
    return TicketShape.model_validate({"id": 5, "status": 1, "description": description, "followup_set": told})


def test_its_own_escalation_and_acceptance_are_nobodys_words() -> None:
    ticket = ticket_with(
        {"comment": "Where is it?"},
        {"comment": "Ticket escalated after 3 days", "title": ESCALATED},
        {"comment": "Submitter accepted resolution and closed ticket", "new_status": 4},
    )

    assert [followup.words for followup in ticket.messages] == ["Where is it?"]


def test_a_ticket_from_djangos_administration_has_its_description_as_the_first_message() -> None:
    assert ticket_with({"comment": "We are looking.", "user": 1}).opening is None


def test_a_description_that_was_edited_is_no_second_message() -> None:
    ticket = ticket_with({"comment": "My card is 4111…"}, description="My card is ****")

    assert ticket.opening == ticket.messages[0]
