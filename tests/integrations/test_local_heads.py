"""Heads: they know what they are taught, are as sure as they are often right, and are kept by what taught them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from integrations.models.local.encoders import EncoderName, Encoders, Vectors
from integrations.models.local.head_store import HeadStore
from integrations.models.local.heads import Head, train
from integrations.models.local.spaces import Seen, SpaceName, seen
from integrations.models.local.taught_texts import TaughtTexts
from integrations.models.local.weighing import MODEST, softmax, weigh

DRAW = np.random.default_rng(7)
INTENTS = ("blue", "green", "red")


def views(texts_of_each: int, spread: float) -> tuple[Seen, list[int]]:
    """Texts of three intents as one encoder sees them: each near its intent's direction, and all near a common one."""
    labels = [place for place in range(len(INTENTS)) for _ in range(texts_of_each)]
    own = np.eye(len(INTENTS), 8)[labels] + 5.0
    return Seen(SpaceName.E5, ((own + spread * DRAW.standard_normal(own.shape)).astype(np.float32),)), labels


def sureness_and_share_right(head: Head, texts: Seen, labels: Sequence[int]) -> tuple[float, float]:
    told = head.probabilities(head.place(texts))
    return float(told.max(axis=1).mean()), float((told.argmax(axis=1) == labels).mean())


def test_a_head_knows_what_it_was_taught() -> None:
    taught, labels = views(20, spread=0.05)
    asked, expected = views(20, spread=0.05)
    _, right = sureness_and_share_right(train(INTENTS, taught, labels), asked, expected)
    assert right == 1


def test_a_head_is_as_sure_as_it_is_often_right() -> None:
    taught, labels = views(60, spread=0.5)
    asked, expected = views(1_000, spread=0.5)
    sureness, right = sureness_and_share_right(train(INTENTS, taught, labels), asked, expected)
    assert 0.6 < right < 0.95
    assert sureness == pytest.approx(right, abs=0.05)


def test_a_head_of_one_example_an_intent_is_modest() -> None:
    taught, labels = views(1, spread=0.05)
    assert train(INTENTS, taught, labels).counts == MODEST


def test_a_text_unlike_all_examples_is_less_alike_than_examples_are_to_each_other() -> None:
    taught, labels = views(20, spread=0.05)
    head = train(INTENTS, taught, labels)
    elsewhere = np.full((1, 8), 5.0, dtype=np.float32)
    elsewhere[0, 7] = 9.0
    _, alike = head.nearest(head.place(Seen(SpaceName.E5, (elsewhere,))))
    assert alike[0] < head.familiar_similarity


def test_more_texts_than_a_block_holds_are_compared_as_one_by_one() -> None:
    taught, labels = views(20, spread=0.3)
    head = train(INTENTS, taught, labels)
    asked = head.place(views(400, spread=0.3)[0])
    by_one = np.vstack([head.probabilities(row[None, :]) for row in asked])
    assert len(asked) > 1_000
    assert head.probabilities(asked) == pytest.approx(by_one, abs=1e-5)


def test_weights_are_those_under_which_the_labels_were_drawn() -> None:
    scores, near = DRAW.standard_normal((2, 20_000, 4))
    told = softmax(2.0 * scores + 0.5 * near)
    labels = np.array([DRAW.choice(4, p=row) for row in told])
    assert weigh(scores, near, labels) == pytest.approx((2.0, 0.5), abs=0.1)


def test_a_voice_that_misleads_does_not_count() -> None:
    scores = DRAW.standard_normal((2_000, 4))
    labels = np.array([DRAW.choice(4, p=row) for row in softmax(2.0 * scores)])
    assert weigh(scores, -scores, labels).nearness == pytest.approx(0.0, abs=0.05)


def test_a_space_of_several_encoders_holds_what_each_sees() -> None:
    encoders = Encoders()
    texts = ("where is my parcel", "I want my money back")
    alone = seen(encoders, SpaceName.MINILM, texts)
    both = seen(encoders, SpaceName.MINILM_USE, texts)
    assert [view.shape[1] for view in both.views] == [384, 512]
    assert both.joined(both.centre()).shape == (2, 896)
    assert np.array_equal(both.views[0], alone.views[0])
    assert np.linalg.norm(both.joined(both.centre()), axis=1) == pytest.approx(1.0)


def test_a_head_is_kept_and_read_back_as_it_was(tmp_path: Path) -> None:
    taught, labels = views(20, spread=0.3)
    first = HeadStore(tmp_path).head(SpaceName.E5, INTENTS, ["text"], labels, lambda: train(INTENTS, taught, labels))
    again = HeadStore(tmp_path).head(SpaceName.E5, INTENTS, ["text"], labels, _never)
    places = first.place(taught)
    assert np.array_equal(first.probabilities(places), again.probabilities(places))
    assert again.familiar_similarity == first.familiar_similarity


def test_a_head_of_another_space_is_not_mistaken_for_this_one(tmp_path: Path) -> None:
    taught, labels = views(20, spread=0.3)
    store = HeadStore(tmp_path)
    store.head(SpaceName.E5, INTENTS, ["text"], labels, lambda: train(INTENTS, taught, labels))
    with pytest.raises(AssertionError, match="learns anew"):
        store.head(SpaceName.E5_USE, INTENTS, ["text"], labels, _never)


def test_of_two_workers_that_start_together_one_learns_and_the_other_takes_what_it_learnt(tmp_path: Path) -> None:
    taught, labels = views(20, spread=0.3)
    learning, go_on = Event(), Event()

    def slowly() -> Head:
        learning.set()
        assert go_on.wait(60)
        return train(INTENTS, taught, labels)

    def head(learn: Callable[[], Head]) -> Head:
        return HeadStore(tmp_path).head(SpaceName.E5, INTENTS, ["text"], labels, learn)

    with ThreadPoolExecutor() as workers:
        first = workers.submit(head, slowly)
        assert learning.wait(60)
        second = workers.submit(head, _never)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.2)
        go_on.set()
        assert np.array_equal(first.result().weights, second.result().weights)


def test_a_text_that_teaches_several_heads_is_encoded_once_by_each_encoder() -> None:
    encoders = Counting()
    taught = TaughtTexts(encoders)
    all_languages, english = ("where is it", "wo ist es", "where is it"), ("where is it",)
    seen(taught, SpaceName.E5_USE, all_languages)
    seen(taught, SpaceName.MINILM_E5_USE, english)
    assert sorted(encoders.asked) == [
        (EncoderName.E5, "where is it"),
        (EncoderName.E5, "wo ist es"),
        (EncoderName.MINILM, "where is it"),
        (EncoderName.USE, "where is it"),
        (EncoderName.USE, "wo ist es"),
    ]


def test_remembered_texts_are_as_if_encoded_anew() -> None:
    encoders = Counting()
    taught = TaughtTexts(encoders)
    taught.encode(EncoderName.USE, ("longer text", "text"))
    remembered = taught.encode(EncoderName.USE, ("text", "a new one", "text"))
    assert np.array_equal(remembered, encoders.encode(EncoderName.USE, ("text", "a new one", "text")))


class Counting:
    """Encodes a text to its length, and says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[EncoderName, str]] = []

    def encode(self, name: EncoderName, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        self.asked += [(name, text) for text in texts]
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def _never() -> Head:
    raise AssertionError("learns anew")
