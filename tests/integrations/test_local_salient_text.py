"""What is left of a message when its noise is gone."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.models.local.salient_text import SEGMENTS, salient_text, segments


def test_greetings_signatures_quotes_and_logs_are_noise() -> None:
    text = (
        "Hello team,\nmy parcel is lost.\n> On Monday you wrote:\n> buy more\n"
        "2026-11-01 10:00:00 ERROR boom\n  at com.acme.Main(Main.java:3)\n```\ncode\n```\nKind regards"
    )
    assert salient_text(text) == "my parcel is lost."


def test_a_message_that_is_nothing_but_noise_is_kept() -> None:
    assert salient_text("Thanks!") == "Thanks!"


def test_clauses_joined_by_and_are_looked_at_one_by_one() -> None:
    assert segments("I was charged two times and I cannot find my order. Help.") == (
        "I was charged two times",
        "I cannot find my order.",
        "Help.",
    )


@given(st.text(max_size=5_000))
def test_however_long_a_text_is_the_work_is_bounded(text: str) -> None:
    assert len(segments(salient_text(text))) <= SEGMENTS
