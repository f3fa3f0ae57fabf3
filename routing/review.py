"""The review rules: why a person must clear a reply or an action before it goes out."""

from datetime import date
from decimal import Decimal

from cases.action import OF_AN_ORDER, ProposedAction
from cases.classification import Classification, IntentName, Tone
from cases.draft import Draft
from cases.facts import Account, Facts
from cases.money import Money, totals
from cases.other_case import OtherCase, records_at_stake
from cases.policy.rulebook import Rulebook
from cases.reason import Reason, ReasonCode
from cases.route import GuardFinding, SafetyFlag
from cases.sources import account_source_id
from cases.ticket import Writer
from cases.words import in_words
from routing.messages import reason
from routing.named_records import found_order
from routing.needs import rules_of
from routing.proposals import exception_of
from routing.value_doubts import doubts_of_amount, doubts_of_items, doubts_of_new_values, doubts_of_reference
from routing.writers import called, identity_of_who_asks


def review_reasons(
    rulebook: Rulebook,
    *,
    intents: tuple[IntentName, ...],
    classification: Classification,
    facts: Facts,
    draft: Draft,
    actions: tuple[ProposedAction, ...],
    findings: tuple[GuardFinding, ...],
    done: tuple[ProposedAction, ...] = (),
    unasked: tuple[IntentName, ...] = (),
    served_before: tuple[IntentName, ...],
    today: date,
    others: tuple[Writer, ...] = (),
    words: str = "",
    forwarded_from: Writer | None = None,
    left_out: int = 0,
) -> tuple[Reason, ...]:
    """Every reason for which a person looks, the weightiest first; none means it goes out by itself.

    `today`: the day on which the customer asked, from which deadlines count. `done`: what was done already for what is
    answered. `unasked`: intents whose action the customer does not ask for. `others`: who has written in the ticket and
    is not its customer. `words`: all that the customer wrote. `forwarded_from`: who wrote the mail that is passed on,
    where one is. `left_out`: how many characters of that were too long to be read.
    """
    found = [
        *_of_instructions(rulebook, findings),
        *_of_hidden_text(rulebook, findings),
        *_of_a_cut(left_out, actions),
        *_of_a_forward(forwarded_from, facts, draft, actions),
        *_of_others(rulebook, others, facts, draft, actions),
        *(why for action in actions for why in _of_action(rulebook, action, classification, facts, today)),
        *(why for action in actions for why in doubts_of_items(action, classification.entities, facts, words)),
        *doubts_of_new_values(rulebook, intents, classification.entities, facts),
        *_of_intents(rulebook, intents),
        *(
            []
            if _instructions(findings)
            else _of_wishes_not_met(rulebook, tuple(i for i in intents if i not in unasked), (*done, *actions))
        ),
        *_of_records_told(rulebook, facts, draft),
        *_of_repeats(rulebook, intents, served_before, actions),
        *_of_text(rulebook, classification),
    ]
    return tuple(dict.fromkeys(found))


def with_what_was_left_out(risks: tuple[Reason, ...], left_out: int) -> tuple[Reason, ...]:
    """The same risks; whoever looks for any of them is told that they do not see all that was written."""
    return tuple(dict.fromkeys((*risks, cut_short(left_out)))) if risks and left_out else risks


def cut_short(left_out: int) -> Reason:
    """That so many characters were too long to be read."""
    return reason(ReasonCode.MESSAGE_CUT, count=left_out)


def reasons_of_other_cases(
    others: tuple[OtherCase, ...], actions: tuple[ProposedAction, ...], facts: Facts
) -> tuple[Reason, ...]:
    """Why a person looks where another open case would change a record that these actions change too."""
    at_stake = records_at_stake(actions, facts)
    return tuple(
        reason(ReasonCode.OTHER_OPEN_CASE, record=shared[0], case=other.case_id)
        for other in others
        if (shared := [record for record in at_stake if record in other.records])
    )


def unnamed_cases(
    now: tuple[OtherCase, ...],
    known: tuple[OtherCase, ...],
    actions: tuple[ProposedAction, ...],
    facts: Facts,
) -> tuple[Reason, ...]:
    """The reasons that a review does not give yet. A case that was known for something else alone gives a new one."""
    named = reasons_of_other_cases(known, actions, facts)
    return tuple(why for why in reasons_of_other_cases(now, actions, facts) if why not in named)


def reasons_together(
    rulebook: Rulebook, classification: Classification, facts: Facts, actions: tuple[ProposedAction, ...]
) -> tuple[Reason, ...]:
    """Why a person looks at what each action alone would not be held for: all the money, and which order is meant."""
    return (*_over_limit_together(rulebook, actions), *_of_several_orders(classification, facts, actions))


def _of_others(
    rulebook: Rulebook, others: tuple[Writer, ...], facts: Facts, draft: Draft, actions: tuple[ProposedAction, ...]
) -> list[Reason]:
    """What the customer could have without a person, and somebody who writes beside them cannot."""
    if not others:
        return []
    measured = identity_of_who_asks(rulebook, facts, others)
    risky = [a.summary for a in actions if not measured.at_least(rulebook.actions[a.kind].minimum_identity)]
    told = _tells_of_records(facts, draft) and not measured.at_least(rulebook.records.told_from)
    asked_for = risky or (["the reply tells of the customer's records"] if told else [])
    return [reason(ReasonCode.SOMEBODY_ELSE_ASKS, who=called(others[-1]), what=what) for what in asked_for]


def _of_a_cut(left_out: int, actions: tuple[ProposedAction, ...]) -> list[Reason]:
    """What nobody has read may take back what is asked for: nothing is done before a person has read it."""
    return [cut_short(left_out)] if left_out and actions else []


def _of_a_forward(
    forwarded_from: Writer | None, facts: Facts, draft: Draft, actions: tuple[ProposedAction, ...]
) -> list[Reason]:
    """Nobody knows whose request it is: nothing is done and no record told before a person has seen who wrote it."""
    if forwarded_from is None:
        return []
    told = ["the reply tells of records"] if _tells_of_records(facts, draft) else []
    held = [action.summary for action in actions] or told
    return [reason(ReasonCode.FORWARDED_MAIL, who=called(forwarded_from), what=what) for what in held]


def _of_action(
    rulebook: Rulebook, action: ProposedAction, classification: Classification, facts: Facts, today: date
) -> list[Reason]:
    rules = rulebook.actions[action.kind]
    exception = exception_of(rulebook, action, classification.entities, facts, today)
    weak = not facts.identity.at_least(rules.minimum_identity)
    reasons = [
        reason(ReasonCode.WEAK_IDENTITY, measured=facts.identity, required=rules.minimum_identity) if weak else None,
        reason(ReasonCode.POLICY_EXCEPTION, what=exception) if exception is not None else None,
        _over_limit(rules.review_above, action.value),
        reason(rules.review, what=action.summary) if rules.review is not None else None,
        _unsure_of_what_cannot_be_undone(rulebook, action, classification),
    ]
    return [
        *(why for why in reasons if why is not None),
        *doubts_of_amount(rulebook, action, classification.entities, facts),
        *doubts_of_reference(action, classification.entities, facts),
    ]


def _unsure_of_what_cannot_be_undone(
    rulebook: Rulebook, action: ProposedAction, classification: Classification
) -> Reason | None:
    threshold = rulebook.thresholds.irreversible_confidence
    sure = max((g.confidence for g in classification.intents if g.name == action.intent), default=0.0)
    if action.reversible or sure >= threshold:
        return None
    return reason(
        ReasonCode.UNSURE_OF_IRREVERSIBLE,
        action=action.kind,
        measured=f"{sure:.2f}",
        threshold=f"{threshold:.2f}",
    )


def _over_limit_together(rulebook: Rulebook, actions: tuple[ProposedAction, ...]) -> list[Reason]:
    """Two refunds are not less than one of the same money; one alone is held as it is."""
    of_kind = {kind: [a.value for a in actions if a.kind is kind and a.value] for kind in (a.kind for a in actions)}
    found = [
        _over_limit(rulebook.actions[kind].review_above, total)
        for kind, values in of_kind.items()
        for total in (totals(values) if len(values) > 1 else ())
    ]
    return [why for why in found if why is not None]


def _over_limit(limits: dict[str, Decimal], value: Money | None) -> Reason | None:
    if value is None:
        return None
    limit = limits.get(value.currency)
    if limit is not None and value.amount <= limit:
        return None
    shown = f"{limit} {value.currency}" if limit is not None else f"0 {value.currency}, as none is set"
    return reason(ReasonCode.REFUND_OVER_LIMIT, measured=value, limit=shown)


def _of_several_orders(
    classification: Classification, facts: Facts, actions: tuple[ProposedAction, ...]
) -> list[Reason]:
    """Which of two orders is meant, only a reader of the text can tell: by rule it is the one named last."""
    references = classification.entities.named
    found = (found_order(reference, facts, facts.orders) for reference in references)
    named = list(dict.fromkeys(order.id for order in found if order is not None))
    if len(named) < 2:
        return []
    both = " and ".join(named)
    return [
        reason(ReasonCode.AMBIGUOUS, what=f"{both} are named, and one is meant: {action.summary}")
        for action in actions
        if action.kind in OF_AN_ORDER
    ]


def _of_intents(rulebook: Rulebook, intents: tuple[IntentName, ...]) -> list[Reason]:
    return [
        reason(code, what=in_words(intent), measured=intent, required="a person", limit="none")
        for intent, rules in zip(intents, rules_of(rulebook, intents), strict=True)
        for code in rules.review
    ]


def _of_wishes_not_met(
    rulebook: Rulebook, intents: tuple[IntentName, ...], actions: tuple[ProposedAction, ...]
) -> list[Reason]:
    """A wish the records allow nothing for is not turned down by a machine."""
    proposed = {action.kind for action in actions}
    return [
        reason(
            ReasonCode.POLICY_EXCEPTION,
            what=f"{in_words(intent)} asked for, and the records allow no {in_words(rules.action)}",
        )
        for intent, rules in zip(intents, rules_of(rulebook, intents), strict=True)
        if rules.action is not None and rules.action not in proposed
    ]


def _of_records_told(rulebook: Rulebook, facts: Facts, draft: Draft) -> list[Reason]:
    required = rulebook.records.told_from
    if not _tells_of_records(facts, draft) or facts.identity.at_least(required):
        return []
    return [reason(ReasonCode.WEAK_IDENTITY, measured=facts.identity, required=required)]


def _tells_of_records(facts: Facts, draft: Draft) -> bool:
    return bool(facts.orders or facts.payments or facts.subscription) or _tells_of_the_account(facts.account, draft)


def _tells_of_the_account(account: Account | None, draft: Draft) -> bool:
    """An account is found for nearly everybody, so it counts only where the draft quotes it or names whose it is."""
    if account is None:
        return False
    quoted = any(claim.source_id == account_source_id(account) for claim in draft.claims)
    text = draft.reply.text.casefold()
    return quoted or any(own.casefold() in text for own in (account.name, account.email, account.address) if own)


def _of_repeats(
    rulebook: Rulebook,
    intents: tuple[IntentName, ...],
    served_before: tuple[IntentName, ...],
    actions: tuple[ProposedAction, ...],
) -> list[Reason]:
    """What comes back was perhaps not settled. What can be undone, and is newly asked for, may be done again."""
    harmless = {action.intent for action in actions if action.reversible}
    again = [i for i in intents if i in served_before and i not in harmless and not rulebook.intents[i].only_alone]
    if not again or not rulebook.repeats_need_review:
        return []
    return [reason(ReasonCode.ASKED_AGAIN, intents=", ".join(again))]


def _instructions(findings: tuple[GuardFinding, ...]) -> list[GuardFinding]:
    return [finding for finding in findings if finding.flag is SafetyFlag.INSTRUCTIONS_IN_TEXT]


def _of_instructions(rulebook: Rulebook, findings: tuple[GuardFinding, ...]) -> list[Reason]:
    if not rulebook.instructions_need_review:
        return []
    return [reason(ReasonCode.INSTRUCTIONS_IN_TEXT, words=finding.words) for finding in _instructions(findings)]


def _of_hidden_text(rulebook: Rulebook, findings: tuple[GuardFinding, ...]) -> list[Reason]:
    if not rulebook.instructions_need_review:
        return []
    hidden = [finding for finding in findings if finding.flag is SafetyFlag.HIDDEN_TEXT]
    return [reason(ReasonCode.HIDDEN_INSTRUCTIONS, words=finding.words) for finding in hidden]


def _of_text(rulebook: Rulebook, classification: Classification) -> list[Reason]:
    angry = rulebook.anger_needs_review and classification.tone is Tone.ANGRY
    return [
        *([reason(ReasonCode.ANGRY_CUSTOMER)] if angry else []),
        *(reason(ReasonCode.AMBIGUOUS, what=what) for what in classification.contradictions[:1]),
    ]
