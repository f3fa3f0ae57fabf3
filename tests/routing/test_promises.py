"""Promises without their action: in three languages, contracted, in the passive, and about later."""

from pathlib import Path

import pytest

from cases.action import ActionKind
from cases.draft import Source, SourceKind
from routing.promises import promises_in
from starter.policy_files import read_policy

RULES = read_policy(Path(__file__).parents[2] / "policies" / "default.yaml").draft_rules

REFUND = [
    "We've refunded you.",
    "We’ve now refunded your order.",
    "I've gone ahead and refunded you.",
    "We just refunded it.",
    "We issued a refund.",
    "A refund has been issued.",
    "Your refund has already been processed.",
    "We will refund you.",
    "We'll refund you today.",
    "You will receive a full refund.",
    "Your money is on its way back.",
    "We're refunding it now.",
    "When you read this, we have refunded you.",
    "Wir haben Ihnen das Geld erstattet.",
    "Wir haben Ihnen den Betrag von 30,00 EUR bereits zurückerstattet.",
    "Der Betrag wurde Ihnen gutgeschrieben.",
    "Wir erstatten Ihnen den Betrag.",
    "Die Erstattung ist unterwegs.",
    "İADE ETTİK",
    "Paranızı iade ettik.",
    "İadeniz yapıldı.",
    "Ücret iadesi gerçekleştirildi.",
    "Ücretinizi iade edeceğiz.",
    "Your refund of 30.00 EUR has been issued.",
    "The refund of €30 is on its way.",
    "Ihre Erstattung über 30,00 € ist unterwegs.",
    "30,00 EUR tutarındaki iadeniz yapıldı.",
    "We have approved your refund.",
    "The full amount will be refunded to you.",
    "You will be credited the full amount.",
    "Der volle Betrag wird Ihnen erstattet.",
    "Tutarın tamamı size iade edilecektir.",
    "We will refund you within 5 days.",
    "Your refund is approved.",
    "Your refund of 30 EUR is now approved.",
    "Wir erstatten Ihnen den Betrag innerhalb von 14 Tagen.",
    "Paranızı 5 gün içinde iade edeceğiz.",
    "Tutarın tamamı iade edilecektir.",
    "Wir haben Ihnen am 5. Januar das Geld erstattet.",
    "Wir haben Ihnen am 14.1. das Geld erstattet.",
    "Wir haben Ihnen den Betrag inkl. Versand erstattet.",
]
OTHERS = {
    "Your order has been cancelled.": ActionKind.CANCEL_ORDER,
    "Your order W10023 has been cancelled.": ActionKind.CANCEL_ORDER,
    "Your order number W10023 is now cancelled.": ActionKind.CANCEL_ORDER,
    "Ihre Bestellung W10023 wurde storniert.": ActionKind.CANCEL_ORDER,
    "Siparişiniz W10023 iptal edildi.": ActionKind.CANCEL_ORDER,
    "We are cancelling your order W10023.": ActionKind.CANCEL_ORDER,
    "Your cancellation is confirmed.": ActionKind.CANCEL_ORDER,
    "Ich storniere Ihre Bestellung.": ActionKind.CANCEL_ORDER,
    "W10023 siparişinizi iptal ediyoruz.": ActionKind.CANCEL_ORDER,
    "Your subscription will be cancelled today.": ActionKind.CANCEL_SUBSCRIPTION,
    "I've cancelled it.": ActionKind.CANCEL_ORDER,
    "Ihre Bestellung wurde storniert.": ActionKind.CANCEL_ORDER,
    "Siparişiniz iptal edilmiştir.": ActionKind.CANCEL_ORDER,
    "Ihr Abo ist gekündigt.": ActionKind.CANCEL_SUBSCRIPTION,
    "Your account has been deleted.": ActionKind.CLOSE_ACCOUNT,
    "Ihr Konto wurde gelöscht.": ActionKind.CLOSE_ACCOUNT,
    "Hesabınız kapatıldı.": ActionKind.CLOSE_ACCOUNT,
    "Your plan has been changed.": ActionKind.CHANGE_PLAN,
    "We've updated your address.": ActionKind.CHANGE_ADDRESS,
    "Ihre Lieferadresse wurde geändert.": ActionKind.CHANGE_ADDRESS,
    "We changed your email address.": ActionKind.CHANGE_EMAIL,
    "We've sent you a reset link.": ActionKind.RESET_ACCESS,
}


def promised(text: str, *sources: Source) -> tuple[ActionKind, ...]:
    return tuple(dict.fromkeys(promise.kind for promise in promises_in(RULES, text, sources)))


@pytest.mark.parametrize("words", REFUND)
def test_a_refund_is_promised_in_many_ways(words: str) -> None:
    assert ActionKind.REFUND in promised(words)


@pytest.mark.parametrize(("words", "kind"), OTHERS.items())
def test_each_action_is_promised_in_its_own_words(words: str, kind: ActionKind) -> None:
    assert kind in promised(words)


@pytest.mark.parametrize(
    "words", ["We have changed the e-mail address of your account.", "We've updated your email address."]
)
def test_an_e_mail_address_is_no_address_that_parcels_go_to(words: str) -> None:
    assert promised(words) == (ActionKind.CHANGE_EMAIL,)


@pytest.mark.parametrize(
    "words",
    [
        "You can ask for a refund within 30 days.",
        "Refunds take 5 days.",
        "If you return it, you will be refunded.",
        "We will refund you within 14 days of the parcel coming back.",
        "We will refund you once the parcel has come back.",
        "We cannot refund this.",
        "Your order can be cancelled until it ships.",
        "Eine Erstattung ist möglich.",
        "Nach der Rücksendung wird der Betrag erstattet.",
        "Wir erstatten Ihnen den Betrag, sobald das Paket hier ist.",
        "30 gün içinde iade edebilirsiniz.",
        "Your order is shipped already, so it can no longer be cancelled.",
        "We have not refunded anything yet.",
        "Your refund has not been issued yet.",
        "Wir haben Ihnen den Betrag noch nicht erstattet.",
        "Ihre Bestellung ist unterwegs und kann nicht mehr storniert werden.",
    ],
)
def test_how_things_go_here_is_no_promise(words: str) -> None:
    assert promised(words) == ()


def test_a_sentence_that_stands_so_in_an_article_is_a_quotation() -> None:
    said = "As soon as it is back, your refund is on its way."
    article = Source(id="a", kind=SourceKind.ARTICLE, title="Returns", text=f"Send it to us. {said}")
    assert promised(f"Hello! {said}", article) == ()
    assert promised("Your refund is on its way.") == (ActionKind.REFUND,)


def test_what_a_record_says_was_done_is_reported_and_not_promised() -> None:
    order = Source(id="o", kind=SourceKind.ORDER, title="Order W1", text="Order W1: cancelled, placed on 2026-01-05")
    assert promised("Your order was cancelled.", order) == ()
    shipped = order.model_copy(update={"text": "Order W1: shipped, placed on 2026-01-05"})
    assert promised("Your order was cancelled.", shipped) == (ActionKind.CANCEL_ORDER,)


SHIPPED = Source(
    id="order:W10023", kind=SourceKind.ORDER, title="Order W10023", text="Order W10023: shipped, to Berlin"
)
CANCELLED = Source(
    id="order:W10024", kind=SourceKind.ORDER, title="Order W10024", text="Order W10024: cancelled, to Bonn"
)


@pytest.mark.parametrize(
    "words", ["We cancelled W10023.", "W10023 is cancelled.", "W10023 ist storniert.", "Wir stornieren W10023 für Sie."]
)
def test_an_order_is_an_order_by_its_number_alone(words: str) -> None:
    assert promised(words, SHIPPED) == (ActionKind.CANCEL_ORDER,)


def test_what_was_done_to_the_order_that_is_meant_is_reported_and_not_what_was_done_to_another() -> None:
    assert promised("Your order has been cancelled.", CANCELLED, SHIPPED) == ()
    assert promised("Your order has been cancelled.", SHIPPED, CANCELLED) == (ActionKind.CANCEL_ORDER,)
