"""Registering a source: it stands in the ledger, its secrets where they are kept, and it is polled."""

import secrets as random
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import SecretStr
from temporalio.client import Client

from cases.errors import InvalidInput
from cases.record import Record
from cases.source import ARE_POLLED, HAVE_KEYED_IDS, Source, SourceKind, SourceSecrets, TicketIds
from ledger.sources import SourceLedger
from starter.settings import Settings
from starter.sources.schedule import keep_polled
from starter.sources.secrets import keep_secrets, secrets_of

SECRET_BYTES = 32
"""As long as the SHA-256 it is used with."""

GIVEN_BY_THE_SENDER = frozenset({SourceKind.ZENDESK, SourceKind.CHATWOOT, SourceKind.CHATWOOT_BOT, SourceKind.WHATSAPP})
"""Who makes up the signing secret themselves, and shows it where the webhook is set up. For the others we make it."""

WHERE_TO_ENTER: Mapping[SourceKind, str] = {
    SourceKind.ZENDESK: "Zendesk, Admin Center, Apps and integrations, Webhooks (subscribe to ticket events)",
    SourceKind.CHATWOOT: "Chatwoot, Settings, Integrations, Webhooks (all events of messages and conversations)",
    SourceKind.CHATWOOT_BOT: "Chatwoot, Settings, Bots, as the webhook's address; then connect the bot to an inbox",
    SourceKind.ZAMMAD: "Zammad, Manage, Webhook (the secret as its token); then a trigger for new and updated tickets",
    SourceKind.STANDARD: "your system, where it keeps the address and the secret of webhooks it sends",
    SourceKind.WHATSAPP: "Meta's App Dashboard, WhatsApp, Configuration (callback address and verify token)",
    SourceKind.VOICE: "your telephone system, as the address and secret of the webhook that follows a call",
    SourceKind.DJANGO_HELPDESK: "django-helpdesk, HELPDESK_NEW_TICKET_WEBHOOK_URLS and HELPDESK_FOLLOWUP_WEBHOOK_URLS",
}
"""Where the address and the secret are pasted, in the sender's own words."""


class Registered(Record):
    """A source as it now stands, with what has to be pasted into the sender."""

    source: Source
    address: str
    signing: str | None = None
    """The newest signing secret, where we made it."""
    handshake: str | None = None
    """The verify token that Meta asks for."""
    enter_at: str


def address_of(source: Source, settings: Settings) -> str:
    """Where its deliveries go, as senders reach it; without a secret that belongs into it."""
    return f"{settings.door_url or settings.api_url}/sources/{source.tenant}/{source.name}"


async def register(
    source: Source, given: SourceSecrets, settings: Settings, sources: SourceLedger, engine: Client
) -> Registered:
    """Register a source, or change one; the same again changes nothing.

    What is not given and can be made is made, once. Raises EngineUnavailable, LedgerUnavailable and InvalidInput.
    """
    if source.kind in HAVE_KEYED_IDS:
        source = source.model_copy(update={"ticket_ids": TicketIds.KEYED})
    await _refuse_a_second_door(source, sources)
    await sources.keep(source, datetime.now(UTC))
    keep_secrets(source, given, settings.data)
    made = _missing(source, secrets_of(source, settings.data))
    if made != SourceSecrets():
        keep_secrets(source, made, settings.data)
    await keep_polled(engine, source)
    return _registered(source, settings)


def rotate(source: Source, settings: Settings, given: SecretStr | None) -> Registered:
    """Put a new signing secret before the one in use; what is signed with either is taken until the next rotation."""
    in_use = secrets_of(source, settings.data).signing[:1]
    keep_secrets(source, SourceSecrets(signing=(given or new_signing_secret(source.kind), *in_use)), settings.data)
    return _registered(source, settings)


def new_signing_secret(kind: SourceKind) -> SecretStr:
    """A secret nobody can guess, in the form its kind wants."""
    if kind in (SourceKind.STANDARD, SourceKind.VOICE):
        return SecretStr(f"whsec_{b64encode(random.token_bytes(SECRET_BYTES)).decode()}")
    return SecretStr(random.token_urlsafe(SECRET_BYTES))


async def _refuse_a_second_door(source: Source, sources: SourceLedger) -> None:
    """One account behind two sources would be answered twice."""
    for other in (registered.source for registered in await sources.sources()):
        same_place = (other.url, other.account) == (source.url, source.account) and source.kind in ARE_POLLED
        if same_place and (other.tenant, other.name) != (source.tenant, source.name):
            raise InvalidInput(
                "--url", f"{other.label} is at the same place, and each would answer.", "Use that one, or change it."
            )


def _missing(source: Source, known: SourceSecrets) -> SourceSecrets:
    sign = not known.signing and source.kind not in GIVEN_BY_THE_SENDER
    shake = not known.handshake.get_secret_value() and source.kind is SourceKind.WHATSAPP
    key = source.ticket_ids is TicketIds.KEYED and not known.ids.get_secret_value()
    return SourceSecrets(
        signing=(new_signing_secret(source.kind),) if sign else (),
        handshake=SecretStr(random.token_urlsafe(SECRET_BYTES)) if shake else SecretStr(""),
        ids=SecretStr(random.token_urlsafe(SECRET_BYTES)) if key else SecretStr(""),
    )


def _registered(source: Source, settings: Settings) -> Registered:
    secrets = secrets_of(source, settings.data)
    ours = source.kind not in GIVEN_BY_THE_SENDER and secrets.signing
    signing = secrets.signing[0].get_secret_value() if ours else None
    address = address_of(source, settings)
    in_address = source.kind is SourceKind.DJANGO_HELPDESK and signing is not None
    return Registered(
        source=source,
        address=f"{address}?token={signing}" if in_address else address,
        signing=None if in_address else signing,
        handshake=secrets.handshake.get_secret_value() or None,
        enter_at=WHERE_TO_ENTER[source.kind],
    )
