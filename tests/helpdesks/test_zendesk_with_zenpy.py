"""Our client of Zendesk beside zenpy, which others wrote, on the same fake server: the same requests for the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import JsonValue, SecretStr
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket

from cases.classification import Team
from cases.draft import CustomerText, InternalNote
from cases.helpdesk_write import Conversation, WriteIntent, WriteKind, digest_of
from cases.source import Source, SourceKind, SourceSecrets
from integrations.helpdesks.calls import HelpdeskCalls
from integrations.helpdesks.rendering import as_html
from integrations.helpdesks.zendesk import ZendeskHelpdesk, headers
from tests.helpdesks.fake_server import Asked
from tests.helpdesks.fake_zendesk import AGENT, TOKEN, USER, FakeZendesk, written_at
from tests.helpdesks.serving import served

TEXT = "Dear Ada,\n\nit comes <tomorrow>."
PLACE = Conversation(ticket_id="7")
REFERENCE = "ticket:acme:help:7/0/reply"


@pytest.fixture
def zendesk() -> FakeZendesk:
    zendesk = FakeZendesk()
    zendesk.open(7, "Where is it?")
    return zendesk


@pytest.fixture
def address(zendesk: FakeZendesk) -> Iterator[str]:
    with served(zendesk.app()) as address:
        yield address


@pytest.fixture
def theirs(address: str, monkeypatch: pytest.MonkeyPatch) -> Zenpy:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", address.removeprefix("http://"))
    monkeypatch.setenv("NO_PROXY", "*")
    return Zenpy(subdomain="acme", email=USER, token=TOKEN, timeout=5, disable_cache=True)


def intent_of(kind: WriteKind, mark: str) -> WriteIntent:
    return WriteIntent(
        reference=REFERENCE,
        tenant="acme",
        source="help",
        conversation=PLACE,
        kind=kind,
        digest=digest_of(TEXT),
        intended_at=datetime.now(UTC),
        mark=mark,
    )


def ours(client: httpx.AsyncClient, address: str) -> ZendeskHelpdesk:
    source = Source(
        tenant="acme",
        name="help",
        kind=SourceKind.ZENDESK,
        url=address,
        user=USER,
        teams={Team.BILLING_SUPPORT: "360"},
    )
    client.headers.update(headers(source, SourceSecrets(token=SecretStr(TOKEN))))
    return ZendeskHelpdesk(HelpdeskCalls(client), source)


@pytest.fixture
async def client(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, timeout=5, trust_env=False)


def meant(asked: Asked) -> tuple[str, str, str, JsonValue]:
    """Method, path, credentials and body; zenpy also says in the body which ticket it is, and ends paths with .json."""
    said = asked.said
    if isinstance(said, dict) and isinstance(update := said.get("ticket"), dict):
        update.pop("id", None)
    return asked.method, asked.path.removesuffix(".json"), asked.headers["authorization"], said


@pytest.mark.parametrize("kind", [WriteKind.REPLY, WriteKind.NOTE])
async def test_a_reply_and_a_note_are_the_same_requests(
    zendesk: FakeZendesk, theirs: Zenpy, client: httpx.AsyncClient, address: str, kind: WriteKind
) -> None:
    stamp = written_at(zendesk.tickets[7].updated_at)
    theirs.tickets.update(
        Ticket(
            id=7,
            comment=Comment(html_body=as_html(TEXT), public=kind is WriteKind.REPLY),
            metadata={"signalbox_reference": REFERENCE},
            safe_update=True,
            updated_stamp=stamp,
        )
    )
    helpdesk = ours(client, address)
    zendesk.tickets[7].updated_at = datetime.fromisoformat(stamp)
    async with client:
        if kind is WriteKind.REPLY:
            await helpdesk.reply(intent_of(kind, stamp), CustomerText(text=TEXT))
        else:
            await helpdesk.note(intent_of(kind, stamp), InternalNote(text=TEXT))
    their_request, our_request = zendesk.writes()
    assert meant(our_request) == meant(their_request)
    assert [comment["public"] for comment in zendesk.tickets[7].comments[1:]] == [kind is WriteKind.REPLY] * 2


async def test_tags_are_added_by_the_same_request(
    zendesk: FakeZendesk, theirs: Zenpy, client: httpx.AsyncClient, address: str
) -> None:
    theirs.tickets.add_tags(7, ["signalbox", "refund"])
    async with client:
        await ours(client, address).tag(PLACE, ("signalbox", "refund"))
    their_request, our_request = zendesk.writes()
    assert meant(our_request) == meant(their_request)


async def test_a_team_is_given_the_ticket_by_the_same_request(
    zendesk: FakeZendesk, theirs: Zenpy, client: httpx.AsyncClient, address: str
) -> None:
    theirs.tickets.update(Ticket(id=7, group_id=360))
    async with client:
        await ours(client, address).assign(PLACE, Team.BILLING_SUPPORT)
    their_request, our_request = zendesk.writes()
    assert meant(our_request) == meant(their_request)


async def test_both_read_the_same_comments_over_all_pages(
    zendesk: FakeZendesk, theirs: Zenpy, client: httpx.AsyncClient, address: str
) -> None:
    for number in range(5):
        zendesk.add_comment(zendesk.tickets[7], f"<p>{number}</p>", AGENT)
    zendesk.page_size = 2
    async with client:
        found = await ours(client, address).read("7")
    our_path, our_pages = zendesk.asked[-1].path, len(zendesk.asked) - 1
    assert found is not None
    theirs_read = [str(comment.id) for comment in theirs.tickets.comments(7)]
    assert [message.id for message in found.ticket.messages] == theirs_read
    assert zendesk.asked[-1].path.removesuffix(".json") == our_path
    assert our_pages == len(zendesk.asked) - 1 - our_pages == 3


async def test_both_find_the_same_update_in_the_audits(
    zendesk: FakeZendesk, theirs: Zenpy, client: httpx.AsyncClient, address: str
) -> None:
    async with client:
        helpdesk = ours(client, address)
        intent = intent_of(WriteKind.REPLY, await helpdesk.mark(PLACE))
        await helpdesk.reply(intent, CustomerText(text=TEXT))
        assert await helpdesk.find(intent) is not None
    our_path = zendesk.asked[-1].path
    assert len(list(theirs.tickets.audits(7))) == 2
    assert zendesk.asked[-1].path.removesuffix(".json") == our_path


async def test_both_ask_what_changed_in_the_same_words(
    zendesk: FakeZendesk, theirs: Zenpy, client: httpx.AsyncClient, address: str
) -> None:
    since = (datetime.now(UTC) - timedelta(hours=2)).replace(microsecond=0)
    async with client:
        changed = await ours(client, address).changed_since(since, None)
    read_by_zenpy = [str(ticket.id) for ticket in theirs.tickets.incremental(start_time=int(since.timestamp()))]
    assert list(changed.ticket_ids) == read_by_zenpy == ["7"]
    our_request, their_request = zendesk.asked
    assert our_request.path == their_request.path.removesuffix(".json")
    assert our_request.query["start_time"] == their_request.query["start_time"]
