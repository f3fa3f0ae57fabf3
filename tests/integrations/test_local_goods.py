"""Goods: what an article says of goods in general is told of a tent too, and of nothing that has a rule of its own."""

import pytest

from cases.facts import Passage
from cases.policy.document import Policy
from cases.policy.local import DraftingRules
from demo.help_centre.load import load_articles
from integrations.models.local.answering.answerer import Answer, Answerer
from integrations.models.local.answering.goods import Goods, Meant
from integrations.models.local.answering.question import QuestionReader
from integrations.models.local.answering.units import Unit
from integrations.models.local.encoders import Encoders
from ledger.passages import cut

RETURNS = {
    "en": ("Returning things", "You can return unused gear within 30 days of delivery. Gift cards cannot be returned."),
    "de": ("Artikel zurückgeben", "Sie können unbenutzte Ausrüstung innerhalb von 30 Tagen zurückgeben."),
    "tr": ("Ürün iadesi", "Kullanılmamış ürünleri teslimattan sonraki 30 gün içinde iade edebilirsiniz."),
}


def passage(text: str, title: str = "Returning things", locale: str = "en", article: str = "returns") -> Passage:
    return Passage(
        id=f"{article}/{locale}/{abs(hash(text))}",
        article_id=article,
        title=title,
        locale=locale,
        revision=1,
        text=text,
        confidence=0.95,
    )


def returns(locale: str) -> Passage:
    title, text = RETURNS[locale]
    return passage(text, title, locale)


def answer(policy: Policy, encoders: Encoders, question: str, *passages: Passage, locale: str = "en") -> Answer:
    document = policy.document
    answerer = Answerer(document.language_packs[locale], locale, encoders, document.goods[locale])
    return answerer.answer(question, passages, DraftingRules())


def meant(policy: Policy, question: str, sentence: str, *others: Passage, locale: str = "en") -> Meant:
    pack = policy.document.language_packs[locale].quoting
    reader = QuestionReader(pack, locale, policy.document.goods[locale])
    own = passage(sentence, locale=locale)
    unit = Unit(own, (sentence,), sentence, 0, 0)
    return Goods(pack, reader.words).meant(reader.read(question), unit, (own, *others))


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en", "How long can I return a tent?"),
        ("en", "How long do I have to return a tent?"),
        ("en", "how many days do i have to return trekking poles"),
        ("en", "What is the return period for a daypack?"),
        ("en", "I want to return my sleeping bag. How many days do I have?"),
        ("de", "Wie lange kann ich ein Zelt zurückgeben?"),
        ("de", "wie viele tage kann ich den schlafsack zurückschicken"),
        ("de", "Wie lange kann man Trekkingstöcke zurücksenden?"),
        ("tr", "Çadırı kaç gün içinde iade edebilirim?"),
        ("tr", "Çadırımı kaç gün içinde iade edebilirim?"),
        ("tr", "uyku tulumunu kaç gün içinde iade edebilirim"),
    ],
)
def test_what_holds_of_gear_is_told_of_what_the_shop_sells(
    local_policy: Policy, encoders: Encoders, locale: str, question: str
) -> None:
    told = answer(local_policy, encoders, question, returns(locale), locale=locale)
    assert "30" in told.quote
    assert told.unanswered is None


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en", "How long can I return a down jacket?"),
        ("en", "How long can I return a helmet?"),
        ("en", "How long can I return a gift card?"),
        ("en", "How long can I return a surfboard?"),
        ("en", "How long can I return a tent from Italy?"),
        ("en", "How long can I return a Salewa tent?"),
        ("en", "How long can I return 12 tents?"),
        ("en", "How long can I return a tent with a broken zip?"),
        ("de", "Wie lange kann ich eine Daunenjacke zurückgeben?"),
        ("de", "Wie lange kann ich einen Helm zurückgeben?"),
        ("de", "Wie lange kann ich ein Zelt aus der Schweiz zurückgeben?"),
        ("tr", "Kaz tüyü montu kaç gün içinde iade edebilirim?"),
        ("tr", "Kaskı kaç gün içinde iade edebilirim?"),
        ("tr", "Kanada'dan çadırı kaç gün içinde iade edebilirim?"),
    ],
)
def test_other_goods_a_brand_a_country_or_a_number_are_still_unanswered(
    local_policy: Policy, encoders: Encoders, locale: str, question: str
) -> None:
    assert answer(local_policy, encoders, question, returns(locale), locale=locale).unanswered is not None


@pytest.mark.parametrize(
    "special",
    [
        passage("Tents can be returned only with all their pegs.", "Sending back"),
        passage("You can return a tent within 60 days.", "Tents", article="tents"),
    ],
    ids=["in the same article", "in another one on the same matter"],
)
def test_goods_that_an_article_found_speaks_of_are_not_meant_by_a_general_sentence(
    local_policy: Policy, special: Passage
) -> None:
    asked = "How long can I return a tent?"
    sentence = "You can return unused gear within 30 days."
    assert meant(local_policy, asked, sentence).goods
    assert not meant(local_policy, asked, sentence, special).goods


def test_an_article_on_another_matter_changes_nothing(local_policy: Policy) -> None:
    warranty = passage("Tents of our own brand have 5 years.", "Warranty", article="warranty")
    assert meant(local_policy, "How long can I return a tent?", "You can return gear within 30 days.", warranty).goods


@pytest.mark.parametrize(
    ("locale", "question", "sentence"),
    [
        ("en", "How long does delivery of a tent take?", "The delivery of bulky items takes 10 working days."),
        ("en", "By when do I have to return a tent?", "Return borrowed gear by the last day."),
        ("en", "Can I order a tent?", "Please do not order the item again while the search runs."),
        ("en", "Can I order a tent?", "Do not order the damaged item again."),
        ("de", "Wie lange dauert die Lieferung eines Zeltes?", "Die Lieferung sperriger Artikel dauert 10 Werktage."),
        ("de", "Kann ich ein Zelt bestellen?", "Bitte bestellen Sie den Artikel nicht noch einmal."),
        ("tr", "Çadırın teslimatı kaç gün sürer?", "Hacimli ürünlerin teslimatı 10 iş günü sürer."),
    ],
)
def test_certain_goods_are_not_goods_in_general(
    local_policy: Policy, locale: str, question: str, sentence: str
) -> None:
    assert meant(local_policy, question, sentence, locale=locale) == Meant()


@pytest.mark.parametrize(
    ("locale", "question", "sentence"),
    [
        ("en", "Can I return a washed rain jacket?", "Worn or washed gear can be returned only if it is defective."),
        ("en", "Can I return a worn fleece?", "Worn or washed gear can be returned only if it is defective."),
        ("de", "Kann ich ein reduziertes Zelt zurückgeben?", "Für reduzierte Artikel gilt dieselbe Rückgabe."),
        ("tr", "İndirimli çadır iade edilir mi?", "İndirimli ürünlerde iade süresi aynıdır."),
    ],
)
def test_goods_limited_by_what_the_customer_says_of_theirs_are_meant(
    local_policy: Policy, locale: str, question: str, sentence: str
) -> None:
    assert meant(local_policy, question, sentence, locale=locale).goods


@pytest.mark.parametrize(
    "question", ["How much does a tent cost?", "What does a hammock cost a day?", "How long, a tent?"]
)
def test_a_question_about_nothing_but_goods_is_not_answered_by_a_general_sentence(
    local_policy: Policy, question: str
) -> None:
    assert meant(local_policy, question, "Gear that comes later costs 2.00 EUR a day.") == Meant()


@pytest.mark.parametrize(
    ("locale", "question", "sentence"),
    [
        ("en", "Can I still return a tent after 30 days?", "You can return unused gear within 30 days."),
        (
            "en",
            "Can I return a tent more than 30 days after delivery?",
            "You can return gear within 30 days of delivery.",
        ),
        ("de", "Kann ich ein Zelt nach 30 Tagen noch zurückgeben?", "Sie können Ausrüstung in 30 Tagen zurückgeben."),
        ("tr", "Çadırı 30 günden sonra iade edebilir miyim?", "Ürünleri 30 gün içinde iade edebilirsiniz."),
    ],
)
def test_a_time_that_is_over_is_not_answered_by_the_time_there_is(
    local_policy: Policy, encoders: Encoders, locale: str, question: str, sentence: str
) -> None:
    told = answer(local_policy, encoders, question, passage(sentence, locale=locale), locale=locale)
    assert told.unanswered is not None
    assert "30" in told.unanswered.missing


@pytest.mark.parametrize("locale", ["en", "de", "tr"])
def test_no_kind_of_goods_has_a_rule_that_a_passage_of_the_same_article_leaves_out(
    local_policy: Policy, locale: str
) -> None:
    """Only a few passages are read for a question: a general one must not stand apart from what limits it."""
    pack = local_policy.document.language_packs[locale].quoting
    reader = QuestionReader(pack, locale, local_policy.document.goods[locale])
    astray: list[str] = []
    for article in load_articles():
        if article.locale != locale:
            continue
        texts = [part.text for part in cut(article.body)]
        named = [{w for w in reader.words.of(text) if reader.words.is_good(w)} for text in texts]
        general = [_speaks_in_general(pack.goods, text) for text in texts]
        every = {good.groups for goods in named for good in goods}
        astray += [
            f"{article.id}: {groups}"
            for groups in every
            for goods, speaks in zip(named, general, strict=True)
            if speaks and groups not in {good.groups for good in goods}
        ]
    assert astray == []


def _speaks_in_general(phrases: tuple[str, ...], text: str) -> bool:
    return any(f" {phrase} " in f" {text.lower()} " for phrase in phrases)
