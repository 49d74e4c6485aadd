"""Columns from tables of telling words: what words in short texts, and in class and id names,
say of being part of an article.

A table maps a token to its log odds against the mean of all tokens, learned by `benchmarks.train`
from articles. Text tokens are the words of segments of up to 50 words; pairs of words were measured
and tell the judge no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cleaners.features.text import Columns
from cleaners.segments import Segmentation

MAX_WORDS = 50


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Two tables of log odds: of words in short texts, and of words in class and id names."""

    text: Mapping[str, float]
    names: Mapping[str, float]


def tokens(words: list[str]) -> Collection[str]:
    """Return the words of a short text, each once; of a long one none.

    Their order is the text's, so that sums over them are the same in every process.
    """
    return () if len(words) > MAX_WORDS else dict.fromkeys(words).keys()


def lexicon_columns(
    page: Segmentation, headings: Sequence[int], lexicon: Lexicon, prefix: str
) -> Columns:
    """Return the odds of each segment's own words, its heading's, neighbours' and containers'."""
    count = len(page.segments)
    mean, low, high = np.zeros(count), np.zeros(count), np.zeros(count)
    table = lexicon.text
    for index, segment in enumerate(page.segments):
        own = tokens(segment.words)
        odds = [table[token] for token in own if token in table]
        if odds:
            mean[index] = sum(odds) / len(own)
            low[index], high[index] = min(odds), max(odds)
    above = np.array(headings)
    under = above >= 0
    columns = {
        "text_mean": mean,
        "text_min": low,
        "text_max": high,
        "heading_mean": np.where(under, mean[np.maximum(above, 0)], 0.0),
        "heading_min": np.where(under, low[np.maximum(above, 0)], 0.0),
        "before_mean": np.concatenate(([0.0], mean[:-1])),
        "after_mean": np.concatenate((mean[1:], [0.0])),
        "before_min": np.concatenate(([0.0], low[:-1])),
        "after_min": np.concatenate((low[1:], [0.0])),
    }
    columns |= name_columns(page, lexicon.names)
    return {f"{prefix}_{name}": column for name, column in columns.items()}


def name_columns(page: Segmentation, table: Mapping[str, float]) -> Columns:
    """Return the odds of class and id words: of the nearest three containers and of all."""
    known: dict[tuple[str, ...], tuple[float, float, float]] = {(): (0.0, 0.0, 0.0)}
    rows: list[tuple[float, float, float, float, float]] = []
    for node in page.nodes:
        if node.tokens not in known:
            odds = [table[token] for token in node.tokens if token in table]
            known[node.tokens] = (min(odds), max(odds), sum(odds)) if odds else known[()]
        lowest, highest, total = known[node.tokens]
        up = rows[node.parent] if node.parent >= 0 else (0.0,) * 5
        least = min(up[2], lowest)
        most = max(up[3], highest)
        rows.append((lowest, highest, least, most, up[4] + total))
    matrix = np.array(rows, dtype=np.float64)
    own = np.array([segment.node for segment in page.segments])
    parent = np.array([max(0, node.parent) for node in page.nodes])
    up1 = parent[own]
    up2 = parent[up1]
    return {
        "own_min": matrix[own, 0],
        "own_max": matrix[own, 1],
        "up1_min": matrix[up1, 0],
        "up2_min": matrix[up2, 0],
        "names_min": matrix[own, 2],
        "names_max": matrix[own, 3],
        "names_sum": matrix[own, 4],
    }
