"""Figures of one extractor over many pages, and how sure their differences are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.suites import PageScore

RESAMPLES = 2_000
SEED = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over pages with gold, snippet F1 and leak over all snippets; all in points of 100."""

    pages: int
    word_f1: float | None
    shingle_f1: float | None
    snippet_f1: float | None
    leak: float | None


def figures(scores: Sequence[PageScore]) -> Figures:
    """Return the figures of an extractor over pages."""
    words = [s.word_f1 for s in scores if s.word_f1 is not None]
    shingles = [s.shingle_f1 for s in scores if s.shingle_f1 is not None]
    hits, misses = sum(s.hits for s in scores), sum(s.misses for s in scores)
    leaks, clean = sum(s.leaks for s in scores), sum(s.clean for s in scores)
    total = 2 * hits + leaks + misses
    return Figures(
        pages=len(scores),
        word_f1=100 * float(np.mean(words)) if words else None,
        shingle_f1=100 * float(np.mean(shingles)) if shingles else None,
        snippet_f1=200 * hits / total if total else None,
        leak=100 * leaks / (leaks + clean) if leaks + clean else None,
    )


def interval(ours: Sequence[PageScore], theirs: Sequence[PageScore]) -> tuple[float, float] | None:
    """Return the 95 % interval of the difference of mean word F1, by a paired bootstrap."""
    pairs = [
        (a.word_f1 - b.word_f1)
        for a, b in zip(ours, theirs, strict=True)
        if a.word_f1 is not None and b.word_f1 is not None
    ]
    if not pairs:
        return None
    values = 100 * np.array(pairs)
    generator = np.random.default_rng(SEED)
    draws = generator.integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
