"""How far a widget reaches: heading, text and button are cut together.

From a block that a rule is sure of, the widget is its container as long as that holds no prose of
the article; where there is no such container (bare paragraphs, plain text), it is the neighbours
that speak of the same, or that are no sentences: a title above, buttons below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cleaners.boxes import boxes
from cleaners.findings import Finding, excerpt
from cleaners.layout import BODY_WORDS, HEADING_TAGS, PAGE_TAGS, Layout
from cleaners.manner import Manner, is_addressed, is_own
from cleaners.ruletable import Wording
from cleaners.strangers import strangers
from cleaners.wording import LABEL_WORDS, Reader, Verdict

MAX_WIDGET_WORDS = 220
MAX_WIDGET_BLOCKS = 40
SMALL_WIDGET_WORDS = 50
MAX_CONTINUED = 90
CONTINUED = 0.7
"""What a rule must show of prose beside a widget: "we", "you" and a sum make no appeal."""
TITLE_WORDS, AKIN_WORDS = 12, 40
ABOVE, BELOW = 3, 8
LEAST = 0.5
"""The strength below which a rule is never sure."""
CONTEXT = frozenset(
    {"we", "you", "please", "said", "site", "button", "money", "press", "give", "often", "network"}
)
AD_LABEL, RELATED_LABEL = "ad-label", "related-label"
ARROWS = ("→", "»", "›", ">", "▶", "⟶", "➜", "↗", "❯")


class Widgets:
    """The widgets of one page: seeds that rules are sure of, grown to their extents."""

    def __init__(
        self,
        layout: Layout,
        reader: Reader,
        verdicts: dict[int, list[Verdict]],
        candidates: Iterable[int],
    ) -> None:
        self.layout = layout
        self.reader = reader
        self.verdicts = verdicts
        self.manner = Manner(layout, reader, tuple(candidates))
        self.sure = {
            index: best
            for index, found in verdicts.items()
            if (best := next((v for v in found if self.may_cut(v, index)), None)) is not None
        }
        found = tuple(boxes(self.manner, self.sure))
        boxed = self.sure.keys() | {index for box in found for index in box.indexes}
        self.boxes = (*found, *strangers(self.manner, boxed))

    def may_cut(self, verdict: Verdict, index: int) -> bool:
        """Whether a rule cuts here: rules of the edge only before and after the article's prose."""
        rule = verdict.rule
        if not rule.cut or verdict.strength < LEAST or not self.layout.kept(index):
            return rule.cut and verdict.strength >= 1 and self.is_in_place(rule, index)
        needed = self.manner.needed(verdict, self.reader.read(index))
        return verdict.strength >= needed and self.is_in_place(rule, index)

    def is_in_place(self, rule: Wording, index: int) -> bool:
        """Whether a rule of the edge finds a block before or after the article's prose."""
        return not rule.edge or self.layout.is_at_edge(index)

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be cut, block by block; a widget's category is its surest block's."""
        taken: dict[int, int] = {}
        for seed in sorted(self.sure, key=lambda index: -self.sure[index].strength):
            if seed in taken:
                continue
            for index in sorted(self.extent(seed) - taken.keys()):
                taken[index] = seed
                yield self.finding(index, seed, self.sure[seed])
        for index, seed in list(self.between(taken)):
            taken[index] = seed
            yield self.finding(index, seed, self.sure[seed])
        for box in self.boxes:
            text = excerpt(self.layout.parts.segments[box.first].text)
            why = f"{box.verdict.rule.reason}: as a whole, from “{text}” on"
            rule = box.verdict.rule
            first = box.first - self.is_titled(box.first)
            for index in set(range(first, box.last + 1)) - taken.keys():
                taken[index] = box.first
                yield Finding(index, rule.category, rule.id, why, cut=True)

    def between(self, taken: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """Yield texts between the title and the button of a widget, each with its seed."""
        for above, seed in taken.items():
            index, below = above + 1, above + 2
            if index in taken or below not in taken or self.layout.is_heading(index):
                continue
            category = self.sure[seed].rule.category
            few = self.layout.lengths[above] <= TITLE_WORDS and self.layout.lengths[below] <= 10
            same = self.sure[taken[below]].rule.category == category
            spoken = self.reader.read(index).concepts.keys() & self.concepts_of(category)
            if few and same and spoken and self.layout.lengths[index] <= AKIN_WORDS:
                yield index, seed

    def finding(self, index: int, seed: int, verdict: Verdict) -> Finding:
        """Return the word on one block of a widget."""
        rule = verdict.rule
        if index == seed:
            return Finding(index, rule.category, rule.id, verdict.evidence, cut=True)
        text = excerpt(self.layout.parts.segments[seed].text)
        why = f"part of a widget that {rule.reason}: “{text}”"
        return Finding(index, rule.category, rule.id, why, cut=True, neighbour=True)

    def extent(self, seed: int) -> set[int]:
        """Return the blocks of the widget around a seed."""
        rule = self.sure[seed].rule
        label = rule.label is not None and self.layout.lengths[seed] <= LABEL_WORDS
        if not rule.grow:
            return {seed, *self.labelled(seed)}
        if label:
            return self.neighbours(seed, rule.category)
        first, last = self.container(seed)
        category, bottom = self.sure[seed].rule.category, last
        for index in range(last + 1, min(last + 1 + BELOW, len(self.layout.lengths))):
            if not self.belongs_below(index, category):
                break
            bottom = index
        top = first
        for index in range(first - 1, max(-1, first - 1 - ABOVE), -1):
            if not self.belongs_above(index, category):
                break
            top = index
        return set(range(top, bottom + 1))

    def labelled(self, seed: int) -> Iterator[int]:
        """Yield the blocks under a label "Advertisement" that sell something."""
        if self.sure[seed].rule.id != AD_LABEL:
            return
        for index in range(seed + 1, min(seed + 1 + ABOVE, len(self.layout.lengths))):
            selling = "affiliate" in self.reader.read(index).concepts
            if self.layout.lengths[index] >= BODY_WORDS or not selling:
                return
            yield index

    def neighbours(self, seed: int, category: str) -> set[int]:
        """Return a label and the short blocks beside it that speak of the same."""
        found = {seed}
        for step in (-1, 1):
            index = seed + step
            while self.near(index, category) and self.layout.lengths[index] <= LABEL_WORDS:
                found.add(index)
                index += step
        return found

    def container(self, seed: int) -> tuple[int, int]:
        """Return first and last block of the largest container without prose of the article."""
        parts = self.layout.parts
        first = last = seed
        for node in parts.ancestors(seed):
            if (
                node.tag in PAGE_TAGS
                or node.end - node.first > MAX_WIDGET_BLOCKS
                or self.layout.words_in(node) > MAX_WIDGET_WORDS
                or any(self.is_foreign(index, seed) for index in range(node.first, node.end))
                or not self.is_mostly(range(node.first, node.end), seed)
            ):
                break
            first, last = node.first, node.end - 1
        return first, last

    def is_foreign(self, index: int, seed: int) -> bool:
        """Whether a block in a seed's container is prose that no rule comes near to."""
        return (
            index != seed
            and self.layout.is_body(index)
            and not self.layout.is_heading(index)
            and not self.near(index, self.sure[seed].rule.category)
        )

    def is_mostly(self, indexes: range, seed: int) -> bool:
        """Whether most of a larger container's words come near to the seed's rule."""
        lengths = self.layout.lengths
        total = sum(lengths[index] for index in indexes)
        category = self.sure[seed].rule.category
        near = sum(lengths[i] for i in indexes if i == seed or self.near(i, category))
        return total <= SMALL_WIDGET_WORDS or near >= total / 2

    def near(self, index: int, category: str, least: float = 0.0) -> bool:
        """Whether a block comes near to a rule of a category, `least` the share it must reach."""
        found = self.verdicts.get(index, ())
        return any(v.rule.category == category and v.strength >= least for v in found)

    def continues(self, index: int, category: str) -> bool:
        """Whether a block speaks of the same as a widget beside it; prose must speak to readers."""
        prose = self.layout.is_prose(index)
        least = CONTINUED if prose else 0.0
        if not self.near(index, category, least) or self.layout.lengths[index] > MAX_CONTINUED:
            return False
        reading = self.reader.read(index)
        spoken = is_addressed(reading) or is_own(reading)
        return not prose or (spoken and not reading.speaks_of("said"))

    def is_akin(self, index: int, category: str) -> bool:
        """Whether a block goes with a widget beside it although no rule comes near to it.

        It speaks of a thing that the widget's rules look for, and to the reader or for the site, as
        the page's prose does not.
        """
        layout, reading = self.layout, self.reader.read(index)
        if layout.lengths[index] > AKIN_WORDS or layout.is_heading(index):
            return False
        if not (reading.concepts.keys() - CONTEXT) & self.concepts_of(category):
            return False
        if layout.is_prose(index):
            both = is_addressed(reading) and is_own(reading)
            return both and self.manner.is_strange(reading)
        return self.manner.speaks(reading)

    def heads_prose(self, index: int, category: str) -> bool:
        """Whether a block is the heading of the prose that goes on after a widget."""
        return self.layout.is_heading_of_prose(index) and not self.near(index + 1, category)

    def is_another(self, index: int, category: str, cutting: bool = False) -> bool:
        """Whether a block says that it is something else: advertising, a rights line.

        With `cutting`, and in a few words, only what a rule might cut for it counts, and not a
        label's mere name.
        """
        near = self.verdicts.get(index, ())
        sure = cutting or self.layout.lengths[index] <= LABEL_WORDS
        found = {
            verdict.rule.category
            for verdict in near
            if not sure
            or (verdict.rule.cut and (cutting or verdict.strength >= 1))
            or (verdict.rule.id == RELATED_LABEL and not cutting and self.heads_links(index))
        }
        return bool(found) and not {category, "navigation"} & found

    def is_titled(self, first: int) -> bool:
        """Whether the line above a box is its title."""
        layout, above = self.layout, first - 1
        if above < 0 or self.is_title(first) or not layout.kept(above):
            return False
        beside = layout.parent(above) == layout.parent(first)
        return beside and self.manner.is_line(above) and not self.manner.has_lines

    def is_title(self, index: int) -> bool:
        """Whether a block is a widget's title, above which it does not go on."""
        layout = self.layout
        short = layout.is_heading(index) or layout.lengths[index] <= TITLE_WORDS
        return short and layout.is_titlelike(index) and not layout.is_linked(index)

    def heads_links(self, index: int) -> bool:
        """Whether a label "More" is no button: a title follows that is linked, or it points on."""
        after = index + 1
        linked = after < len(self.layout.lengths) and self.layout.is_linked(after)
        titled = linked and self.layout.lengths[after] > LABEL_WORDS
        return titled or "button" not in self.reader.read(index).concepts

    def belongs_above(self, index: int, category: str) -> bool:
        """Whether a block is the upper part of the widget below it."""
        layout, segment = self.layout, self.layout.parts.segments[index]
        if self.is_another(index, category, cutting=True):
            return False
        if segment.kind == "control" and layout.parent(index) != layout.parent(index + 1):
            return False
        dropped = not layout.kept(index) and layout.lengths[index] <= TITLE_WORDS
        akin = not self.is_title(index + 1) and self.is_akin(index, category)
        if dropped or akin or self.continues(index, category):
            return True
        if layout.lengths[index] > 14 or segment.text.rstrip().endswith((".", "。", ":", ",")):
            return False
        tag = layout.parts.nodes[segment.node].tag
        concepts = self.reader.read(index).concepts.keys()
        if tag in HEADING_TAGS:
            return bool((concepts - CONTEXT) & self.concepts_of(category))
        return not layout.is_text or bool(concepts - {"said"})

    def concepts_of(self, category: str) -> frozenset[str]:
        """Return the concepts that the rules of a category weigh."""
        return self.reader.table.concepts.get(category, frozenset())

    def belongs_below(self, index: int, category: str) -> bool:
        """Whether a block is the lower part of the widget above it: its small print, its button."""
        layout, segment = self.layout, self.layout.parts.segments[index]
        length = layout.lengths[index]
        if self.is_another(index, category) or self.heads_prose(index, category):
            return False
        if self.continues(index, category) or self.is_akin(index, category):
            return True
        if segment.kind == "control" or not segment.words or layout.text_ends_with(index, *ARROWS):
            return length <= 10
        if length > 8 or segment.kind in ("heading", "title", "item"):
            return False
        if "button" in self.reader.read(index).concepts:
            return True
        loose = layout.is_linked(index) or (length <= 4 and not layout.is_text)
        return loose and not layout.ends_sentence(index)
