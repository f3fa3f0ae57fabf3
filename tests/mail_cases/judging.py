"""What is wrong with what came of a story: sentences, none where all is right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lingua import Language, LanguageDetectorBuilder
from pydantic import JsonValue

from cases.outcome import Stage
from cases.reason import ReasonCode
from tests.mail_cases.first_records import FirstRecords
from tests.mail_cases.real_desks import FIRST, SECOND
from tests.mail_cases.scene import Played, Text
from tests.mail_cases.story import Disposition, Expect, Story

LANGUAGES = {"en": Language.ENGLISH, "de": Language.GERMAN, "tr": Language.TURKISH}
DETECTOR = LanguageDetectorBuilder.from_languages(*LANGUAGES.values()).build()
TAKEN_BACK = ("withdr", "taken back", "took it back", "no longer", "changed their mind")
"""How a reason may say that the customer does not want it any more."""

ASKS = ("question", "questions", "asked")


def faults(story: Story, played: Played, records: FirstRecords) -> list[str]:
    """Everything that must not have happened, and did; or must have, and did not."""
    if story.known_gap:
        return [*_promises(story, played, records), *_overdone(story.expect, played)]
    return [
        *_promises(story, played, records),
        *_done(story.expect, played),
        *_reviewed(story.expect, played),
        *_told(story.expect, played),
        *_ended(story.expect, played),
    ]


def _promises(story: Story, played: Played, records: FirstRecords) -> Iterator[str]:
    """What holds for every story: nobody else's records are touched or told, and no workflow fails."""
    if played.of_others:
        yield f"records of others were touched: {played.of_others}"
    by_hand = [*story.before, *(step.shop for step in story.steps if step.shop)]
    if played.changed and not played.effects and not by_hand:
        yield f"records changed although nothing was done: {played.changed}"
    own = "\n".join((story.text, story.html, story.subject, *(step.words.text for step in story.steps if step.words)))
    for said in played.texts:
        told = {word for word in records.of_others(said.text, story.readers) if word not in own}
        if told:
            yield f"somebody was told {sorted(told)}, which is not theirs: {said.text!r}"
    yield from played.failed_workflows


def _done(expect: Expect, played: Played) -> Iterator[str]:
    allowed = (expect.by_itself, *expect.by_itself_or)
    if not _among(played.by_itself, allowed):
        yield f"without a person {played.by_itself} was done, and only {_choice(allowed)} is right"
    wanted = expect.by_itself if expect.effects is None else expect.effects
    effects = (wanted, *expect.effects_or, *(expect.by_itself_or if expect.effects is None else ()))
    if not _among(played.effects, effects):
        yield f"in all {played.effects} was done, and {_choice(effects)} is right"
    for name, text in (expect.records | (expect.records_if_done if played.effects else {})).items():
        if text not in played.records[name]:
            yield f"{name} does not hold {text!r}: {played.records[name]}"
    for name, text in expect.records_never.items():
        if text in played.records[name]:
            yield f"{name} holds {text!r}: {played.records[name]}"


def _overdone(expect: Expect, played: Played) -> Iterator[str]:
    """What was done and must not have been, whatever else is still missing."""
    wanted = expect.by_itself if expect.effects is None else expect.effects
    effects = (wanted, *expect.effects_or, *(expect.by_itself_or if expect.effects is None else ()))
    for done, allowed in ((played.by_itself, (expect.by_itself, *expect.by_itself_or)), (played.effects, effects)):
        if not any(Counter(done) <= Counter(one) for one in allowed):
            yield f"{done} was done, and no more than {_choice(allowed)} is right"


def _reviewed(expect: Expect, played: Played) -> Iterator[str]:
    proposed = _proposed(played, since=0)
    if expect.proposed is not None and not proposed <= set(expect.proposed):
        yield f"a reviewer was shown {sorted(proposed)}, and only {list(expect.proposed)} is right"
    for wrong in expect.never_proposed:
        if any(action.startswith(wrong) for action in proposed):
            yield f"a reviewer was shown {wrong}"
    in_the_end = _proposed(played, since=played.last_words_at)
    for wrong in expect.never_proposed_in_the_end:
        if any(action.startswith(wrong) for action in in_the_end):
            yield f"a reviewer was shown {wrong} after what the customer wrote last"
    told = " ".join(str(reason) for step, review in played.reviews if step > 0 for reason in review.reasons)
    if expect.voided and in_the_end and not any(word in told.casefold() for word in TAKEN_BACK):
        yield f"{sorted(in_the_end)} is proposed again, and no reason says that it was taken back: {told!r}"
    yield from _queued(expect, played)


def _proposed(played: Played, *, since: int) -> set[str]:
    """The actions that reviewers were shown from this step on, as stories name them."""
    return {
        " ".join([action.kind, action.arguments.target, *(str(action.value).split() if action.value else [])])
        for step, review in played.reviews
        if step >= since
        for action in review.actions
    }


def _queued(expect: Expect, played: Played) -> Iterator[str]:
    given = "\n".join(str(reason) for _, review in played.reviews for reason in review.reasons)
    for text in expect.no_reason_says:
        if _says(given, text):
            yield f"a reviewer was told {text!r}: {given!r}"
    for text in expect.review_mentions:
        if not _says(_shown(played), text):
            yield f"neither a reviewer nor a note was told {text!r}"
    if expect.stale_refused and played.stale_refused is False:
        yield "a decision about what had changed meanwhile counted"
    reasons = [reason.code for _, review in played.reviews for reason in review.reasons]
    reasons += [view.outcome.reason.code for view in played.views.values() if view and view.outcome]
    if expect.never_flagged and ReasonCode.INSTRUCTIONS_IN_TEXT in reasons:
        yield "harmless words were taken for an instruction to the system"
    if expect.leaves_queue:
        for view in played.views.values():
            if view is not None and view.review is not None:
                yield f"{view.case_id} is still in the queue"
    yield from _with_a_team(expect, played)


def _with_a_team(expect: Expect, played: Played) -> Iterator[str]:
    if expect.team == "none" and played.team is not None:
        yield f"the ticket is with the team {played.team}, and nothing is left to do"
    if expect.team not in (None, "none") and (played.team is None or expect.team not in ("any", played.team)):
        yield f"the ticket is with the team {played.team}, not {expect.team}"


def _told(expect: Expect, played: Played) -> Iterator[str]:
    texts = [said.text for said in played.texts]
    together = "\n".join(texts)
    if expect.replies is not None and len(texts) != expect.replies:
        yield f"{len(texts)} texts went to the customer, not {expect.replies}: {texts}"
    in_first = sum(said.ticket == FIRST for said in played.texts)
    if expect.texts_in_first is not None and in_first != expect.texts_in_first:
        yield f"{in_first} texts went to the customer in the first ticket, not {expect.texts_in_first}"
    if expect.replies_at_most is not None and len(texts) > expect.replies_at_most:
        yield f"{len(texts)} texts went to the customer, more than {expect.replies_at_most}: {texts}"
    for wanted in expect.mentions:
        if not _says(together, wanted):
            yield f"no text to the customer says {wanted!r}: {texts}"
    for wrong in expect.never_mentions:
        if _says(together, wrong):
            yield f"a text to the customer says {wrong!r}: {texts}"
    yield from _in_language(expect, texts)


def _in_language(expect: Expect, texts: Sequence[str]) -> Iterator[str]:
    if expect.reply_language is not None:
        for text in texts:
            language = DETECTOR.detect_language_of(text)
            if language != LANGUAGES[expect.reply_language]:
                yield f"a text to the customer is not {expect.reply_language}: {text!r}"


def _ended(expect: Expect, played: Played) -> Iterator[str]:
    ended = disposition(played)
    if expect.ends and ended not in expect.ends:
        yield f"it ended {ended}, not {' or '.join(expect.ends)}: {[said.text for said in _newest(played)]}"
    together = "\n".join(said.text for said in played.texts)
    for wanted in expect.if_answered if ended == "answered" else ():
        if not _says(together, wanted):
            yield f"the answer does not say {wanted!r}: {together!r}"
    for wanted in expect.if_person if ended == "person" else ():
        if not _says(_shown(played), wanted):
            yield f"neither a reviewer nor a note was told {wanted!r}"
    if expect.person == "none" and played.person_at:
        why = [reason.sentence for _, review in played.reviews for reason in review.reasons]
        outcome = [str(view.outcome.reason) for view in played.views.values() if view and view.outcome]
        yield f"a person's time was taken: {why or outcome}"
    if expect.person == "needed" and not played.person_at:
        yield "no person had it"
    if expect.messages_kept is not None:
        view = played.views.get(FIRST)
        kept = len(view.ticket.messages) if view else 0
        if kept != expect.messages_kept:
            yield f"{kept} messages are in the ticket, not {expect.messages_kept}"


def disposition(played: Played) -> Disposition:
    """What came of the customer's newest words."""
    new = _newest(played)
    if any(step >= played.last_words_at for step in played.person_at):
        return "person"
    newest = played.views.get(SECOND) or played.views.get(FIRST)
    if newest is not None and newest.stage is Stage.WAITING_FOR_CUSTOMER and new:
        return "asked"
    if any(said.kind in ASKS for said in new):
        return "asked"
    return "answered" if new else "silent"


def _newest(played: Played) -> list[Text]:
    return [said for said in played.texts if said.step >= played.last_words_at]


def _shown(played: Played) -> str:
    """All that reviewers and colleagues were shown."""
    return "\n".join(
        [*(text for _, review in played.reviews for text in _texts(review.model_dump(mode="json"))), *played.notes]
    )


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
        case _:
            pass


def _among(done: Sequence[str], allowed: Iterable[Sequence[str]]) -> bool:
    return any(Counter(done) == Counter(one) for one in allowed)


def _choice(allowed: Iterable[Sequence[str]]) -> str:
    return " or ".join(str(list(one)) for one in allowed)


def _says(text: str, wanted: str) -> bool:
    return any(one.strip().casefold() in text.casefold() for one in wanted.split("|"))
