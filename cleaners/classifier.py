"""What a block reads like by its own words: an article, or one of the categories of noise.

A linear model (multinomial logistic regression) over words, concepts and signs. It is trained by
`benchmarks.train.noise` on wordings of our own and on paragraphs of real articles. It knows nothing
of the page: whether such a block is cut there is `remnants`' affair.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise
from typing import IO

import numpy as np
import numpy.typing as npt

from cleaners.layout import CLOSING
from cleaners.tokens import is_character, length
from cleaners.wording import Reading

Scores = npt.NDArray[np.float32]

STEM, STEM_LEAST = 5, 7
"""Letters that stand for a word with any ending, and of how many such a word has at least."""
YEAR = 4
ENDS = ".!?…。！？؟।:：→»›"
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
SIGNS: Mapping[str, str] = {
    "question": "?？؟",
    "exclamation": "!！",
    "at": "@",
    "money": "€$£₴₽₺¥",
    "copyright": "©",
    "arrow": "→»›",
    "percent": "%",
    "hash": "#",
    "pipe": "|",
    "quote": "“„«»「",
    "colon": ":：",
    "semicolon": ";",
    "bracket": "(（",
}
NAMES_OF = {
    sign: [f"@{name}" for name, signs in SIGNS.items() if sign in signs]
    for sign in set("".join(SIGNS.values()))
}
LONGEST = 7
"""The power of two above which lengths are not told apart."""


def text_features(text: str, words: Sequence[str], reading: Reading) -> Collection[str]:
    """Return what the classifier reads of a block, each once: words, concepts in pairs, signs.

    `words` are the block's as `tokens.keys` gives them, `reading` what it says.
    """
    found = dict.fromkeys(word_features(words))
    concepts = sorted(reading.concepts)
    if reading.quoted:
        concepts.append("quoted")
    found |= dict.fromkeys(f"C:{name}" for name in concepts)
    found |= dict.fromkeys(f"C:{one}+{two}" for one, two in combinations(concepts, 2))
    found |= dict.fromkeys(sign_features(text, words))
    return found.keys()


def word_features(words: Sequence[str]) -> Iterable[str]:
    """Yield words and the stems of long ones; of characters pairs and triples."""
    for word in words:
        if word.isdigit():
            yield "0000" if len(word) >= YEAR else "0"
        elif not is_character(word):
            yield word
            if len(word) >= STEM_LEAST:
                yield f"{word[:STEM]}*"
    if any(map(is_character, words)):
        yield from (a + b for a, b in pairwise(words) if is_character(a) or is_character(b))
        for three in zip(words, words[1:], words[2:], strict=False):
            if all(map(is_character, three)):
                yield "".join(three)


def sign_features(text: str, words: Sequence[str]) -> Iterable[str]:
    """Yield how a text ends, which signs it holds, and how long it is."""
    end = text.rstrip(CLOSING)[-1:]
    yield f"@end{end if end and end in ENDS else '_'}"
    yield from chain.from_iterable(NAMES_OF[sign] for sign in sorted(NAMES_OF.keys() & set(text)))
    if not text.isascii() and EMOJI.search(text):
        yield "@emoji"
    yield f"@length{min(LONGEST, max(1, length(list(words))).bit_length() - 1)}"


@dataclass(frozen=True, slots=True)
class TextClassifier:
    """Weights of the `classes` (the article first) for each feature of `index`, a row each."""

    classes: tuple[str, ...]
    index: Mapping[str, int]
    weights: Scores
    bias: Scores

    def scores(self, texts: Sequence[Collection[str]]) -> Scores:
        """Return a row of log scores, one for each class, for the features of each text."""
        index = self.index
        rows = [[index[f] for f in features if f in index] for features in texts]
        result = np.tile(self.bias, (len(rows), 1))
        for at, row in enumerate(rows):
            if row:
                result[at] += self.weights[row].sum(axis=0)
        return result

    def telling(self, features: Iterable[str], name: str, most: int = 3) -> list[str]:
        """Return the words that speak most for a class and against the article."""
        column = self.classes.index(name)
        moves = {
            feature: float(self.weights[at, column] - self.weights[at, 0])
            for feature in features
            if feature[:2] not in ("C:", "@e", "@l") and (at := self.index.get(feature)) is not None
        }
        ranked = sorted(moves.items(), key=lambda item: (-item[1], item[0]))
        return [feature.strip("*@") for feature, move in ranked[:most] if move > 0]

    @classmethod
    def load(cls, stream: IO[bytes]) -> TextClassifier:
        """Read a model as `save` writes it."""
        with np.load(stream) as data:
            names = bytes(data["features"]).decode("utf-8").split("\n")
            weights = data["weights"].astype(np.float32) * data["scale"]
            classes = tuple(bytes(data["classes"]).decode("ascii").split("\n"))
            return cls(classes, {name: at for at, name in enumerate(names)}, weights, data["bias"])

    def save(self, stream: IO[bytes]) -> None:
        """Write the model, weights rounded to a byte each."""
        scale = np.float32(max(1e-9, float(np.abs(self.weights).max())) / 127)
        np.savez_compressed(
            stream,
            features=np.frombuffer("\n".join(self.index).encode("utf-8"), dtype=np.uint8),
            classes=np.frombuffer("\n".join(self.classes).encode("ascii"), dtype=np.uint8),
            weights=np.rint(self.weights / scale).astype(np.int8),
            scale=scale,
            bias=self.bias.astype(np.float32),
        )


def noise_odds(scores: Scores) -> Scores:
    """Return the log odds of being noise of any category against being an article's."""
    odds: Scores = _noise(scores) - scores[:, 0]
    return odds


def category_likelihood(scores: Scores) -> Scores:
    """Return the log likelihood of each category, the article not among them, given noise."""
    likely: Scores = scores[:, 1:] - _noise(scores)[:, None]
    return likely


def _noise(scores: Scores) -> Scores:
    """Return the log of all categories' scores together."""
    rest = scores[:, 1:]
    most = rest.max(axis=1, keepdims=True)
    total: Scores = most[:, 0] + np.log(np.exp(rest - most).sum(axis=1))
    return total
