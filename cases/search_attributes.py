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
ROUTE = SearchAttributeKey.for_keyword("SignalboxRoute")
REASON = SearchAttributeKey.for_keyword("SignalboxReason")
INTENT = SearchAttributeKey.for_keyword_list("SignalboxIntent")
TENANT = SearchAttributeKey.for_keyword("SignalboxTenant")
POLICY_VERSION = SearchAttributeKey.for_keyword("SignalboxPolicyVersion")
REVIEW_DEADLINE = SearchAttributeKey.for_datetime("SignalboxReviewDeadline")

TYPE_NAMES = {
    SearchAttributeIndexedValueType.KEYWORD: "Keyword",
    SearchAttributeIndexedValueType.KEYWORD_LIST: "KeywordList",
    SearchAttributeIndexedValueType.DATETIME: "Datetime",
}
"""The types as the `temporal` command spells them."""


class SearchAttribute(Record):
    """One registered attribute and what its value means."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    key: AttributeKey
    meaning: str

    @property
    def name(self) -> str:
        """Its name on the server."""
        return self.key.name

    @property
    def type_name(self) -> str:
        """Its type, as the `temporal` command spells it."""
        return TYPE_NAMES[self.key.indexed_value_type]


REGISTRY = (
    SearchAttribute(key=STAGE, meaning="Where the case is: a value of `Stage`, such as `waiting_for_review`."),
    SearchAttribute(key=ROUTE, meaning="The way it goes: `routine`, `messy`, `fallback` or `human`."),
    SearchAttribute(key=REASON, meaning="Why it is where it is: the newest `ReasonCode`, such as `detail_missing`."),
    SearchAttribute(key=INTENT, meaning="What the customer wants: names of the policy's intents."),
    SearchAttribute(key=TENANT, meaning="Whose ticket it is."),
    SearchAttribute(key=POLICY_VERSION, meaning="The policy version the case runs on."),
    SearchAttribute(key=REVIEW_DEADLINE, meaning="When the open review is due; unset while none is open."),
)
"""Every attribute a case sets. A server must know all of them before the first case starts."""


def creation_arguments() -> tuple[tuple[str, ...], ...]:
    """What follows `temporal operator search-attribute create`, one call an attribute; repeating a call is harmless.

    The command takes several names, but registers only the first of them (seen with version 1.9.1).
    """
    return tuple(("--name", attribute.name, "--type", attribute.type_name) for attribute in REGISTRY)


def start_dev_arguments() -> tuple[str, ...]:
    """What follows `temporal server start-dev` to register them all."""
    return tuple(
        word for attribute in REGISTRY for word in ("--search-attribute", f"{attribute.name}={attribute.type_name}")
    )
