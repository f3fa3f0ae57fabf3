"""What is left of a message when its noise is gone."""

from hypothesis import given
from hypothesis import strategies as st

from cases.policy.local import ReadingRules
from integrations.models.local.salient_text import salient_text, segments
from integrations.sources.reading import fitting_text

RULES = ReadingRules()


def test_greetings_signatures_quotes_and_logs_are_noise() -> None:
    text = (
        "Hello team,\nmy parcel is lost.\n> On Monday you wrote:\n> buy more\n"
        "2026-11-01 10:00:00 ERROR boom\n  at com.acme.Main(Main.java:3)\n```\ncode\n```\nKind regards"
    )
    assert salient_text(text) == "my parcel is lost."


def test_a_message_that_is_nothing_but_noise_is_kept() -> None:
    assert salient_text("Thanks!") == "Thanks!"


def test_clauses_joined_by_and_are_looked_at_one_by_one() -> None:
    assert segments("I was charged two times and I cannot find my order. Help.", RULES) == (
        "I was charged two times",
        "I cannot find my order.",
        "Help.",
    )


@given(st.text(max_size=5_000), st.integers(4, 12))
def test_however_long_a_text_is_no_more_clauses_are_looked_at_than_the_policy_allows(text: str, clauses: int) -> None:
    assert len(segments(salient_text(text), ReadingRules(clauses=clauses))) <= clauses


def test_of_a_long_story_the_beginning_and_the_end_are_looked_at() -> None:
    story = " ".join(f"Sentence number {number}." for number in range(9))
    assert segments(story, ReadingRules(clauses=5)) == (
        "Sentence number 0.",
        "Sentence number 1.",
        "Sentence number 6.",
        "Sentence number 7.",
        "Sentence number 8.",
    )


def test_what_the_policy_calls_too_short_for_a_clause_is_left_in_its_sentence() -> None:
    sentence = "I was charged two times and I cannot find my order."
    assert segments(sentence, ReadingRules(clause_words=7)) == (sentence,)


def test_an_encoded_file_and_the_mark_of_a_cut_say_nothing() -> None:
    log = "\n".join(["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w"] * 200)
    cut = fitting_text(f"{log}\n{log}\n{log}\nWhere is my order W10390?")
    # Of the line that was cut, a piece may be left that is too short to be told from a word.
    *pieces, last = salient_text(cut).splitlines()
    assert last == "Where is my order W10390?"
    assert len(pieces) <= 1
