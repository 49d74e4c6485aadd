"""What is thought of each segment before any rule speaks: the judge's scores on one scale.

Scores are moved so that `findings.KEPT` is the page's own threshold. A page of which the judge
would keep nothing goes by trafilatura's vote, so that there is a text wherever trafilatura has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cleaners.declared import Declared
from cleaners.decode import Decoded
from cleaners.extract import Shares, extracted_text, kept_shares, pruned
from cleaners.findings import KEPT
from cleaners.judge import Judge, Verdict
from cleaners.ledger import Cut
from cleaners.plaintext import segment_text
from cleaners.records import CleanOptions
from cleaners.segments import Segmentation, word_list

THIN = 50
"""Words kept below which trafilatura is asked again, with all its fallbacks."""
MORE = 3
SEEN = 0.3
"""How many times more words, and how few of them on the page, make a text that is not displayed."""

DOUBTFUL, SURE, PROSE = 0.3, 0.7, 8
"""Scores of a heading that is in doubt and of prose that is not; words that make prose."""

VOTED: Cut = ("extractor", "trafilatura", "trafilatura leaves it out")


@dataclass(frozen=True, slots=True)
class Opinion:
    """Segments, a score for each (kept from `KEPT` on), and what to say of one that is cut."""

    parts: Segmentation
    scores: list[float]
    why: Callable[[int], Cut]


def of_text(parts: Segmentation) -> Opinion:
    """Return the opinion of plain text: all of it is main text until a rule says otherwise."""
    return Opinion(parts, [1.0] * len(parts.segments), lambda _: VOTED)


def of_page(
    decoded: Decoded, parts: Segmentation, declared: Declared, options: CleanOptions, judge: Judge
) -> Opinion:
    """Return the judge's opinion of a page, or trafilatura's where the judge keeps nothing."""
    if decoded.tree is None:
        return of_text(parts)
    vote = kept_shares(parts, extracted_text(pruned(decoded.tree)))
    verdict = judge.verdict(parts, declared, vote, options)
    lengths = np.array([len(segment.words) for segment in parts.segments])
    scores = with_headings(parts, verdict.scores, verdict.threshold)
    kept = int(lengths[scores >= verdict.threshold].sum())
    judged = Opinion(parts, moved(scores, verdict.threshold), reason(verdict, options))
    if kept >= THIN:
        return judged
    text = extracted_text(decoded.tree, fast=False)
    votes = kept_shares(parts, text)
    words = len(word_list(text))
    if words > MORE * kept and (votes * lengths).sum() < SEEN * words:
        return of_text(segment_text(text))  # the body stands in the page's data only
    if kept:
        return judged
    return Opinion(parts, [float(vote) for vote in votes], lambda _: VOTED)


def with_headings(parts: Segmentation, scores: Shares, threshold: float) -> Shares:
    """Return the scores with doubtful headings raised to the threshold that head sure prose.

    The judge scores a heading by itself; a reader takes it with the paragraph under it.
    """
    raised = scores.copy()
    for index, (own, below) in enumerate(pairwise(parts.segments)):
        if (
            own.kind == "heading"
            and DOUBTFUL <= scores[index] < threshold
            and scores[index + 1] >= SURE
            and below.kind == "paragraph"
            and len(below.words) >= PROSE
        ):
            raised[index] = threshold
    return raised


def moved(scores: Shares, threshold: float) -> list[float]:
    """Return scores stretched so that the threshold lies at `KEPT`, their order unchanged."""
    below = KEPT * scores / threshold
    above = KEPT + (1 - KEPT) * (scores - threshold) / max(1e-9, 1 - threshold)
    return [float(score) for score in np.where(scores < threshold, below, above)]


def reason(verdict: Verdict, options: CleanOptions) -> Callable[[int], Cut]:
    """Return what the judge says of a segment that it cuts, in full where that is asked for."""

    def why(index: int) -> Cut:
        told = verdict.evidence(index) if options.explain else verdict.short_evidence(index)
        return "judge", f"judge-{verdict.kind}", told

    return why
