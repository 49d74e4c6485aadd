"""The model card that lies beside the judge: what it was trained on, how, and what it reads."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from benchmarks.train.dataset import Example
from benchmarks.train.fitting import PARAMETERS, ROUNDS, usable
from benchmarks.train.model import MIXES

SOURCES = {
    "wcxb-dev": "development split of the WCXB benchmark (Foley 2026, arXiv:2605.21097), CC BY 4.0",
    "trafi": "trafilatura's evaluation corpus, pages with snippets, Apache-2.0",
}
TEMPLATE = """# The block judge

`judge.json` holds three forests of gradient-boosted trees and two tables of words. It is made by
`python -m benchmarks.train SUITES` and by nothing else: the same suites give the same file
(sha256 {digest}).

## Data

{data}

No text of these pages is in the model: it holds thresholds, leaf values, and single words
with their log odds that occur on at least six registered domains.

## Method

Each page is cut into blocks; a block's target is the share of its words that the gold text holds in
order, weighted so that pages count alike. Where only snippets are known, blocks that hold one are
weak labels; of their other blocks a first forest's guesses are labels of half an article's weight.
Left out: {dropped} pages whose gold is shorter than 20 words or not on the page.
Word tables are counted fold by fold of registered domains, so that no page is described by words
learned from its own site; sure guesses are counted too. LightGBM, {rounds} rounds, {parameters}.
Mixes of page kinds: {mixes}.
The third forest tells articles from pages of other kinds.

Figures: `python -m benchmarks.quality SUITES --folds DIR`, out of fold by registered domain; they
stand in README.md.

## Limits

Mostly English articles; German and other European pages by snippets; few Asian ones. The judge is
one voice: rules, an operator's decisions and what a site repeats come after it.

## Columns

{columns}
"""


def card(examples: list[Example], model: str) -> str:
    """Return the card of a model fitted on these pages."""
    kinds = Counter((e.suite, e.kind) for e in examples)
    data = "\n".join(
        f"- {suite}: {SOURCES.get(suite, 'a suite of the user')}; "
        + ", ".join(f"{n} {kind}" for (s, kind), n in sorted(kinds.items()) if s == suite)
        for suite in sorted({e.suite for e in examples})
    )
    shown = (
        "learning_rate",
        "num_leaves",
        "max_depth",
        "min_data_in_leaf",
        "lambda_l2",
        "max_bin",
        "seed",
    )
    return TEMPLATE.format(
        digest=hashlib.sha256(model.encode()).hexdigest()[:16],
        data=data,
        dropped=sum(not usable(e) for e in examples),
        rounds=ROUNDS,
        parameters=", ".join(f"{key} {PARAMETERS[key]}" for key in shown),
        mixes="; ".join(
            f"{name}: other kinds × {mix.others}, snippets × {mix.snippets}, "
            f"the mean of {mix.boosters} fits"
            for name, mix in MIXES.items()
        ),
        columns=", ".join(f"`{name}`" for name in json.loads(model)["article"]["names"]),
    )
