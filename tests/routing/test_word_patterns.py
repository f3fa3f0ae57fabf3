"""The notation of language packs."""

import pytest

from routing.spoken_words import sentences_of, spelt_plainly
from routing.word_patterns import compiled

GROUPS = {"please": ("please", "be so kind"), "soft": ("just", "now"), "thing": (), "ending": ("in", "er misin")}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("cancel order", "Cancel   ORDER", True),
        ("cancel order", "cancel the order", False),
        ("cancel … order", "cancel the whole order", True),
        ("cancel … order", "cancel it, the order is wrong", False),
        ("cancel my? order", "cancel order", True),
        ("refund*", "refunding", True),
        ("refund", "refunding", False),
        ("a|the order", "the order", True),
        ("^cancel", "please cancel", False),
        ("^cancel", "hello, cancel", True),
        ("cancel$", "cancel it", False),
        ("cancel$", "please cancel, thanks", True),
        ("{please} {soft}~ cancel", "be so kind just now cancel", True),
        ("{soft}~ cancel {please}", "cancel please", True),
        ("iptal ed{ending}", "iptal eder misin", True),
        ("{thing} please", "refund please", False),
        ("kündigen", "KUENDIGEN", True),
        ("sipariş", "SİPARİŞ", True),
        ("don't", "dont", True),
        ("*''s order", "Peter's order", True),
        ("*''s order", "Peters order", False),
        ("pay #", "pay W10101", True),
        ("to @", "to a.b@example.com", True),
        (", dass", "ich will, dass", True),
    ],
)
def test_a_pattern_finds_what_it_is_written_for(pattern: str, text: str, found: bool) -> None:  # noqa: FBT001
    (sentence,) = sentences_of(text, lambda _: False)
    assert (compiled((pattern,), GROUPS).search(sentence.said) is not None) is found


def test_a_group_within_itself_is_an_error() -> None:
    with pytest.raises(ValueError, match="made of itself"):
        compiled(("{one}",), {"one": ("{two}",), "two": ("{one}",)})


@pytest.mark.parametrize(("typed", "plain"), [("İPTAL", "iptal"), ("Größe", "grosse"), ("ışık", "isik"), ("Ä", "a")])
def test_letters_are_read_however_they_were_typed(typed: str, plain: str) -> None:
    assert spelt_plainly(typed) == plain


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("Order No. 5 and Str. 7 belong together", 1),
        ("please cancel\nmy order", 1),
        ("Please cancel\nMy order", 2),
        ("W10101. Thanks", 2),
    ],
)
def test_a_text_is_read_in_sentences(text: str, count: int) -> None:
    assert len(list(sentences_of(text, lambda _: False))) == count
