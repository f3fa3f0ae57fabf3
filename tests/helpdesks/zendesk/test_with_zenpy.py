"""Our client of Zendesk beside zenpy, which others wrote, on the same fake server: the same requests for the same."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket

from cases.classification import Team
from cases.helpdesk_write import WriteKind
from cases.source_event import HelpdeskTicket
from integrations.helpdesks.rendering import as_html
from integrations.helpdesks.zendesk import ZendeskHelpdesk
from tests.helpdesks.fake_server import Asked
from tests.helpdesks.fake_zendesk import AGENT, TOKEN, USER, FakeTicket, FakeZendesk, written_at
from tests.helpdesks.intents import NOTE, PLACE, TEXT, intent_of, marked_reply


@pytest.fixture
def theirs(address: str, monkeypatch: pytest.MonkeyPatch) -> Zenpy:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", address.removeprefix("http://"))
    monkeypatch.setenv("NO_PROXY", "*")
    return Zenpy(subdomain="acme", email=USER, token=TOKEN, timeout=5, disable_cache=True)


def meant(asked: Asked) -> tuple[str, str, str, JsonValue]:
    """Method, path, credentials and body; zenpy also says in the body which ticket it is, and ends paths with .json."""
    said = asked.said
    if isinstance(said, dict) and isinstance(update := said.get("ticket"), dict):
        update.pop("id", None)
    return asked.method, asked.path.removesuffix(".json"), asked.headers["authorization"], said


@pytest.mark.parametrize("kind", [WriteKind.REPLY, WriteKind.NOTE])
async def test_a_reply_and_a_note_are_the_same_requests(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, theirs: Zenpy, kind: WriteKind
) -> None:
    text = TEXT.text if kind is WriteKind.REPLY else NOTE.text
    stamp = written_at(ticket.updated_at)
    intent = intent_of(kind, text, mark=stamp)
    theirs.tickets.update(
        Ticket(
            id=7,
            comment=Comment(html_body=as_html(text), public=kind is WriteKind.REPLY),
            metadata={"signalbox_reference": intent.reference},
            safe_update=True,
            updated_stamp=stamp,
        )
    )
    ticket.updated_at = datetime.fromisoformat(stamp)
    if kind is WriteKind.REPLY:
        await helpdesk.reply(intent, TEXT)
    else:
        await helpdesk.note(intent, NOTE)
    their_request, our_request = zendesk.writes()
    assert meant(our_request) == meant(their_request)
    assert [comment["public"] for comment in ticket.comments[1:]] == [kind is WriteKind.REPLY] * 2


async def test_tags_are_added_by_the_same_request(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, theirs: Zenpy
) -> None:
    theirs.tickets.add_tags(7, ["signalbox", "refund"])
    await helpdesk.tag(PLACE, ("signalbox", "refund"))
    their_request, our_request = zendesk.writes()
    assert meant(our_request) == meant(their_request)


async def test_a_team_is_given_the_ticket_by_the_same_request(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, theirs: Zenpy
) -> None:
    theirs.tickets.update(Ticket(id=7, group_id=360))
    await helpdesk.assign(PLACE, Team.BILLING_SUPPORT)
    their_request, our_request = zendesk.writes()
    assert meant(our_request) == meant(their_request)


async def test_both_read_the_same_comments_over_all_pages(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, theirs: Zenpy
) -> None:
    for number in range(5):
        zendesk.add_comment(ticket, f"<p>{number}</p>", AGENT)
    zendesk.page_size = 2
    found = await helpdesk.read("7")
    our_path, our_pages = zendesk.asked[-1].path, len(zendesk.asked) - 1
    assert isinstance(found, HelpdeskTicket)
    theirs_read = [str(comment.id) for comment in theirs.tickets.comments(7)]
    assert [message.id for message in found.ticket.messages] == theirs_read
    assert zendesk.asked[-1].path.removesuffix(".json") == our_path
    assert our_pages == len(zendesk.asked) - 1 - our_pages == 3


async def test_both_find_the_same_update_in_the_audits(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, theirs: Zenpy
) -> None:
    intent = await marked_reply(helpdesk)
    await helpdesk.reply(intent, TEXT)
    assert await helpdesk.find(intent) is not None
    our_path = zendesk.asked[-1].path
    assert len(list(theirs.tickets.audits(7))) == 2
    assert zendesk.asked[-1].path.removesuffix(".json") == our_path


async def test_both_ask_what_changed_in_the_same_words(
    helpdesk: ZendeskHelpdesk, zendesk: FakeZendesk, ticket: FakeTicket, theirs: Zenpy
) -> None:
    since = (datetime.now(UTC) - timedelta(hours=2)).replace(microsecond=0)
    changed = await helpdesk.changed_since(since, None)
    read_by_zenpy = [str(ticket.id) for ticket in theirs.tickets.incremental(start_time=int(since.timestamp()))]
    assert list(changed.ticket_ids) == read_by_zenpy == ["7"]
    our_request, their_request = zendesk.asked
    assert our_request.path == their_request.path.removesuffix(".json")
    assert our_request.query["start_time"] == their_request.query["start_time"]
