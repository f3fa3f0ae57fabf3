"""A story: one or two tickets, what happens to them afterwards, and what must come of it. Read from YAML files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, JsonValue

from cases.record import Document
from cases.ticket import Channel
from demo.shop.seed import read_seed
from tests.mail_cases.first_records import SEED, TODAY

HERE = Path(__file__).parent
OWN_CASES = HERE / "cases.yaml"
VARIANTS = HERE / "variants"
CLEAR = "clear_requests"
"""The file of what must be done: without it, a system that does nothing would pass."""

NAMES = {customer.email: customer.name for customer in read_seed(SEED, TODAY).customers}
"""The shop's customers by their addresses."""

Disposition = Literal["silent", "answered", "asked", "person"]
"""What came of the customer's newest words: a person has it; a question went back; an answer; or nothing at all."""


class File(Document):
    """A file that came with a message."""

    name: str
    media_type: str = "application/pdf"
    size_bytes: int = 48_213


class Filler(Document):
    """Text nobody typed, which makes a message long: a log, a base64 block, the same line again and again."""

    characters: int
    where: Literal["before", "after", "around"] = "before"
    kind: Literal["log", "base64", "lines", "emoji"] = "log"


class Words(Document):
    """A message: what somebody writes, as text or HTML."""

    text: str = ""
    html: str = ""
    headers: dict[str, str] = {}
    """The headers of a mail that say what wrote it, where the door takes them."""
    auto_reply: bool = False
    """The helpdesk's own flag."""
    files: tuple[File, ...] = ()
    filler: Filler | None = None
    repeat: int = 1
    """How often the same stands in the ticket, each time as a message of its own."""
    at_once: bool = False
    """Whether the next thing happens without waiting for what comes of this one."""


class Opening(Words):
    """The first message of a ticket, and whose ticket it is."""

    from_: Annotated[str, Field(alias="from")]
    name: str | None = None
    signed_in: bool = False
    customer_id: str | None = None
    contact: dict[str, JsonValue] = {}
    """What Chatwoot says of its contact besides."""
    channel: Channel = Channel.EMAIL
    locale: str | None = None
    subject: str = ""
    days_ago: float = 0
    """When the customer wrote it."""
    more: tuple[str, ...] = ()
    """Further messages of the customer, which have come already."""
    helpdesk: Literal["demo", "zammad", "zendesk", "chatwoot", "whatsapp"] = "demo"

    @property
    def customer_name(self) -> str:
        """As the helpdesk knows it."""
        return self.name or NAMES.get(self.from_, "") or self.from_.split("@", maxsplit=1)[0].title()


class Step(Document):
    """One thing that happens afterwards. Exactly one of the first group is given."""

    customer: str | Words | None = None
    """The customer writes again."""
    second: Opening | None = None
    """Another ticket comes in."""
    approve: tuple[str, ...] = ()
    """Reviewers clear what is proposed, one after the other, if anything is."""
    edit: str | None = None
    """A reviewer clears it with another reply."""
    reject: bool = False
    ask: str | None = None
    """A reviewer asks the customer."""
    take_over: bool = False
    stale_approve: bool = False
    """A reviewer clears the request that they saw before the last step; it may be refused."""
    shop: str | None = None
    """Somebody does this by hand in the shop, such as `refund pay_10101 10.00 EUR`."""
    temporal: Literal["terminate", "cancel", "reset"] | None = None
    helpdesk: Literal["merge_into_second", "delete_message", "solve", "new_requester", "spam"] | None = None
    requester: str | None = None
    """Whose the ticket is now, for `new_requester`."""
    flood: int | None = None
    """So many messages at once."""

    of: Literal["first", "second"] = "first"
    pause: float = 0
    """Seconds that pass before."""

    @property
    def words(self) -> Words | None:
        """What the customer writes, if it is that."""
        return Words(text=self.customer) if isinstance(self.customer, str) else self.customer

    @property
    def is_decision(self) -> bool:
        """Whether a person decides something."""
        return bool(self.approve or self.edit or self.stale_approve)


class Expect(Document):
    """What must come of it. What is not given is not looked at, but for `effects` and `by_itself`: nothing happens."""

    by_itself: tuple[str, ...] = ()
    """What is done in the shop without a person, such as `cancel_order W10330`, in any order."""
    by_itself_or: tuple[tuple[str, ...], ...] = ()
    """Other lists that are as right."""
    effects: tuple[str, ...] | None = None
    """All that is done, with a person and without; not given: what is done by itself and nothing more."""
    effects_or: tuple[tuple[str, ...], ...] = ()
    ends: tuple[Disposition, ...] = ()
    """What may come of the customer's newest words."""
    person: Literal["none", "needed"] | None = None
    """Whether a person's time is taken in all of the story."""
    replies: int | None = None
    """How many texts the customer gets in all."""
    replies_at_most: int | None = None
    reply_language: str | None = None
    mentions: tuple[str, ...] = ()
    """What the texts to the customer say, in any case; alternatives are separated by `|`."""
    never_mentions: tuple[str, ...] = ()
    proposed: tuple[str, ...] | None = None
    """The only actions that a reviewer may be shown; `[]`: none."""
    never_proposed: tuple[str, ...] = ()
    never_proposed_in_the_end: tuple[str, ...] = ()
    """The same, of what is shown after the customer's newest words."""
    voided: bool = False
    """Whether the customer has taken the request back: it is proposed no more, or the reviewer is told so."""
    review_mentions: tuple[str, ...] = ()
    """What the reviewer's page or the note to colleagues says; alternatives are separated by `|`."""
    no_reason_says: tuple[str, ...] = ()
    """What no reason of a review says; alternatives are separated by `|`."""
    team: str | None = None
    """Whose the ticket is in the end; `any`: some team's; `none`: nobody's."""
    if_answered: tuple[str, ...] = ()
    """What the texts to the customer say, where the newest words were answered."""
    if_person: tuple[str, ...] = ()
    """What the reviewer's page or the note says, where a person has it."""
    records: dict[str, str] = {}
    """What a record of the shop holds in the end."""
    records_if_done: dict[str, str] = {}
    """The same, where anything was done."""
    records_never: dict[str, str] = {}
    leaves_queue: bool = False
    """Whether the desk no longer holds it in the end."""
    stale_refused: bool = False
    """Whether a decision about what a reviewer saw earlier must be refused."""
    never_flagged: bool = False
    """Whether nothing in it may be taken for an instruction to the system."""
    texts_in_first: int | None = None
    """How many texts the customer gets in the first ticket, where there are two."""
    messages_kept: int | None = None


class Story(Opening):
    """One case."""

    id: str
    kind: str
    file: str
    """The stem of the file it stands in."""
    why: str = ""
    """What would go wrong, where the texts do not say it."""
    before: tuple[str, ...] = ()
    """What was done by hand in the shop before the customer wrote."""
    steps: tuple[Step, ...] = ()
    expect: Expect = Expect()
    known_gap: str = ""
    """What it asks a person or the customer, and need not. Of such a story only what must never happen is looked at."""
    entitled: tuple[str, ...] | None = None
    """Whose records may be told; not given: the writer's own."""

    @property
    def takes_long(self) -> bool:
        """Whether it is one of the many variants, and runs with `make long`."""
        return self.file not in (OWN_CASES.stem, CLEAR)

    @property
    def openings(self) -> tuple[Opening, ...]:
        """Every ticket of it."""
        return (self, *(step.second for step in self.steps if step.second))

    @property
    def people(self) -> tuple[str, ...]:
        """The customers of the shop whom it concerns."""
        named = [opening.from_ for opening in self.openings]
        named += [step.requester for step in self.steps if step.requester]
        named += self.entitled or ()
        return tuple(sorted({address for address in named if address in NAMES}))

    @property
    def readers(self) -> tuple[str, ...]:
        """Whose records may be told in it."""
        return self.people if self.entitled is None else self.entitled


def all_stories() -> list[Story]:
    """Every case of the files here, each with a name of its own."""
    stories = [story for file in (OWN_CASES, *sorted(VARIANTS.glob("*.yaml"))) for story in _read(file)]
    ids = [story.id for story in stories]
    assert len(ids) == len(set(ids)), sorted({name for name in ids if ids.count(name) > 1})
    return stories


def _read(file: Path) -> Iterator[Story]:
    groups: Sequence[Mapping[str, Any]] = yaml.safe_load(file.read_text())
    for group in groups:
        shared = {name: value for name, value in group.items() if name != "cases"}
        for given in group["cases"]:
            expect = {**shared.get("expect", {}), **given.get("expect", {})}
            yield Story.model_validate({**shared, **given, "expect": expect, "file": file.stem})
