"""The secrets of a source: from the environment, or from a file that `signalbox source add` leaves with the data.

    SIGNALBOX_SOURCE__ACME__SHOP__SIGNING      one secret, or several with spaces between, the newest first
    SIGNALBOX_SOURCE__ACME__SHOP__TOKEN        what its API asks of us
    SIGNALBOX_SOURCE__ACME__SHOP__HANDSHAKE    WhatsApp's word for entering a webhook's address
    SIGNALBOX_SOURCE__ACME__SHOP__IDS          what hides telephone numbers in ticket ids; never to be changed

The ledger never has them. What the environment says goes first.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from cases.errors import InvalidInput
from cases.source import Source, SourceKind, SourceSecrets, TicketIds

SECRETS_FILE = "source-secrets.json"
OWNER_ONLY = 0o600
PARTS = ("SIGNING", "TOKEN", "HANDSHAKE", "IDS")


def variable(source: Source, part: str) -> str:
    """The name of the environment variable of one secret."""
    return f"SIGNALBOX_SOURCE__{_shout(source.tenant)}__{_shout(source.name)}__{part}"


def secrets_of(source: Source, data: Path, environment: Mapping[str, str] = os.environ) -> SourceSecrets:
    """What is known of a source's secrets; what nobody set is empty. Raises InvalidInput for a broken file."""
    kept = _kept(data / SECRETS_FILE)
    signing, token, handshake, ids = (environment.get(name) or kept.get(name, "") for name in _names(source))
    return SourceSecrets(
        signing=tuple(SecretStr(secret) for secret in signing.split()),
        token=SecretStr(token),
        handshake=SecretStr(handshake),
        ids=SecretStr(ids),
    )


def needed_secrets(source: Source) -> tuple[str, ...]:
    """Which secrets a source has: parts of the names of their variables."""
    return (*_needed_by(source.kind), *(("IDS",) if source.ticket_ids is TicketIds.KEYED else ()))


def _needed_by(kind: SourceKind) -> tuple[str, ...]:
    match kind:
        case SourceKind.STANDARD | SourceKind.VOICE:
            # What we send to them is signed with the same secret.
            return ("SIGNING",)
        case SourceKind.WHATSAPP:
            return ("SIGNING", "TOKEN", "HANDSHAKE")
        case _:
            return ("SIGNING", "TOKEN")


def missing_secrets(source: Source, known: SourceSecrets) -> tuple[str, ...]:
    """Which of the secrets a source cannot do without are not set: parts of the names of their variables."""
    is_set = {
        "SIGNING": bool(known.signing),
        "TOKEN": bool(known.token.get_secret_value()),
        "HANDSHAKE": bool(known.handshake.get_secret_value()),
        "IDS": bool(known.ids.get_secret_value()),
    }
    return tuple(part for part in needed_secrets(source) if not is_set[part])


def keep_secrets(source: Source, secrets: SourceSecrets, data: Path) -> Path:
    """Write a source's secrets into the data directory, for this user's eyes alone; gives the file.

    What is empty stays as it was. Raises InvalidInput for a secret with spaces and for a broken file.
    """
    if any(not secret.get_secret_value() or " " in secret.get_secret_value() for secret in secrets.signing):
        raise InvalidInput("the signing secret", "has a space in it, or nothing.", "Copy it whole, without spaces.")
    file = data / SECRETS_FILE
    values = (
        " ".join(secret.get_secret_value() for secret in secrets.signing),
        secrets.token.get_secret_value(),
        secrets.handshake.get_secret_value(),
        secrets.ids.get_secret_value(),
    )
    given = {name: value for name, value in zip(_names(source), values, strict=True) if value}
    data.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as opened:
        json.dump({**_kept(file), **given}, opened, indent=2)
    draft.replace(file)
    return file


def _names(source: Source) -> tuple[str, ...]:
    return tuple(variable(source, part) for part in PARTS)


def _kept(file: Path) -> dict[str, str]:
    try:
        return json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise InvalidInput(str(file), "is not JSON.", "Mend it, or delete it and add the sources again.") from error


def _shout(slug: str) -> str:
    return slug.replace("-", "_").upper()
