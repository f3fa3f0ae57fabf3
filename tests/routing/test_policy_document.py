"""Reading a policy: what a good one becomes, and what a bad one is told."""

from hypothesis import given
from hypothesis import strategies as st

from cases.facts import IdentityStrength, OrderStatus
from cases.ticket import Channel
from routing.policy_document import content_hash, parse_policy
from tests.routing.small_policy import ABOUT, files


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
