import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from cases.errors import InvalidDelivery, SignatureRefused
from cases.source import Source, SourceKind, SourceSecrets
from cases.source_event import TicketChanged
from integrations.sources.django_helpdesk import DjangoHelpdeskSource
from integrations.sources.protocol import Delivery

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
NEWEST = "k5hV9nq2-newest"
SECRETS = SourceSecrets(signing=(SecretStr(NEWEST), SecretStr("p0Lw3zs7-before")))
SOURCE = Source(
    tenant="acme", name="help", kind=SourceKind.DJANGO_HELPDESK, url="https://help.example.com", user="signalbox"
)
ADAPTER = DjangoHelpdeskSource()
NEW_TICKET = json.dumps({"ticket": {"id": 17, "title": "Where is it?", "status": 1}, "queue_slug": "support"}).encode()


def delivered(body: bytes = NEW_TICKET, token: str | None = NEWEST) -> Delivery:
    return Delivery({} if token is None else {"x-token": token}, body, NOW)


def test_a_delivery_with_the_newest_token_is_believed() -> None:
    assert ADAPTER.verify(delivered(), SECRETS)


def test_a_delivery_with_the_token_from_before_the_change_is_believed() -> None:
    assert ADAPTER.verify(delivered(token="p0Lw3zs7-before"), SECRETS)


def test_the_same_delivery_has_the_same_id_and_another_has_another() -> None:
    followed_up = NEW_TICKET.replace(b'"support"', b'"support", "followup_id": 4')

    assert ADAPTER.verify(delivered(), SECRETS) == ADAPTER.verify(delivered(token="p0Lw3zs7-before"), SECRETS)
    assert ADAPTER.verify(delivered(), SECRETS) != ADAPTER.verify(delivered(followed_up), SECRETS)


def test_a_wrong_token_is_refused_without_naming_the_right_one() -> None:
    with pytest.raises(SignatureRefused, match="not one of this source") as refusal:
        ADAPTER.verify(delivered(token=NEWEST[:-1]), SECRETS)

    assert NEWEST not in str(refusal.value)


def test_an_address_without_a_token_is_refused_with_how_to_give_it_one() -> None:
    with pytest.raises(SignatureRefused, match=r"Add `\?token=…`"):
        ADAPTER.verify(delivered(token=None), SECRETS)


def test_a_source_without_a_secret_believes_nothing() -> None:
    with pytest.raises(SignatureRefused, match="No signing secret is set"):
        ADAPTER.verify(delivered(), SourceSecrets())


def test_a_token_in_letters_nobody_sends_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not one of this source"):
        ADAPTER.verify(delivered(token="ключ\udcff"), SECRETS)


def test_a_new_ticket_is_a_ticket_to_read() -> None:
    assert ADAPTER.parse(delivered(), SOURCE) == (TicketChanged(ticket_id="17"),)


def test_a_follow_up_is_its_ticket_to_read_whoever_wrote_it() -> None:
    body = json.dumps({"ticket": {"id": 17, "followup_set": [{"id": 4, "user": 2}]}, "followup_id": 4}).encode()

    assert ADAPTER.parse(delivered(body), SOURCE) == (TicketChanged(ticket_id="17"),)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", r"\(whole\): is not JSON"),
        (b"[]", r"\(whole\): is not a JSON object"),
        (b"{}", "ticket: is missing"),
        (b'{"ticket": {}}', "ticket.id: is missing"),
        (b'{"ticket": {"id": 0}}', "ticket.id"),
        (b'{"ticket": {"id": "../1"}}', "ticket.id"),
        ('{"ticket": {"id": 1, "title": "Größe"}}'.encode("latin-1"), r"\(whole\)"),
    ],
)
def test_a_delivery_that_names_no_ticket_is_refused_by_the_field(body: bytes, sentence: str) -> None:
    with pytest.raises(InvalidDelivery, match=sentence):
        ADAPTER.parse(delivered(body), SOURCE)


def test_a_test_delivery_passes_its_own_door() -> None:
    sent = ADAPTER.test_delivery(SOURCE, SECRETS, "test-1", NOW)

    assert ADAPTER.verify(sent, SECRETS)
    assert ADAPTER.parse(sent, SOURCE) == (TicketChanged(ticket_id="test-1"),)


def test_a_second_test_of_the_same_ticket_is_no_repeat_of_the_first() -> None:
    first, second = (ADAPTER.test_delivery(SOURCE, SECRETS, "17", NOW + timedelta(seconds=late)) for late in (0, 1))

    assert ADAPTER.verify(first, SECRETS) != ADAPTER.verify(second, SECRETS)


def test_no_account_is_named() -> None:
    assert ADAPTER.account(NEW_TICKET) is None


@given(body=st.binary(max_size=300), token=st.text(max_size=50))
def test_no_bytes_and_no_token_break_it(body: bytes, token: str) -> None:
    delivery = delivered(body, token)
    for step in (lambda: ADAPTER.verify(delivery, SECRETS), lambda: ADAPTER.parse(delivery, SOURCE)):
        try:
            step()
        except (SignatureRefused, InvalidDelivery) as refused:
            assert str(refused)
