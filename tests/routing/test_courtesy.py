"""Courtesy: who only greets or thanks asks for nothing, and whoever says anything more does not pass for it."""

from pathlib import Path

import pytest

from cases.courtesy import Courtesy
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
