"""Courtesy: who only greets or thanks asks for nothing, and whoever says anything more does not pass for it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cases.courtesy import Courtesy
from cases.policy.packs.courtesy import CourtesyWords
from cases.ticket import Customer
from routing.courtesy import courtesy_of
from starter.policy_files import read_policy

POLICY = Path(__file__).parents[2] / "policies" / "local.yaml"
WORDS = [pack.courtesy for pack in read_policy(POLICY).document.language_packs.values()]
HANNAH = Customer(name="Hannah Whitfield", email="hannah.whitfield@example.com")


@pytest.mark.parametrize(
    "text",
    ["Thanks!", "Great, thank you very much!", "👍", "🙏🙏", "ok perfect, thx a lot", "Thanks\n\nHannah Whitfield",
     "Super, vielen Dank für die schnelle Antwort!", "Alles klar, danke euch! Schönes Wochenende", "Danke ❤️",
     "Çok teşekkür ederim, iyi günler", "Tamamdır, sağ olun 👍", "tsk", "Perfect. Cheers, Hannah"],
)  # fmt: skip
def test_thanks_ask_for_nothing(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is Courtesy.THANKS


@pytest.mark.parametrize(
    "text",
    ["hi", "Hello", "Hallo", "Merhaba", "test", "?", "...", "Hello, are you there?", "Good morning", "Guten Tag",
     "Hi team", "Hello??", "selam, orada mısınız", "Hi, I have a question", "Hallo, ich habe eine Frage", "hey 👋"],
)  # fmt: skip
def test_a_greeting_says_nothing_yet(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is Courtesy.GREETING


@pytest.mark.parametrize(
    "text",
    ["Thanks, but where is my order?", "Thank you. Please cancel it.", "ok W10223", "Hi, refund please",
     "Danke, aber es fehlt ein Schuh",
     "Teşekkürler ama iade istiyorum", "Great, now cancel the other one too", "Thanks for nothing",
     "no", "👎", "hello 10223",
     "Danke, bitte auch W10230 stornieren", "Super, wann kommt das Geld?", "Yes please", "Ja", "evet"],
)  # fmt: skip
def test_whoever_says_anything_more_is_read(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is None


@pytest.mark.parametrize(
    "text",
    [
        "Super, vielen Dank für die schnelle Auskunft!",
        "found it, all good now, cheers!",
        "thanks for the quick reply, that helps!",
        "Perfect, exactly what I needed. Thank you so much!",
        "great, got it 👍",
        "ok thanks, problem solved",
        "Awesome, thanks a million for your help",
        "It arrived today, thank you!",
        "Danke, hat sich erledigt!",
        "Top, danke für die rasche Hilfe 🙂",
        "Alles klar, danke dir und schönen Abend",
        "Prima, das Paket ist da. Vielen Dank!",
        "Herzlichen Dank für Ihre freundliche Unterstützung",
        "jetzt klappt alles, danke!",
        "çok teşekkürler, sorun çözüldü",
        "Hızlı cevabınız için teşekkür ederim",
        "süper, sağ olun, elinize sağlık",
        "tamamdır, buldum, teşekkürler",
        "ilginiz için çok teşekkür ederim, iyi günler",
        "kargo geldi, teşekkürler",
        "okay merci, alles gut jetzt",
        "sorted, ta!",
        "Brilliant, thanks for sorting that so fast!",
        "all good, ta",
        "wonderful, the jacket arrived this morning. thanks!",
        "That's all I needed to know, many thanks",
        "thank you so much for your super quick and friendly help!!",
        "perfect, no further questions",
        "Danke, alles bestens!",
        "Klasse Service, vielen Dank",
        "Besten Dank für Ihre rasche und freundliche Hilfe, schönes Wochenende",
        "ok danke das hilft mir weiter",
        "Das Geld ist da, danke schön!",
        "danke, hat sich geklärt",
        "Super, mehr wollte ich nicht wissen",
        "Çok sağ olun, sorunum çözüldü 🙏",
        "paketim bugün elime ulaştı teşekkür ederim",
        "tamam anladım teşekkürler kolay gelsin",
        "bilgilendirme için çok teşekkür ederim",
        "harika, elinize emeğinize sağlık",
        "teşekkürler buldum",
        "eyvallah hocam",
    ],
)
def test_thanks_may_say_for_what_and_that_all_is_well(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is Courtesy.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "thanks, but it is still not here",
        "thanks for nothing",
        "Danke, aber das hilft mir nicht",
        "Super, jetzt ist es kaputt, danke!",
        "great, another week of waiting, thanks a lot",
        "vielen Dank für die Auskunft, dann stornieren Sie bitte",
        "teşekkürler ama hala gelmedi",
        "çok teşekkürler, peki iade ne zaman yatar",
        "found it, it is broken though",
        "found it, thanks. how do i return it?",
        "all good now except the zip, thanks",
        "Danke für die schnelle Auskunft, ich warte auf die Gutschrift",
        "ok thanks, then cancel it",
        "Super Auskunft, danke für gar nichts",
        "it arrived today, thanks, but one pole is missing",
        "buldum ama yırtık, teşekkürler",
        "thanks, can you also send the invoice",
        "nicht gut, danke",
        "sorun çözülmedi, teşekkürler",
        "not all good, thanks",
        "thanks, will you refund me",
        "kargo gelmedi, teşekkürler",
        "Das Paket ist nicht da. Vielen Dank!",
        "thanks i found it in the bin destroyed",
        "ok thanks. is it here",
        "is it sorted now thanks",
        "ist das paket da danke",
        "danke, geht das jetzt",
        "thanks, did it arrive",
        "thanks, when",
        "danke wann",
        "teşekkürler ne zaman",
        "kargom geldi mi, teşekkürler",
        "thanks for cancelling, now the refund",
        "found it under the wrong address, thanks",
        "danke, brauche keine hilfe mehr von euch, kündigung bitte",
        "ok, refund it thanks",
        "thanks but no thanks",
        "arrived broken, thanks",
        "Danke für eine schnelle Antwort",
        "Thanks in advance for your help!",
        "it arrived?",
        "alles klar, dann bitte umtauschen",
        "tamam, iade edin",
        "sipariş geldi ama eksik",
        "the money is still not here, thanks",
        "great, so where is it",
        "ok danke, dann storniert es",
        "süper, şimdi de adresimi değiştirin",
    ],
)
def test_thanks_beside_a_wish_a_question_or_a_complaint_are_read(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is None


@pytest.mark.parametrize(
    "text",
    [
        "iyi günler, bir şey soracaktım",
        "hi, i have a question",
        "Hello, can I ask you something?",
        "hey, quick question",
        "Hi there, I need some help please",
        "could you help me?",
        "good morning, i wanted to ask something",
        "Hallo, ich hätte mal eine Frage",
        "Guten Tag, können Sie mir helfen?",
        "moin, kurze frage",
        "Hallo, ich bräuchte Hilfe",
        "Guten Morgen, ich wollte mal was fragen",
        "merhaba, bir sorum var",
        "merhaba bir sorum olacaktı",
        "selam, yardımcı olur musunuz?",
        "iyi akşamlar, bir konuda bilgi alabilir miyim",
        "merhaba, bir şey sorabilir miyim",
        "kolay gelsin, yardıma ihtiyacım var",
        "hello, are you there? i have two questions",
        "Hi! Could you help me with something please?",
        "hey there, got a minute?",
        "hi can i ask a quick question",
        "Hallo, könnten Sie mir kurz weiterhelfen?",
        "hi, ich hätte da mal ne frage",
        "Guten Abend, darf ich Sie etwas fragen?",
        "moin moin, hätte eine kurze frage",
        "merhaba size bir soru soracaktım",
        "selamlar, bir konuda yardım alabilir miyim",
        "iyi akşamlar birkaç sorum olacaktı",
        "merhaba müsait misiniz",
    ],
)
def test_who_only_announces_a_question_has_not_asked_it_yet(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is Courtesy.GREETING


@pytest.mark.parametrize(
    "text",
    [
        "hi, i have a question about my refund",
        "Hallo, ich hätte eine Frage zu W10440",
        "merhaba, iade hakkında bir sorum var",
        "hi, can I ask you to cancel W10023?",
        "Hallo, können Sie mir helfen, das Zelt ist gerissen",
        "yardımcı olur musunuz, şifremi unuttum",
        "i need help, my account was hacked",
        "kurze frage: wie lange kann ich zurückgeben",
        "iyi günler, kargom nerede",
        "hi quick question how do i return socks",
        "bir şey soracaktım ama vazgeçtim siparişi iptal edin",
    ],
)
def test_who_says_what_the_question_is_about_has_begun(text: str) -> None:
    assert courtesy_of(text, HANNAH, WORDS) is None


def test_a_phrase_with_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValidationError, match="names the group 'helpp'"):
        CourtesyWords(groups={"help": ("help",)}, thanks=("thanks for {helpp}",))


def test_the_parts_of_a_phrase_may_vary() -> None:
    words = CourtesyWords(groups={"help": ("help", "answer*")}, thanks=("thanks for? your|the? {help}?",))
    said = ["thanks", "thanks for the help", "Thanks for answering", "thanks answers", "thanks for your for help"]
    found = [courtesy_of(text, HANNAH, [words]) for text in said]
    assert found == [Courtesy.THANKS] * 4 + [None]


def test_a_long_text_is_read_whatever_it_repeats() -> None:
    assert courtesy_of("danke " * 60, HANNAH, WORDS) is Courtesy.THANKS
    assert courtesy_of("danke " * 61, HANNAH, WORDS) is None
