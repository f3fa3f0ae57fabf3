"""A source: one place that tickets come from, as it was registered, and the secrets it is spoken to with."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from cases.classification import Team
from cases.record import Document, Record
from cases.ticket import Slug


class SourceKind(StrEnum):
    """What speaks at the other end. Each has one adapter for what comes in, and one for what goes out."""

    ZENDESK = "zendesk"
    CHATWOOT = "chatwoot"
    """A webhook of a Chatwoot account. Chatwoot never sends one again."""
    CHATWOOT_BOT = "chatwoot-bot"
    """An agent bot of Chatwoot: the same events, sent again when we are in trouble."""
    ZAMMAD = "zammad"
    STANDARD = "standard-webhooks"
    """Anything that can send and take webhooks signed by the Standard Webhooks specification."""
    WHATSAPP = "whatsapp"
    """The WhatsApp Business Cloud API."""
    VOICE = "voice"
    """A telephone system that sends transcripts or recordings, signed by the Standard Webhooks specification."""
    DJANGO_HELPDESK = "django-helpdesk"


HAVE_AN_ADDRESS = frozenset(SourceKind) - {SourceKind.WHATSAPP}
"""Whose address only the team knows; the others have one for everybody."""

HAVE_AN_ACCOUNT = frozenset({SourceKind.CHATWOOT, SourceKind.CHATWOOT_BOT, SourceKind.WHATSAPP})
"""Whose requests go to an account: a number at Chatwoot, the phone number's id at WhatsApp."""

HAVE_A_USER = frozenset({SourceKind.ZENDESK, SourceKind.DJANGO_HELPDESK})
"""Whose token counts only together with whom it belongs to."""

ARE_POLLED = frozenset(
    {
        SourceKind.ZENDESK,
        SourceKind.CHATWOOT,
        SourceKind.CHATWOOT_BOT,
        SourceKind.ZAMMAD,
        SourceKind.DJANGO_HELPDESK,
    }
)
"""Whose tickets can be read, so that what no webhook told us is found. The others keep none."""

HAVE_GROUPS = frozenset({SourceKind.ZAMMAD})
"""Whose tickets stand in groups, of which a source may read some alone."""

TemplateLanguage = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
"""As WhatsApp writes languages: `en`, `pt_BR`."""


class TicketIds(StrEnum):
    """What the ids of a source's tickets are made of, where they hide something: they are visible in Temporal."""

    PLAIN = "plain"
    """A hash without a key: who knows our number can try all telephone numbers."""
    KEYED = "keyed"
    """A hash under a key of the source. A case that began under a plain one keeps it."""


HAVE_KEYED_IDS = frozenset({SourceKind.WHATSAPP})
"""Whose ids are made of telephone numbers."""

Group = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
"""A group of the helpdesk, by its number or its whole name."""

WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$", max_length=300)]
"""Where a helpdesk is, without a query: `https://acme.zendesk.com`."""

PollMinutes = Annotated[int, Field(ge=1, le=1440)]


class Source(Document):
    """A registered source. Secrets are no part of it: they come from the environment (`SourceSecrets`)."""

    tenant: Slug
    name: Slug
    """What its tickets give as their `source`."""
    kind: SourceKind
    url: WebAddress | None = None
    account: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")] | None = None
    user: Annotated[str, StringConstraints(min_length=1, max_length=254)] | None = None
    teams: dict[Team, Annotated[str, StringConstraints(min_length=1, max_length=100)]] = {}
    """What the helpdesk calls our teams: the id or the name of a group. A team that is not named here is written into
    the note and not assigned."""
    groups: tuple[Group, ...] = ()
    """The groups whose tickets become cases; none named: all that its token sees."""
    template: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,512}$")] | None = None
    """WhatsApp's own approved text, with one place for ours, for replies later than its 24-hour window."""
    template_languages: Annotated[tuple[TemplateLanguage, ...], Field(min_length=1)] = ("en",)
    """The languages under which WhatsApp keeps that template, the first for all others."""
    ticket_ids: TicketIds = TicketIds.PLAIN
    poll_minutes: PollMinutes = 5
    """How often it is asked what changed."""

    @field_validator("url")
    @classmethod
    def _without_a_slash(cls, url: str | None) -> str | None:
        return url.rstrip("/") if url else url

    @field_validator("groups", "template_languages")
    @classmethod
    def _each_once(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        folded = [name.casefold() for name in named]
        twice = next((name for at, name in enumerate(named) if name.casefold() in folded[:at]), None)
        if twice is not None:
            raise ValueError(f"{twice!r} is named twice; name each once")
        return named

    @field_validator("tenant", "name")
    @classmethod
    def _with_single_hyphens(cls, name: str) -> str:
        if "--" in name:
            raise ValueError("two hyphens in a row would give two secrets one name; use one")
        return name

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        for field, kinds, example in (
            ("url", HAVE_AN_ADDRESS, "--url https://helpdesk.example.com"),
            ("account", HAVE_AN_ACCOUNT, "--account 42"),
            ("user", HAVE_A_USER, "--user support@example.com"),
        ):
            if self.kind in kinds and not getattr(self, field):
                raise ValueError(f"{field} is missing, which a {self.kind} source needs; add it, such as {example}")
        if self.groups and self.kind not in HAVE_GROUPS:
            kinds = ", ".join(sorted(HAVE_GROUPS))
            raise ValueError(f"groups are read apart of {kinds} alone, and this is {self.kind}; leave --group out")
        if self.template is None and self.template_languages != ("en",):
            raise ValueError("template languages are given but no template; add one, such as --template late_reply")
        if self.ticket_ids is TicketIds.KEYED and self.kind not in HAVE_KEYED_IDS:
            raise ValueError(f"ids of {self.kind} hide nothing and have no key; leave ticket_ids out")
        return self

    def reads_group(self, *called: str | None) -> bool:
        """Whether tickets of a group become cases. `called`: its number and its name, as far as they are known."""
        named = {group.casefold() for group in self.groups}
        return not named or any(name is not None and name.casefold() in named for name in called)

    @property
    def label(self) -> str:
        """What it is called in sentences: `acme/shop`."""
        return f"{self.tenant}/{self.name}"


class SourceSecrets(Record):
    """What proves that a delivery comes from a source, and what lets us write there."""

    signing: tuple[SecretStr, ...] = ()
    """The secrets its deliveries may be signed with, the newest first: several while one is being replaced."""
    token: SecretStr = SecretStr("")
    """What its API asks of us."""
    handshake: SecretStr = SecretStr("")
    """The word WhatsApp sends when a webhook's address is entered."""
    ids: SecretStr = SecretStr("")
    """What ticket ids are hashed with. Another one would give every ticket another id: it is never changed."""
