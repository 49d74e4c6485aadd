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

from cleaners.classifier import Scores, TextClassifier, category_likelihood, noise_odds
from cleaners.features.remnants import features_of
from cleaners.findings import Finding
from cleaners.layout import Layout
from cleaners.naming import COMPANY_RULE as COMPANY
from cleaners.ruletable import Learned
from cleaners.wording import Reader

Likelihood = npt.NDArray[np.float64]

MAX_BLOCKS, MAX_WORDS = 10, 150
"""More is no widget but a list, a menu, a thread."""
REACH = 6
"""Blocks beyond the article's edges among which a widget of the article may stand."""
OWN = 2.5
"""Log odds for the category under which a rule cuts a block for what it says."""
LIKE = 1.0
"""Log odds by which one category must be ahead, for a name where there is none."""
MARKED = 10.0
"""… for that of its container's names."""
LEAST = -6.0
"""The log likelihood below which a block's words do not speak against a category."""
FADING = 0.9
"""How much of a block's words counts for the next one."""
NOISE, TOLD_WORDS = 0.0, 3
"""Log odds of being noise at all that a block of some words must have then."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cut blocks side by side in one container, and how likely their words are in each class."""

    indexes: range
    scores: Scores

    def likelihood(self, named: npt.NDArray[np.bool_]) -> Likelihood:
        """Return each block's log likelihood of each category, given that it is noise.

        Its neighbours' count as well.
        """
        own = np.maximum(category_likelihood(self.scores).astype(np.float64), LEAST)
        summed: Likelihood = self.nearness(named) @ own
        return summed

    def nearness(self, named: npt.NDArray[np.bool_]) -> Likelihood:
        """Return how much each block's words count for each, the less the farther they stand.

        Those that are `named` for what they say do not count for each other.
        """
        places = np.arange(len(self.indexes))
        near: Likelihood = FADING ** np.abs(places[:, None] - places[None, :])
        apart = named[:, None] & named[None, :] & (places[:, None] != places[None, :])
        return np.where(apart, 0.0, near)


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
        whole = [finding for finding in reversed(found) if finding.span is None]
        first = {finding.index: finding for finding in whole if finding.rule not in vague}
        hints = {finding.index: finding for finding in whole if finding.index not in first}
        for group in self.groups(first):
            yield from self.names(group, first, hints)

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
                if self.is_worth(run, named):
                    yield from self.group(run)
                run = []
            if cut:
                run.append(index)

    def is_worth(self, run: Sequence[int], named: Mapping[int, Finding]) -> bool:
        """Whether a run has something to be named, and something that could name it."""
        found = [named.get(index) for index in run]
        if all(finding is not None and finding.rule in self.marked for finding in found):
            return False
        return any(map(self.is_cut, found)) or any(
            self.layout.lengths[index] >= TOLD_WORDS and not self.layout.is_linked(index)
            for index in run
        )

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

    def names(
        self, group: Group, first: Mapping[int, Finding], hints: Mapping[int, Finding]
    ) -> Iterator[Finding]:
        """Yield the new names of a group's blocks.

        A block with a name of its own is named by its own words and by those that have none.
        """
        classes = self.classifier.classes[1:]
        found = [first.get(index) for index in group.indexes]
        weights = np.array([self.weight(finding) for finding in found])
        likely = group.likelihood(weights > 0)
        for place, finding in enumerate(found):
            if finding is not None and finding.category in classes:
                near = group.nearness(weights > 0)[:, place]
                likely[:, classes.index(finding.category)] += weights[place] * near
        for place, index in enumerate(group.indexes):
            if (hint := hints.get(index)) is not None and hint.category in classes:
                likely[place, classes.index(hint.category)] += OWN
        told = any(weights > 0) or self.is_told(group)
        for place, (index, finding) in enumerate(zip(group.indexes, found, strict=True)):
            order = np.argsort(-likely[place], kind="stable")
            rule = self.table[classes[order[0]]]
            ahead = likely[place, order[0]] - likely[place, order[1]]
            if finding is None:
                if told and ahead >= LIKE:
                    yield Finding(index, rule.category, rule.id, rule.reason, cut=False)
            elif finding.category != rule.category and finding.category in classes:
                why = f"{rule.reason}; {finding.evidence}"
                yield replace(finding, category=rule.category, rule=rule.id, evidence=why)

    def is_told(self, group: Group) -> bool:
        """Whether some words of a group read like noise: a menu's entries are too short to tell."""
        lengths = [self.layout.lengths[index] for index in group.indexes]
        odds = noise_odds(group.scores)
        return any(
            words >= TOLD_WORDS and own >= NOISE for words, own in zip(lengths, odds, strict=True)
        )

    def weight(self, finding: Finding | None) -> float:
        """Return the log odds that a finding adds to its category; none of a neighbour."""
        if finding is None or finding.category not in self.table:
            return 0.0
        if finding.rule in self.marked or finding.rule == COMPANY:
            return MARKED
        if finding.neighbour or finding.rule == self.table[finding.category].id:
            return 0.0
        return OWN
