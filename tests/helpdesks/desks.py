"""The fake helpdesks, each seen the same way: who wrote what for whom, the tags, and whose ticket it is."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from pydantic import SecretStr

from cases.classification import Team
from cases.helpdesk_write import digest_of
from cases.source import Source, SourceKind, SourceSecrets
from integrations.helpdesks.rendering import as_text
from tests.helpdesks import fake_chatwoot, fake_zammad, fake_zendesk
from tests.helpdesks.fake_server import FakeServer

TEAM = Team.BILLING_SUPPORT
GROUP = 3
"""What each helpdesk calls the team."""

VIP = "vip"
"""A tag that colleagues gave the ticket before."""

COLLEAGUE = "Ann here: I looked into it, too."


class Standing(NamedTuple):
    """A message of ours or of a colleague that stands in a ticket."""

    id: str
    digest: str
    public: bool
    mailed: bool


class Desk(ABC):
    """One fake helpdesk."""

    kind: SourceKind

    @property
    @abstractmethod
    def server(self) -> FakeServer:
        """The fake itself."""

    def source(self, address: str) -> Source:
        """It as a registered source."""
        return Source(
            tenant="acme",
            name=self.kind.value,
            kind=self.kind,
            url=address,
            account=fake_chatwoot.ACCOUNT,
            user=fake_zendesk.USER,
            teams={TEAM: str(GROUP)},
        )

    @property
    @abstractmethod
    def secrets(self) -> SourceSecrets:
        """What lets us in."""

    @abstractmethod
    def open(self, number: int) -> None:
        """A ticket in which a customer wrote."""

    @abstractmethod
    def colleague(self, number: int) -> None:
        """A colleague writes to the customer."""

    @abstractmethod
    def standing(self, number: int) -> list[Standing]:
        """All that is not the customer's."""

    @abstractmethod
    def tags(self, number: int) -> list[str]:
        """The ticket's tags."""

    @abstractmethod
    def group(self, number: int) -> object:
        """Whose it is."""


class ZendeskDesk(Desk):
    """Zendesk."""

    kind = SourceKind.ZENDESK

    def __init__(self) -> None:
        self.fake = fake_zendesk.FakeZendesk()

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return _secrets(fake_zendesk.TOKEN)

    def open(self, number: int) -> None:
        self.fake.open(number, "Where is it?").tags = [VIP]

    def colleague(self, number: int) -> None:
        ticket = self.fake.tickets[number]
        self.fake.add_comment(ticket, COLLEAGUE, fake_zendesk.AGENT)
        self.fake.touch(ticket)

    def standing(self, number: int) -> list[Standing]:
        return [
            Standing(str(comment["id"]), digest_of(str(comment["body"])), bool(comment["public"]), mailed=False)
            for comment in self.fake.tickets[number].comments
            if comment["author_id"] != fake_zendesk.CUSTOMER
        ]

    def tags(self, number: int) -> list[str]:
        return self.fake.tickets[number].tags

    def group(self, number: int) -> object:
        return self.fake.tickets[number].group_id


class ChatwootDesk(Desk):
    """Chatwoot."""

    kind = SourceKind.CHATWOOT

    def __init__(self) -> None:
        self.fake = fake_chatwoot.FakeChatwoot()

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return _secrets(fake_chatwoot.TOKEN)

    def open(self, number: int) -> None:
        self.fake.open(number, "Where is it?").labels = [VIP]

    def colleague(self, number: int) -> None:
        self.fake.say(self.fake.talks[str(number)], COLLEAGUE, "outgoing")

    def standing(self, number: int) -> list[Standing]:
        return [
            Standing(str(message["id"]), digest_of(str(message["content"])), not message["private"], mailed=False)
            for message in self.fake.talks[str(number)].messages
            if message["message_type"] == fake_chatwoot.NUMBERS["outgoing"]
        ]

    def tags(self, number: int) -> list[str]:
        return self.fake.talks[str(number)].labels

    def group(self, number: int) -> object:
        return self.fake.talks[str(number)].team


class ZammadDesk(Desk):
    """Zammad, where an article may be mailed that is marked internal."""

    kind = SourceKind.ZAMMAD

    def __init__(self) -> None:
        self.fake = fake_zammad.FakeZammad()

    @property
    def server(self) -> FakeServer:
        return self.fake

    @property
    def secrets(self) -> SourceSecrets:
        return _secrets(fake_zammad.TOKEN)

    def open(self, number: int) -> None:
        self.fake.open(number, "Where is it?").tags = [VIP]

    def colleague(self, number: int) -> None:
        self.fake.add_article(self.fake.tickets[number], COLLEAGUE, "Agent")

    def standing(self, number: int) -> list[Standing]:
        mailed = {str(mail["id"]) for mail in self.fake.mails}
        return [
            Standing(
                str(article["id"]),
                digest_of(as_text(str(article["body"]))),
                not article["internal"],
                mailed=str(article["id"]) in mailed,
            )
            for article in self.fake.tickets[number].articles
            if article["sender"] == "Agent"
        ]

    def tags(self, number: int) -> list[str]:
        return self.fake.tickets[number].tags

    def group(self, number: int) -> object:
        return self.fake.tickets[number].group


def _secrets(token: str) -> SourceSecrets:
    return SourceSecrets(token=SecretStr(token), signing=(SecretStr("unused-here"),))
