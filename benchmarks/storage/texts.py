"""Made-up texts, and versions of them with some of their words edited."""

from __future__ import annotations

from random import Random

from benchmarks.storage.sites import vocabulary


def made_text(random: Random, words: list[str], length: int) -> str:
    """Return a text of so many words, frequent and rare ones (Zipf's law), in sentences."""
    chosen = [words[int(len(words) ** random.random()) - 1] for _ in range(length)]
    sentences = [chosen[at : at + 14] for at in range(0, length, 14)]
    return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)


def edited(random: Random, text: str, words: list[str], share: float) -> str:
    """Return a text with this share of its words edited: exchanged, left out, or added to."""
    result = []
    for word in text.split():
        if random.random() >= share:
            result.append(word)
            continue
        match random.randrange(3):
            case 0:
                result.append(random.choice(words))
            case 1:
                result += [word, random.choice(words)]
    return " ".join(result)


def english() -> list[str]:
    """Return the vocabulary of the made-up texts."""
    return vocabulary("en")
