"""The texts of `bench/data`: nothing is done where nothing is asked for, and most that asks is recognised."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.request_evidence import LANGUAGES, POLICY, Kind, Row, TextSet, rows
from cases.action import ActionKind
from cases.classification import RequestEvidence
from cases.work import NewestMessage
from routing.request_evidence import evidence_found, evidence_proven
from starter.policy_files import read_policy

RECOGNISED = 0.85
"""At least this share of the clear requests of each language."""

WISHES_RECOGNISED = 0.9
"""The same of what is asked for in a few words, by which the rules were made."""

CHATTY_RECOGNISED = 0.7
"""The same of what is asked for among several sentences; every third of them was held out."""

DENIALS = {
    "en": ["No, please don't.", "Sorry, do not do it.", "Forget it.", "No need any more."],
    "de": ["Nein, bitte nicht.", "Doch nicht.", "Vergessen Sie es.", "Das ist nicht mehr nötig."],
    "tr": ["Hayır, yapmayın.", "Boş verin.", "Artık istemiyorum.", "Gerek yok."],
}
CONDITIONS = {
    "en": ["But only if it is free.", "Unless it has left already.", "If that is still possible, I mean."],
    "de": ["Aber nur, wenn es nichts kostet.", "Es sei denn, es ist schon unterwegs.", "Falls das noch geht."],
    "tr": ["Ama sadece ücretsizse.", "Yola çıkmadıysa tabii.", "Eğer hâlâ mümkünse."],
}

NOBODY_ELSES = [
    "I ordered snowshoes (W10260). My brother gave me the same. Please cancel.",
    "Hello, my wife says we already have a grill and she's right as always. Please cancel my order W10551.",
    "ich hab Schneeschuhe bestellt (W10260) und heute schenkt mir mein Bruder die gleichen. Bitte stornieren.",
    "Guten Tag, meine Frau meint, wir hätten schon einen Grill. Bitte stornieren Sie meine Bestellung W10551.",
    "Dün çaydanlık sipariş ettim. Annem aynısını almış! W10260'ı iptal edin lütfen.",
]
PERHAPS_SOMEBODY_ELSES = [
    "My husband placed an order. Please cancel W10330.",
    "I ordered a kayak. Please cancel it. My grandson is sad and wants to keep it.",
    "I ordered it, W10330. Please cancel it. My wife says no.",
    "My daughter gave me the number W10330. Please cancel it.",
    "My son bought it with my card by accident, W10330. Please cancel it.",
    "Mein Enkel hat W10330 bestellt. Bitte stornieren.",
    "Ich habe ein Kajak bestellt. Bitte stornieren Sie W10330. Meine Frau sagt, wir behalten es.",
    "Mein Sohn hat mir die Nummer gegeben, W10330. Bitte stornieren Sie die Bestellung.",
    "Torunum sipariş vermiş W10330. İptal edin lütfen.",
    "W10330'u sipariş ettim. İptal edin lütfen. Eşim kalsın diyor.",
]
LEFT_OPEN = [
    "I'd like my money back. A voucher would be fine too.",
    "I'd like my money back. I'll sleep on it and tell you tomorrow.",
    "Ich hätte gern mein Geld zurück. Ein Gutschein wäre auch okay.",
    "Ich möchte mein Geld zurück. Ich schlafe noch mal drüber.",
    "Paramı geri istiyorum. Hediye çeki de olur.",
    "Paramı geri istiyorum. Ama karar veremedim.",
]

DOCUMENT = read_policy(POLICY).document
INTENTS = {kind: [name for name, row in DOCUMENT.intents.items() if row.action is kind] for kind in ActionKind}


def found(text: str, action: ActionKind) -> tuple[RequestEvidence, ...]:
    return evidence_found(DOCUMENT, INTENTS[action], (NewestMessage(message_id="m1", words=text),)).requests


def claimed(text: str, action: ActionKind) -> tuple[RequestEvidence, ...]:
    claims = [RequestEvidence(intent=intent, quote=text, message_id="m1") for intent in INTENTS[action]]
    newest = (NewestMessage(message_id="m1", words=text),)
    return evidence_proven(DOCUMENT, INTENTS[action], claims, newest).requests


@cache
def recognised(language: str) -> tuple[Row, ...]:
    return tuple(row for row in requests_of(language) if found(row.text, row.action))


def requests_of(language: str) -> list[Row]:
    return [row for row in rows(language) if row.kind is Kind.REQUEST]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_are_as_many_as_they_are_said_to_be(language: str) -> None:
    written = rows(language)
    counts = Counter(row.kind for row in written)
    assert counts == {kind: 50 for kind in Kind if kind is not Kind.OTHER}
    assert {row.action for row in written} == set(ActionKind)
    assert len({row.text for row in written}) == len(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_clear_requests_are_recognised(language: str) -> None:
    assert len(recognised(language)) >= RECOGNISED * len(requests_of(language))


@pytest.mark.parametrize("texts", TextSet)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_done_that_is_not_asked_for(language: str, texts: TextSet) -> None:
    others = [row for row in rows(language, texts) if row.kind is not Kind.REQUEST]
    assert [row.text for row in others if found(row.text, row.action)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_wishes_in_a_few_words_are_recognised(language: str) -> None:
    wishes = [row for row in rows(language, TextSet.WISHES) if row.kind is Kind.REQUEST]
    assert sum(bool(found(row.text, row.action)) for row in wishes) >= WISHES_RECOGNISED * len(wishes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_requests_among_several_sentences_are_recognised(language: str) -> None:
    chatty = [row for row in rows(language, TextSet.CHATTY) if row.kind is Kind.REQUEST]
    assert sum(bool(found(row.text, row.action)) for row in chatty) >= CHATTY_RECOGNISED * len(chatty)


@pytest.mark.parametrize("text", NOBODY_ELSES)
def test_who_only_gives_or_says_something_leaves_a_request_standing(text: str) -> None:
    assert found(text, ActionKind.CANCEL_ORDER)


@pytest.mark.parametrize("text", PERHAPS_SOMEBODY_ELSES)
def test_whose_order_may_be_somebody_elses_is_asked_about(text: str) -> None:
    assert not found(text, ActionKind.CANCEL_ORDER)


@pytest.mark.parametrize("text", LEFT_OPEN)
def test_who_would_take_something_else_too_or_has_not_decided_is_asked(text: str) -> None:
    assert not found(text, ActionKind.REFUND)


@pytest.mark.parametrize("texts", TextSet)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_that_always_claims_a_request_gets_nothing_done_by_it(language: str, texts: TextSet) -> None:
    others = [row for row in rows(language, texts) if row.kind is not Kind.REQUEST]
    assert [row.text for row in others if claimed(row.text, row.action)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_ask_are_quoted_letter_by_letter(language: str) -> None:
    for row in recognised(language):
        assert all(evidence.quote in row.text for evidence in found(row.text, row.action))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_denial_before_or_behind_takes_any_request_back(language: str, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(recognised(language)))
    denial = data.draw(st.sampled_from(DENIALS[language]))
    assert not found(f"{row.text}\n\n{denial}", row.action)
    assert not found(f"{denial} {row.text}", row.action)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_condition_behind_it_makes_any_request_one_to_ask_about(language: str, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(recognised(language)))
    condition = data.draw(st.sampled_from(CONDITIONS[language]))
    assert not found(f"{row.text} {condition}", row.action)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_capitals_and_spaces_change_nothing(language: str, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows(language)))
    spaced = data.draw(st.sampled_from([str.upper, str.lower, str.title]))(row.text.replace(" ", "  "))
    assert bool(found(spaced, row.action)) == bool(found(row.text, row.action))
