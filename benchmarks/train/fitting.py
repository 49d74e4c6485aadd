"""Fitting the forests with LightGBM, and their form as plain numbers.

All is deterministic: one thread, fixed seeds, row order from the suites' indexes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.train.dataset import MIN_COVERAGE, Example, Matrix
from benchmarks.train.tables import Labels, stacked

Mask = npt.NDArray[np.bool_]

PARAMETERS: dict[str, Any] = {
    "objective": "cross_entropy",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "max_depth": 7,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "num_threads": 1,
    "verbose": -1,
    "seed": 7,
    "feature_pre_filter": False,
    "deterministic": True,
    "force_row_wise": True,
}
ROUNDS = 180
ROUTER_PARAMETERS: dict[str, Any] = {
    **PARAMETERS,
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 15,
    "feature_fraction": 0.5,
}
ROUTER_ROUNDS = 150
MIN_GOLD_WORDS = 20
NEAR = 6
FAR_SHARE = 0.1
GUESS = 1 / 12
"""How much a guessed row counts beside a known one, before the weight of snippets."""


def usable(example: Example) -> bool:
    """Whether a page's gold can be trusted: long enough, and found on the page."""
    if example.snippets:
        return bool((example.labels >= 0).any())
    return example.coverage > MIN_COVERAGE and example.gold_words >= MIN_GOLD_WORDS


def rows(examples: list[Example], names: list[str]) -> Matrix:
    """Return the named columns of all examples."""
    return np.column_stack([stacked(examples, name) for name in names])


def near_body(examples: list[Example]) -> Mask:
    """Whether each row is near the body or something that trafilatura keeps, or is labelled so."""
    labels = np.concatenate([example.labels for example in examples])
    near: Mask = (
        (np.abs(stacked(examples, "body_distance")) < NEAR)
        | (stacked(examples, "vote_since") < NEAR)
        | (stacked(examples, "vote_until") < NEAR)
        | (labels >= 0.5)
    )
    return near


def weights(example: Example, labels: Labels) -> Labels:
    """Return each row's weight: its words over the page's gold words, so that pages count alike.

    Where only snippets are known, each of them weighs 1, and a guess (`guesses`) what a row of a
    whole article weighs, times `GUESS`.
    """
    words = np.asarray(example.columns["words"], dtype=np.float64)
    body = float((words * (labels >= 0.5)).sum())
    weight: Labels = 100 * (np.minimum(words, 150) + 1.5) / (body + 150)
    if example.snippets:
        return np.where(example.labels >= 0, 1.0, GUESS * weight)
    return weight
