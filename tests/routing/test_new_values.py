"""Old and new addresses and e-mails: told apart by their words and by what is on record, or left to a person."""

from pathlib import Path

import pytest

from cases.classification import Entities
from cases.facts import Facts
from routing.entities import extract_entities
from routing.normal_text import normal
from routing.wanted_values import wanted_address, wanted_email
from starter.policy_files import read_policy
from tests.samples import ADA, an_order

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document
OLD, NEW = "Hauptstr. 5, 10115 Berlin", "Ringweg 7, 10117 Berlin"
OLD_EN, NEW_EN = "1 Old Street, York YO1 7AA", "2 New Street, Leeds LS1 4DY"
OLD_TR, NEW_TR = "Atatürk Cad. No: 5, 06420 Ankara", "Lale Sok. No: 7, 35220 İzmir"


def read(text: str) -> Entities:
    return extract_entities(normal(text), POLICY.entities, POLICY.value_words)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (f"I moved from {OLD_EN} to {NEW_EN}.", NEW_EN),
        (f"Please send it to {NEW_EN} instead of {OLD_EN}.", NEW_EN),
        (f"Not to {OLD_EN} but to {NEW_EN}, please.", NEW_EN),
        (f"My old address was {OLD_EN}, the new one is {NEW_EN}", NEW_EN),
        (f"My new address is {NEW_EN}. The old one was {OLD_EN}.", NEW_EN),
        (f"I no longer live at {OLD_EN}. Deliver to {NEW_EN}", NEW_EN),
        (f"Bitte nicht an {OLD}, sondern an {NEW} schicken", NEW),
        (f"Statt {OLD} bitte nach {NEW}", NEW),
        (f"Bitte an {NEW} statt an {OLD}", NEW),
        (f"anstelle von {OLD} bitte {NEW}", NEW),
        (f"Wir sind von {OLD} nach {NEW} umgezogen", NEW),
        (f"Meine neue Adresse lautet {NEW}, die alte war {OLD}", NEW),
        (f"Eski adresim {OLD_TR} yeni adresim {NEW_TR}", NEW_TR),
        (f"{OLD_TR} yerine {NEW_TR} adresine gönderin", NEW_TR),
        (f"Yeni adresim: {NEW_TR}", NEW_TR),
        (f"Please deliver to {NEW_EN} instead, thanks", NEW_EN),
        (f"We used to live at {OLD_EN} but are now at {NEW_EN}", NEW_EN),
        (f"It says {OLD_EN}, should be {NEW_EN}", NEW_EN),
        (f"{NEW_EN}, please don't use {OLD_EN} any longer", NEW_EN),
        (f"Old: {OLD_EN}\nNew: {NEW_EN}", NEW_EN),
        (f"Deliver to:\n{NEW_EN}\nOrder W10330", NEW_EN),
        (f"Ich wohne nicht mehr im {OLD}, sondern jetzt {NEW}", NEW),
        (f"{OLD} ist falsch, richtig ist {NEW}", NEW),
        (f"Bisherige Adresse: {OLD}\nNeue Adresse: {NEW}", NEW),
        (f"{OLD_TR} adresinden {NEW_TR} adresine taşındık", NEW_TR),
        (f"{OLD_TR} adresine göndermeyin, {NEW_TR} adresine gönderin", NEW_TR),
    ],
)
def test_the_new_address_is_told_from_the_old_one(text: str, new: str) -> None:
    assert wanted_address(read(text), Facts()) == (new,)


@pytest.mark.parametrize(
    "text",
    [
        f"It still goes to my old address, {OLD_EN}",
        f"I don't live at {OLD_EN} anymore",
        f"Please do not send it to {OLD_EN}",
        f"Ich bin aus der {OLD} ausgezogen",
        f"Bitte nicht mehr an {OLD} liefern",
        f"Eski adresim {OLD_TR} idi",
        "Please send it to my new flat",
    ],
)
def test_without_a_new_address_there_is_none(text: str) -> None:
    assert wanted_address(read(text), Facts()) == ()


def test_two_addresses_that_no_word_tells_apart_are_both_kept_for_a_person() -> None:
    text = f"Deliver it to {NEW_EN}, and to {OLD_EN}"
    assert wanted_address(read(text), Facts()) == (NEW_EN, OLD_EN)


def test_the_address_on_record_is_the_old_one() -> None:
    known = Facts(orders=(an_order().model_copy(update={"address": "1 Old Street, York, YO1 7AA"}),), account=ADA)
    assert wanted_address(read(f"{OLD_EN} and {NEW_EN}"), known) == (NEW_EN,)
    assert wanted_address(read(f"Is it going to {OLD_EN}?"), known) == ()


@pytest.mark.parametrize(
    "words", ["Tel. +49 8321 555 0199", "Telefon 08321 5550199", "Mobil: 0151 2345678", "Fax 1234"]
)
def test_an_address_ends_before_the_words_of_a_telephone(words: str) -> None:
    assert (
        read(f"Bitte an Industriestraße 44, 87527 Sonthofen {words}").address == "Industriestraße 44, 87527 Sonthofen"
    )


def test_a_number_before_the_address_is_no_part_of_it() -> None:
    assert read("Send order 10330 to 2 New Street, Leeds LS1 4DY").address == NEW_EN


@pytest.mark.parametrize(
    "text",
    [
        "Change my e-mail from a@x.com to b@y.com",
        "b@y.com instead of a@x.com please",
        "From now on use b@y.com, not a@x.com",
        "My email is now b@y.com; a@x.com is no longer valid",
        "b@y.com statt a@x.com",
        "E-Mail bitte von a@x.com auf b@y.com ändern",
        "Bitte b@y.com anstelle von a@x.com verwenden",
        "a@x.com yerine b@y.com kullanın",
        "e-posta adresimi a@x.com'dan b@y.com'a değiştirin",
        "eski e-postam a@x.com yeni e-postam b@y.com",
        "Change my e-mail: a@x.com -> b@y.com",
    ],
)
def test_the_new_e_mail_is_told_from_the_old_one(text: str) -> None:
    assert wanted_email(read(text), Facts()) == ("b@y.com",)


def test_two_e_mails_that_no_word_tells_apart_are_both_kept_but_for_the_one_on_record() -> None:
    both = read("a@x.com b@y.com")
    assert wanted_email(both, Facts()) == ("a@x.com", "b@y.com")
    known = Facts(account=ADA.model_copy(update={"email": "A@x.com"}))
    assert wanted_email(both, known) == ("b@y.com",)


def test_what_is_said_later_of_an_address_counts() -> None:
    first, then = read(f"Deliver to {OLD_EN}"), read(f"Sorry, not to {OLD_EN}. To {NEW_EN} please")
    assert wanted_address(first.merged_with(then), Facts()) == (NEW_EN,)
    withdrawn = first.merged_with(read(f"Please not to {OLD_EN}"))
    assert wanted_address(withdrawn, Facts()) == ()
