"""Who is compared: models of a policy, and what each of them can do."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from cases.errors import InvalidInput
from cases.policy.document import Policy
from cases.policy.models import LOCAL
from cases.policy.names import suggestion
from integrations.models.local.intent_reader import LocalModel

NAMED_BY = "--models"


class Entrant(NamedTuple):
    """A model to compare. A hosted one reads, drafts, and suggests an action; a local one does one of the first two."""

    model: str
    provider: str
    timeout_seconds: float
    reads: bool
    drafts: bool

    @property
    def suggests(self) -> bool:
        """Whether its drafts say what it would do."""
        return self.reads and self.drafts


def entrants_of(policy: Policy, models: Sequence[str]) -> tuple[Entrant, ...]:
    """The models of these names, once each, in this order; where none is named all of the policy's that read or write.

    Raises InvalidInput for a name the policy does not know, for a model that hears, and where none can read a ticket.
    """
    known = policy.document.models
    for name in models:
        if name not in known:
            otherwise = f"It knows {', '.join(known)}."
            raise InvalidInput(
                NAMED_BY, f"the policy has no model {name!r}.", f"{suggestion(name, known, '')} {otherwise}".strip()
            )
        if known[name].hears:
            raise InvalidInput(NAMED_BY, f"{name} hears recordings and reads no ticket.", "Leave it out.")
    readable = [name for name, model in known.items() if not model.hears]
    entrants = tuple(_entrant(policy, name) for name in dict.fromkeys(models or readable))
    if not any(entrant.reads for entrant in entrants):
        readers = [name for name in readable if _entrant(policy, name).reads]
        raise InvalidInput(
            NAMED_BY,
            "none of these models says what a ticket is about, so there is nothing to draft from.",
            f"Add {' or '.join(readers)}." if readers else "Add one that reads to the policy's `models`.",
        )
    return entrants


def most_a_ticket_costs(policy: Policy, entrants: Sequence[Entrant]) -> Decimal:
    """What one ticket may cost over all these models, in US dollars: an answer for each job that each of them does."""
    return sum(
        (
            policy.document.models[entrant.model].expected_cost * (entrant.reads + entrant.drafts)
            for entrant in entrants
        ),
        Decimal(0),
    )


def only_of(policy: Policy, entrants: Sequence[Entrant]) -> Policy:
    """The policy with these models alone: what others need, such as a key, is not asked for."""
    kept = {entrant.model: policy.document.models[entrant.model] for entrant in entrants}
    return policy.model_copy(update={"document": policy.document.model_copy(update={"models": kept})})


def _entrant(policy: Policy, name: str) -> Entrant:
    model = policy.document.models[name]
    local, reader = model.provider == LOCAL, name in list(LocalModel)
    return Entrant(
        model=name,
        provider=model.provider,
        timeout_seconds=model.timeout.total_seconds(),
        reads=reader or not local,
        drafts=not reader or not local,
    )
