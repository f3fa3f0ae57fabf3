"""The jobs of a policy: who owns each, what a mistake costs, and which models do it where."""

from typing import Annotated

from pydantic import Field, StringConstraints

from cases.ladder import LastRung
from cases.policy.language import Language
from cases.policy.rulebook import Risk, RoutingClass
from cases.record import Record
from cases.route import RouteName
from cases.ticket import Channel, Slug

ModelName = str
PoolName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]

Models = Annotated[tuple[ModelName, ...], Field(min_length=1)]
"""Names of models, cheapest first."""

Pools = Annotated[tuple[PoolName, ...], Field(min_length=1)]
"""Names of pools, in the order their models are asked."""


class About(Record):
    """What is known of a ticket when its models are chosen; the class only once it is classified."""

    tenant: Slug
    language: str
    channel: Channel
    routing_class: RoutingClass | None = None


class Where(Record):
    """Where a row counts: everything named must fit, and what is not named fits always."""

    tenants: tuple[Slug, ...] = ()
    languages: tuple[Language, ...] = ()
    channels: tuple[Channel, ...] = ()

    def covers(self, about: About) -> bool:
        """Whether a ticket is one of these."""
        return (
            (not self.tenants or about.tenant in self.tenants)
            and (not self.languages or about.language[:2] in self.languages)
            and (not self.channels or about.channel in self.channels)
        )


class ClassifyRow(Where):
    """Other models for some tickets."""

    models: Models


class DraftRow(Where):
    """Other pools for some tickets; routes it does not name keep theirs."""

    classes: tuple[RoutingClass, ...] = ()
    pools: dict[RouteName, Pools]

    def covers(self, about: About) -> bool:
        """Whether a ticket is one of these; a row for some classes waits until the class is known."""
        return super().covers(about) and (not self.classes or about.routing_class in self.classes)


class ClassifyJob(Record):
    """Who owns classification, and its ladder. The first row that fits a ticket counts instead of `models`."""

    owner: str
    risk: Risk
    models: Models
    rows: tuple[ClassifyRow, ...] = ()
    last: LastRung = LastRung.CUSTOMER

    def models_for(self, about: About) -> tuple[ModelName, ...]:
        """The models that read a ticket, in order."""
        return next((row.models for row in self.rows if row.covers(about)), self.models)


class SecondOpinion(Record):
    """A second model drafts too, for the classes where two must agree on the action."""

    model: ModelName
    classes: Annotated[tuple[RoutingClass, ...], Field(min_length=1)]


class DraftJob(Record):
    """Who owns drafting, and the pools of each route. The first row that fits and names the route counts instead."""

    owner: str
    risk: Risk
    pools: dict[RouteName, Pools]
    rows: tuple[DraftRow, ...] = ()
    second_opinion: SecondOpinion | None = None

    def pools_for(self, route: RouteName, about: About) -> tuple[PoolName, ...]:
        """The pools whose models draft a ticket's reply, in order."""
        fitting = (row.pools[route] for row in self.rows if route in row.pools and row.covers(about))
        return next(fitting, self.pools[route])


class MediaJob(Record):
    """Who owns the reading of customers' files, and the models that do it, in order."""

    owner: str
    risk: Risk
    models: Models


class OwnedJob(Record):
    """Who owns a job that no model does."""

    owner: str
    risk: Risk


class Jobs(Record):
    """The five jobs, each with an owner and a risk, and the reading of files where models do that."""

    see: MediaJob | None = None
    """Pictures. Its models are those with `sees`."""
    transcribe: MediaJob | None = None
    """Recordings. Its models are those with `hears`."""
    classify: ClassifyJob
    lookup: OwnedJob
    draft: DraftJob
    check: OwnedJob
    action: OwnedJob
