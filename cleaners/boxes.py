"""Widgets that only tell as a whole: a question, a sentence and a button, none of them enough.

The blocks of a small container, or of a run of short bare paragraphs, are read as one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from cleaners.layout import PAGE_TAGS, Layout
from cleaners.manner import Manner, is_addressed, is_own
from cleaners.ruletable import Wording
from cleaners.wording import Reading, Verdict

MAX_BLOCKS = 8
MAX_WORDS = 90
BUTTONED = (1.0, 0.8, 0.65)
"""The share of a rule's threshold that is enough for blocks with no, one, or more buttons."""
EASY_WORDS = 40
"""Words of a widget's longest block up to which its buttons make less enough."""
PRESSED_WORDS = 6
TITLE_WORDS = 12
BUTTON_WORDS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks `first` to `last` and the rule that they satisfy together."""

    first: int
    last: int
    verdict: Verdict

    @property
    def indexes(self) -> range:
        """The blocks of the box."""
        return range(self.first, self.last + 1)


def boxes(manner: Manner, sure: Container[int]) -> Iterator[Box]:
    """Yield boxes around kept blocks that may be part of a widget, without what is `sure`."""
    layout = manner.layout
    seen: set[tuple[int, int]] = set()
    for index in manner.candidates:
        if not layout.kept(index) or index in sure:
            continue
        for first, last in (*containers(layout, index), *runs(layout, index)):
            if (first, last) in seen or any(i in sure for i in range(first, last + 1)):
                continue
            seen.add((first, last))
            verdict = together(manner, range(first, last + 1))
            if verdict is not None:
                yield Box(first, last, verdict)
                break


def containers(layout: Layout, index: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a block's containers that are small enough for a widget."""
    for node in layout.parts.ancestors(index):
        size = node.end - node.first
        if node.tag in PAGE_TAGS or size > MAX_BLOCKS or layout.words_in(node) > MAX_WORDS:
            return
        if size > 1:
            yield node.first, node.end - 1


def runs(layout: Layout, index: int) -> Iterator[tuple[int, int]]:
    """Yield a block with the buttons below it and the title above, where these look like it."""
    if layout.lengths[index] > MAX_WORDS or layout.is_heading(index):
        return
    last, place = index, layout.parent(index)
    for below in range(index + 1, min(index + 4, len(layout.lengths))):
        if not is_button(layout, below) or (
            layout.parent(below) != place and layout.is_body(index)
        ):
            break
        last = below
    first = index - 1 if index and is_title(layout, index - 1) else index
    if first < last:
        yield first, last
    if first == index < last and index and is_sentence(layout, index - 1):
        yield first - 1, last


def is_button(layout: Layout, index: int) -> bool:
    """Whether a block can be a widget's button or field: some words, no sentence."""
    segment = layout.parts.segments[index]
    short = layout.lengths[index] <= BUTTON_WORDS and segment.kind in ("paragraph", "control")
    return short and not layout.text_ends_with(index, ".", "。", ":", "：")


def is_title(layout: Layout, index: int) -> bool:
    """Whether a block can be a widget's title without being marked up as one."""
    segment = layout.parts.segments[index]
    short = layout.lengths[index] <= TITLE_WORDS and segment.kind == "paragraph"
    linked = layout.is_linked(index)  # the button of what stands above
    return short and not linked and not layout.text_ends_with(index, ".", "。", ",", ":", "：")


def is_sentence(layout: Layout, index: int) -> bool:
    """Whether a block is one short sentence, as a widget may begin with."""
    segment = layout.parts.segments[index]
    return 0 < layout.lengths[index] <= TITLE_WORDS and segment.kind == "paragraph"


def together(manner: Manner, indexes: range) -> Verdict | None:
    """Return the rule that blocks satisfy when they are read as one."""
    layout, reader = manner.layout, manner.reader
    if not all(speaks_for_itself(manner, index) for index in indexes):
        return None
    reading = merged(reader.read(index) for index in indexes)
    longest = max(indexes, key=lambda index: layout.lengths[index])
    ease = buttoned(manner, indexes, reading) if layout.lengths[longest] <= EASY_WORDS else 1.0
    found = [
        verdict
        for verdict in reader.weigh(reading, layout.parts.segments[longest])
        if verdict.rule.cut
        and verdict.rule.grow
        and all(comes_near(manner, index, verdict.rule) for index in (indexes[0], indexes[-1]))
        and verdict.strength >= ease * manner.needed(verdict, reading)
    ]
    return found[0] if found else None


def comes_near(manner: Manner, index: int, rule: Wording) -> bool:
    """Whether a block is no prose, or prose that comes near to a rule by its own words.

    Asked of a box's first and last block: the article's next paragraph stands under a widget's
    last button, and reads on as if it were part of it.
    """
    if not manner.layout.is_prose(index):
        return True
    return any(near.rule is rule for near in manner.reader.verdicts(index))


def speaks_for_itself(manner: Manner, index: int) -> bool:
    """Whether a block is no prose, or prose that speaks to the reader or of itself."""
    if not manner.layout.is_prose(index):
        return True
    reading = manner.reader.read(index)
    return is_addressed(reading) or is_own(reading)


def buttoned(manner: Manner, indexes: range, reading: Reading) -> float:
    """Return the share of its threshold that is enough for a rule: buttons tell a widget."""
    if not is_addressed(reading) and not is_own(reading):
        return 1.0
    buttons = sum(looks_pressed(manner, index) for index in indexes)
    return BUTTONED[min(buttons, len(BUTTONED) - 1)]


def looks_pressed(manner: Manner, index: int) -> bool:
    """Whether a block is a button, or reads like one: a few words, marked, known, or unusual."""
    layout = manner.layout
    segment = layout.parts.segments[index]
    if layout.lengths[index] > PRESSED_WORDS or segment.kind in ("heading", "title", "item"):
        return False
    if segment.kind == "control" or layout.is_linked(index):
        return True
    if "button" in manner.reader.read(index).concepts:
        return True
    return manner.is_line(index) and not manner.has_lines


def merged(readings: Iterable[Reading]) -> Reading:
    """Return what blocks say together."""
    concepts: dict[str, int] = {}
    counts: dict[str, int] = {}
    length = 0
    for reading in readings:
        length += reading.length
        for concept, bits in reading.concepts.items():
            concepts[concept] = concepts.get(concept, 0) | bits
        for concept, count in reading.counts.items():
            counts[concept] = counts.get(concept, 0) + count
    return Reading(concepts, (), length, False, counts)
