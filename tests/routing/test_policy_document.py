"""Reading a policy: what a good one becomes, and what a bad one is told."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import InvalidPolicy, PolicyProblem
from cases.facts import IdentityStrength, OrderStatus
from cases.policy.jobs import About
from cases.ticket import Channel
from routing.policy_document import PolicyText, content_hash, included_files, parse_policy
from routing.policy_schema import known_keys, known_values

ABOUT = About(tenant="acme", language="en", channel=Channel.EMAIL)

MAIN = """\
version: small-1
owner: support
note: Small enough to read.
languages: [en]
models:
  little: {provider: local, timeout: 2s, typical: 0.1s}
pools:
  cost: [little]
jobs:
  classify: {owner: support, risk: low, models: [little]}
  lookup: {owner: support, risk: low}
  draft:
    owner: support
    risk: low
    pools: {routine: [cost], messy: [cost], fallback: [cost]}
  check: {owner: support, risk: low}
  action: {owner: support, risk: high}
job_time: {voice: 4s, chat: 8s, whatsapp: 15s, web: 60s, email: 2m}
queue_time: {voice: 10s, chat: 60s, whatsapp: 10m, web: 1h, email: 12h}
cost_ceiling: 0.05
thresholds:
  confidence: 0.75
deadlines:
  review_reminder: 2h
  review_escalation: 4h
  customer_answer: 3d
  follow_up: 7d
value_limits:
  per_customer: {amounts: {EUR: 200}, window_seconds: 86400}
  per_tenant: {amounts: {EUR: 2000}, window_seconds: 3600}
actions:
  refund: {reversible: false, minimum_identity: matched, review_above: {EUR: 50}}
entities:
  order_id: 'W\\d{5}'
  plans: [basic]
guard:
  critical: {legal_threat: [my lawyer]}
tone: {angry: [furious], worried: [worried]}
intent_patterns:
  - {intent: order_status, pattern: '^where is my order$'}
intents:
  order_status:
    category: other
    team: account_ops
    priority: low
    risk: low
    routing_class: order_tracking
    owner: logistics
    examples: {en: [where is my order]}
"""

REST = """\
guard:
  instructions: ['ignore your instructions']
intents:
  other:
    category: other
    team: triage
    priority: low
    risk: low
    routing_class: other
    owner: support
    examples: {en: [nice weather]}
wording:
  en:
    greeting: "Hello {{ customer_name }},"
    closing: Bye
    holding: A colleague reads it.
    clarify: What do you need?
    partly: One more thing.
    questions:
      account: Which account?
      order: Which order?
      payment: Which payment?
      subscription: Which membership?
      new_email: Which e-mail?
      new_address: Which address?
      new_plan: Which plan?
    replies:
      order_status: "{{ order.id }} is {{ order.status }}."
"""


def files(*edits: tuple[str, str]) -> list[PolicyText]:
    """The two good files, with some words of them replaced."""
    main, rest = MAIN, REST
    for old, new in edits:
        assert (old in main) != (old in rest), f"{old!r} must stand in one of the files"
        main, rest = main.replace(old, new, 1), rest.replace(old, new, 1)
    return [PolicyText("main.yaml", main), PolicyText("rest.yaml", rest)]


def problems(documents: Sequence[PolicyText]) -> tuple[PolicyProblem, ...]:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policy(documents)
    return caught.value.problems


def only_problem(*edits: tuple[str, str]) -> str:
    (problem,) = problems(files(*edits))
    return str(problem)


def line_of(words: str) -> int:
    text = MAIN if words in MAIN else REST
    return text[: text.index(words)].count("\n") + 1


def test_a_good_policy_becomes_rules() -> None:
    policy = parse_policy(files())

    assert policy.document.intents.keys() == {"order_status", "other"}
    assert policy.rulebook(ABOUT).job_seconds[Channel.EMAIL] == 120
    assert policy.rulebook(ABOUT).thresholds.confidence == 0.75


def test_a_case_carries_what_the_policy_says_of_records_and_look_ups() -> None:
    written = "cost_ceiling: 0.05\nrecords: {named_orders: 5, stoppable_orders: [placed], told_from: verified}\n"
    rules = parse_policy(files(("cost_ceiling: 0.05\n", written))).rulebook(ABOUT)

    assert (rules.records.named_orders, rules.records.lookup_tries) == (5, 2)
    assert rules.records.stoppable_orders == (OrderStatus.PLACED,)
    assert rules.records.told_from is IdentityStrength.VERIFIED


def test_sections_may_stand_in_two_files() -> None:
    guard = parse_policy(files()).document.guard

    assert guard.critical == {"legal_threat": ("my lawyer",)}
    assert guard.instructions == ("ignore your instructions",)


def test_the_version_is_the_name_and_the_hash_of_what_is_written() -> None:
    name, _, digest = parse_policy(files()).version.partition("@")

    assert name == "small-1"
    assert len(digest) == 12
    assert int(digest, 16) >= 0


def test_comments_and_order_do_not_change_the_version() -> None:
    commented = files(("  confidence: 0.75", "  # as in the pilot\n  confidence: 0.75  # measured"))
    reordered = files(
        ("owner: support\nnote: Small enough to read.\n", "note: Small enough to read.\nowner: support\n")
    )

    assert parse_policy(commented).version == parse_policy(reordered).version == parse_policy(files()).version


def test_a_changed_number_changes_the_version() -> None:
    assert parse_policy(files(("confidence: 0.75", "confidence: 0.76"))).version != parse_policy(files()).version


ROWS = st.lists(st.tuples(st.text(max_size=5), st.integers()), max_size=6, unique_by=lambda row: row[0])


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_no_order_of_keys_changes_the_hash(rows: tuple[list[tuple[str, int]], list[tuple[str, int]]]) -> None:
    written, shuffled = rows

    assert content_hash(dict(written)) == content_hash(dict(shuffled))


@pytest.mark.parametrize(
    ("written", "bad", "key", "said"),
    [
        (
            "  confidence: 0.75",
            "  confidenc: 0.75",
            "thresholds.confidenc",
            "is not a key of a policy here. Did you mean 'confidence'?",
        ),
        (
            "    team: account_ops",
            "    team: acount_ops",
            "intents.order_status.team",
            "'acount_ops' is not known here. Did you mean 'account_ops'?",
        ),
        (
            "{intent: order_status,",
            "{intent: order_staus,",
            "intent_patterns.0.intent",
            "names the intent 'order_staus', which is not under `intents`. Did you mean 'order_status'?",
        ),
        (
            "models: [little]}",
            "models: [litle]}",
            "jobs.classify.models.0",
            "names the model 'litle', which is not under `models`. Did you mean 'little'?",
        ),
        (
            "messy: [cost]",
            "messy: [costs]",
            "jobs.draft.pools.messy.0",
            "names the pool 'costs', which is not under `pools`. Did you mean 'cost'?",
        ),
        (
            '      order_status: "',
            '      order_state: "',
            "wording.en.replies.order_state",
            "names the intent 'order_state', which is not under `intents`. Did you mean 'order_status'?",
        ),
        ("      new_plan: Which plan?\n", "", "wording.en.questions", "has no question for 'new_plan'. Write one."),
        ("languages: [en]", "languages: [en, de]", "wording", "has no row 'de'. Add one."),
        (
            "['ignore your instructions']",
            "['ignore (your']",
            "guard.instructions.0",
            (
                "'ignore (your' is not a regular expression (missing ), unterminated subpattern at position 7). "
                "Mend it at that position."
            ),
        ),
        (
            "  review_reminder: 2h",
            "  review_reminder: 2 hours",
            "deadlines.review_reminder",
            "'2 hours' is not a duration. Write 90s, 15m, 4h or 7d.",
        ),
        (
            "  confidence: 0.75",
            "  confidence: 1.75",
            "thresholds.confidence",
            "1.75 cannot stand here. It should be less than or equal to 1.",
        ),
        (
            "  confidence: 0.75",
            "  confidence: high",
            "thresholds.confidence",
            "'high' cannot stand here. It should be a valid number.",
        ),
        ("  follow_up: 7d\n", "", "deadlines.follow_up", "is missing. Add it."),
        (
            "  review_escalation: 4h",
            "  review_escalation: 90m",
            "deadlines.review_escalation",
            (
                "the leads would hear of it after 90m, and the reminder goes out only after 2h. "
                "Give the escalation more time than `review_reminder`, or that one less."
            ),
        ),
        (
            "  review_escalation: 4h",
            "  review_escalation: 120m",
            "deadlines.review_escalation",
            (
                "the leads would hear of it after 2h, and the reminder goes out only after 2h. "
                "Give the escalation more time than `review_reminder`, or that one less."
            ),
        ),
        (
            "review_above: {EUR: 50}",
            "review_above: {EUR: 50}, second_approver_above: {EUR: 20, USD: 20}",
            "actions.refund.second_approver_above",
            (
                "two people would clear EUR above 20, but up to 50 nobody is asked at all. "
                "Give it at least what `review_above` has, or that one less."
            ),
        ),
        (
            "review_above: {EUR: 50}}",
            "review_above: {EUR: 50}}\nreview: {claim: 0s}",
            "review.claim",
            "a claim of no time would be nobody's. Write as long as people need to decide, such as 3m.",
        ),
        ("version: small-1", "version: 1.5", "version", "1.5 is a number, and text is needed. Put it in quotes."),
        ("web: 1h, email: 12h", "web: 1h", "queue_time", "has no row 'email'. Add one."),
        ("email: 2m", "mail: 2m", "job_time.mail", "'mail' is not known here. Did you mean 'email'?"),
        (
            "    category: other\n    team: account_ops",
            "    category: other\n    action: close_account\n    team: account_ops",
            "intents.order_status.action",
            (
                "names the action 'close_account', which is not under `actions`. "
                "Add it to `actions`, or take it out here."
            ),
        ),
        (
            "{{ order.status }}.",
            "{{ order.status }.",
            "wording.en.replies.order_status",
            "is not a Jinja template: unexpected '}'. Mend its braces and tags.",
        ),
        (
            "{{ order.id }} is",
            "{{ ordre.id }} is",
            "wording.en.replies.order_status",
            "uses 'ordre', which it is not given. Did you mean 'order'?",
        ),
        (
            "Hello {{ customer_name }},",
            "Hello {{ order }},",
            "wording.en.greeting",
            "uses 'order', which it is not given. Use one of: customer_name.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_the_way_out(written: str, bad: str, key: str, said: str) -> None:
    told = [str(problem).split(" ", 1)[1] for problem in problems(files((written, bad)))]

    assert f"{key}: {said}" in told


def test_deadlines_in_the_wrong_order_are_told_at_the_line_of_the_escalation() -> None:
    told = only_problem(("  review_escalation: 4h", "  review_escalation: 1h"))

    assert told.startswith(f"main.yaml:{line_of('  review_escalation: 4h')} deadlines.review_escalation: ")


def test_a_text_like_no_example_must_not_be_worth_going_ahead() -> None:
    told = only_problem(("  confidence: 0.75", "  confidence: 0.75\nlocal: {reading: {strange_sure_confidence: 0.75}}"))

    assert "local: a text like no example would go ahead, worth 0.75" in told
    assert "`reading.strange_sure_confidence` less." in told


def test_a_problem_names_its_file_and_line() -> None:
    told = only_problem(("    team: triage", "    team: triagge"))

    assert told.startswith(f"rest.yaml:{line_of('    team: triage')} intents.other.team: ")


def test_all_problems_are_told_at_once_in_the_order_of_the_files() -> None:
    told = problems(
        files(
            ("  confidence: 0.75", "  confidence: 7.5"),
            ("messy: [cost]", "messy: [costs]"),
            ("    team: triage", "    team: triagge"),
        )
    )

    assert [problem.field.split(" ")[1] for problem in told] == [
        "jobs.draft.pools.messy.0",
        "thresholds.confidence",
        "intents.other.team",
    ]


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
