"""How often a short text is taken for another language, by its words and how sure the detector is.

`python -m bench.languages` cuts the examples of the policy that ships to so many words, from the front and from the
end. `integrations/models/local/language.py` takes its two numbers from here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from integrations.models.local.language import PolicyLanguages
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

WORDS = (1, 2, 3, 4, 5, 6, 8, 10, 12)
SURE = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95)


class Guess(NamedTuple):
    """What the detector said of a text."""

    right: bool
    sure: float


def _cut(text: str, words: int) -> Iterator[str]:
    whole = text.split()
    if len(whole) >= words:
        yield from {" ".join(whole[:words]), " ".join(whole[-words:])}


def main() -> None:
    """Print the table: of each number of words, the share that is sure enough, and of those what was wrong."""
    policy = read_policy(DEFAULT_POLICY).document
    languages = PolicyLanguages(policy.languages)
    examples = [
        (language, text)
        for intent in policy.intents.values()
        for language, texts in intent.examples.items()
        for text in texts
    ]
    print("words " + "".join(f"{f'sure >= {bar}':>20}" for bar in SURE))
    for words in WORDS:
        guesses = [
            Guess(found == language, sure)
            for language, text in examples
            for piece in _cut(text, words)
            for found, sure in (languages.guess(piece),)
        ]
        told: list[str] = []
        for bar in SURE:
            sure_of = [guess.right for guess in guesses if guess.sure >= bar]
            told.append(f"{len(sure_of) / len(guesses):8.1%} {1 - sum(sure_of) / max(1, len(sure_of)):6.2%} wrong")
        print(f"{words:5} " + "".join(f"{one:>20}" for one in told))


if __name__ == "__main__":
    main()
