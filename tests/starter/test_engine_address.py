"""Where a door looks for Temporal: where Signalbox was told, else where Temporal's own variables say."""

from pathlib import Path

import pytest

from cases.errors import EngineUnavailable
from demo.embedded.ports import free_ports
from starter.engine import connect, connect_at_first_use
from starter.settings import Settings, load_settings


async def test_what_signalbox_was_told_stands_before_temporals_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere.example:7233")
    monkeypatch.setenv("TEMPORAL_API_KEY", "a key for elsewhere")

    client = await connect_at_first_use(Settings(data=Path("nowhere"), temporal_address="127.0.0.1:1"))

    assert client.service_client.config.target_host == "127.0.0.1:1"
    assert client.service_client.config.api_key is None


async def test_temporals_own_variables_stand_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "elsewhere.example:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "support")

    client = await connect_at_first_use(Settings(data=Path("nowhere")))

    assert client.service_client.config.target_host == "elsewhere.example:7233"
    assert client.namespace == "support"


async def test_a_worker_without_temporal_is_told_the_address_and_the_way_out() -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"

    with pytest.raises(EngineUnavailable, match=f"Temporal at {address} does not answer.*make demo"):
        await connect(Settings(data=Path("nowhere"), temporal_address=address))


def test_settings_come_from_the_environment_before_the_file_of_the_embedded_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "addresses.json").write_text('{"shop_url": "http://shop.file", "api_url": "http://api.file"}')
    monkeypatch.setenv("SIGNALBOX_DATA", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_SHOP_URL", "http://shop.environment")

    settings = load_settings()

    assert (settings.shop_url, settings.api_url) == ("http://shop.environment", "http://api.file")
