"""Suites of pages with gold text: how they are read and scored.

A suite is a folder with `index.json`, a list of objects {id, url, file, gold, with_, without, kind,
meta}, and the pages beside it. `gold` is the full main text or null where only snippets are known
that must (`with_`) and must not (`without`) appear.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cleaners.errors import OperatorError

SHINGLE = 4


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page of a suite and what is known of its main text."""

    id: str
    url: str
    html: bytes
    gold: str | None
    with_: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    kind: str = "article"
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageScore:
    """A prediction against gold: F1 of words and of shingles, or snippets kept; all as counts."""

    word_f1: float | None = None
    shingle_f1: float | None = None
    hits: int = 0
    misses: int = 0
    leaks: int = 0
    clean: int = 0


def suite_names(root: Path) -> list[str]:
    """Return the suites under a folder; an `OperatorError` where there is none."""
    names = sorted(path.parent.name for path in root.glob("*/index.json"))
    if not names:
        raise OperatorError(f"{root}: no suite here (a folder with an index.json)")
    return names


def load(root: Path, suite: str) -> Iterator[GoldPage]:
    """Yield the pages of a suite in the order of its index."""
    index = root / suite / "index.json"
    for item in json.loads(index.read_text(encoding="utf-8")):
        html = (root / suite / item.pop("file")).read_bytes()
        yield GoldPage(html=html, **item)


def f1(found: Counter[object], gold: Counter[object]) -> float:
    """Return the F1 of two bags, 1 where both are empty."""
    total = found.total() + gold.total()
    return 2 * (found & gold).total() / total if total else 1.0


def word_bag(text: str) -> Counter[object]:
    """Return the bag of lower-case words."""
    return Counter(re.findall(r"\w+", text.lower()))


def shingle_bag(text: str) -> Counter[object]:
    """Return the bag of runs of four words; a shorter text is one run."""
    words = re.findall(r"\w+", text)
    if not words:
        return Counter()
    count = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(count))


def flat(text: str) -> str:
    """Return text with white space folded, as snippets are compared."""
    return " ".join(text.split())


def score(page: GoldPage, text: str) -> PageScore:
    """Score one prediction."""
    found = flat(text)
    hits = sum(flat(snippet) in found for snippet in page.with_)
    leaks = sum(flat(snippet) in found for snippet in page.without)
    counts = (hits, len(page.with_) - hits, leaks, len(page.without) - leaks)
    if page.gold is None:
        return PageScore(None, None, *counts)
    return PageScore(
        f1(word_bag(text), word_bag(page.gold)),
        f1(shingle_bag(text), shingle_bag(page.gold)),
        *counts,
    )
