"""What an answer to a reviewer's question leaves of the customer's request.

A reviewer may have offered another outcome. So what was asked for before stands only where a question of fact got a
fact for an answer. Otherwise only what the answer itself asks for counts, or a yes to the plain question whether to
do it. All else is for the reviewer to read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from cases.action import ActionKind
from cases.classification import IntentName, RequestEvidence
from cases.policy.document import PolicyDocument
from cases.policy.packs.pack import LanguagePack
from cases.reviewer_answer import ReviewerAnswer
from cases.short_answer import ShortAnswer
from cases.work import NewestMessage
from routing.entities import extract_entities
from routing.normal_text import normal
from routing.request_evidence import evidence_found
from routing.request_verdict import Subject
from routing.short_answers import declined_first, yes_or_no
from routing.spoken_words import Sentence, sentences_of
from routing.word_patterns import compiled

SHORT_SENTENCE = 3
"""A sentence of so few words beside a question greets, or is a name, where it speaks of no outcome."""

FURTHER_WORDS = 2
"""So many words that no list knows leave a question a plain one: "shall we cancel order W10330, the tent"."""

QUOTE_CHARACTERS = 200


def answer_to_reviewer(
    policy: PolicyDocument, question: str, intents: Iterable[IntentName], newest: Sequence[NewestMessage]
) -> ReviewerAnswer:
    """Read an answer with the question before it. `intents`: what the case is about. Takes processor time."""
    intents = tuple(intents)
    packs = tuple(policy.language_packs.values())
    said = "\n".join(message.words for message in newest)
    kinds = {intent: policy.intents[intent].action for intent in intents if intent in policy.intents}
    acting = {intent: kind for intent, kind in kinds.items() if kind is not None}
    rest = tuple(
        message.model_copy(update={"words": declined_first(message.words, policy.language_packs)}) for message in newest
    )
    asked = evidence_found(policy, acting, rest)
    confirmed = tuple(_confirmed(policy, question, acting, newest))
    requests = (*asked.requests, *(found for found in confirmed if found.intent not in asked_for(asked.requests)))
    denied = any(unproven.denied for unproven in evidence_found(policy, acting, newest).unproven)
    stands = not denied and _asks_for_facts(question, packs, acting.values()) and _only_tells(said, packs)
    return ReviewerAnswer(stands=stands, requests=requests)


def asked_for(requests: Iterable[RequestEvidence]) -> frozenset[IntentName]:
    """The intents that these words ask for."""
    return frozenset(found.intent for found in requests)


def _confirmed(
    policy: PolicyDocument, question: str, acting: dict[IntentName, ActionKind], newest: Sequence[NewestMessage]
) -> Iterator[RequestEvidence]:
    """A yes to the plain question whether to do what an intent asks for."""
    said = "\n".join(message.words for message in newest)
    named = extract_entities(normal(question), policy.entities, policy.value_words)
    references, amounts = named.order_ids, len(named.amounts)
    if len(references) > 1 or not newest:
        return
    reference = next(iter(references), None)
    for intent, kind in acting.items():
        subject = Subject(kind=kind, reference=reference, references=references)
        if yes_or_no(said, policy.language_packs, subject) is not ShortAnswer.YES:
            continue
        if any(_Words.of(pack).asks_whether(question, subject, amounts) for pack in policy.language_packs.values()):
            yield RequestEvidence(
                intent=intent,
                quote=said[:QUOTE_CHARACTERS],
                message_id=newest[-1].message_id,
                reference=reference,
            )


def _asks_for_facts(question: str, packs: Sequence[LanguagePack], kinds: Iterable[ActionKind]) -> bool:
    """Whether a question asks for facts and for nothing else, in any language, and speaks of no outcome in none."""
    words = [_Words.of(pack) for pack in packs]
    sentences = tuple(sentences_of(question, lambda _: False))
    further = [language.outcomes for language in words]
    further += [language.mentions(kind) for language in words for kind in kinds]
    if any(pattern.search(sentence.said) for pattern in further for sentence in sentences):
        return False
    return any(language.asks_for_facts(sentences) for language in words)


def _only_tells(answer: str, packs: Sequence[LanguagePack]) -> bool:
    """Whether an answer neither agrees nor declines, nor asks, nor makes anything depend on anything."""
    sentences = tuple(sentences_of(answer, lambda _: False))
    words = [_Words.of(pack) for pack in packs]
    if any(sentence.asked for sentence in sentences) or any(sign in answer for one in words for sign in one.signs):
        return False
    return not any(language.more.search(sentence.said) for language in words for sentence in sentences)


class _Words:
    """The words of one language, compiled."""

    def __init__(self, pack: LanguagePack) -> None:
        requests, courtesy, reviewers = pack.requests, pack.courtesy, pack.reviewers
        self._groups = {**requests.groups, "plan": ()}
        self._actions = requests.actions
        self._facts = compiled(reviewers.facts, {})
        self._whether = compiled(reviewers.whether, {})
        self.outcomes = compiled(reviewers.outcomes, {})
        self._beside = compiled((*reviewers.beside, *courtesy.beside), {})
        self._against = compiled(
            (
                *courtesy.turns,
                *requests.negators,
                *requests.negators_behind,
                *requests.conditions,
                *requests.alternatives,
                *requests.others,
            ),
            self._groups,
        )
        answers = (*courtesy.agree, *courtesy.decline, *reviewers.taken_up, *courtesy.turns)
        self.signs = tuple(sign for sign in answers if not any(map(str.isalnum, sign)))
        self.more = compiled(
            (
                *(pattern for pattern in answers if any(map(str.isalnum, pattern))),
                *requests.withdrawals,
                *requests.second_thoughts,
                *requests.conditions,
                *requests.doubts,
            ),
            self._groups,
        )

    @classmethod
    def of(cls, pack: LanguagePack) -> "_Words":
        """The words of a pack. Compiled once: policies share what they do not change."""
        return _compiled_words(_Same(pack))

    def mentions(self, kind: ActionKind) -> re.Pattern[str]:
        """Whatever speaks of an action."""
        words = self._actions.get(kind)
        return compiled(words.mentions if words else (), self._groups)

    def asks_for_facts(self, sentences: Sequence[Sentence]) -> bool:
        """Whether one sentence at least asks for a fact, and the others do too or say nothing of the matter."""
        asking = [sentence for sentence in sentences if self._facts.search(sentence.said)]
        others = [sentence for sentence in sentences if sentence not in asking]
        return bool(asking) and not any(sentence.asked or not self._is_beside(sentence) for sentence in others)

    def asks_whether(self, question: str, subject: Subject, amounts: int) -> bool:
        """Whether the question is the plain one whether to do this, and nothing else. `amounts`: how many it names."""
        sentences = tuple(sentences_of(question, lambda _: False))
        asking = [sentence for sentence in sentences if sentence.asked]
        if len(asking) != 1 or any(not self._is_beside(sentence) for sentence in sentences if not sentence.asked):
            return False
        rest, whether = self._whether.subn("", asking[0].said)
        words = self._actions.get(subject.kind)
        if not whether or words is None:
            return False
        rest, mentioned = compiled(words.mentions, self._groups).subn("", rest)
        others = [kind for kind in self._actions if kind is not subject.kind]
        rest = compiled(words.about, self._groups).sub("", rest)
        if not mentioned or self._against.search(rest) or any(self.mentions(kind).search(rest) for kind in others):
            return False
        left = self._beside.sub("", rest).split()
        numbers = [word for word in left if any(map(str.isdigit, word)) and not _is(word, subject.reference)]
        further = [word for word in left if any(map(str.isalpha, word)) and not any(map(str.isdigit, word))]
        return len(numbers) <= amounts and len(further) <= FURTHER_WORDS + amounts

    def _is_beside(self, sentence: Sentence) -> bool:
        if self.outcomes.search(sentence.said):
            return False
        return len(sentence.words) <= SHORT_SENTENCE or self._beside.search(sentence.said) is not None


def _is(word: str, reference: str | None) -> bool:
    return reference is not None and re.sub(r"[\W_]", "", word) == re.sub(r"[\W_]", "", reference).casefold()


class _Same:
    """A pack by itself: two are the same where they are one."""

    def __init__(self, pack: LanguagePack) -> None:
        self.pack = pack

    def __hash__(self) -> int:
        return id(self.pack)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.pack is self.pack


@lru_cache(maxsize=32)
def _compiled_words(same: _Same) -> _Words:
    return _Words(same.pack)
