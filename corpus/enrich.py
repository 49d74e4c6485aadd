"""What a document teaches beyond its text: the marks of all its page's blocks, and a signature.

Made in the worker that cleaned the page, since it costs about as much as storing the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.marks import Marks, page_marks
from cleaners.records import Document, Rejection
from corpus.similar import Signature, signature


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document, the marks of its page, and its signature."""

    document: Document
    marks: Marks
    signature: Signature


def enriched(outcome: Document | Rejection) -> Cleaned | Rejection:
    """Return a document with what it teaches; a rejection as it is."""
    if isinstance(outcome, Rejection):
        return outcome
    marks = page_marks(block_texts(outcome))
    return Cleaned(outcome, marks, signature(outcome.text))


def block_texts(document: Document) -> list[str]:
    """Return the whole text of every block of the page, kept or cut, whatever was cut of it."""
    texts = {block.index: block.text for block in document.blocks}
    for removal in document.removals:
        known = texts.get(removal.block.index, "")
        texts[removal.block.index] = max(known, removal.block.text, key=len)
    return [texts[index] for index in sorted(texts)]
