"""Questions about the demo's articles: what is sent by itself answers them."""

from pathlib import Path

import pytest

from bench.answerability import BAR, figures_of, play
from bench.asked_questions import Asked, AskedQuestion, Half, asked_questions
from demo.embedded.help_centre import index_help_centre
from demo.help_centre.load import load_articles
from integrations.models.local.encoders import Encoders
from integrations.models.local.provider import LocalProvider
from ledger.migrate import migrate
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

LEAST_SENT = 0.1


def test_there_are_questions_enough_and_one_in_four_has_no_answer() -> None:
    asked = asked_questions(Half.ALL)
    assert len(asked) >= 240
    assert sum(one.question.unanswered is not None for one in asked) >= 60
    assert not set(asked_questions(Half.DEV)) & set(asked_questions(Half.HELD_OUT))


def test_no_question_is_asked_twice() -> None:
    texts = [one.question.asks for one in asked_questions(Half.ALL)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("asked", asked_questions(Half.ALL), ids=lambda asked: asked.question.asks)
def test_what_answers_and_what_misleads_stand_in_an_article_of_its_language(asked: Asked) -> None:
    articles = " ".join(article.body for article in load_articles() if article.locale == asked.language)
    assert [piece for piece in asked.question.pieces if piece not in articles] == []


def test_an_answer_has_all_its_pieces_and_nothing_that_misleads() -> None:
    question = AskedQuestion(asks="x", answered_by=(("one", "two"), "three"), misled_by=("four",))
    assert question.is_answered_by("one and two")
    assert question.is_answered_by("three")
    assert not question.is_answered_by("one")
    assert not question.is_answered_by("three and four")


@pytest.fixture(scope="module")
def help_centre_url(database_url: str) -> str:
    """A database in which the demo's articles are found."""
    migrate(database_url)
    index_help_centre(database_url)
    return database_url


async def test_of_the_held_out_questions_that_are_answered_without_a_person_the_share_is_over_the_bar(
    help_centre_url: str, pytestconfig: pytest.Config
) -> None:
    policy = read_policy(DEFAULT_POLICY)
    cache = Path(pytestconfig.cache.mkdir("signalbox")) / "models"
    models = LocalProvider({policy.version: policy}, Encoders(), cache)
    figures = figures_of(await play(policy, asked_questions(Half.HELD_OUT), help_centre_url, models))
    assert figures.share >= BAR
    assert figures.false_answers == 0
    assert figures.sent >= LEAST_SENT * figures.asked
