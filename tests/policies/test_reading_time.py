"""No message keeps a worker busy: what a customer repeats without end is read as fast as any other text."""

import time
from pathlib import Path

import pytest

from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS
from routing.grounding import unproven
from routing.reading import read_ticket
from starter.policy_files import read_policy
from tests.samples import a_ticket

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "default.yaml")

MOST_SECONDS = 5.0
"""Ten times what the longest message takes here; patterns that begin anew at every letter took eight to hundreds."""


@pytest.mark.parametrize("repeated", ["a", "_", "a.", "1-", "Ab-", "a.b+", "1,", "12 Ab ", "Ab "])
def test_the_longest_message_is_read_at_once_whatever_it_repeats(repeated: str) -> None:
    text = (repeated * MAXIMUM_MESSAGE_CHARACTERS)[:MAXIMUM_MESSAGE_CHARACTERS]
    began = time.process_time()
    read_ticket(a_ticket(text), POLICY.document, "en")
    unproven("You have 30 days.", [], text, POLICY.draft_rules.address)
    assert time.process_time() - began < MOST_SECONDS
