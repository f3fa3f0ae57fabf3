"""The parts of a message lie in its text, in order."""

import pytest
from pydantic import ValidationError

from cases.message_part import MessagePart, PartKind
from cases.ticket import Message
from tests.samples import NOW

QUOTED = PartKind.QUOTED


def message(*spans: tuple[int, int], kind: PartKind = QUOTED) -> Message:
    parts = tuple(MessagePart(kind=kind, start=start, end=end) for start, end in spans)
    return Message(id="m1", text="new old new", sent_at=NOW, parts=parts)


@pytest.mark.parametrize(
    ("spans", "problem"),
    [(((4, 12),), "the text has 11 characters"), (((4, 7), (6, 8)), "without overlap"), (((8, 9), (0, 2)), "in order")],
)
def test_parts_outside_the_text_or_out_of_order_are_refused(spans: tuple[tuple[int, int], ...], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        message(*spans)


def test_what_no_part_says_anything_of_is_new() -> None:
    assert message((4, 7)).new_words == "new\nnew"
    assert message((4, 7)).pieces == ((PartKind.NEW, "new"), (QUOTED, "old"), (PartKind.NEW, "new"))


def test_a_message_that_nobody_has_split_is_new() -> None:
    assert message().new_words == "new old new"


def test_a_message_may_have_nothing_new() -> None:
    assert message((0, 11), kind=PartKind.FORWARDED).new_words == ""
