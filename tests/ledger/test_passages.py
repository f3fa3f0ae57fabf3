from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.passages import MAXIMUM_WORDS, MINIMUM_WORDS, cut

word = st.text("abcdefghij", min_size=1, max_size=6)
sentence = st.lists(word, min_size=1, max_size=30).map(lambda words: f"{' '.join(words)}.")
paragraph = st.lists(sentence, min_size=1, max_size=12).map(" ".join)
section = st.tuples(word, st.lists(paragraph, max_size=4)).map(lambda parts: "\n\n".join((f"## {parts[0]}", *parts[1])))
article = st.lists(section, max_size=4).map("\n\n".join)


def many(number: int, of: str = "word") -> str:
    return " ".join([of] * number)


def without_headings(markdown: str) -> list[str]:
    return " ".join(line for line in markdown.splitlines() if not line.startswith("#")).split()


@given(article)
def test_no_words_are_lost_and_none_are_added(markdown: str) -> None:
    assert " ".join(passage.text for passage in cut(markdown)).split() == without_headings(markdown)


@given(article)
def test_no_passage_is_too_long(markdown: str) -> None:
    assert all(passage.words <= MAXIMUM_WORDS for passage in cut(markdown))


@given(article)
def test_a_short_passage_has_no_neighbour_it_could_join(markdown: str) -> None:
    passages = cut(markdown)
    for passage, following in pairwise(passages):
        if passage.words < MINIMUM_WORDS:
            assert passage.words + following.words > MAXIMUM_WORDS or passage.headings != following.headings


def test_a_section_long_enough_is_a_passage_of_its_own() -> None:
    first, second = cut(f"## Returns\n\n{many(60)}\n\n## Refunds\n{many(60, 'money')}")
    assert first.headings == ("Returns",)
    assert second.headings == ("Refunds",)
    assert second.text == many(60, "money")


def test_short_sections_share_a_passage_that_bears_both_headings() -> None:
    (passage,) = cut(f"## Returns\n{many(20)}\n\n## Refunds\n{many(20, 'money')}")
    assert passage.headings == ("Returns", "Refunds")


def test_a_short_end_joins_the_passage_before_it() -> None:
    (passage,) = cut(f"{many(50)}\n\n## Contact\n{many(5, 'us')}")
    assert passage.text.endswith(many(5, "us"))


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    first, second = cut(f"{many(99)} end. {many(59)} end.")
    assert first.text == f"{many(99)} end."
    assert second.text == f"{many(59)} end."


def test_a_passage_reads_as_plain_text() -> None:
    (passage,) = cut("Choose **Orders** and\nthen `Return`:\n- see [the list](https://acme.example/returns)\n- pack it")
    assert passage.text == ("Choose Orders and then Return:\n- see the list (https://acme.example/returns)\n- pack it")


def test_an_empty_article_has_no_passages() -> None:
    assert cut("\n\n# Title only\n") == ()
