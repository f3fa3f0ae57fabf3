"""What must hold of every case, whatever broke around it. A rule is a function from the evidence to what is wrong."""

import re
from collections import Counter
from collections.abc import Iterator

from bench.soak_evidence import Evidence
from bench.soak_plan import Verdict, Wish
from cases.action import ActionKind
from cases.outcome import OutcomeKind, Stage
from ledger.tables.action import ActionState

TURN = re.compile(r"/[a-z-]+-(?P<turn>\d+)/reply")
"""How a reply's reference ends: what it is, and the turn it belongs to."""

ENDED_WELL = ("COMPLETED", "CONTINUED_AS_NEW")
STANDS_BACK = (OutcomeKind.HANDED_OVER, OutcomeKind.TAKEN_OVER)
"""How a case ends when a person has it and answers."""

CLEARED = (Verdict.APPROVE, Verdict.EDIT)


def violations(evidence: Evidence) -> tuple[str, ...]:
    """Every rule that was broken, as a sentence; none where all is well."""
    return tuple(broken for rule in RULES for broken in rule(evidence))


def reaches_an_outcome(case: Evidence) -> Iterator[str]:
    """Every ticket ends, is closed, and no message of its customer is missing in it."""
    if case.view is None:
        yield "the ledger does not know the case"
        return
    if case.view.outcome is None or case.view.stage is not Stage.CLOSED:
        yield f"it has not ended: stage {case.view.stage}, it waits for {case.view.waiting_for or 'nothing named'}"
    heard = {message.id for message in case.view.ticket.messages}
    if lost := case.sent.keys() - heard:
        yield f"what the customer wrote is not in the case: {', '.join(sorted(lost))}"


def no_workflow_fails(case: Evidence) -> Iterator[str]:
    """Every run of the workflow completes or begins the next one."""
    if wrong := [run for run in case.runs if run not in ENDED_WELL]:
        yield f"runs of its workflow ended as {', '.join(wrong)}"
    if not case.runs:
        yield "the engine knows no workflow of it"


def refunds_once(case: Evidence) -> Iterator[str]:
    """At most one refund a case."""
    refunds = [effect for effect in case.effects if effect.kind is ActionKind.REFUND]
    if len(refunds) > 1:
        yield f"the shop refunded {len(refunds)} times: {', '.join(effect.key for effect in refunds)}"


def books_tell_the_truth(case: Evidence) -> Iterator[str]:
    """What the ledger calls executed is what the shop did, and nothing else was done; only `unknown` leaves it open."""
    done = Counter(effect.key for effect in case.effects)
    unknown = {action.key for action in case.booked if action.state is ActionState.UNKNOWN}
    executed = Counter(action.key for action in case.booked if action.state is ActionState.EXECUTED)
    told = {key: count for key, count in done.items() if key not in unknown}
    if told != dict(executed):
        states = ", ".join(f"{action.key} {action.state}" for action in case.booked) or "nothing"
        yield f"the shop did {dict(done) or 'nothing'}, but the ledger says {states}"
    if intended := [action.key for action in case.booked if action.state is ActionState.INTENDED]:
        yield f"actions were begun and never settled: {', '.join(intended)}"


def pays_nothing_uncleared(case: Evidence) -> Iterator[str]:
    """A refund over the limit is paid only where the reviewer cleared it."""
    over_limit = case.contact.plan.wish is Wish.LARGE_REFUND
    if over_limit and case.contact.plan.verdict not in CLEARED and case.effects:
        yield f"the reviewer said {case.contact.plan.verdict}, and the shop paid all the same"


def replies_once(case: Evidence) -> Iterator[str]:
    """At most one reply a turn, each reference once, and no text more often than the customer wrote."""
    references = Counter(str(message.reference) for message in case.written)
    turns = Counter(_turn(reference) for reference in references.elements())
    texts = Counter(message.text for message in case.written)
    yield from (f"{reference} stands {n} times in the helpdesk" for reference, n in references.items() if n > 1)
    yield from (f"turn {turn} was answered {n} times: {_all(references)}" for turn, n in turns.items() if n > 1)
    yield from (
        f"the customer wrote {len(case.sent)} times and reads {n} times: {text!r}"
        for text, n in texts.items()
        if n > len(case.sent)
    )


def ledger_knows_every_reply(case: Evidence) -> Iterator[str]:
    """The ledger has the replies the customer reads, and no others."""
    read = {str(message.reference).removesuffix("/reply") for message in case.written}
    if missing := read - set(case.told):
        yield f"the ledger does not know of {', '.join(sorted(missing))}"
    if invented := set(case.told) - read:
        yield f"the customer never got {', '.join(sorted(invented))}"


def every_message_is_answered(case: Evidence) -> Iterator[str]:
    """After the customer's last word comes one of ours, unless a person has the case."""
    if case.view is None or case.view.outcome is None or case.view.outcome.kind in STANDS_BACK or not case.sent:
        return
    last_word = max(case.sent, key=lambda message_id: case.sent[message_id])
    if not any(message.at > case.sent[last_word] for message in case.written) and len(case.sent) > len(case.written):
        yield f"nothing was said to the customer after {last_word}, and no person has the case"


RULES = (
    reaches_an_outcome,
    no_workflow_fails,
    refunds_once,
    books_tell_the_truth,
    pays_nothing_uncleared,
    replies_once,
    ledger_knows_every_reply,
    every_message_is_answered,
)


def _turn(reference: str) -> str:
    found = TURN.search(reference)
    return found["turn"] if found else reference


def _all(references: Counter[str]) -> str:
    return ", ".join(references.elements())
