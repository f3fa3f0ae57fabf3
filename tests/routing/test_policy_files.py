"""Policies as text: several files, YAML, and what it must not do."""

import pytest

from cases.errors import InvalidPolicy
from routing.policy_document import PolicyText, included_files, parse_policy
from routing.policy_schema import known_keys, known_values
from tests.routing.small_policy import MAIN, files, line_of, only_problem, problems


def test_a_key_in_two_files_is_refused_naming_both() -> None:
    told = only_problem(("guard:\n  instructions:", "guard:\n  critical: {}\n  instructions:"))

    first = line_of("  critical: {legal_threat")
    assert told == (
        f"rest.yaml:2 guard.critical: is written twice; the first is at main.yaml:{first}. Keep one of them."
    )


def test_a_key_twice_in_one_file_is_refused() -> None:
    told = only_problem(("owner: support\nnote", "owner: support\nowner: sales\nnote"))

    assert told == "main.yaml:3 owner: is written twice; the first is at main.yaml:2. Keep one of them."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "version: a\nthresholds:\n\tconfidence: 0.75\n",
            (
                "main.yaml:3: is not YAML: found character that cannot start any token. "
                "Indent with spaces, not with a tab."
            ),
        ),
        (
            "version: a\nnote: one: two\n",
            (
                "main.yaml:2: is not YAML: mapping values are not allowed in this context. "
                "Put text that contains `: ` in quotes."
            ),
        ),
        (
            "version: a\nnote: [one, two\n",
            (
                "main.yaml:3: is not YAML: did not find expected ',' or ']'. "
                "Close the quotes or the bracket that was opened above."
            ),
        ),
        ("- a\n- b\n", "main.yaml:1: is not a mapping. Start it with a key, such as `version: …`."),
    ],
)
def test_text_that_is_not_yaml_is_told_with_its_line_and_a_hint(text: str, expected: str) -> None:
    (problem,) = problems([PolicyText("main.yaml", text)])

    assert str(problem) == expected


def test_an_alias_is_refused() -> None:
    told = problems(
        files(("holding: A colleague reads it.", "holding: &text Hi"), ("partly: One more thing.", "partly: *text"))
    )

    assert any("wording.en.partly: uses an alias." in str(problem) for problem in told)


def test_words_that_yaml_once_took_for_truth_values_stay_words() -> None:
    policy = parse_policy(files(("critical: {legal_threat: [my lawyer]}", "critical: {no: [on, off, yes]}")))

    assert policy.document.guard.critical == {"no": ("on", "off", "yes")}


def test_no_file_at_all_is_told() -> None:
    assert str(problems([])[0]) == "policy: there is no file. Name at least one."


def test_the_first_file_says_which_others_belong_to_it() -> None:
    main = PolicyText("main.yaml", "include: [rest.yaml]\n" + MAIN)

    assert included_files(main) == ("rest.yaml",)
    assert parse_policy([main, files()[1]]).version == parse_policy(files()).version


def test_an_included_file_includes_no_further_one() -> None:
    main, rest = files()
    (problem,) = problems([main, PolicyText("rest.yaml", "include: [more.yaml]\n" + rest.text)])

    assert str(problem) == "rest.yaml:1 include: stands in an included file. Move it to main.yaml."


def test_a_list_of_included_files_must_be_one() -> None:
    with pytest.raises(InvalidPolicy, match=r"main\.yaml:1 include: is not a list of files\."):
        included_files(PolicyText("main.yaml", "include: rest.yaml"))


def test_the_keys_and_values_known_at_a_place_come_from_the_schema() -> None:
    assert "confidence" in known_keys(("thresholds",))
    assert known_keys(("intents",)) == ()
    assert known_values(("intents", "anything", "priority")) == ("low", "medium", "high")
