"""The people of the demo: made once, with passwords that stay on this machine."""

import json
from pathlib import Path

import pytest

from cases.money import Money
from cases.person import Role
from demo.embedded.people import FIRST, PASSWORDS_FILE, PEOPLE, how_to_sign_in, let_in_demo_people
from ledger.database import Database
from ledger.migrate import migrate
from ledger.passwords import is_password
from ledger.people import PeopleLedger


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Path:
    """A data directory in which the demo was started twice."""
    directory = tmp_path_factory.mktemp("data")
    migrate(database_url)
    for _ in range(2):
        let_in_demo_people(database_url, directory)
    return directory


@pytest.fixture
def passwords(data: Path) -> dict[str, str]:
    return json.loads((data / PASSWORDS_FILE).read_text())


async def test_everybody_signs_in_with_the_password_that_is_kept(
    data: Path, passwords: dict[str, str], database_url: str
) -> None:
    database = Database.at(database_url, connections=1)
    people = PeopleLedger(database)
    for person in PEOPLE:
        account = await people.account(person.name)
        assert account is not None
        assert account.person == person
        assert is_password(passwords[person.name], account.password_hash)
    await database.close()


def test_there_is_somebody_in_each_role_and_a_second_lead() -> None:
    assert {role for person in PEOPLE for role in person.roles} == set(Role)
    much = Money.model_validate({"amount": "1000.00", "currency": "EUR"})
    assert len([person for person in PEOPLE if person.may_approve(much)]) == 2


def test_only_the_user_can_read_the_passwords(data: Path) -> None:
    assert (data / PASSWORDS_FILE).stat().st_mode & 0o777 == 0o600


def test_passwords_are_all_different_and_of_this_machine(passwords: dict[str, str], tmp_path: Path) -> None:
    assert len(set(passwords.values())) == len(PEOPLE)
    (another := tmp_path / "another").mkdir()
    assert how_to_sign_in(tmp_path).split()[5] != how_to_sign_in(another).split()[5]


def test_a_newcomer_is_told_a_name_and_its_password(data: Path, passwords: dict[str, str]) -> None:
    assert how_to_sign_in(data).startswith(f"sign in as {FIRST} / {passwords[FIRST]} ")
