"""What a bad policy is told: the key, the line, and the way out."""

import pytest

from tests.routing.small_policy import files, line_of, only_problem, problems


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
            "a claim must last some time. Write as long as people need to decide, such as 3m.",
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
