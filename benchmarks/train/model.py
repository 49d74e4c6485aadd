"""From examples to a judge: tables, three forests, and their numbers in one JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from benchmarks.train.dataset import UNKNOWN, Example
from benchmarks.train.fitting import (
    FAR_SHARE,
    PARAMETERS,
    ROUNDS,
    ROUTER_PARAMETERS,
    ROUTER_ROUNDS,
    near_body,
    rows,
    usable,
    weights,
)
from benchmarks.train.tables import Counts, Labels, count, crossed, lexicon, merged
from cleaners.features.lexicon import Lexicon
from cleaners.features.router import page_row

ARTICLE = "article"
SEED = 0
SEEDS = (7, 8, 9)
DIGITS = 6
SURE = 0.1
"""A guess nearer than this to 0 or 1 counts in the tables of words."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How much pages of other kinds, and those with snippets only, count; how many are averaged."""

    others: float
    snippets: float
    boosters: int


MIXES = {
    "article": Mix(others=0.1, snippets=6.0, boosters=3),
    "any": Mix(others=1.0, snippets=1.0, boosters=2),
}
"""Forest → its mix. A few pages of other kinds make the article forest better on articles too."""


def as_numbers(boosters: list[lightgbm.Booster]) -> dict[str, list[float]]:
    """Return the trees of boosters as flat lists, as `forest.Forest.from_dict` reads them.

    Their log odds are averaged; trees come in turn, so that the first ones speak for all.
    """
    scale = 1 / len(boosters)
    lists: dict[str, list[float]] = {
        name: [] for name in ("column", "threshold", "left", "right", "value", "roots")
    }

    def add(node: Mapping[str, Any]) -> int:
        at = len(lists["value"])
        leaf = "split_feature" not in node
        lists["column"].append(0 if leaf else node["split_feature"])
        lists["threshold"].append(0.0 if leaf else rounded(node["threshold"]))
        value = node["leaf_value" if leaf else "internal_value"]
        lists["value"].append(round(scale * value, 4))
        lists["left"].append(at)
        lists["right"].append(at)
        if not leaf:
            lists["left"][at] = add(node["left_child"])
            lists["right"][at] = add(node["right_child"])
        return at

    dumps = [booster.dump_model()["tree_info"] for booster in boosters]
    for trees in zip(*dumps, strict=True):
        for tree in trees:
            lists["roots"].append(add(tree["tree_structure"]))
    return lists


def rounded(value: float) -> float:
    """Return a threshold with few digits; columns are numbers of words and shares."""
    return float(f"{value:.{DIGITS}g}")


def fit_forest(
    examples: list[Example], labels: list[Labels], names: list[str], mix: Mix
) -> list[lightgbm.Booster]:
    """Fit one block forest: as many boosters as the mix says, alike but for their seeds."""
    label = np.concatenate(labels)
    near = near_body(examples)
    share = np.concatenate([page_weight(example, mix) for example in examples])
    weight = np.concatenate([weights(e, own) for e, own in zip(examples, labels, strict=True)])
    snippets = np.concatenate([(e.labels >= 0) & e.snippets for e in examples])
    sampled = np.random.default_rng(SEED).random(len(label)) < FAR_SHARE
    chosen = (label >= 0) & (near | sampled | snippets)
    weight = np.where(near | snippets, weight, weight / FAR_SHARE) * share
    data = lightgbm.Dataset(
        rows(examples, names)[chosen], label=label[chosen], weight=weight[chosen]
    )
    return [
        lightgbm.train({**PARAMETERS, "seed": seed}, data, ROUNDS) for seed in SEEDS[: mix.boosters]
    ]


def page_weight(example: Example, mix: Mix) -> npt.NDArray[np.float64]:
    """Return the weight of a page's rows by what kind of page it is."""
    weight = mix.snippets if example.snippets else 1.0
    if example.kind != ARTICLE:
        weight *= mix.others
    return np.full(len(example.labels), weight)


def fit_router(examples: list[Example]) -> dict[str, Any]:
    """Fit the forest that tells articles from other pages; returns it as numbers."""
    table = [page_row(example.columns, example.facts) for example in examples]
    names = list(table[0])
    data = lightgbm.Dataset(
        np.array([[row[name][0] for name in names] for row in table], dtype=np.float32),
        label=np.array([example.kind == ARTICLE for example in examples], dtype=np.float64),
    )
    booster = lightgbm.train(ROUTER_PARAMETERS, data, ROUTER_ROUNDS)
    return {"names": names, **as_numbers([booster])}


def guesses(examples: list[Example], names: list[str]) -> list[Labels]:
    """Return labels for all segments: where a page's gold is not known, what a forest thinks.

    The forest is fitted on what is known of the same pages. So the words of pages in languages of
    which only snippets are known come into the tables, and their blocks into the fit.
    """
    known = [example.labels for example in examples]
    (first,) = fit_forest(examples, known, names, replace(MIXES[ARTICLE], boosters=1))
    return [
        np.where(
            example.labels >= 0,
            example.labels,
            np.asarray(first.predict(rows([example], names), num_threads=1)),
        )
        if example.snippets
        else example.labels
        for example in examples
    ]


def counted(examples: list[Example], labels: list[Labels], counts: list[Counts]) -> list[Counts]:
    """Return the folds' counts with those of the sure guesses; `counts` are without snippets."""
    unsure = [np.where((own > SURE) & (own < 1 - SURE), UNKNOWN, own) for own in labels]
    pages = [(e, own) for e, own in zip(examples, unsure, strict=True) if e.snippets]
    return [
        merged(known, count([(e, own) for e, own in pages if e.fold == fold]))
        for fold, known in enumerate(counts)
    ]


def fit(examples: list[Example], counts: list[Counts], folds: list[int]) -> str:
    """Return the judge fitted on the pages of some folds, as JSON text.

    `counts` are the folds' counts of articles with their whole gold. The tables that make a page's
    columns in training are counted on the other folds; those that are shipped, on all of them.
    """
    chosen = [example for example in examples if example.fold in folds]
    trusted = [example for example in chosen if usable(example)]
    labels = [example.labels for example in trusted]
    crossed(chosen, counted(trusted, labels, counts), folds)
    names = sorted(trusted[0].columns)
    labels = guesses(trusted, names)
    counts = counted(trusted, labels, counts)
    crossed(chosen, counts, folds)
    model: dict[str, Any] = {
        part: {"names": names, **as_numbers(fit_forest(trusted, labels, names, mix))}
        for part, mix in MIXES.items()
    }
    model["router"] = fit_router([e for e in chosen if not e.snippets])
    words: Lexicon = lexicon([counts[fold] for fold in folds])
    model["lexicon"] = {"text": words.text, "names": words.names}
    return json.dumps(model, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
