"""The book of replies and notes: an intent is known again, and so are the messages that others led to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from ledger.database import Database
from ledger.helpdesk_writes import HelpdeskWrites
from ledger.migrate import migrate

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
async def book(database_url: str) -> AsyncIterator[HelpdeskWrites]:
    migrate(database_url)
    database = Database.at(database_url, connections=2)
    yield HelpdeskWrites(database)
    await database.close()


def intent(reference: str, ticket_id: str, at: datetime = NOW) -> WriteIntent:
    return WriteIntent(
        reference=reference,
        tenant="acme",
        source="help",
        conversation=Conversation(ticket_id=ticket_id),
        kind=WriteKind.REPLY,
        digest=digest_of("It arrives on Monday."),
        intended_at=at,
    )


async def test_a_first_try_repeats_nothing_and_every_later_one_does(book: HelpdeskWrites) -> None:
    tries = [await book.intend(intent("case-1/reply", "1")) for _ in range(3)]

    assert [one.repeated for one in tries] == [False, True, True]


async def test_a_later_try_begins_from_the_intent_as_it_first_stood(book: HelpdeskWrites) -> None:
    await book.intend(intent("case-2/reply", "2"))

    later = await book.intend(intent("case-2/reply", "2", NOW + timedelta(minutes=5)))

    assert later.intent.intended_at == NOW


async def test_a_text_that_stands_there_is_known_by_its_id(book: HelpdeskWrites) -> None:
    await book.intend(intent("case-3/reply", "3"))
    await book.confirm("case-3/reply", "17", NOW)

    assert (await book.intend(intent("case-3/reply", "3"))).intent.message_id == "17"


async def test_what_others_led_to_in_the_same_ticket_is_named(book: HelpdeskWrites) -> None:
    await book.intend(intent("case-4/reply-1", "4"))
    await book.confirm("case-4/reply-1", "17", NOW)
    await book.intend(intent("case-5/reply-1", "5"))
    await book.confirm("case-5/reply-1", "18", NOW)

    assert (await book.intend(intent("case-4/reply-2", "4"))).intent.others == ("17",)
