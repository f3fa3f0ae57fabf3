"""Answers that answer: what is quoted stands alone, is in the customer's language, and is about what was asked."""

import pytest

from cases.draft import Unanswered
from cases.facts import Facts, Passage
from cases.policy.document import Policy
from cases.policy.local import DraftingRules
from integrations.models.local.answering.answerer import Answer, Answerer
from integrations.models.local.answering.places import Places
from integrations.models.local.answering.units import units_of
from integrations.models.local.answering.words import Words
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalProvider
from tests.model_requests import a_draft_request

RULES = DraftingRules()

SHIPPING = """Delivery within Germany takes 2 working days. Turkey takes 6 to 9 working days.

Standard shipping costs 4.90 EUR. It is free from 60 EUR on."""
GIFT_CARDS = "A gift card is valid for 3 years. A gift card cannot pay for a membership. It cannot be paid out."
VERSAND = "Die Lieferung dauert innerhalb Deutschlands 2 Werktage. In die Türkei dauert sie 6 bis 9 Werktage."


def passage(text: str, title: str = "Shipping times", locale: str = "en") -> Passage:
    return Passage(
        id=f"a/{locale}/0", article_id="a", title=title, locale=locale, revision=1, text=text, confidence=0.95
    )


def asked(policy: Policy, encoders: Encoders, question: str, *passages: Passage, locale: str = "en") -> Answer:
    return Answerer(policy.document.language_packs[locale], locale, encoders).answer(question, passages, RULES)


def units(policy: Policy, text: str, locale: str = "en") -> list[str]:
    pack = policy.document.language_packs[locale].quoting
    return [unit.text for unit in units_of(passage(text, locale=locale), pack, Words(pack, locale))]


@pytest.mark.parametrize(
    ("locale", "first", "second"),
    [
        ("en", "You can cancel until noon.", "Otherwise the order is sent."),
        ("en", "Standard shipping costs 4.90 EUR.", "It is free from 60 EUR on."),
        ("en", "The parcel is sent on Monday.", "In that case nothing is paid back."),
        ("en", "We take Visa.", "Customers in Turkey can also pay with Troy."),
        ("en", "Bring one of these:", "- a passport"),
        ("de", "Sie können bis mittags stornieren.", "Sonst geht die Bestellung raus."),
        ("de", "Das Konto ist gesperrt.", "Danach öffnet es sich von selbst."),
        ("tr", "Öğlene kadar iptal edebilirsiniz.", "Aksi halde sipariş gönderilir."),
        ("tr", "Kart kayboldu.", "Bu durumda bize yazın."),
    ],
)
def test_a_sentence_that_needs_the_one_before_takes_it_along(
    local_policy: Policy, locale: str, first: str, second: str
) -> None:
    joint = "\n" if second.startswith("-") else " "
    assert units(local_policy, f"{first}{joint}{second}", locale)[1] == f"{first} {second}"


@pytest.mark.parametrize(
    ("locale", "first", "second"),
    [
        ("en", "You can return everything within 30 days.", "However, gift cards stay with you."),
        ("de", "Sie können alles zurückgeben.", "Allerdings gilt das nicht für Gutscheine."),
        ("tr", "Her şeyi iade edebilirsiniz.", "Ancak hediye kartları iade edilemez."),
    ],
)
def test_a_sentence_that_the_next_one_limits_is_never_quoted_without_it(
    local_policy: Policy, locale: str, first: str, second: str
) -> None:
    assert units(local_policy, f"{first} {second}", locale)[0] == f"{first} {second}"


def test_a_sentence_that_stands_alone_is_a_unit_by_itself(local_policy: Policy) -> None:
    assert units(local_policy, "Turkey takes 9 days. Norway takes 4.") == ["Turkey takes 9 days.", "Norway takes 4."]


def test_a_question_is_answered_by_the_sentence_about_it_alone(local_policy: Policy, encoders: Encoders) -> None:
    answer = asked(local_policy, encoders, "How long does delivery to Turkey take?", passage(SHIPPING))
    assert (answer.quote, answer.unanswered) == ("Turkey takes 6 to 9 working days.", None)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How long does delivery to Italy take?", "italy"),
        ("how long does delivery to italy take", "italy"),
        ("I live in Canada. How long does delivery take?", "canada"),
        ("What does shipping cost with FastBird?", "FastBird"),
        ("What does shipping of 12 tents cost?", "12"),
        ("How long does delivery of a down jacket take?", "jacket"),
        ("What does express shipping cost?", "express"),
    ],
)
def test_a_thing_that_the_article_does_not_say_is_unanswered(
    local_policy: Policy, encoders: Encoders, question: str, thing: str
) -> None:
    answer = asked(local_policy, encoders, question, passage(SHIPPING))
    assert answer.unanswered is not None
    assert thing in answer.unanswered.missing


@pytest.mark.parametrize(
    ("locale", "question", "thing"),
    [
        ("de", "Wie lange dauert die Lieferung nach Kanada?", "kanada"),
        ("de", "Was kostet Expressversand?", "expressversand"),
        ("tr", "Kanada'ya teslimat ne kadar sürer?", "kanada"),
    ],
)
def test_so_is_one_in_another_language(
    local_policy: Policy, encoders: Encoders, locale: str, question: str, thing: str
) -> None:
    text = {"de": VERSAND, "tr": "Türkiye'ye teslimat 6 ile 9 iş günü sürer."}[locale]
    answer = asked(local_policy, encoders, question, passage(text, locale=locale), locale=locale)
    assert answer.unanswered is not None
    assert any(thing in missing for missing in answer.unanswered.missing)


def test_no_to_something_more_special_is_no_answer_to_a_yes_or_no(local_policy: Policy, encoders: Encoders) -> None:
    cards = passage(GIFT_CARDS, "Gift cards")
    assert asked(local_policy, encoders, "Can I pay with a gift card?", cards).unanswered is not None


def test_only_the_customers_language_is_quoted(local_policy: Policy, encoders: Encoders) -> None:
    answer = asked(local_policy, encoders, "Wie lange dauert es in die Türkei?", passage(SHIPPING), locale="de")
    assert answer == Answer(quote="", passage=None, unanswered=Unanswered(languages=("en",)))


def test_the_better_passage_need_not_be_the_first(local_policy: Policy, encoders: Encoders) -> None:
    other = passage("Companies get a quote from 10 pieces on. Terms are 30 days.", "Quotes for companies")
    answer = asked(local_policy, encoders, "How long does delivery to Turkey take?", other, passage(SHIPPING))
    assert answer.quote == "Turkey takes 6 to 9 working days."


@pytest.mark.parametrize(
    ("locale", "text", "codes"),
    [
        ("en", "to Italy, the UK or Switzerland, in US dollars", {"IT", "GB", "CH", "USD"}),
        ("en", "50 EUR or 40 CHF", {"EUR", "CHF"}),
        ("de", "nach Österreich oder Großbritannien, in Schweizer Franken", {"AT", "GB", "CHF"}),
        ("tr", "Kanada'ya, japonyaya ve Norveç'ten", {"CA", "JP", "NO"}),
        ("en", "a tent for two", set[str]()),
    ],
)
def test_countries_and_currencies_are_known_in_each_language(
    local_policy: Policy, locale: str, text: str, codes: set[str]
) -> None:
    pack = local_policy.document.language_packs[locale].quoting
    assert set(Places(pack, locale, Words(pack, locale)).named(text)) == codes


@pytest.mark.parametrize("model", ["local-templates", "local-quotes"])
async def test_a_draft_says_why_its_quotation_is_no_answer(
    local_provider: LocalProvider, local_policy: Policy, model: str
) -> None:
    request = a_draft_request(
        local_policy.version,
        model,
        text="How long does delivery to Canada take?",
        intents=("faq.shipping",),
        facts=Facts(passages=(passage(SHIPPING),)),
    )
    draft = (await local_provider.draft(request)).output
    assert draft.unanswered == Unanswered(missing=("canada",))
    assert draft.claims


async def test_a_reply_that_quotes_nothing_has_nothing_to_answer(
    local_provider: LocalProvider, local_policy: Policy
) -> None:
    request = a_draft_request(
        local_policy.version,
        "local-templates",
        text="thanks!",
        intents=("thanks",),
        facts=Facts(passages=(passage(SHIPPING),)),
    )
    assert (await local_provider.draft(request)).output.unanswered is None
