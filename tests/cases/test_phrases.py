"""The words a policy lists, found as whole words."""

import pytest

from cases.policy.phrases import any_of


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("cancel*", "please CANCELLED it", ["CANCELLED"]),
        ("cancel", "cancelled", []),
        ("do not  cancel", "Do not\ncancel", ["Do not\ncancel"]),
        ("rezil*", "bu rezilliktir", ["rezilliktir"]),
        ("c++", "we use c++ here", ["c++"]),
    ],
)
def test_a_phrase_is_found_as_it_is_written_in_the_policy(phrase: str, text: str, found: list[str]) -> None:
    assert any_of((phrase,)).findall(text) == found


def test_no_phrases_find_nothing() -> None:
    assert any_of(()).search("anything") is None
