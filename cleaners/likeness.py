"""Which category cut blocks read like, when the words of all that stand together are weighed.

"Not now" tells nothing; under "Five stories for your Sunday" it is a newsletter's. A rule is sure
that a block is noise sooner than of what kind: where the widget as a whole reads much more like
another kind, it gets that name. Nothing is cut here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cleaners.classifier import Scores, TextClassifier, noise_odds
from cleaners.features.remnants import features_of
from cleaners.findings import Finding
from cleaners.layout import Layout
from cleaners.ruletable import Learned
from cleaners.wording import Reader

Likelihood = npt.NDArray[np.float64]

MAX_BLOCKS, MAX_WORDS = 10, 150
"""More is no widget but a list, a menu, a thread."""
REACH = 6
"""Blocks beyond the article's edges among which a widget of the article may stand."""
OWN = 2.0
"""Log odds for the category under which a rule cuts a block for what it says."""
LIKE = 1.0
"""Log odds by which one category must be ahead, for a name where there is none."""
MARKED = 10.0
"""… for that of its container's names."""
FADING = 0.8
"""How much of a block's words counts for the next one."""
NOISE = 0.0
"""Log odds of being noise at all that a block must have then, on the average."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cut blocks side by side in one container, and how likely their words are in each class."""

    indexes: range
    scores: Scores

    def likelihood(self) -> Likelihood:
        """Return each block's log likelihood of each category, given that it is noise.

        Its neighbours' count as well, the less the farther they stand.
        """
        rest = self.scores[:, 1:].astype(np.float64)
        own = rest - np.log(np.exp(rest).sum(axis=1, keepdims=True))
        places = np.arange(len(own))
        near = FADING ** np.abs(places[:, None] - places[None, :])
        summed: Likelihood = near @ own
        return summed


@dataclass
class Likeness:
    """The cut blocks of a page, and a classifier that reads them."""

    layout: Layout
    reader: Reader
    classifier: TextClassifier
    table: Mapping[str, Learned]
    marked: Collection[str]

    def renamed(self, found: Sequence[Finding], vague: Collection[str]) -> Iterator[Finding]:
        """Yield the findings that cut whole blocks for their words, under the likeliest names.

        Rules in `vague` say little of what they name.
        """
        first = {f.index: f for f in reversed(found) if f.span is None and f.rule not in vague}
        for group in self.groups(first):
            yield from self.names(group, first)

    def groups(self, named: Mapping[int, Finding]) -> Iterator[Group]:
        """Yield runs of cut blocks in one container, near the article."""
        layout = self.layout
        kept = [i for i in range(len(layout.lengths)) if layout.kept(i) and i not in named]
        if not kept:
            return
        run: list[int] = []
        last = min(len(layout.lengths), kept[-1] + REACH + 1)
        for index in range(max(0, kept[0] - REACH), last + 1):
            cut = index < last and (not layout.kept(index) or self.is_cut(named.get(index)))
            if run and not (cut and layout.parent(run[-1]) == layout.parent(index)):
                yield from self.group(run)
                run = []
            if cut:
                run.append(index)

    @staticmethod
    def is_cut(finding: Finding | None) -> bool:
        """Whether a block is cut by a rule."""
        return finding is not None and finding.cut

    def group(self, run: Sequence[int]) -> Iterator[Group]:
        """Yield a run as a group if it is small enough for a widget."""
        words = sum(self.layout.lengths[index] for index in run)
        if len(run) <= MAX_BLOCKS and 0 < words <= MAX_WORDS:
            texts = [features_of(self.layout, self.reader, index) for index in run]
            yield Group(range(run[0], run[-1] + 1), self.classifier.scores(texts))

    def names(self, group: Group, first: Mapping[int, Finding]) -> Iterator[Finding]:
        """Yield the new names of a group's blocks."""
        classes = self.classifier.classes[1:]
        likely = group.likelihood()
        odds = noise_odds(group.scores)
        for place, index in enumerate(group.indexes):
            for at, other in enumerate(group.indexes):
                finding = first.get(other)
                if finding is not None and finding.category in classes:
                    weight = self.weight(finding) * FADING ** abs(at - place)
                    likely[place, classes.index(finding.category)] += weight
            order = np.argsort(-likely[place], kind="stable")
            best = classes[order[0]]
            ahead = likely[place, order[0]] - likely[place, order[1]]
            rule, finding = self.table[best], first.get(index)
            if finding is None:
                if odds.mean() >= NOISE and ahead >= LIKE:
                    yield Finding(index, rule.category, rule.id, rule.reason, cut=False)
            elif finding.category != best and finding.category in classes:
                why = f"{rule.reason}; {finding.evidence}"
                yield replace(finding, category=rule.category, rule=rule.id, evidence=why)

    def weight(self, finding: Finding) -> float:
        """Return the log odds that a finding adds to its category."""
        if finding.rule in self.marked:
            return MARKED
        if finding.neighbour or finding.rule == self.table[finding.category].id:
            return 0.0
        return OWN
