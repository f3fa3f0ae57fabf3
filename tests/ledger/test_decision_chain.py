"""The chain: whatever is done to the rows of the decision log, the first one that is not as it was written is found."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.decision_chain import START, Break, Link, cut_off, followed, sealed
from ledger.tables import DecisionLogRow

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)

TEXTS = ("case_id", "request_id", "reviewer", "kind", "decision", "shown", "edit", "policy_version", "previous", "hash")


def a_row(number: int, text: str = "") -> DecisionLogRow:
    return DecisionLogRow(
        seq=0,
        at=NOON + timedelta(seconds=number),
        case_id=f"ticket:acme:helpdesk:{number}",
        request_id="review-1",
        reviewer="rita",
        kind="edit",
        decision="{}",
        shown="0" * 64,
        edit=text,
        policy_version="shop@0123456789ab",
        previous="",
        hash="",
    )


def a_log(texts: list[str]) -> list[DecisionLogRow]:
    rows: list[DecisionLogRow] = []
    for number, text in enumerate(texts):
        rows.append(sealed(a_row(number, text), end_of(rows)))
    return rows


def end_of(rows: list[DecisionLogRow]) -> Link:
    return Link(rows[-1].seq, rows[-1].hash) if rows else START


def found_in(rows: list[DecisionLogRow], end: Link) -> Break | None:
    last, broken = followed(rows, START)
    return broken or cut_off(last, end)


def place_of_the_break(rows: list[DecisionLogRow], end: Link) -> int:
    broken = found_in(rows, end)
    assert broken is not None
    assert str(broken.seq) in broken.sentence or str(broken.seq - 1) in broken.sentence
    return broken.seq - 1


def copied(row: DecisionLogRow, **changes: object) -> DecisionLogRow:
    return DecisionLogRow.model_validate({**row.model_dump(), **changes})


logs = st.lists(st.text(max_size=20), min_size=2, max_size=12).map(a_log)


def a_place(data: st.DataObject, rows: list[DecisionLogRow]) -> int:
    return data.draw(st.integers(0, len(rows) - 1))


@given(logs)
def test_a_log_that_nobody_touched_is_whole(rows: list[DecisionLogRow]) -> None:
    assert found_in(rows, end_of(rows)) is None


@given(logs, st.data())
def test_a_change_of_any_text_is_found_in_its_row(rows: list[DecisionLogRow], data: st.DataObject) -> None:
    end, place, column = end_of(rows), a_place(data, rows), data.draw(st.sampled_from(TEXTS))
    other = data.draw(st.text(max_size=20).filter(lambda text: text != getattr(rows[place], column)))
    rows[place] = copied(rows[place], **{column: other})
    assert place_of_the_break(rows, end) == place


@given(logs, st.data())
def test_a_change_of_the_time_is_found_in_its_row(rows: list[DecisionLogRow], data: st.DataObject) -> None:
    place, later = a_place(data, rows), timedelta(microseconds=data.draw(st.integers(1, 10**9)))
    rows[place] = copied(rows[place], at=rows[place].at + later)
    assert place_of_the_break(rows, end_of(rows)) == place


@given(logs, st.data())
def test_a_removed_row_is_found_at_its_place_also_the_last(rows: list[DecisionLogRow], data: st.DataObject) -> None:
    end, place = end_of(rows), a_place(data, rows)
    del rows[place]
    assert place_of_the_break(rows, end) == place


@given(logs, st.data())
def test_a_removed_row_is_found_though_the_rest_is_numbered_anew(
    rows: list[DecisionLogRow], data: st.DataObject
) -> None:
    end, place = end_of(rows), a_place(data, rows)
    del rows[place]
    assert place_of_the_break([copied(row, seq=number) for number, row in enumerate(rows, start=1)], end) == place


@given(logs, st.data())
def test_two_swapped_rows_are_found_at_the_first_of_them(rows: list[DecisionLogRow], data: st.DataObject) -> None:
    end, first = end_of(rows), data.draw(st.integers(0, len(rows) - 2))
    second = data.draw(st.integers(first + 1, len(rows) - 1))
    rows[first], rows[second] = copied(rows[second], seq=first + 1), copied(rows[first], seq=second + 1)
    assert place_of_the_break(rows, end) == first


@given(logs, st.data())
def test_a_row_that_was_put_in_with_a_seal_of_its_own_is_found_by_what_follows(
    rows: list[DecisionLogRow], data: st.DataObject
) -> None:
    end, place = end_of(rows), data.draw(st.integers(0, len(rows)))
    forged = sealed(a_row(99, "forged"), end_of(rows[:place]))
    after = [copied(row, seq=row.seq + 1) for row in rows[place:]]
    found = place_of_the_break([*rows[:place], forged, *after], end)
    assert found == (place + 1 if after else place)


@pytest.mark.parametrize("end", [START, Link(2, "f" * 64)])
def test_an_end_that_is_not_the_logs_own_is_found(end: Link) -> None:
    assert found_in(a_log(["one", "two"]), end) is not None
