"""Our client of Zammad beside zammad-py, which others wrote, on one fake server: the same requests for the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import JsonValue, SecretStr
from zammad_py import ZammadAPI

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from cases.source import Source, SourceKind, SourceSecrets
from cases.ticket import Customer
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.rendering import as_html
from integrations.helpdesks.zammad import ZammadHelpdesk, headers
from tests.helpdesks.fake_server import Asked
from tests.helpdesks.fake_zammad import CUSTOMER, TOKEN, FakeZammad
from tests.helpdesks.serving import served

TEXT = "Dear Ada,\n\nit comes <tomorrow>."
PLACE = Conversation(ticket_id="7", customer=Customer(email="ada@example.com"))


@pytest.fixture
def zammad() -> FakeZammad:
    zammad = FakeZammad()
    zammad.open(7, "Where is it?")
    return zammad


@pytest.fixture
def address(zammad: FakeZammad) -> Iterator[str]:
    with served(zammad.app()) as address:
        yield address


@pytest.fixture
def theirs(address: str, monkeypatch: pytest.MonkeyPatch) -> ZammadAPI:
    monkeypatch.setenv("NO_PROXY", "*")
    return ZammadAPI(f"{address}/api/v1/", http_token=TOKEN)


@pytest.fixture
async def client(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, timeout=5, trust_env=False)


def ours(client: httpx.AsyncClient, address: str) -> ZammadHelpdesk:
    source = Source(
        tenant="acme",
        name="help",
        kind=SourceKind.ZAMMAD,
        url=address,
        teams={Team.BILLING_SUPPORT: "Billing"},
    )
    client.headers.update(headers(source, SourceSecrets(token=SecretStr(TOKEN))))
    return ZammadHelpdesk(HelpdeskCalls(client), source)


def intent_of(kind: WriteKind) -> WriteIntent:
    return WriteIntent(
        reference=f"ticket:acme:help:7/0/{kind}",
        tenant="acme",
        source="help",
        conversation=PLACE,
        kind=kind,
        digest=digest_of(TEXT),
        intended_at=datetime.now(UTC),
    )


def meant(asked: Asked) -> tuple[str, str, str, JsonValue]:
    return asked.method, asked.path, asked.headers["authorization"], asked.said


async def test_a_reply_is_the_same_request(
    zammad: FakeZammad, theirs: ZammadAPI, client: httpx.AsyncClient, address: str
) -> None:
    intent = intent_of(WriteKind.REPLY)
    theirs.ticket_article.create(
        {
            "ticket_id": 7,
            "type": "email",
            "to": "ada@example.com",
            "internal": False,
            "content_type": "text/html",
            "body": as_html(TEXT),
            "preferences": {"signalbox_reference": intent.reference},
        }
    )
    async with client:
        await ours(client, address).reply(intent, CustomerText(text=TEXT))
    their_request, our_request = zammad.writes()
    assert meant(our_request) == meant(their_request)
    assert len(zammad.mails) == 2


async def test_a_note_is_the_same_request(
    zammad: FakeZammad, theirs: ZammadAPI, client: httpx.AsyncClient, address: str
) -> None:
    intent = intent_of(WriteKind.NOTE)
    theirs.ticket_article.create(
        {
            "ticket_id": 7,
            "type": "note",
            "internal": True,
            "content_type": "text/html",
            "body": as_html(TEXT),
            "preferences": {"signalbox_reference": intent.reference},
        }
    )
    async with client:
        await ours(client, address).note(intent, InternalNote(text=TEXT))
    their_request, our_request = zammad.writes()
    assert meant(our_request) == meant(their_request)
    assert zammad.mails == []


async def test_tags_are_added_by_the_same_requests(
    zammad: FakeZammad, theirs: ZammadAPI, client: httpx.AsyncClient, address: str
) -> None:
    for tag in ("signalbox", "refund"):
        theirs.ticket_tag.add(7, tag)
    async with client:
        await ours(client, address).tag(PLACE, ("signalbox", "refund"))
    requests = [meant(asked) for asked in zammad.writes()]
    assert requests[2:] == requests[:2]


async def test_a_team_is_given_the_ticket_by_the_same_request(
    zammad: FakeZammad, theirs: ZammadAPI, client: httpx.AsyncClient, address: str
) -> None:
    theirs.ticket.update(7, {"group": "Billing"})
    async with client:
        await ours(client, address).assign(PLACE, Team.BILLING_SUPPORT)
    their_request, our_request = zammad.writes()
    assert meant(our_request) == meant(their_request)


async def test_both_read_the_same_ticket_articles_and_customer(
    zammad: FakeZammad, theirs: ZammadAPI, client: httpx.AsyncClient, address: str
) -> None:
    zammad.add_article(zammad.tickets[7], "Soon.", "Agent")
    async with client:
        found = await ours(client, address).read("7")
    read_by_us = [(asked.path, asked.query) for asked in zammad.asked]
    assert found is not None
    theirs.ticket.find(7)
    articles = theirs.ticket.articles(7)
    theirs.user.find(CUSTOMER)
    assert [str(article["id"]) for article in articles] == [message.id for message in found.ticket.messages]
    read_by_them = [(asked.path, asked.query) for asked in zammad.asked[len(read_by_us) :]]
    assert [path for path, _ in read_by_us] == [path for path, _ in read_by_them]
    assert read_by_us[1] == read_by_them[1]


async def test_both_search_in_the_same_words(
    zammad: FakeZammad, theirs: ZammadAPI, client: httpx.AsyncClient, address: str
) -> None:
    async with client:
        changed = await ours(client, address).changed_since(datetime.now(UTC) - timedelta(hours=2), None)
    ours_asked = zammad.asked[0]
    # It always sends a query, which with a condition beside it counts for nothing when it is empty.
    filters = {name: value for name, value in ours_asked.query.items() if name not in ("page", "expand")}
    found = theirs.ticket.search("", filters={**filters, "page": 1})
    assert [str(ticket["id"]) for ticket in found] == list(changed.ticket_ids) == ["7"]
    theirs_asked = zammad.asked[1]
    assert (theirs_asked.path, theirs_asked.query) == (ours_asked.path, {**ours_asked.query, "query": ""})
