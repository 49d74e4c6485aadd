"""What a document teaches beyond its text: the marks of all its page's blocks, and a signature.

Made in the worker that cleaned the page, since it costs about as much as storing the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.marks import PageMarks, page_marks
from cleaners.records import Block, Document, Rejection
from corpus.similar import Signature, signature


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document, the marks of its page, and its signature."""

    document: Document
    marks: PageMarks
    signature: Signature


def enriched(outcome: Document | Rejection) -> Cleaned | Rejection:
    """Return a document with what it teaches; a rejection as it is."""
    if isinstance(outcome, Rejection):
        return outcome
    marks = page_marks(whole_blocks(outcome))
    return Cleaned(outcome, marks, signature(outcome.text))


def whole_blocks(document: Document) -> list[Block]:
    """Return every block of the page, kept or cut, whole whatever was cut of it."""
    blocks = {block.index: block for block in document.blocks}
    for removal in document.removals:
        known = blocks.get(removal.block.index, removal.block)
        blocks[removal.block.index] = max(known, removal.block, key=lambda block: len(block.text))
    return [blocks[index] for index in sorted(blocks)]
