"""The signature of the Standard Webhooks specification: `v1,` and base64 of an HMAC over `id.timestamp.body`.

The library makes it. Its own check of the time looks at the clock of the moment, where a delivery may have waited for
us; and it stops at the first signature that fits. Both are done here as for every other source.
"""

import binascii
from datetime import UTC, datetime

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from cases.errors import SignatureRefused
from cases.source import SourceSecrets
from integrations.sources.protocol import Delivery
from integrations.sources.signed import (
    header_of,
    moment_of,
    refuse_unless_recent,
    refuse_unless_signed,
    signing_secrets,
)

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"

MAXIMUM_ID = 200
"""Characters of an id; it is kept for good, so that the same delivery is known again."""


def verified(delivery: Delivery, secrets: SourceSecrets) -> str:
    """The delivery's own id, once it is sure who sent it: the id is signed. Raises SignatureRefused."""
    keys = _keys(secrets)
    delivery_id = header_of(delivery, ID)
    if len(delivery_id) > MAXIMUM_ID:
        raise SignatureRefused(f"{ID} is longer than {MAXIMUM_ID} characters. Send a shorter one.")
    signed_at = moment_of(TIMESTAMP, header_of(delivery, TIMESTAMP))
    given = header_of(delivery, SIGNATURE).split()
    text = _text(delivery.body)
    refuse_unless_signed(SIGNATURE, given, [key.sign(delivery_id, signed_at, text) for key in keys])
    refuse_unless_recent(TIMESTAMP, signed_at, delivery.at)
    return delivery_id


def signed(body: bytes, delivery_id: str, at: datetime, secrets: SourceSecrets) -> dict[str, str]:
    """The three headers, signed with each secret, the newest first: while one is replaced, a receiver may have either.

    Raises SignatureRefused where there is none that can sign.
    """
    text = _text(body)
    return {
        ID: delivery_id,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: " ".join(key.sign(delivery_id, at.astimezone(UTC), text) for key in _keys(secrets)),
    }


def _keys(secrets: SourceSecrets) -> tuple[Webhook, ...]:
    return tuple(_key(secret) for secret in signing_secrets(secrets))


def _key(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except (binascii.Error, EmptyWebhookSecretError, ValueError) as error:
        raise SignatureRefused(
            "A signing secret of this source is not one of Standard Webhooks. It is base64, and may begin with "
            "whsec_: paste it anew."
        ) from error


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise SignatureRefused("The body is not UTF-8, which Standard Webhooks sign. Send JSON in UTF-8.") from error
