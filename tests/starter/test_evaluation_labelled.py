"""Files of labelled texts: both kinds are read, and what is wrong is told with its line and the way out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import InvalidInput
from cases.policy.document import Policy
from starter.evaluation.labelled import LabelledText, UnreadableLabels, read_labelled, refuse_unknown, sample
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str) -> Path:
        file = tmp_path / name
        file.write_text(content, encoding="utf-8")
        return file

    return written


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


def test_json_lines_and_csv_say_the_same(write: Write) -> None:
    lines = '{"text": "a, b", "intent": "x", "language": "de"}\n\n{"text": "c\\nd", "intent": "y"}\n'
    table = 'intent,text,language\nx,"a, b",de\n\ny,"c\nd",\n'
    expected = (LabelledText(text="a, b", intent="x", language="de"), LabelledText(text="c\nd", intent="y"))
    assert read_labelled(write("a.jsonl", lines)) == read_labelled(write("a.csv", table)) == expected


def test_a_table_needs_no_column_of_languages_and_may_begin_with_a_byte_order_mark(write: Write) -> None:
    assert read_labelled(write("a.CSV", "\ufefftext,intent\na,x\n")) == (LabelledText(text="a", intent="x"),)


def test_a_line_separator_inside_a_text_does_not_end_its_line(write: Write) -> None:
    content = '{"text": "a\u2028b", "intent": "x"}\n'
    assert read_labelled(write("a.jsonl", content))[0].text == "a\u2028b"


def test_every_bad_line_is_told_with_its_number(write: Write) -> None:
    file = write("a.jsonl", '{"text": "a", "intent": "x"}\n{"text": "a"}\nfoo\n{"text": "", "intent": "x", "n": 1}\n')
    with pytest.raises(UnreadableLabels) as refused:
        read_labelled(file)
    assert [problem.field for problem in refused.value.problems] == [
        f"{file}:2 intent",
        f"{file}:3",
        f"{file}:4 text",
        f"{file}:4 n",
    ]
    assert str(refused.value).startswith(f"{file}:2 intent: is missing. Add it.\n{file}:3: is not JSON")


def test_of_a_file_that_is_wrong_throughout_ten_problems_are_told(write: Write) -> None:
    with pytest.raises(UnreadableLabels) as refused:
        read_labelled(write("a.jsonl", "no\n" * 25))
    assert str(refused.value).splitlines()[10:] == ["… and 15 more."]


def test_a_bad_row_of_a_table_is_told_with_the_line_it_begins_on(write: Write) -> None:
    file = write("a.csv", 'text,intent,language\n"two\nlines",x,\n,x,\na,x,en,more\na,x,german\n')
    with pytest.raises(UnreadableLabels) as refused:
        read_labelled(file)
    assert [problem.field for problem in refused.value.problems] == [
        f"{file}:4 text",
        f"{file}:5 column 4",
        f"{file}:6 language",
    ]


def test_a_quotation_mark_that_never_closes_is_told(write: Write) -> None:
    file = write("a.csv", 'text,intent\na,x\n"b,x\n')
    with pytest.raises(UnreadableLabels, match=r"a\.csv:3: is not CSV"):
        read_labelled(file)


def test_a_table_without_a_needed_column_is_refused(write: Write) -> None:
    with pytest.raises(InvalidInput, match=r"a\.csv:1: has no column text and none intent\. Begin with the line text"):
        read_labelled(write("a.csv", "message,label\na,x\n"))


@pytest.mark.parametrize(("name", "content"), [("a.jsonl", ""), ("a.jsonl", "\n \n"), ("a.csv", "text,intent\n")])
def test_a_file_without_texts_is_refused(write: Write, name: str, content: str) -> None:
    with pytest.raises(InvalidInput, match=r"has no labelled texts\. Give one a line"):
        read_labelled(write(name, content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.jsonl: does not exist\. Give the path"):
        read_labelled(tmp_path / "gone.jsonl")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match=r"cannot be read: .*UTF-8"):
        read_labelled(file)


def test_labels_that_the_policy_lacks_are_all_named(policy: Policy) -> None:
    labelled = [LabelledText(text="a", intent=intent) for intent in ("zebra", "order_status", "aardvark", "zebra")]
    with pytest.raises(InvalidInput, match=r"^intent: the policy does not know aardvark, zebra\. Correct them"):
        refuse_unknown(labelled, policy.document)


def test_for_one_misspelt_label_the_nearest_is_offered(policy: Policy) -> None:
    with pytest.raises(InvalidInput, match=r"does not know order_statu\. Did you mean 'order_status'\?"):
        refuse_unknown([LabelledText(text="a", intent="order_statu")], policy.document)


def test_a_language_that_the_policy_does_not_speak_is_named(policy: Policy) -> None:
    with pytest.raises(InvalidInput, match=r"^language: the policy does not know fr\. Leave the language out"):
        refuse_unknown([LabelledText(text="a", intent="other", language="fr")], policy.document)


texts = st.lists(st.builds(LabelledText, text=st.text(min_size=1, max_size=5), intent=st.just("x")), max_size=30)


@given(texts, st.integers(0, 35), st.integers())
def test_a_sample_has_the_texts_it_may_in_their_order(drawn_from: list[LabelledText], limit: int, seed: int) -> None:
    drawn = sample(drawn_from, limit, seed)
    assert len(drawn) == min(limit, len(drawn_from))
    remaining = iter(drawn_from)
    assert all(any(one == other for other in remaining) for one in drawn)


def test_a_sample_depends_on_the_seed_and_not_on_the_order_of_the_file() -> None:
    hundred = [LabelledText(text=str(number), intent="x") for number in range(100)]
    drawn = sample(hundred, 20, seed=1)
    assert set(sample(hundred[::-1], 20, seed=1)) == set(drawn)
    assert set(sample(hundred, 40, seed=1)) > set(drawn)
    assert set(sample(hundred, 20, seed=2)) != set(drawn)
