"""What a text is written in: by its words where they tell enough, and by the helpdesk's word where they do not."""

import base64

import pytest

from integrations.models.local.language import PolicyLanguages

LANGUAGES = PolicyLanguages(("en", "de", "tr"))


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        pytest.param("Ok", "de", "de", id="one word"),
        pytest.param("It is W10223.", "tr-TR", "tr", id="two words and a number"),
        pytest.param("Danke schön, Monika", "en", "en", id="few words, whatever they look like"),
        pytest.param("Danke schön, Monika", None, "de", id="few words, and no word of the helpdesk"),
        pytest.param("Wo bleibt mein Paket W10350? Danke", "en-GB", "de", id="enough words in another language"),
        pytest.param("Where is the parcel you promised me?", "de", "en", id="enough words, against the account"),
        pytest.param("W10223 W10224", "de", "de", id="no word at all"),
        pytest.param("", None, "en", id="nothing"),
        pytest.param("Danke schön, Monika", "es", "de", id="a language that the policy does not speak"),
    ],
)
async def test_the_helpdesk_is_believed_where_words_are_few(text: str, locale: str | None, language: str) -> None:
    assert await LANGUAGES.detect(text, locale) == language


async def test_a_long_log_does_not_hide_what_the_question_is_written_in() -> None:
    log = base64.encodebytes(bytes(range(256)) * 80).decode()
    assert await LANGUAGES.detect(f"{log}\nWo bleibt meine Bestellung, bitte?", None) == "de"
