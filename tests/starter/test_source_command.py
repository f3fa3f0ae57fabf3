"""`signalbox source`: a source is registered, looked at and tried out without a secret ever on the command line."""

import asyncio
import json
import stat
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from cases.lockout import LockedOut
from cases.outcome import Stage
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.lockouts import LockoutLedger
from starter.settings import Settings
from tests.starter.command import COLUMNS, Command, widest
from tests.starter.doors import a_quiet_world
from tests.starter.http_door import open_door
from tests.workflows.workers import working


@pytest.fixture
def installation(settings: Settings, tmp_path: Path) -> Settings:
    """An installation with a data directory of its own."""
    return settings.model_copy(update={"data": tmp_path})


@pytest.fixture
def command(installation: Settings) -> Command:
    return Command(installation)


@pytest.fixture
def door(installation: Settings) -> Generator[httpx.Client]:
    with open_door(installation) as door:
        yield door


STANDARD = ("--kind", "standard-webhooks", "--url", "https://shop.example.com/hooks")
WHATSAPP = ("--kind", "whatsapp", "--account", "15550009999")
ZAMMAD = ("--kind", "zammad", "--url", "https://groups.example.com")
ZENDESK = ("--kind", "zendesk", "--url", "https://acme.zendesk.com/", "--user", "bot@acme.example")


async def test_adding_a_source_prints_the_address_and_the_secret_to_paste(command: Command, tmp_path: Path) -> None:
    added = await command("source", "add", "acme/shop", *STANDARD)
    assert added.exit_code == 0
    assert "http://127.0.0.1:8080/sources/acme/shop" in added.stdout
    kept = json.loads((tmp_path / "source-secrets.json").read_text())
    secret = kept["SIGNALBOX_SOURCE__ACME__SHOP__SIGNING"]
    assert secret.startswith("whsec_")
    assert secret in added.stdout
    assert stat.S_IMODE((tmp_path / "source-secrets.json").stat().st_mode) == 0o600


async def test_adding_it_again_changes_what_is_said_anew_and_keeps_the_secret(command: Command, tmp_path: Path) -> None:
    await command("source", "add", "acme/again", *STANDARD)
    kept = (tmp_path / "source-secrets.json").read_text()
    changed = await command(
        "source", "add", "acme/again", *STANDARD[:2], "--url", "https://other.example.com", "--json"
    )
    assert json.loads(changed.stdout)["source"]["url"] == "https://other.example.com"
    assert (tmp_path / "source-secrets.json").read_text() == kept


async def test_secrets_that_only_the_sender_knows_are_read_from_standard_input(
    command: Command, tmp_path: Path
) -> None:
    added = await command("source", "add", "acme/zen", *ZENDESK, "--team", "billing_support=42", typed="sign\ntoken\n")
    assert added.exit_code == 0, added.stderr
    kept = json.loads((tmp_path / "source-secrets.json").read_text())
    assert kept == {
        "SIGNALBOX_SOURCE__ACME__ZEN__SIGNING": "sign",
        "SIGNALBOX_SOURCE__ACME__ZEN__TOKEN": "token",
    }
    assert "not set yet" not in added.stdout


async def test_a_secret_that_is_not_there_yet_is_named_wherever_the_source_is_shown(command: Command) -> None:
    elsewhere = ("--kind", "zendesk", "--url", "https://later.zendesk.com", "--user", "bot@acme.example")
    added = await command("source", "add", "acme/later", *elsewhere, typed="")
    listed = await command("source", "list")
    assert added.exit_code == 0
    assert added.stdout.count("(not set yet)") == 2
    assert "SIGNALBOX_SOURCE__ACME__LATER__TOKEN" in "".join(listed.stdout.split())
    assert widest(listed.stdout) <= COLUMNS


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("acme", *STANDARD), "TENANT/NAME"),
        (("acme/shop/x", *STANDARD), "TENANT/NAME"),
        (("Acme/shop", *STANDARD), "tenant"),
        (("acme/shop", "--kind", "zendesk", "--user", "bot@acme.example"), "url is missing"),
        (("acme/shop", "--kind", "whatsapp"), "account is missing"),
        (("acme/shop", "--kind", "zammad", "--url", "acme.zammad.com"), "url"),
        (("acme/shop", *STANDARD, "--team", "pigeons=1"), "--team"),
        (("acme/shop", *STANDARD, "--poll", "0"), "poll_minutes"),
        (("acme/shop", *STANDARD, "--group", "Support"), "groups are read apart of zammad alone"),
        (("acme/shop", *ZAMMAD, "--group", "Support", "--group", "support"), "named twice"),
        (("acme/shop", *ZAMMAD, "--group", " "), "groups"),
        (("acme/shop", *WHATSAPP, "--template-language", "de"), "no template"),
        (("acme/shop", *WHATSAPP, "--template", "late", "--template-language", "German"), "template_languages"),
    ],
)
async def test_what_cannot_be_registered_names_the_field_and_the_way_out(
    command: Command, words: tuple[str, ...], named: str
) -> None:
    refused = await command("source", "add", *words, typed="")
    assert refused.exit_code == 1
    assert named in refused.stderr


async def test_a_second_source_at_the_same_place_is_refused_because_both_would_answer(command: Command) -> None:
    place = ("--kind", "zammad", "--url", "https://zammad.example.com")
    await command("source", "add", "acme/one", *place, typed="")
    second = await command("source", "add", "acme/two", *place, typed="")
    assert second.exit_code == 1
    assert "acme/one is at the same place" in second.stderr


async def test_a_new_signing_secret_stands_before_the_old_one(command: Command, tmp_path: Path) -> None:
    await command("source", "add", "acme/turn", *STANDARD)
    old = json.loads((tmp_path / "source-secrets.json").read_text())["SIGNALBOX_SOURCE__ACME__TURN__SIGNING"]
    for _ in range(2):
        rotated = await command("source", "rotate", "acme/turn", "--json")
        new, last = json.loads((tmp_path / "source-secrets.json").read_text())[
            "SIGNALBOX_SOURCE__ACME__TURN__SIGNING"
        ].split()
        assert (json.loads(rotated.stdout)["signing"], last) == (new, old)
        old = new


async def test_a_test_goes_through_the_real_door_and_names_its_case(
    installation: Settings, door: httpx.Client, client: Client, ledger: CaseLedger
) -> None:
    command = Command(installation.model_copy(update={"api_url": str(door.base_url).rstrip("/")}))
    await command("source", "add", "acme/tried", *STANDARD)
    world = a_quiet_world(ledger)
    async with working(client, world):
        tried = await command("source", "test", "acme/tried", "--json")
        trial = json.loads(tried.stdout)
        await world.case_reached(trial["case_id"], Stage.FOLLOW_UP)
    assert (trial["status"], trial["receipt"]["outcome"]) == (200, "taken")


async def test_a_test_without_a_door_says_how_to_open_it(command: Command) -> None:
    await command("source", "add", "acme/shut", *STANDARD)
    nobody = await asyncio.to_thread(
        command.apart, "source", "test", "acme/shut", more={"SIGNALBOX_API_URL": "http://127.0.0.1:9"}
    )
    assert nobody.returncode == 3
    assert "`signalbox serve`" in nobody.stderr


async def test_an_unknown_source_is_told_so(command: Command) -> None:
    unknown = await command("source", "test", "acme/nobody")
    assert unknown.exit_code == 1
    assert "There is no source acme/nobody" in unknown.stderr


async def test_the_groups_a_source_reads_are_listed_with_it(command: Command) -> None:
    added = await command("source", "add", "acme/groups", *ZAMMAD, "--group", "Support", "--group", "Sales", typed="")
    assert added.exit_code == 0, added.stderr
    listed = await command("source", "list")
    line = next(line for line in listed.stdout.splitlines() if "acme/groups" in line)
    assert "Support, Sales" in line
    assert widest(listed.stdout) <= COLUMNS


async def test_a_source_that_lets_us_write_no_more_is_told_with_the_way_out_until_it_has_another_token(
    command: Command, database: Database, tmp_path: Path
) -> None:
    elsewhere = ("--kind", "zendesk", "--url", "https://locked.zendesk.com", "--user", "bot@acme.example")
    await command("source", "add", "acme/locked", *elsewhere, typed="sign\nold\n")
    locked = LockedOut(tenant="acme", source="locked", why="The helpdesk no longer lets us in: status 403.")
    await LockoutLedger(database).begin(locked, datetime.now(UTC))
    listed = await command("source", "list", "--json")
    problem = next(one["locked"] for one in json.loads(listed.stdout) if one["source"]["name"] == "locked")
    assert problem.startswith("has not let us write since ")
    assert "`signalbox source token acme/locked`, then `signalbox source test acme/locked`" in problem

    given = await command("source", "token", "acme/locked", typed="new\n")
    assert given.exit_code == 0, given.stderr
    assert "Try it: signalbox source test acme/locked" in given.stdout
    kept = json.loads((tmp_path / "source-secrets.json").read_text())
    assert kept["SIGNALBOX_SOURCE__ACME__LOCKED__TOKEN"] == "new"
    again = json.loads((await command("source", "list", "--json")).stdout)
    assert next(one["locked"] for one in again if one["source"]["name"] == "locked") is None


async def test_a_test_says_that_replies_are_not_let_in(
    installation: Settings, door: httpx.Client, client: Client, ledger: CaseLedger, database: Database
) -> None:
    command = Command(installation.model_copy(update={"api_url": str(door.base_url).rstrip("/")}))
    await command("source", "add", "acme/shutout", *STANDARD)
    locked = LockedOut(tenant="acme", source="shutout", why="status 401.")
    await LockoutLedger(database).begin(locked, datetime.now(UTC))
    world = a_quiet_world(ledger)
    async with working(client, world):
        tried = await command("source", "test", "acme/shutout")
    assert "acme/shutout has not let us write since " in tried.stdout


@pytest.mark.parametrize(
    ("label", "typed", "named"),
    [
        ("acme/tokens", "", "the token: is empty"),
        ("acme/signs", "new\n", "which has no token. Its secret is changed by `signalbox source rotate acme/signs`"),
    ],
)
async def test_a_token_that_cannot_be_given_says_why(command: Command, label: str, typed: str, named: str) -> None:
    tokens = ("--kind", "zammad", "--url", "https://tokens.example.com")
    await command("source", "add", "acme/tokens", *tokens, typed="old\n")
    await command("source", "add", "acme/signs", *STANDARD)
    refused = await command("source", "token", label, typed=typed)
    assert refused.exit_code == 1
    assert named in refused.stderr


async def test_ids_of_whatsapp_tickets_get_a_key_once_and_for_good(command: Command, tmp_path: Path) -> None:
    named = "SIGNALBOX_SOURCE__ACME__PHONE__IDS"
    late = ("--template", "late", "--template-language", "de", "--template-language", "en_US")
    added = await command("source", "add", "acme/phone", *WHATSAPP, *late, "--json", typed="appsecret\n")
    assert added.exit_code == 0, added.stderr
    source = json.loads(added.stdout)["source"]
    assert (source["ticket_ids"], source["template_languages"]) == ("keyed", ["de", "en_US"])
    key = json.loads((tmp_path / "source-secrets.json").read_text())[named]
    assert len(key) >= 40
    assert key not in added.stdout

    await command("source", "add", "acme/phone", *WHATSAPP, typed="")
    await command("source", "rotate", "acme/phone", typed="another\n")
    assert json.loads((tmp_path / "source-secrets.json").read_text())[named] == key
