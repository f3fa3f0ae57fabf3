"""The check of a draft: its form, proof of each claim and value, promises only with their action, forbidden words."""

from collections.abc import Sequence

from cases.action import ProposedAction
from cases.draft import Draft, Source
from cases.policy.rulebook import DraftRules
from cases.reason import Reason, ReasonCode
from cases.values import written_values
from routing.messages import reason
from routing.normal_text import normal


def check_draft(
    rules: DraftRules,
    draft: Draft,
    sources: Sequence[Source],
    ticket_text: str,
    actions: Sequence[ProposedAction],
) -> tuple[Reason, ...]:
    """Everything that is wrong with a draft; nothing found means it may go on."""
    text = draft.reply.text
    return (
        *_form(rules, text),
        *_quotes(draft, sources),
        *_values(text, [*(f"{source.title}\n{source.text}" for source in sources)], ticket_text),
        *_promises(rules, text, actions),
        *_forbidden(rules, text),
    )


def _form(rules: DraftRules, text: str) -> list[Reason]:
    limit = rules.reply_characters
    if not text.strip():
        return [reason(ReasonCode.DRAFT_EMPTY)]
    if len(text) > limit:
        return [reason(ReasonCode.DRAFT_TOO_LONG, measured=len(text), limit=limit)]
    return []


def _quotes(draft: Draft, sources: Sequence[Source]) -> list[Reason]:
    texts = {source.id: _folded(f"{source.title}\n{source.text}") for source in sources}
    return [
        reason(ReasonCode.QUOTE_NOT_IN_SOURCE, source=claim.source_id)
        for claim in draft.claims
        if not claim.quote.strip() or _folded(claim.quote) not in texts.get(claim.source_id, "")
    ]


def _values(text: str, grounds: Sequence[str], ticket_text: str) -> list[Reason]:
    """A number the customer named may be repeated; a link or an address may not: it would become our word."""
    known = {value for ground in grounds for value in values_in(ground)}
    known |= {value for value in values_in(ticket_text) if "://" not in value and "@" not in value}
    return [reason(ReasonCode.UNPROVEN_VALUE, value=value) for value in values_in(text) if value not in known]


def values_in(text: str) -> tuple[str, ...]:
    """Every number, date, amount, address, link and id of a text, letter case and final punctuation aside."""
    return tuple(dict.fromkeys(value.casefold() for value in written_values(text)))


def _promises(rules: DraftRules, text: str, actions: Sequence[ProposedAction]) -> list[Reason]:
    folded = _folded(text)
    cleared = {action.kind for action in actions}
    return [
        reason(ReasonCode.PROMISE_WITHOUT_ACTION, action=kind)
        for kind, phrases in rules.promise_words.items()
        if kind not in cleared and any(_folded(phrase) in folded for phrase in phrases)
    ]


def promises_a_colleague(rules: DraftRules, text: str) -> bool:
    """Whether a text says that a person will see to it: letter case counts, because only a sentence promises."""
    plain = " ".join(normal(text).split())
    return any(words in plain for words in rules.colleague_words)


def _forbidden(rules: DraftRules, text: str) -> list[Reason]:
    folded = _folded(text)
    found = [word for word in rules.forbidden_words if _folded(word) in folded]
    return [reason(ReasonCode.FORBIDDEN_WORDS, words=", ".join(found))] if found else []


def _folded(text: str) -> str:
    return " ".join(normal(text).split()).casefold()
