"""Columns of the blocks that the judge keeps, cut by rules or not: which are a widget's?

What a block reads like (`classifier`), what rules come near to, what is cut beside it, what it
looks like, how the page speaks. What follows from them is `remnants`' affair.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cleaners.classifier import Scores, TextClassifier, noise_odds, text_features
from cleaners.findings import Finding
from cleaners.layout import CLOSING, PAGE_TAGS, Layout
from cleaners.manner import Manner, is_addressed, is_own
from cleaners.segments import Segment
from cleaners.tokens import is_character
from cleaners.wording import Reader, Verdict

Column = npt.NDArray[np.float64]

MAX_WORDS = 120
"""Words from which a block is prose whatever it says."""
ARTICLE_ODDS = -6.0
"""What a block that is not read counts as."""
KINDS = ("paragraph", "heading", "item", "quote", "caption", "control")
CONTENT = 4
"""Letters of a word that can show what a text is about."""


@dataclass
class Remnants:
    """The blocks of a page that the judge keeps, with those among them that rules cut."""

    layout: Layout
    reader: Reader
    manner: Manner
    verdicts: Mapping[int, Sequence[Verdict]]
    cut: Mapping[int, Finding]
    classifier: TextClassifier

    @cached_property
    def blocks(self) -> list[int]:
        """The blocks that the judge keeps, in page order."""
        return [index for index in range(len(self.layout.lengths)) if self.layout.kept(index)]

    @cached_property
    def read(self) -> list[int]:
        """Those short enough to be part of a widget, as places in `blocks`."""
        lengths = self.layout.lengths
        return [at for at, index in enumerate(self.blocks) if 0 < lengths[index] <= MAX_WORDS]

    @cached_property
    def rows(self) -> dict[int, int]:
        """The row of each place of `read`, in `features`, `scores` and `columns`."""
        return {at: row for row, at in enumerate(self.read)}

    @cached_property
    def features(self) -> list[Collection[str]]:
        """What the classifier reads of the blocks that are short enough."""
        return [features_of(self.layout, self.reader, self.blocks[at]) for at in self.read]

    @cached_property
    def scores(self) -> Scores:
        """The classifier's scores of these blocks, a row each."""
        return self.classifier.scores(self.features)

    @cached_property
    def odds(self) -> Column:
        """How much like noise each block reads: log odds."""
        odds = np.full(len(self.blocks), ARTICLE_ODDS)
        if self.read:
            odds[self.read] = noise_odds(self.scores)
        return odds

    def columns(self) -> dict[str, Column]:
        """Return what the forest asks of each block of `read`, a column for each question."""
        found = self.text_columns() | self.shape_columns()
        found |= self.rule_columns() | self.manner_columns()
        read = np.array(self.read, dtype=np.intp)
        columns = {name: values[read] for name, values in found.items()}
        return columns | {
            name: np.full(len(read), value) for name, value in self.page_facts().items()
        }

    def text_columns(self) -> dict[str, Column]:
        """Return how blocks and their neighbours read."""
        odds = self.odds
        best = np.zeros(len(self.blocks))
        if self.read:
            top = np.sort(self.scores[:, 1:], axis=1)
            best[self.read] = top[:, -1] - top[:, -2]
        columns = {"odds": odds, "margin": best}
        for step in (-3, -2, -1, 1, 2, 3):
            columns[f"odds{step:+d}"] = beside(odds, step, ARTICLE_ODDS)
        columns["odds_near"] = np.max(
            [columns[f"odds{step:+d}"] for step in (-3, -2, -1, 1, 2, 3)], axis=0
        )
        return columns

    def shape_columns(self) -> dict[str, Column]:
        """Return what blocks look like and where they stand."""
        layout, blocks = self.layout, self.blocks
        segments = [layout.parts.segments[index] for index in blocks]
        words = numbers([layout.lengths[index] for index in blocks])
        ended = numbers([layout.ends_sentence(index) for index in blocks])
        line = numbers([self.manner.is_line(index) for index in blocks])
        linked = numbers([segment.link_density for segment in segments])
        heading = numbers([layout.is_heading(index) for index in blocks])
        score = numbers([layout.scores[index] for index in blocks])
        parent = numbers([layout.parent(index) for index in blocks])
        count = len(blocks)
        first, last = layout.edges
        columns = {
            "words": words,
            "ended": ended,
            "line": line,
            "linked": linked,
            "heading": heading,
            "score": score,
            "kind": numbers([kind_number(segment) for segment in segments]),
            "links": numbers([len(segment.anchors) for segment in segments]),
            "bold": numbers([s.bold_chars / max(1, len(s.text)) for s in segments]),
            "question": numbers(["?" in s.text or "？" in s.text for s in segments]),
            "colon": numbers([s.text.rstrip(CLOSING).endswith((":", "：")) for s in segments]),
            "lines": runs_of(line),
            "place": np.arange(count) / max(1, count),
            "from_start": np.minimum(20.0, np.arange(count)),
            "from_end": np.minimum(20.0, np.arange(count)[::-1]),
            "before": numbers([index < first for index in blocks]),
            "after": numbers([index > last for index in blocks]),
            "gap_above": numbers(np.diff(blocks, prepend=-1)) - 1,
            "gap_below": numbers(np.diff(blocks, append=len(layout.lengths))) - 1,
            "box_blocks": numbers([self.box(index)[0] for index in blocks]),
            "box_words": numbers([self.box(index)[1] for index in blocks]),
        }
        for step in (-2, -1, 1, 2):
            columns[f"words{step:+d}"] = beside(words, step, 0)
            columns[f"ended{step:+d}"] = beside(ended, step, -1)
            columns[f"linked{step:+d}"] = beside(linked, step, 0)
            columns[f"heading{step:+d}"] = beside(heading, step, 0)
            columns[f"score{step:+d}"] = beside(score, step, 0)
            columns[f"with{step:+d}"] = beside(parent, step, -1) == parent
        return columns

    def box(self, index: int) -> tuple[float, float]:
        """Return the blocks and words of the smallest container with more than one block."""
        layout = self.layout
        for node in layout.parts.ancestors(index):
            if node.tag in PAGE_TAGS:
                break
            if node.end - node.first > 1:
                return min(50, node.end - node.first), min(999, layout.words_in(node))
        return 50, 999

    def rule_columns(self) -> dict[str, Column]:
        """Return how near rules come to blocks and their neighbours, and what they cut."""
        strongest = numbers([self.strength(index) for index in self.blocks])
        cut = numbers([index in self.cut for index in self.blocks])
        own = [self.cut.get(index) for index in self.blocks]
        beside_one = [finding is not None and finding.neighbour for finding in own]
        columns = {"rule": strongest, "cut": cut, "cut_beside": numbers(beside_one)}
        for step in (-2, -1, 1, 2):
            columns[f"rule{step:+d}"] = beside(strongest, step, 0)
            columns[f"cut{step:+d}"] = beside(cut, step, 0)
        return columns

    def strength(self, index: int) -> float:
        """Return the strength of the rule that comes nearest to a block and may cut."""
        found = (v.strength for v in self.verdicts.get(index, ()) if v.rule.cut)
        return min(2.0, max(found, default=0.0))

    def manner_columns(self) -> dict[str, Column]:
        """Return whom blocks speak to and for, and how much of it the rest of the page shares."""
        readings = [
            self.reader.read(index) if self.layout.lengths[index] <= MAX_WORDS else None
            for index in self.blocks
        ]
        known = [reading.concepts if reading else {} for reading in readings]
        columns = {
            "reader": numbers([bool(reading and is_addressed(reading)) for reading in readings]),
            "speaker": numbers([bool(reading and is_own(reading)) for reading in readings]),
            "said": numbers(["said" in found for found in known]),
            "button": numbers(["button" in found for found in known]),
            "concepts": numbers([len(found) for found in known]),
            "quoted": numbers([bool(reading and reading.quoted) for reading in readings]),
        }
        columns["shared"], columns["content"] = self.topic()
        for step in (-1, 1):
            columns[f"button{step:+d}"] = beside(columns["button"], step, 0)
            columns[f"reader{step:+d}"] = beside(columns["reader"], step, 0)
            columns[f"shared{step:+d}"] = beside(columns["shared"], step, -1)
        return columns

    def topic(self) -> tuple[Column, Column]:
        """Return the share of each block's content words that other blocks use, and their number.

        A widget is about the site, an article about its subject: they share few words.
        """
        contents = [content_words(self.reader.words[index]) for index in self.blocks]
        users: dict[str, int] = {}
        for content in contents:
            for word in content:
                users[word] = users.get(word, 0) + 1
        shared = [
            sum(users[word] > 1 for word in content) / len(content) if content else -1
            for content in contents
        ]
        return numbers(shared), numbers([min(30, len(content)) for content in contents])

    def page_facts(self) -> dict[str, float]:
        """Return how the whole page speaks and reads."""
        prose = [at for at in self.read if self.layout.is_body(self.blocks[at])]
        usual = np.quantile(self.odds[prose], (0.5, 0.8, 0.95)) if prose else np.zeros(3)
        count = max(1, len(self.manner.prose))
        readings = [self.reader.read(index) for index in self.manner.prose]
        return {
            "page_prose": min(50, len(self.manner.prose)),
            "page_reader": sum(map(is_addressed, readings)) / count,
            "page_speaker": sum(map(is_own, readings)) / count,
            "page_odds": float(usual[0]),
            "page_odds_high": float(usual[1]),
            "page_odds_top": float(usual[2]),
            "page_kept": len(self.blocks) / len(self.layout.lengths),
            "page_lines": self.manner.has_lines,
            "page_text": self.layout.is_text,
        }


def features_of(layout: Layout, reader: Reader, index: int) -> Collection[str]:
    """Return what the classifier reads of a block."""
    return text_features(layout.parts.segments[index].text, reader.words[index], reader.read(index))


def content_words(words: Sequence[str]) -> set[str]:
    """Return the stems that can show what a block is about; of characters the pairs."""
    found = {word[:6] for word in words if len(word) >= CONTENT and not word.isdigit()}
    if any(map(is_character, words)):
        found |= {a + b for a, b in pairwise(words) if is_character(a)}
    return found


def kind_number(segment: Segment) -> int:
    """Return the number of a block's kind; kinds that no widget has are one."""
    return KINDS.index(segment.kind) if segment.kind in KINDS else len(KINDS)


def numbers(values: Sequence[float] | npt.NDArray[np.int_]) -> Column:
    """Return numbers as a column."""
    return np.array(values, dtype=np.float64)


def beside(values: Column, step: int, none: float) -> Column:
    """Return for each block the value of the one `step` further on, `none` beyond the ends."""
    found = np.full(len(values), float(none))
    if step > 0:
        found[:-step] = values[step:] if step < len(values) else found[:-step]
    else:
        found[-step:] = values[:step] if -step < len(values) else found[-step:]
    return found


def runs_of(flags: Column) -> Column:
    """Return for each block that is flagged how many stand together, for the others 0."""
    found = np.zeros(len(flags))
    start = 0
    for at in range(len(flags) + 1):
        if at < len(flags) and flags[at]:
            continue
        found[start:at] = at - start
        start = at + 1
    return found
