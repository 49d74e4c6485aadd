"""A page block by block: what was kept, what was cut, by which stage and rule, on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from cleaners.records import Block, Document, Removal


@dataclass(frozen=True, slots=True)
class Verdict:
    """A block of the page and what was cut of it: nothing, spans of it, or all."""

    block: Block
    kept: bool
    removals: tuple[Removal, ...]


def verdicts(document: Document) -> list[Verdict]:
    """Return every block of a page, in the page's order, with its verdict.

    A block that was kept but for a sentence is shown whole, with that sentence's removal.
    """
    kept = {block.index: block for block in document.blocks}
    ordered = sorted(
        document.removals, key=lambda removal: (removal.block.index, removal.span or (0, 0))
    )
    cut = {index: tuple(group) for index, group in groupby(ordered, lambda item: item.block.index)}
    return [
        Verdict(
            max((removal.block for removal in cut[index]), key=lambda block: len(block.text))
            if index in cut
            else kept[index],
            index in kept,
            cut.get(index, ()),
        )
        for index in sorted(kept.keys() | cut.keys())
    ]
