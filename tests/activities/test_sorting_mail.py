"""A worker tells machine mail by the words of the policy that the case runs on, and reads nothing in it."""

from datetime import UTC, datetime

import pytest
from temporalio.testing import ActivityEnvironment

from activities.opening import Opening
from activities.policies import PolicyShelf
from cases.case import CaseStart, CaseView
from cases.facts import EarlierContact
from cases.machine_mail import MachineMailKind
from cases.policy.document import Policy
from cases.ticket import Customer, Locale, Message, Ticket
from cases.work import MailRequest, OpenRequest, ReadRequest
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY
from tests.samples import a_message, a_ticket

AWAY = "I am out of the office until 14 December and will read your message then. Regards, Dan. W10223"
PITCH = (
    "Hi there,\n\nI came across your website and noticed that your SEO could be improved. Our agency helps shops like "
    "yours get to page 1 on Google. Would you be open to a quick 15-minute call next week?\n\nBest,\nJake\n\nIf you do "
    "not want to hear from us, click here to unsubscribe."
)


class Nowhere:
    """A ledger that keeps nothing, an archive without policies, and a detector that believes the helpdesk."""

    async def record(self, view: CaseView) -> None:
        """Keep nothing."""

    async def earlier_contacts(self, ticket: Ticket) -> tuple[EarlierContact, ...]:
        return ()

    async def policy(self, version: str) -> Policy | None:
        return None

    async def detect(self, text: str, locale: Locale | None) -> Locale:
        return locale or "en"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


@pytest.fixture
def opening(policy: Policy) -> Opening:
    nowhere = Nowhere()
    return Opening(PolicyShelf(policy, nowhere), nowhere, nowhere)


def a_ticket_of(*messages: Message, subject: str = "Refund") -> Ticket:
    return a_ticket().model_copy(update={"messages": messages, "subject": subject, "customer": Customer()})


async def test_a_message_is_told_by_its_text_alone(opening: Opening, policy: Policy) -> None:
    ticket = a_ticket_of(a_message("Hi, please refund my order."))
    request = MailRequest(message=a_message(AWAY, 2), ticket=ticket, policy_version=policy.version)
    found = (await ActivityEnvironment().run(opening.sort_mail, request)).machine
    assert found is not None
    assert found.kind is MachineMailKind.AUTO_REPLY


async def test_what_a_machine_wrote_names_no_order_and_asks_for_nothing(opening: Opening, policy: Policy) -> None:
    ticket = a_ticket_of(a_message("Hi, please refund my order."), a_message(AWAY, 2))
    read = await ActivityEnvironment().run(
        opening.read_again, ReadRequest(ticket=ticket, policy_version=policy.version)
    )
    assert list(read.machine_mail) == ["m2"]
    assert read.entities.order_ids == ()


async def test_a_case_of_nothing_but_a_pitch_is_opened_with_nothing_read_in_it(opening: Opening) -> None:
    ticket = a_ticket_of(a_message(PITCH), subject="Quick question about your website")
    request = OpenRequest(start=CaseStart(ticket=ticket), run_id="r", opened_at=datetime.now(UTC))
    opened = await ActivityEnvironment().run(opening.open_case, request)
    assert {found.kind for found in opened.reading.machine_mail.values()} == {MachineMailKind.SALES}
    assert opened.reading.by_rule is None
