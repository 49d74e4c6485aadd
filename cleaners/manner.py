"""How a page speaks, and what a rule must therefore show on it.

An appeal speaks to its reader, for its site. In a guide, a letter or a column the prose does so as
well; amid prose that tells of others such a block is somebody else speaking, and less is enough. An
article on newsletters speaks of newsletters in many paragraphs: there more is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cleaners.layout import Layout
from cleaners.ruletable import Wording
from cleaners.wording import Reader, Reading, Verdict

READER = ("you", "please")
SPEAKER = ("we", "site")
PROSE = range(18, 200)
SAMPLE = 12
"""So many paragraphs of a page's prose tell whom it speaks to."""
ENOUGH = 3
USUAL = 0.2
"""The share of paragraphs that speak to the reader from which that is the page's own manner."""
TOPIC_BLOCKS = 4
TOPIC_SHARE = 0.15
TOPIC = 1.5
"""What a rule must show of a paragraph about the page's own topic."""
USUAL_MANNER = 1.2
"""What it must show where all the prose speaks to the reader."""
STRANGE = 0.72
"""What is enough for a paragraph that speaks for itself to the reader amid prose that does not."""
ADDRESSED = 0.85
"""What is enough where it only speaks to the reader."""
STRANGE_WORDS = range(6, 70)
LINE_WORDS = 6
LINES = 0.12
"""The share of short lines without a full stop from which these are a page's own manner."""


def is_addressed(reading: Reading) -> bool:
    """Whether a block speaks to its reader, outside quotations."""
    return any(map(reading.speaks_of, READER))


def is_own(reading: Reading) -> bool:
    """Whether somebody speaks of himself in a block as "we" or "this site"."""
    return any(map(reading.speaks_of, SPEAKER))


@dataclass
class Manner:
    """The manner and the topics of a page, found out when they are first asked for."""

    layout: Layout
    reader: Reader
    candidates: Sequence[int]
    topics: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def prose(self) -> list[int]:
        """The paragraphs that the judge keeps."""
        layout = self.layout
        return [i for i, words in enumerate(layout.lengths) if words in PROSE and layout.is_body(i)]

    @cached_property
    def speaks_to_readers(self) -> bool:
        """Whether the page's prose often speaks to its reader."""
        if len(self.prose) < ENOUGH:
            return False
        sample = self.prose[:: max(1, len(self.prose) // SAMPLE)]
        spoken_to = sum(map(is_addressed, map(self.reader.read, sample)))
        return spoken_to > max(1, USUAL * len(sample))

    @cached_property
    def speaks_of_itself(self) -> bool:
        """Whether the page's prose often says "we" or "this site"."""
        sample = self.prose[:: max(1, len(self.prose) // SAMPLE)]
        return sum(map(is_own, map(self.reader.read, sample))) > max(1, USUAL * len(sample))

    @property
    def tells_of_others(self) -> bool:
        """Whether the page has prose, and this does not often speak to its reader."""
        return len(self.prose) >= ENOUGH and not self.speaks_to_readers

    def speaks(self, reading: Reading) -> bool:
        """Whether a block speaks to the reader or of itself, in words of its own."""
        own = is_addressed(reading) or is_own(reading)
        return own and not reading.quoted and not reading.speaks_of("said")

    def is_strange(self, reading: Reading) -> bool:
        """Whether a block speaks to the reader, or of itself, amid prose that does not."""
        if not self.tells_of_others or not self.speaks(reading):
            return False
        return is_addressed(reading) or not self.speaks_of_itself

    def is_topic(self, rule: Wording) -> bool:
        """Whether much of the page's prose speaks of what a rule looks for first."""
        if rule.id not in self.topics:
            self.topics[rule.id] = self._is_topic(rule.choices[0])
        return self.topics[rule.id]

    def _is_topic(self, concepts: Iterable[str]) -> bool:
        wanted = set(concepts)
        prose = set(self.prose)
        speaking = sum(
            not wanted.isdisjoint(self.reader.read(index).concepts)
            for index in self.candidates
            if index in prose
        )
        return speaking >= max(TOPIC_BLOCKS, TOPIC_SHARE * len(prose))

    def needed(self, verdict: Verdict, reading: Reading) -> float:
        """Return the strength that a rule must have to be sure of what was read."""
        rule = verdict.rule
        if not rule.address:
            return 1.0
        if self.is_topic(rule):
            return TOPIC
        if self.speaks_to_readers:
            return USUAL_MANNER
        strange = (
            reading.length in STRANGE_WORDS
            and is_addressed(reading)
            and not reading.speaks_of("said")
            and not reading.quoted
            and len(self.prose) >= ENOUGH
        )
        if not strange or (rule.easy and not any(map(reading.speaks_of, rule.easy))):
            return 1.0
        return STRANGE if is_own(reading) else ADDRESSED

    def is_line(self, index: int) -> bool:
        """Whether a block is a few words that are no sentence, no heading and no list item."""
        layout = self.layout
        kind = layout.parts.segments[index].kind
        return (
            0 < layout.lengths[index] <= LINE_WORDS
            and kind in ("paragraph", "control")
            and not layout.text_ends_with(index, ".", "。", ":", "：", ",", ";", "»", "”")
        )

    @cached_property
    def has_lines(self) -> bool:
        """Whether short lines are usual on the page: verse, dialogue, tables, a transcript."""
        layout = self.layout
        body = range(layout.edges[0], layout.edges[1] + 1) if layout.edges[0] >= 0 else range(0)
        kept = [index for index in body if layout.kept(index)]
        return sum(map(self.is_line, kept)) > max(4, LINES * len(kept))
