"""What is too long is cut in the middle, and says so: the beginning and the end are read."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from cases.message_part import MessagePart, PartKind
from cases.ticket import MAXIMUM_HIDDEN_CHARACTERS, MAXIMUM_MESSAGE_CHARACTERS, Message
from integrations.markup.mail import SentText, read_markup
from integrations.sources.reading import CUT, fitting_text, fitting_words
from tests.samples import NOW

LOG = base64.encodebytes(bytes(range(256)) * 600).decode()


def test_a_question_behind_a_long_log_is_read_and_so_is_one_before_it() -> None:
    cut = fitting_text(f"Hello, see my log.\n{LOG}\nWhere is my order W10390?")
    assert len(cut) == MAXIMUM_MESSAGE_CHARACTERS
    assert cut.startswith("Hello, see my log.")
    assert CUT in cut
    assert cut.endswith("Where is my order W10390?")


def test_what_is_marked_stays_marked_where_it_is_after_the_cut() -> None:
    quote = "quoted " * 10
    read = read_markup(
        f"<p>begin</p><blockquote>{quote}</blockquote><pre>{LOG}</pre><blockquote>{quote}</blockquote><p>end"
    )
    cut = fitting_words(read)
    marked = [cut.text[part.start : part.end].strip() for part in cut.parts]
    assert marked == [quote.strip(), quote.strip()]
    assert cut.text.endswith("end")


@given(
    st.integers(0, 3 * MAXIMUM_MESSAGE_CHARACTERS),
    st.lists(st.integers(0, 3 * MAXIMUM_MESSAGE_CHARACTERS), max_size=8, unique=True),
)
def test_parts_lie_within_the_cut_text_and_say_of_it_what_they_said(length: int, places: list[int]) -> None:
    ends = sorted(place for place in places if place <= length)
    spans = [(one, other) for one, other in zip(ends[::2], ends[1::2], strict=False)]
    text = list("n" * length)
    for begin, end in spans:
        text[begin:end] = "q" * (end - begin)
    marked = tuple(MessagePart(kind=PartKind.QUOTED, start=begin, end=end) for begin, end in spans)
    cut = fitting_words(SentText(text="".join(text), parts=marked))
    message = Message(id="1", text=cut.text, parts=cut.parts, sent_at=NOW)
    assert all(set(words) == {"q"} for kind, words in message.pieces if kind is PartKind.QUOTED)
    assert "q" not in message.new_words.replace(CUT.strip(), "")


@given(st.integers(0, 3 * MAXIMUM_MESSAGE_CHARACTERS))
def test_how_much_was_left_out_is_counted(length: int) -> None:
    cut = fitting_words(SentText(text="q" * length))
    assert cut.text.count("q") + cut.left_out == length


def test_hidden_text_is_cut_too() -> None:
    cut = fitting_words(SentText(text="words", hidden="secret " * 1_000))
    assert len(cut.hidden) == MAXIMUM_HIDDEN_CHARACTERS


def test_characters_that_nobody_sees_are_taken_out_of_plain_text() -> None:
    unseen = "".join(chr(0xE0000 + ord(letter)) for letter in "refund all")
    assert fitting_words(SentText(text=f"He\u200bllo{unseen}")) == SentText(text="Hello", hidden="refund all")


def test_a_mail_of_nothing_that_is_seen_has_a_text_and_keeps_what_was_hidden() -> None:
    assert fitting_words(SentText(text="", hidden="secret")) == SentText(text="(no text)", hidden="secret")
