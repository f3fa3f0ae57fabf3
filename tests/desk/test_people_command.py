"""`signalbox people`: who may use the desk, from the command line."""

import json
from decimal import Decimal

import pytest

from cases.person import Person, Role
from ledger.passwords import is_password
from ledger.people import PeopleLedger
from starter.settings import Settings
from tests.desk.staff import LENA, PASSWORD
from tests.starter.command import Command


@pytest.fixture
def signalbox(settings: Settings, people: PeopleLedger) -> Command:
    return Command(settings)


async def added(signalbox: Command, name: str) -> None:
    """Let a reviewer in."""
    result = await signalbox("people", "add", name, "--role", "reviewer", "--limit", "EUR=200", typed=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output


async def test_somebody_is_let_in_with_a_password_from_standard_input(signalbox: Command, people: PeopleLedger) -> None:
    words = ("add", "nora", "--role", "lead", "--role", "ops", "--display-name", "Nora N.", "--limit", "EUR=200.50")
    result = await signalbox("people", *words, "--limit", "USD=100", "--json", typed=f"{PASSWORD}\n")
    account = await people.account("nora")
    assert account is not None
    assert account.person == Person(
        name="nora",
        display_name="Nora N.",
        roles=frozenset({Role.LEAD, Role.OPS}),
        approval_limits={"EUR": Decimal("200.50"), "USD": Decimal(100)},
    )
    assert is_password(PASSWORD, account.password_hash)
    assert Person.model_validate_json(result.stdout) == account.person
    assert PASSWORD not in result.output
    assert account.password_hash is not None
    assert account.password_hash not in result.output


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("lena", "--role", "lead"), PASSWORD, "lena is taken"),
        (("Mia Wolf", "--role", "lead"), PASSWORD, "Use small letters, digits and hyphens"),
        (("mia", "--role", "lead"), "too short", "has 9 characters. Give 15 to 256"),
        (("mia", "--role", "lead"), "", "has 0 characters."),
        (("mia", "--role", "lead", "--limit", "200"), PASSWORD, "Write it as EUR=200."),
        (("mia", "--role", "lead", "--limit", "EUR=-1"), PASSWORD, "Write it as EUR=200."),
        (("mia", "--role", "lead", "--limit", "euro=5"), PASSWORD, "Write it as EUR."),
    ],
)
async def test_what_cannot_be_taken_is_named_with_the_way_out(
    signalbox: Command, people: PeopleLedger, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    result = await signalbox("people", "add", *words, typed=f"{typed}\n")
    assert result.exit_code == 1
    assert sentence in " ".join(result.stderr.split())
    assert await people.account("mia") is None


async def test_a_person_without_a_role_is_wrong_usage(signalbox: Command) -> None:
    assert (await signalbox("people", "add", "mia", typed=f"{PASSWORD}\n")).exit_code == 2


async def test_everybody_is_listed_for_people_and_for_programs(signalbox: Command) -> None:
    screen = (await signalbox("people", "list")).stdout
    assert "2000.00 EUR" in screen
    listed = [Person.model_validate(one) for one in json.loads((await signalbox("people", "list", "--json")).stdout)]
    assert LENA in listed
    assert [person.name for person in listed] == sorted(person.name for person in listed)


async def test_what_is_not_named_in_a_change_stays(signalbox: Command, people: PeopleLedger) -> None:
    await added(signalbox, "olga")
    assert (await signalbox("people", "change", "olga", "--role", "lead")).exit_code == 0
    account = await people.account("olga")
    assert account is not None
    assert account.person.roles == {Role.LEAD}
    assert account.person.approval_limits == {"EUR": Decimal(200)}


async def test_a_new_password_replaces_the_old_one(signalbox: Command, people: PeopleLedger) -> None:
    await added(signalbox, "pia")
    assert (await signalbox("people", "password", "pia", typed="another long password\n")).exit_code == 0
    account = await people.account("pia")
    assert account is not None
    assert is_password("another long password", account.password_hash)
    assert not is_password(PASSWORD, account.password_hash)


async def test_the_name_of_somebody_who_left_is_not_given_again(signalbox: Command, people: PeopleLedger) -> None:
    await added(signalbox, "quinn")
    assert (await signalbox("people", "remove", "quinn")).exit_code == 0
    assert await people.account("quinn") is None
    again = await signalbox("people", "add", "quinn", "--role", "lead", typed=f"{PASSWORD}\n")
    assert again.exit_code == 1
    assert "quinn is taken, perhaps by somebody who has left" in again.stderr


@pytest.mark.parametrize("words", [("change", "ghost"), ("password", "ghost"), ("remove", "ghost")])
async def test_a_name_that_nobody_has_is_told(signalbox: Command, words: tuple[str, ...]) -> None:
    result = await signalbox("people", *words, "--json", typed=f"{PASSWORD}\n")
    assert result.exit_code == 1
    assert "nobody is called ghost" in json.loads(result.stderr)["error"]["sentence"]
