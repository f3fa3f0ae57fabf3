"""What the customer's answer to a reviewer's question leaves of what they asked for before."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.classification import IntentName
from cases.reviewer_answer import ReviewerAnswer
from cases.work import NewestMessage
from routing.reviewer_questions import answer_to_reviewer
from starter.policy_files import read_policy

POLICY = read_policy(Path(__file__).parents[2] / "policies" / "local.yaml").document
REFUND, CANCEL, LEAVE = "refund_request", "order_cancellation", "subscription_cancellation"


class Told(NamedTuple):
    """A reviewer's question about a request of this intent, and the customer's answer."""

    intent: IntentName
    question: str
    answer: str


OFFERS_AND_YES_OR_NO = [
    # A yes or a no to an outcome that the reviewer has thought of.
    Told(REFUND, "Would a new pot be fine instead?", "sure"),
    Told(REFUND, "Would a repair free of charge be all right?", "Yes, please repair it."),
    Told(REFUND, "We could send you a larger size. Is that all right?", "A larger size would be great"),
    Told(REFUND, "Can we offer you a voucher over 20 EUR?", "no thanks"),
    Told(REFUND, "Would 20 EUR back be all right, and you keep the backpack?", "Yes please!"),
    Told(LEAVE, "Would you stay with two free months?", "ok, deal!"),
    Told(LEAVE, "Shall we pause it for three months rather than cancel?", "That works for me"),
    Told(LEAVE, "Would you stay if the first month were free?", "I'll stay then"),
    Told(REFUND, "Wären 15 EUR Nachlass für Sie in Ordnung?", "jo"),
    Told(REFUND, "Möchten Sie lieber einen Umtausch?", "Das wäre toll"),
    Told(REFUND, "Dürfen wir die Jacke kostenlos reparieren?", "Einverstanden."),
    Told(LEAVE, "Würden Sie für die Hälfte des Preises bleiben?", "Na gut, dann bleibe ich"),
    Told(REFUND, "Çantayı değiştirmemizi ister misiniz?", "Evet lütfen"),
    Told(REFUND, "Size %20 indirim yapalım mı?", "olur, anlaştık"),
    Told(LEAVE, "İki ay ücretsiz kalır mısınız?", "Kalırım"),
    Told(REFUND, "Would a larger size be all right instead of a refund?", "I'd rather have the blue one"),
    # A question of fact that yes or no answers: what follows from it, the reviewer knows.
    Told(REFUND, "Has your bank released the money meanwhile?", "Yes, you're right, it is gone."),
    Told(REFUND, "Haben Sie es mit einer längeren Stange versucht?", "Ja, jetzt geht es"),
    Told(REFUND, "Para bankanıza döndü mü?", "Evet, geldi"),
    # An offer in the clothes of a question of fact.
    Told(REFUND, "Which size do you need so that we can send you a new one?", "Size L"),
    Told(REFUND, "Which would you prefer: a refund or a replacement?", "The replacement"),
    Told(REFUND, "We send you a new pot. What is your address?", "12 Mill Lane, Leeds"),
    Told(REFUND, "Welche Größe brauchen Sie für den Umtausch?", "Größe M"),
    Told(REFUND, "Hangi rengi istersiniz? Yenisini gönderelim.", "Mavi"),
    Told(REFUND, "Is a repair or a new one all right?", "a repair"),
    # A question of fact, and an answer that is none.
    Told(REFUND, "When did it arrive?", "Forget it, I'll keep it."),
    Told(REFUND, "What is your order number?", "Why do you need that?"),
    Told(REFUND, "When did it arrive?", "On Monday, but I no longer want a refund"),
    Told(REFUND, "Wann ist es angekommen?", "Am Montag, aber ich behalte es jetzt doch"),
    Told(REFUND, "Ne zaman geldi?", "Pazartesi ama vazgeçtim"),
]

FACTS = [
    Told(REFUND, "Is the dent on the bottom or on the side?", "On the bottom."),
    Told(REFUND, "When did it arrive?", "It arrived on Monday, W10390"),
    Told(REFUND, "What is your order number?", "W10390"),
    Told(
        REFUND,
        "Hi Adam, thanks for your message. Could you send us a photo of the dent? Kind regards, Rita",
        "Here it is",
    ),
    Told(REFUND, "We are sorry about that. Which of the two shoes is damaged?", "the left one"),
    Told(CANCEL, "Which e-mail address did you order with?", "adam.reyes@example.org"),
    Told(REFUND, "Which colour did you order?", "Blue"),
    Told(REFUND, "Welche Farbe hatten Sie bestellt?", "Die blaue"),
    Told(REFUND, "Wann ist das Paket angekommen?", "Am Montag, Bestellung W10411"),
    Told(REFUND, "Könnten Sie uns bitte ein Foto schicken?", "Anbei das Foto"),
    Told(LEAVE, "Mit welcher E-Mail-Adresse sind Sie angemeldet?", "k.boehm@example.org"),
    Told(REFUND, "Sipariş ne zaman elinize ulaştı?", "Pazartesi günü"),
    Told(REFUND, "Hangi sipariş numarası?", "W10421"),
    Told(REFUND, "Fotoğrafını gönderir misiniz?", "Ekte"),
]

ASKED_ANEW = [
    Told(REFUND, "Would a larger size be all right instead of a refund?", "No, I want the refund."),
    Told(REFUND, "Would a larger size be all right instead of a refund?", "No thank you. Please refund me."),
    Told(REFUND, "Would a larger size be all right instead of a refund?", "No thanks, I would prefer a refund."),
    Told(REFUND, "Would a larger size be all right instead of a refund?", "No, thank you, I'd rather have the money."),
    Told(LEAVE, "Would you stay with two free months?", "No thanks, please cancel my membership."),
    Told(REFUND, "Möchten Sie lieber einen Umtausch?", "Nein danke, ich möchte mein Geld zurück."),
    Told(REFUND, "Möchten Sie lieber einen Umtausch?", "Nein, ich hätte lieber mein Geld zurück."),
    Told(LEAVE, "Würden Sie für die Hälfte bleiben?", "Nein, bitte kündigen Sie meine Mitgliedschaft."),
    Told(REFUND, "Çantayı değiştirmemizi ister misiniz?", "Hayır, paramı geri istiyorum."),
    Told(REFUND, "Çantayı değiştirmemizi ister misiniz?", "Hayır, para iadesini tercih ederim."),
    Told(LEAVE, "İki ay ücretsiz kalır mısınız?", "Hayır, üyeliğimi iptal edin lütfen."),
]

CONFIRMED = [
    Told(CANCEL, "Shall we cancel order W10330?", "yes please"),
    Told(CANCEL, "Hello Adam, thanks for writing. Do you want us to cancel your order? Kind regards, Rita", "Yes"),
    Told(REFUND, "Shall we refund 20 EUR?", "ok"),
    Told(LEAVE, "Do you still want to cancel your membership?", "yes"),
    Told(CANCEL, "Sollen wir Ihre Bestellung stornieren?", "Ja bitte"),
    Told(LEAVE, "Möchten Sie Ihre Mitgliedschaft wirklich kündigen?", "ja"),
    Told(CANCEL, "Siparişinizi iptal edelim mi?", "Evet"),
]

NOT_CONFIRMED = [
    Told(CANCEL, "Shall we cancel order W10330?", "no"),
    Told(CANCEL, "Shall we cancel order W10330?", "yes, but not today"),
    Told(CANCEL, "Shall we cancel it, or would you rather keep it?", "yes"),
    Told(CANCEL, "Shall we cancel order W10330 and send you the blue one?", "yes"),
    Told(LEAVE, "Shall we pause it rather than cancel your membership?", "yes"),
    Told(LEAVE, "You do not want to cancel your membership any more?", "yes"),
    Told(REFUND, "Would a new one be fine instead of a refund?", "yes"),
    Told(REFUND, "Sollen wir statt der Erstattung einen neuen Topf schicken?", "ja"),
    Told(CANCEL, "Siparişinizi iptal etmek yerine değiştirelim mi?", "evet"),
]


def read(told: Told) -> ReviewerAnswer:
    newest = (NewestMessage(message_id="m2", words=told.answer),)
    return answer_to_reviewer(POLICY, told.question, (told.intent,), newest)


@pytest.mark.parametrize("told", OFFERS_AND_YES_OR_NO, ids=lambda told: f"{told.question} {told.answer}")
def test_an_answer_that_may_accept_or_decline_leaves_it_to_the_reviewer(told: Told) -> None:
    answer = read(told)
    assert not answer.stands
    assert answer.requests == ()


@pytest.mark.parametrize("told", FACTS, ids=lambda told: f"{told.question} {told.answer}")
def test_a_plain_answer_to_a_question_of_fact_leaves_the_request_standing(told: Told) -> None:
    assert read(told).stands


@pytest.mark.parametrize("told", ASKED_ANEW, ids=lambda told: f"{told.question} {told.answer}")
def test_who_asks_for_it_in_the_answer_is_heard_whatever_was_offered(told: Told) -> None:
    answer = read(told)
    assert [found.intent for found in answer.requests] == [told.intent]
    assert {found.message_id for found in answer.requests} == {"m2"}


@pytest.mark.parametrize("told", CONFIRMED, ids=lambda told: f"{told.question} {told.answer}")
def test_a_yes_to_the_plain_question_whether_to_do_it_asks_for_it(told: Told) -> None:
    assert [found.intent for found in read(told).requests] == [told.intent]


@pytest.mark.parametrize("told", NOT_CONFIRMED, ids=lambda told: f"{told.question} {told.answer}")
def test_nothing_but_a_plain_yes_to_a_plain_question_asks_for_it(told: Told) -> None:
    answer = read(told)
    assert answer.requests == ()
    assert not answer.stands


def test_a_yes_about_one_order_asks_for_no_other() -> None:
    (found,) = read(Told(CANCEL, "Shall we cancel order W10330?", "yes")).requests
    assert found.reference == "W10330"


@settings(deadline=None)
@given(
    offer=st.sampled_from(
        ["a repair", "a new one", "two free months", "a voucher", "20 EUR off", "an exchange", "a larger size"]
    ),
    asks=st.sampled_from(
        ["Would {} be all right?", "How about {}?", "Can we offer you {}?", "Would you take {} instead?"]
    ),
    says=st.sampled_from(
        ["yes", "ok", "sure, thanks", "great", "deal", "fine by me", "👍", "no", "no thanks", "hm", "when?"]
    ),
)
def test_no_answer_to_an_offer_lets_the_first_request_stand(offer: str, asks: str, says: str) -> None:
    answer = read(Told(REFUND, asks.format(offer), says))
    assert not answer.stands
    assert answer.requests == ()
