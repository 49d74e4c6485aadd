"""Pages of the suites as training rows: features, soft labels, weights.

A label is the share of a segment's words that the gold text holds in order. Where only snippets
are known, a segment that holds one that must appear is 1, one that must not is 0, and the others
are not trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.folds import domain_of, fold_of
from benchmarks.suites import GoldPage, flat, load
from cleaners.blocks import segment
from cleaners.declared import read
from cleaners.decode import Decoded, decode
from cleaners.extract import align, extracted_text, kept_shares, pruned
from cleaners.features import PageFacts, feature_columns, page_facts
from cleaners.features.context import heading_columns
from cleaners.records import CleanOptions, Page
from cleaners.segments import Segmentation, word_list

Matrix = npt.NDArray[np.float32]
SNIPPET_MIN = 8
MIN_COVERAGE = 0.6
UNKNOWN = -1.0
ONLY_SNIPPETS = -1


@dataclass(slots=True)
class Example:
    """One page ready for training: its gold, segmentation, columns, labels and gold coverage."""

    suite: str
    id: str
    kind: str
    domain: str
    fold: int
    parts: Segmentation
    facts: PageFacts
    columns: dict[str, npt.NDArray[np.floating]]
    headings: list[int]
    labels: npt.NDArray[np.float64]
    coverage: float
    gold_words: int

    @property
    def snippets(self) -> bool:
        """Whether only snippets of the page's gold are known."""
        return self.gold_words == ONLY_SNIPPETS


def example(task: tuple[str, GoldPage]) -> Example | None:
    """Return a page as an example, None where it cannot be read."""
    suite, page = task
    decoded = decode(Page(page.html, page.url), CleanOptions(max_bytes=100_000_000))
    if not isinstance(decoded, Decoded) or decoded.tree is None:
        return None
    parts = segment(decoded.tree)
    if not parts.segments:
        return None
    facts = page_facts(read(decoded.tree))
    text = extracted_text(pruned(decoded.tree))
    columns = feature_columns(parts, facts, {"vote": kept_shares(parts, text)}, {})
    labels, coverage, gold_words = gold_labels(page, parts)
    for node in parts.nodes:
        node.element = None  # trees do not cross process borders
    heading = np.array([part.kind == "heading" for part in parts.segments], dtype=np.float64)
    return Example(
        suite,
        page.id,
        page.kind,
        domain_of(page.url),
        fold_of(page.url),
        parts,
        facts,
        {name: values.astype(np.float32) for name, values in columns.items()},
        heading_columns(parts, heading)[1],
        labels,
        coverage,
        gold_words,
    )


def gold_labels(page: GoldPage, parts: Segmentation) -> tuple[npt.NDArray[np.float64], float, int]:
    """Return a label for each segment, the share of the gold found, and the gold's length."""
    bags = [part.words for part in parts.segments]
    if page.gold is not None:
        gold = word_list(page.gold)
        shares = align(bags, gold)
        found = sum(share * len(bag) for share, bag in zip(shares, bags, strict=True))
        return np.clip(shares, 0, 1), float(found) / max(1, len(gold)), len(gold)
    labels = np.full(len(bags), UNKNOWN)
    texts = [flat(part.text) for part in parts.segments]
    for snippets, label in ((page.with_, 1.0), (page.without, 0.0)):
        for snippet in map(flat, snippets):
            for index, text in enumerate(texts):
                if snippet in text or (len(text) >= SNIPPET_MIN and text in snippet):
                    labels[index] = label
    return labels, 1.0, ONLY_SNIPPETS


def examples(root: Path, suites: list[str], processes: int) -> list[Example]:
    """Return the examples of all suites, in the order of their indexes."""
    tasks = ((suite, page) for suite in suites for page in load(root, suite))
    with Pool(processes) as pool:
        return [found for found in pool.imap(example, tasks, chunksize=8) if found is not None]
