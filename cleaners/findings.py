"""What the rules say of a page's blocks."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.records import Category


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's word on a block, or on characters `span` of one.

    With `cut` it is enough to cut what the judge keeps; without, it names the category of what is
    cut anyway. `rule` is a stable id, `evidence` a sentence for a reader. A `neighbour` goes with
    the block that a rule speaks of.
    """

    index: int
    category: Category
    rule: str
    evidence: str
    cut: bool
    span: tuple[int, int] | None = None
    neighbour: bool = False


KEPT = 0.5
"""The score from which a block counts as kept when extents are found."""
EXCERPT = 60


def excerpt(text: str) -> str:
    """Return the beginning of a text for use in evidence.

    >>> excerpt("one  two")
    'one two'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else flat[: EXCERPT - 1].rstrip() + "…"
