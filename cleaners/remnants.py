"""What the rules leave of widgets, and what they take for one: a second look at kept blocks.

The judge keeps a bare paragraph that asks for money, and no table knows all the ways to ask. A
forest weighs what a block reads like, what stands beside it, and how the page speaks
(`features.remnants`). It is trained by `benchmarks.train` on widgets of our own in real pages,
beside paragraphs that only speak of such things; it cuts where it is sure, and where it is sure of
the contrary a rule's word on a block does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cleaners.classifier import TextClassifier, category_likelihood
from cleaners.features.remnants import Remnants
from cleaners.findings import Finding
from cleaners.forest import Forest
from cleaners.linkruns import SOURCES
from cleaners.records import Strictness
from cleaners.ruletable import Learned

SURE: Mapping[Strictness, float] = {"strict": 0.45, "balanced": 0.6, "recall": 0.8}
"""Strictness → the probability of being a widget's from which a block is cut."""
IN_TEXT, LONE_LINE = 0.175, 0.39
"""What is left of the doubt that is allowed where there is less to go by: in plain text, which has
no markup, and for a few words without a full stop that stand alone."""
SETTLED = ((60, -3.0), (160, -2.5))
"""Trees after which a block with lower log odds is settled: none such is more likely than not."""
BESIDE, BESIDE_PROSE = 0.65, 0.87
"""What a block needs of it beside one that is cut."""
INNOCENT: Mapping[Strictness, float] = {"strict": 0.1, "balanced": 0.25, "recall": 0.4}
"""… below which a rule does not cut it."""
COMPANY = 1.5
"""Log odds that a widget is of the category under which a rule cuts its next block."""


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """What reads texts, and the forest that says of kept blocks whether they are a widget's."""

    classifier: TextClassifier
    forest: Forest

    @classmethod
    def from_json(cls, text: str, classifier: TextClassifier) -> NoiseModel:
        """Read a forest as `benchmarks.train` writes it; `KeyError` where a part is missing."""
        data = json.loads(text)
        return cls(classifier, Forest.from_dict(data, data["names"], SETTLED))


@dataclass
class SecondLook:
    """The kept blocks of a page, each with its probability of being a widget's.

    `table` holds the rule of each category.
    """

    remnants: Remnants
    forest: Forest
    table: Mapping[str, Learned]
    strictness: Strictness

    @cached_property
    def scores(self) -> dict[int, float]:
        """Probabilities by places in `remnants.blocks`."""
        if not self.remnants.read:
            return {}
        columns = self.remnants.columns()
        rows = np.column_stack([columns[name] for name in self.forest.names]).astype(np.float32)
        scores = map(float, self.forest.scores(rows))
        return dict(zip(self.remnants.read, scores, strict=True))

    def innocent(self) -> set[int]:
        """Return the blocks that rules cut for their words although nothing else speaks for it.

        What rules find by shape and place, lists and notes on authors, is not looked at again.
        """
        cut, most = self.remnants.cut, INNOCENT[self.strictness]
        below = {self.remnants.blocks[at] for at, score in self.scores.items() if score < most}
        wordings = self.remnants.reader.table.wording_ids
        return {index for index in below & cut.keys() if cut[index].rule in wordings}

    def findings(self) -> Iterator[Finding]:
        """Yield the blocks that are a widget's and that no rule cuts.

        Those side by side get the category that they read like together.
        """
        remnants = self.remnants
        for run in self.runs():
            rule = self.table[self.category_of(run)]
            for at in run:
                index = remnants.blocks[at]
                features = remnants.features[remnants.rows[at]]
                told = remnants.classifier.telling(features, rule.category)
                words = ", ".join(f"“{word}”" for word in told)
                why = f"{rule.reason} ({self.scores[at]:.2f})" + (f": {words}" if words else "")
                yield Finding(index, rule.category, rule.id, why, cut=True, neighbour=True)

    def runs(self) -> Iterator[list[int]]:
        """Yield places in `blocks` that are cut, those side by side together.

        Beside a block that is cut, by the forest or by a rule, less is enough. A linked title goes
        with what stands above it, and not by itself: lists of links may be the article's, as
        sources are.
        """
        layout, remnants = self.remnants.layout, self.remnants
        gone = {at for at, index in enumerate(remnants.blocks) if index in remnants.cut}
        sure = {at: self.sure(remnants.blocks[at]) for at in remnants.read}
        certain = gone | {
            at
            for at, score in self.scores.items()
            if score >= sure[at] and not layout.is_linked_title(remnants.blocks[at])
        }
        run: list[int] = []
        for at in remnants.read:
            index = remnants.blocks[at]
            share = BESIDE_PROSE if layout.is_body(index) else BESIDE
            share = 1.0 if certain.isdisjoint((at - 1, at + 1)) else share
            above = at - 1 in gone or (bool(run) and run[-1] == at - 1)
            bare = layout.is_linked_title(index) and not above
            own = remnants.reader.read(index).speaks_of(SOURCES)
            if at in gone or bare or own or self.scores[at] < sure[at] * share:
                continue
            if run and at != run[-1] + 1:
                yield run
                run = []
            run.append(at)
        if run:
            yield run

    def sure(self, index: int) -> float:
        """Return the probability from which a block is cut that has no company."""
        doubt = 1 - SURE[self.strictness]
        doubt *= IN_TEXT if self.remnants.layout.is_text else 1.0
        doubt *= LONE_LINE if self.remnants.manner.is_line(index) else 1.0
        return 1 - doubt

    def category_of(self, run: Sequence[int]) -> str:
        """Return the category that blocks side by side read like, what is cut beside counting."""
        remnants = self.remnants
        likely = category_likelihood(remnants.scores[[remnants.rows[at] for at in run]])
        total = dict(zip(remnants.classifier.classes[1:], likely.sum(axis=0), strict=True))
        for at in (run[0] - 1, run[-1] + 1):
            if 0 <= at < len(remnants.blocks):
                beside = remnants.cut.get(remnants.blocks[at])
                if beside is not None and beside.category in total:
                    total[beside.category] += COMPANY
        return max(total, key=lambda name: float(total[name]))
