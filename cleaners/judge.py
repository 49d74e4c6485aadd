"""The block judge: for each segment the probability that it belongs to the main text.

Two forests, one trained on articles and one on pages of all kinds, read the same columns
(`features`); a third tells from the whole page which of the two is right. The threshold is the
page's own: the set of segments whose expected F1 is best (Ye et al. 2012, "Optimizing F-measure").
Training is `benchmarks.train`'s affair, what rules and operators say comes after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from cleaners.declared import Declared
from cleaners.features import PageFacts, feature_columns, page_facts
from cleaners.features.lexicon import Lexicon
from cleaners.features.router import page_row
from cleaners.forest import Forest, Rows
from cleaners.records import CleanOptions
from cleaners.segments import Segmentation

Column = npt.NDArray[np.float64]

VOTE = "vote"
LEXICON = "lex"
WORDS = "words"
Kind = Literal["article", "any"]
BOUNDS: Mapping[Kind, Mapping[str, tuple[float, float]]] = {
    "article": {"strict": (0.65, 0.75), "balanced": (0.53, 0.6), "recall": (0.2, 0.35)},
    "any": {"strict": (0.5, 0.6), "balanced": (0.3, 0.6), "recall": (0.15, 0.3)},
}
"""Forest and strictness → the range within which a page's own threshold may lie."""

SETTLED = ((60, -2.1), (150, -2.5))
"""Trees of a forest of blocks after which a segment with lower log odds is settled: of those that
the whole forest would keep, one in ten thousand is."""
NOT_ARTICLE = 0.1
"""Probability of being an article below which `auto` takes a page for another kind."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge thinks of a page: a score for each segment and the threshold to keep.

    `rows` and `forest` are kept so that the deciding columns of a segment can be asked for.
    """

    scores: Column
    threshold: float
    kind: Kind
    rows: Rows
    forest: Forest

    def short_evidence(self, index: int) -> str:
        """Say in a sentence how a segment scored."""
        return f"scores {self.scores[index]:.2f} where {self.threshold:.2f} is needed"

    def evidence(self, index: int) -> str:
        """Say also which columns moved the score most, and to which side."""
        reasons = self.forest.reasons(self.rows[index])
        moved = ", ".join(f"{name} {move:+.2f}" for name, move in reasons)
        return f"{self.short_evidence(index)} ({moved})"


@dataclass(frozen=True, slots=True)
class Judge:
    """The three forests and the table of telling words."""

    article: Forest
    any: Forest
    router: Forest
    lexicon: Lexicon

    @classmethod
    def from_json(cls, text: str) -> Judge:
        """Read a model as `benchmarks.train` writes it; `KeyError` where a part is missing."""
        data = json.loads(text)
        lexicon = Lexicon(data["lexicon"]["text"], data["lexicon"]["names"])
        article, other = (
            Forest.from_dict(data[part], data[part]["names"], SETTLED)
            for part in ("article", "any")
        )
        router = Forest.from_dict(data["router"], data["router"]["names"])
        return cls(article, other, router, lexicon)

    def verdict(
        self, page: Segmentation, declared: Declared, vote: Column, options: CleanOptions
    ) -> Verdict:
        """Score every segment of a page; `vote` is what trafilatura keeps of each."""
        facts = page_facts(declared)
        columns = feature_columns(page, facts, {VOTE: vote}, {LEXICON: self.lexicon})
        kind: Kind = "article"
        if options.kind == "any" or (
            options.kind == "auto" and self.articleness(columns, facts) < NOT_ARTICLE
        ):
            kind = "any"
        forest = self.any if kind == "any" else self.article
        rows = matrix(columns, forest.names)
        scores = forest.scores(rows)
        threshold = best_threshold(scores, columns[WORDS], BOUNDS[kind][options.strictness])
        return Verdict(scores, threshold, kind, rows, forest)

    def articleness(self, columns: Mapping[str, Column], facts: PageFacts) -> float:
        """Return the probability that a page is an article."""
        row = matrix(page_row(columns, facts), self.router.names)
        return float(self.router.scores(row)[0])


def matrix(columns: Mapping[str, Column], names: tuple[str, ...]) -> Rows:
    """Return the named columns side by side, a row for each segment."""
    return np.column_stack([columns[name] for name in names]).astype(np.float32)


def best_threshold(scores: Column, words: Column, bounds: tuple[float, float]) -> float:
    """Return the score from which keeping gives the best expected F1 over words, within bounds.

    With probabilities p and lengths w, keeping a set S has the expected F1
    2 Σ_S wp / (Σ_S w + Σ wp); the best S is the segments above some score.
    """
    order = np.argsort(-scores, kind="stable")
    weight = words[order]
    gain = weight * scores[order]
    expected = 2 * np.cumsum(gain) / np.maximum(np.cumsum(weight) + gain.sum(), 1e-9)
    best = float(scores[order][int(np.argmax(expected))])
    low, high = bounds
    return min(max(best, low), high)
