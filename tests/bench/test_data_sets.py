"""What is taught is not asked, and each turn asks what no other turn asked."""

from pathlib import Path

import pytest

from bench.data_sets import Missing, banking77


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "banking77").mkdir()
    rows = [f"{intent} {number},{intent}" for intent in ("card", "top_up") for number in range(10)]
    (tmp_path / "banking77" / "train.csv").write_text("\n".join(["text,category", *rows]))
    return tmp_path


def test_the_turns_ask_every_text_once_and_teach_all_the_others(folder: Path) -> None:
    turns = [banking77(folder, held_out=0.2, turn=turn) for turn in range(5)]
    everything = {one.text for one in banking77(folder, held_out=0.0).taught}
    assert len(everything) == 20
    assert sorted(one.text for data in turns for one in data.asked) == sorted(everything)
    for data in turns:
        assert {one.text for one in data.taught} == everything - {one.text for one in data.asked}
        assert [one.intent for one in data.asked].count("card") == 2


def test_a_set_that_is_not_there_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"train\.csv is not there"):
        banking77(tmp_path, held_out=0.1)
