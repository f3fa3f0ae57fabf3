"""The check of a draft: its form, proof of each claim and value, promises only with their action, forbidden words."""

import re
from collections.abc import Iterable, Iterator, Sequence

from cases.action import ProposedAction
from cases.draft import Draft, Source
from cases.policy.rulebook import DraftRules, WrittenIntent
from cases.reason import Reason, ReasonCode
from cases.ticket import Locale
from cases.values import written_values
from cases.words import in_words
from routing.deeds import told_otherwise
from routing.grounding import unproven
from routing.messages import reason
from routing.normal_text import folded
from routing.promises import Promise, promises_in


def check_draft(
    rules: DraftRules,
    draft: Draft,
    sources: Sequence[Source],
    ticket_text: str,
    actions: Sequence[ProposedAction],
) -> tuple[Reason, ...]:
    """Everything that is wrong with a draft; nothing found means it may go on."""
    text = draft.reply.text
    promises = promises_in(rules, text, sources)
    found = (
        *_form(rules, text),
        *_quotes(draft, sources),
        *_unproven(rules, text, sources, ticket_text),
        # What the customer named may be repeated, and is not promised for that.
        *(wrong for promise in promises for wrong in _unproven(rules, promise.sentence, sources, "")),
        *_promises(promises, sources, actions),
        *_forbidden(rules, text),
    )
    return tuple(dict.fromkeys(found))


def nothing_quoted(draft: Draft, intents: Iterable[WrittenIntent]) -> tuple[Reason, ...]:
    """What is wrong with a draft that names no source, where its intents must be answered from one."""
    if draft.claims or not any(intent.needs_sources for intent in intents):
        return ()
    return (reason(ReasonCode.NOTHING_QUOTED),)


def left_unanswered(draft: Draft) -> tuple[Reason, ...]:
    """Why what a draft quotes does not answer the customer, as its own drafter sees it."""
    lack = draft.unanswered
    if lack is None:
        return ()
    if lack.languages:
        return (_other_language("the only article found", lack.languages, draft.locale),)
    if lack.missing:
        return (reason(ReasonCode.UNANSWERED, missing=", ".join(lack.missing)),)
    measured, threshold = f"{lack.measured or 0.0:.2f}", f"{lack.threshold or 0.0:.2f}"
    return (reason(ReasonCode.WEAK_ANSWER, measured=measured, threshold=threshold),)


def in_other_language(draft: Draft, written_in: Locale) -> tuple[Reason, ...]:
    """What is wrong with a draft in another language than its customer's; `written_in` is what was detected."""
    if written_in[:2] == draft.locale[:2]:
        return ()
    return (_other_language("the draft", (written_in,), draft.locale),)


def _other_language(what: str, languages: Sequence[Locale], wanted: Locale) -> Reason:
    return reason(ReasonCode.OTHER_LANGUAGE, what=what, languages=", ".join(languages), wanted=wanted)


def _form(rules: DraftRules, text: str) -> list[Reason]:
    limit = rules.reply_characters
    if not text.strip():
        return [reason(ReasonCode.DRAFT_EMPTY)]
    if len(text) > limit:
        return [reason(ReasonCode.DRAFT_TOO_LONG, measured=len(text), limit=limit)]
    return []


def _quotes(draft: Draft, sources: Sequence[Source]) -> list[Reason]:
    texts = {source.id: folded(f"{source.title}\n{source.text}") for source in sources}
    return [
        reason(ReasonCode.QUOTE_NOT_IN_SOURCE, source=claim.source_id)
        for claim in draft.claims
        if not _stands_in(folded(claim.quote), texts.get(claim.source_id, ""))
    ]


def _stands_in(quote: str, text: str) -> bool:
    """Whether these whole words stand in a text. One word proves nothing, unless it is a value."""
    says = len(quote.split()) > 1 or any(letter.isdigit() for letter in quote)
    return says and re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", text) is not None


def _unproven(rules: DraftRules, text: str, sources: Sequence[Source], ticket_text: str) -> list[Reason]:
    said = [f"{source.title}\n{source.text}" for source in sources]
    return [
        reason(ReasonCode.UNPROVEN_VALUE, value=value) for value in unproven(text, said, ticket_text, rules.address)
    ]


def values_in(text: str) -> tuple[str, ...]:
    """Every number, date, amount, address, link and id of a text, letter case and final punctuation aside."""
    return tuple(dict.fromkeys(value.casefold() for value in written_values(text)))


def _promises(
    promises: Sequence[Promise], sources: Sequence[Source], actions: Sequence[ProposedAction]
) -> Iterator[Reason]:
    for promise in promises:
        cleared = [action for action in actions if action.kind is promise.kind]
        if not cleared:
            yield reason(ReasonCode.PROMISE_WITHOUT_ACTION, action=promise.kind)
        elif (other := told_otherwise(promise, cleared, sources)) is not None:
            yield reason(ReasonCode.PROMISE_WITHOUT_ACTION, action=f"{in_words(promise.kind)} of {other}")


def _forbidden(rules: DraftRules, text: str) -> list[Reason]:
    plain = folded(text)
    found = [word for word in rules.forbidden_words if folded(word) in plain]
    return [reason(ReasonCode.FORBIDDEN_WORDS, words=", ".join(found))] if found else []
