"""The forest of `cleaners.remnants`: rows of kept blocks, labelled, and its fit.

Rows come from copies of articles with widgets of our own (`copies`), and from the suites' pages as
they are. Each page is read by a judge and a classifier that saw neither its site nor its wordings.
"""

from __future__ import annotations

import json
import random
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from benchmarks.folds import fold_of
from benchmarks.noise.hosts import Body, Host, squeeze
from benchmarks.suites import GoldPage, flat
from benchmarks.train.copies import TEXT, Copy, body_of, injected, paragraphs
from benchmarks.train.dataset import SNIPPET_MIN
from benchmarks.train.model import as_numbers
from benchmarks.train.seen import models_of, opinion_of_page
from cleaners import opinion
from cleaners.extract import align
from cleaners.features.remnants import Remnants
from cleaners.plaintext import segment_text
from cleaners.records import Page
from cleaners.rules import gather
from cleaners.segments import Segmentation, word_list

Column = npt.NDArray[np.float64]

ARTICLE, NOISE, UNKNOWN = 0, 1, -1
MOST_SHARE, LEAST_SHARE = 0.5, 0.1
"""The share of a block's words in the gold from which it is the article's, and up to which not."""
WEIGHTS = {
    "widget": 1.0,
    "kept": 3.0,
    "body": 0.5,
    "gold noise": 0.3,
    "snippet": 4.0,
    "leak": 2.0,
    "guess": 0.15,
}
"""What a row counts: a part of a widget of ours, a paragraph of ours, a block of a gold text, one
that gold has not, a snippet that must and one that must not appear, a block of which nothing is
known but that judge and rules keep it."""
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "num_threads": 2,
    "verbose": -1,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
}
ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Rows:
    """The kept blocks of one page: columns, a label and a weight for each."""

    fold: int
    columns: dict[str, Column]
    labels: list[int]
    weights: list[float]


def remnants_of(thought: opinion.Opinion, folder: Path, fold: int) -> Remnants:
    """Return the kept blocks of a page as a fold's models see them."""
    return gather(thought.parts, thought.scores).remnants(models_of(folder, fold).classifier)


def rows_of_copy(task: tuple[Copy, Path]) -> Rows | None:
    """Make a copy and return its rows; None where the host has no body."""
    one, folder = task
    body = body_of(one.host)
    if body is None:
        return None
    thought = opinion_of_copy(one, body, folder)
    if thought is None:
        return None
    remnants = remnants_of(thought, folder, one.fold)
    if not remnants.read:
        return None
    widgets = {squeeze(part.text) for widget in one.widgets for part in widget.parts}
    kept = {squeeze(line) for line in one.kept}
    known = gold_shares(one.host, thought.parts)
    labels, weights = [], []
    for at in remnants.read:
        index = remnants.blocks[at]
        text = squeeze(thought.parts.segments[index].text).removeprefix("- ")
        if text in widgets:
            labels.append(NOISE)
            weights.append(WEIGHTS["widget"])
        elif text in kept:
            labels.append(ARTICLE)
            weights.append(WEIGHTS["kept"])
        else:
            labels.append(ARTICLE if known[index] >= MOST_SHARE else UNKNOWN)
            weights.append(WEIGHTS["body"])
    return Rows(one.fold, remnants.columns(), labels, weights)


def opinion_of_copy(one: Copy, body: Body, folder: Path) -> opinion.Opinion | None:
    """Return the judge's opinion of a copy, as a page or as the plain text of one."""
    rng = random.Random(one.seed)  # noqa: S311
    if one.markup == TEXT:
        gold = one.host.gold or "\n\n".join(
            squeeze(str(child.text_content())) for child in paragraphs(body.tree, body)
        )
        lines = [line for line in gold.splitlines() if line.strip()]
        for added in (*([part.text for part in w.parts] for w in one.widgets), one.kept):
            at = rng.randrange(len(lines) + 1)
            lines[at:at] = list(added)
        return opinion.of_text(segment_text("\n\n".join(lines)))
    html = injected(body, one, rng).encode()
    page = Page(html, one.host.url, content_type="text/html; charset=utf-8")
    return opinion_of_page(page, folder, one.fold)


def gold_shares(host: Host, parts: Segmentation) -> list[float]:
    """Return the share of each block in the host's gold, or in its body where there is none."""
    body = body_of(host)
    if host.gold is None and body is not None:
        known = {squeeze(str(child.text_content())) for child in paragraphs(body.tree, body)}
        return [float(squeeze(s.text) in known) for s in parts.segments]
    return [float(x) for x in align([s.words for s in parts.segments], word_list(host.gold or ""))]


def rows_of_page(task: tuple[GoldPage, Path]) -> Rows | None:
    """Return the rows of a page as it is, labelled by what its gold says."""
    page, folder = task
    fold = fold_of(page.url)
    thought = opinion_of_page(Page(page.html, page.url), folder, fold)
    if thought is None:
        return None
    remnants = remnants_of(thought, folder, fold)
    if not remnants.read:
        return None
    indexes = [remnants.blocks[at] for at in remnants.read]
    by_gold = page_labels if page.gold is not None else snippet_labels
    found = by_gold(page, thought.parts, indexes, remnants.cut)
    labels, weights = map(list, zip(*found, strict=True))
    return Rows(fold, remnants.columns(), labels, weights)


def page_labels(
    page: GoldPage, parts: Segmentation, indexes: Sequence[int], _: object
) -> list[tuple[int, float]]:
    """Return a label and a weight for each block by its share in the gold."""
    shares = align([s.words for s in parts.segments], word_list(page.gold or ""))
    found = []
    for index in indexes:
        if shares[index] >= MOST_SHARE:
            found.append((ARTICLE, WEIGHTS["body"]))
        else:
            label = NOISE if shares[index] <= LEAST_SHARE else UNKNOWN
            found.append((label, WEIGHTS["gold noise"]))
    return found


def snippet_labels(
    page: GoldPage, parts: Segmentation, indexes: Sequence[int], cut: Container[int]
) -> list[tuple[int, float]]:
    """Return a label and a weight for each block by the snippets that are known of the page."""
    must, mustnot = ([flat(s) for s in found] for found in (page.with_, page.without))
    found = []
    for index in indexes:
        text = flat(parts.segments[index].text)
        if holds(text, must):
            found.append((ARTICLE, WEIGHTS["snippet"]))
        elif holds(text, mustnot):
            found.append((NOISE, WEIGHTS["leak"]))
        else:
            found.append((UNKNOWN if index in cut else ARTICLE, WEIGHTS["guess"]))
    return found


def holds(text: str, snippets: Sequence[str]) -> bool:
    """Whether a text holds a snippet, or is part of one."""
    return any(
        snippet in text or (len(text) >= SNIPPET_MIN and text in snippet) for snippet in snippets
    )


def fit(rows: Sequence[Rows], without: int | None = None) -> str:
    """Return the forest fitted on all rows but those of one fold, as JSON text."""
    chosen = [row for row in rows if row.fold != without]
    names = sorted(chosen[0].columns)
    table = np.column_stack(
        [np.concatenate([row.columns[name] for row in chosen]) for name in names]
    ).astype(np.float32)
    labels = np.concatenate([row.labels for row in chosen])
    weights = np.concatenate([row.weights for row in chosen])
    known = labels != UNKNOWN
    data = lightgbm.Dataset(table[known], label=labels[known], weight=weights[known])
    booster = lightgbm.train(PARAMETERS, data, ROUNDS)
    numbers = as_numbers([booster])
    return json.dumps({"names": names, **numbers}, separators=(",", ":"), sort_keys=True)
