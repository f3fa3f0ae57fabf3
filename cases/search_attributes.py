"""The search attributes of a case: what lists in the Temporal UI filter and sort by.

One registry for the code, the embedded server, `docker-compose.yml` and the README. Temporal never encrypts a search
attribute: each holds an id, a code or a time, and nothing about a person.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ConfigDict
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey

from cases.record import Record

AttributeKey = SearchAttributeKey[str] | SearchAttributeKey[Sequence[str]] | SearchAttributeKey[datetime]

STAGE = SearchAttributeKey.for_keyword("SignalboxStage")
"""Where the case is: a value of `Stage`, such as `waiting_for_review`."""
ROUTE = SearchAttributeKey.for_keyword("SignalboxRoute")
"""The way it goes: `routine`, `messy`, `fallback` or `human`."""
REASON = SearchAttributeKey.for_keyword("SignalboxReason")
"""Why it is where it is: the newest `ReasonCode`, such as `detail_missing`."""
INTENT = SearchAttributeKey.for_keyword_list("SignalboxIntent")
"""What the customer wants: names of the policy's intents."""
TENANT = SearchAttributeKey.for_keyword("SignalboxTenant")
"""Whose ticket it is."""
POLICY_VERSION = SearchAttributeKey.for_keyword("SignalboxPolicyVersion")
"""The policy version the case runs on."""
REVIEW_DEADLINE = SearchAttributeKey.for_datetime("SignalboxReviewDeadline")
"""When the open review is due; unset while none is open."""

TYPE_NAMES = {
    SearchAttributeIndexedValueType.KEYWORD: "Keyword",
    SearchAttributeIndexedValueType.KEYWORD_LIST: "KeywordList",
    SearchAttributeIndexedValueType.DATETIME: "Datetime",
}
"""The types as the `temporal` command spells them."""


class SearchAttribute(Record):
    """One registered attribute."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    key: AttributeKey

    @property
    def name(self) -> str:
        """Its name on the server."""
        return self.key.name

    @property
    def type_name(self) -> str:
        """Its type, as the `temporal` command spells it."""
        return TYPE_NAMES[self.key.indexed_value_type]


REGISTRY = tuple(
    SearchAttribute(key=key) for key in (STAGE, ROUTE, REASON, INTENT, TENANT, POLICY_VERSION, REVIEW_DEADLINE)
)
"""Every attribute a case sets. A server must know all of them before the first case starts."""


def start_dev_arguments() -> tuple[str, ...]:
    """What follows `temporal server start-dev` to register them all."""
    return tuple(
        word for attribute in REGISTRY for word in ("--search-attribute", f"{attribute.name}={attribute.type_name}")
    )
