"""Where everything is: from the environment, or from what the embedded engine wrote down when it started."""

import json
import os
from pathlib import Path

from cases.record import Record

DATA_VARIABLE = "SIGNALBOX_DATA"
DEFAULT_DATA = Path(".signalbox")
ADDRESSES_FILE = "addresses.json"
DEFAULT_POLICY = Path(__file__).parent.parent / "policies" / "local.yaml"


class Settings(Record):
    """The addresses and secrets of one installation.

    Each is read from `SIGNALBOX_<NAME>`; what is not set there comes from the file that `worker.py --dev` leaves in
    the data directory. Where neither names Temporal's address, Temporal's own variables and configuration file do.
    """

    data: Path
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    temporal_ui: str = "http://127.0.0.1:8233"
    database_url: str = "postgresql://postgres@127.0.0.1:5432/signalbox"
    shop_url: str = "http://127.0.0.1:8090"
    helpdesk_url: str = "http://127.0.0.1:8091"
    api_url: str = "http://127.0.0.1:8080"
    door_url: str = ""
    """Where senders of webhooks reach the HTTP door, such as https://support.example.com; empty: at `api_url`."""
    desk_url: str = "http://127.0.0.1:8092"
    """Where people open the desk. With https, its cookies travel encrypted or not at all."""
    api_token: str = ""
    """The bearer token of the HTTP door; empty keeps that door shut."""
    alert_url: str = ""
    """Where ops are alerted: an address that takes what Slack's incoming webhooks take; empty: the log alone."""
    policy: Path = DEFAULT_POLICY


def load_settings() -> Settings:
    """Read the settings of this process."""
    data = Path(os.environ.get(DATA_VARIABLE, DEFAULT_DATA))
    written = _written_addresses(data / ADDRESSES_FILE)
    named = {
        name: value
        for name in Settings.model_fields
        if (value := os.environ.get(f"SIGNALBOX_{name.upper()}")) is not None
    }
    return Settings.model_validate({**written, "data": data, **named})


def _written_addresses(file: Path) -> dict[str, str]:
    try:
        return json.loads(file.read_text())
    except FileNotFoundError:
        return {}
