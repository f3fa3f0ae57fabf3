"""Our client of Zammad beside zammad-py, which others wrote, on one fake server: the same requests for the same."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue
from zammad_py import ZammadAPI

from cases.classification import Team
from cases.helpdesk_write import WriteKind
from cases.source_event import HelpdeskTicket
from integrations.helpdesks.rendering import as_html
from integrations.helpdesks.zammad import ZammadHelpdesk
from tests.helpdesks.fake_server import Asked
from tests.helpdesks.fake_zammad import CUSTOMER, TOKEN, FakeTicket, FakeZammad
from tests.helpdesks.intents import NOTE, PLACE, TEXT, intent_of


@pytest.fixture
def theirs(address: str, monkeypatch: pytest.MonkeyPatch) -> ZammadAPI:
    monkeypatch.setenv("NO_PROXY", "*")
    return ZammadAPI(f"{address}/api/v1/", http_token=TOKEN)


def meant(asked: Asked) -> tuple[str, str, str, JsonValue]:
    return asked.method, asked.path, asked.headers["authorization"], asked.said


async def test_a_reply_is_the_same_request(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, theirs: ZammadAPI
) -> None:
    intent = intent_of(WriteKind.REPLY, TEXT.text)
    theirs.ticket_article.create(
        {
            "ticket_id": 7,
            "type": "email",
            "to": "ada@example.com",
            "internal": False,
            "content_type": "text/html",
            "body": as_html(TEXT.text),
            "preferences": {"signalbox_reference": intent.reference},
        }
    )
    await helpdesk.reply(intent, TEXT)
    their_request, our_request = zammad.writes()
    assert meant(our_request) == meant(their_request)
    assert len(zammad.mails) == 2


async def test_a_note_is_the_same_request(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, theirs: ZammadAPI
) -> None:
    intent = intent_of(WriteKind.NOTE, NOTE.text)
    theirs.ticket_article.create(
        {
            "ticket_id": 7,
            "type": "note",
            "internal": True,
            "content_type": "text/html",
            "body": as_html(NOTE.text),
            "preferences": {"signalbox_reference": intent.reference},
        }
    )
    await helpdesk.note(intent, NOTE)
    their_request, our_request = zammad.writes()
    assert meant(our_request) == meant(their_request)
    assert zammad.mails == []


async def test_tags_are_added_by_the_same_requests(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, theirs: ZammadAPI
) -> None:
    for tag in ("signalbox", "refund"):
        theirs.ticket_tag.add(7, tag)
    await helpdesk.tag(PLACE, ("signalbox", "refund"))
    requests = [meant(asked) for asked in zammad.writes()]
    assert requests[2:] == requests[:2]


async def test_a_team_is_given_the_ticket_by_the_same_request(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, theirs: ZammadAPI
) -> None:
    theirs.ticket.update(7, {"group": "Sales people"})
    await helpdesk.assign(PLACE, Team.SALES)
    their_request, our_request = zammad.writes()
    assert meant(our_request) == meant(their_request)


async def test_both_read_the_same_ticket_articles_and_customer(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, theirs: ZammadAPI
) -> None:
    zammad.add_article(ticket, "Soon.", "Agent")
    found = await helpdesk.read("7")
    read_by_us = [(asked.path, asked.query) for asked in zammad.asked]
    assert isinstance(found, HelpdeskTicket)
    theirs.ticket.find(7)
    articles = theirs.ticket.articles(7)
    theirs.user.find(CUSTOMER)
    assert [str(article["id"]) for article in articles] == [message.id for message in found.ticket.messages]
    read_by_them = [(asked.path, asked.query) for asked in zammad.asked[len(read_by_us) :]]
    assert [path for path, _ in read_by_us] == [path for path, _ in read_by_them]
    assert read_by_us[1] == read_by_them[1]


async def test_both_search_in_the_same_words(
    helpdesk: ZammadHelpdesk, zammad: FakeZammad, ticket: FakeTicket, theirs: ZammadAPI
) -> None:
    changed = await helpdesk.changed_since(datetime.now(UTC) - timedelta(hours=2), None)
    ours_asked = zammad.asked[0]
    # It always sends a query, which with a condition beside it counts for nothing when it is empty.
    filters = {name: value for name, value in ours_asked.query.items() if name not in ("page", "expand")}
    found = theirs.ticket.search("", filters={**filters, "page": 1})
    assert [str(ticket["id"]) for ticket in found] == list(changed.ticket_ids) == ["7"]
    theirs_asked = zammad.asked[1]
    assert (theirs_asked.path, theirs_asked.query) == (ours_asked.path, {**ours_asked.query, "query": ""})
