"""Names for what is cut anyway and says nothing itself: by its kind, its links, its company.

Only blocks that the judge cuts and no other rule names are looked at; nothing is cut here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from cleaners.findings import Finding
from cleaners.layout import PAGE_TAGS, Layout
from cleaners.records import Category

TITLE_WORDS = 4
REACH = 3
CARD_WORDS = 120
SIZE = 4
"""One block in so many must be named for its container to name the rest: a menu with an entry
"Newsletter" is no newsletter prompt."""
COMPANY = frozenset({"comments", "related", "cookie", "author-bio", "promo", "newsletter", "share"})
"""Categories whose widgets hold blocks that say nothing of it: a comment, a teaser."""


def names(layout: Layout, named: Mapping[int, Category], vague: Set[int]) -> Iterator[Finding]:
    """Yield names for the blocks that are cut and not in `named`.

    Those in `vague` have a name that says little: only their company gives them a better one.
    """
    first, last = layout.edges
    for index in range(len(layout.lengths)):
        if layout.kept(index) or index in named:
            continue
        if (near := company(layout, named, index)) is not None:
            why = f"stands in one container with what is named {near}"
            yield Finding(index, near, "company", why, cut=False)
            continue
        if index in vague:
            continue
        category, rule, why = name(layout, index)
        if category is None and (index < first or index > last):
            category, rule, why = teaser(layout, index)
        if category is not None:
            yield Finding(index, category, rule, why, cut=False)


def name(layout: Layout, index: int) -> tuple[Category | None, str, str]:
    """Return a block's category, rule and evidence by its kind or its links."""
    segment = layout.parts.segments[index]
    if segment.kind == "caption":
        return "caption", "caption-kind", "marked up as a caption"
    if segment.kind == "control":
        return "navigation", "control", "a button or a form's label"
    if segment.link_density >= 0.8:
        if layout.lengths[index] >= TITLE_WORDS:
            return "related", "linked-title", "a link as long as a title, outside the article"
        return "navigation", "short-link", "a short link outside the article"
    return None, "", ""


def company(layout: Layout, named: Mapping[int, Category], index: int) -> Category | None:
    """Return the category that a block's neighbours in a small container share."""
    parts = layout.parts
    for node in list(parts.ancestors(index))[:REACH]:
        if node.tag in PAGE_TAGS or layout.words_in(node) > CARD_WORDS:
            return None
        found = [named[i] for i in range(node.first, node.end) if i in named and i != index]
        if len(set(found)) == 1 and found[0] in COMPANY:
            return found[0] if len(found) * SIZE >= node.end - node.first else None
    return None


def teaser(layout: Layout, index: int) -> tuple[Category | None, str, str]:
    """Return "related" for a block in a small container with a linked title, off the article."""
    parts = layout.parts
    for node in list(parts.ancestors(index))[:REACH]:
        if node.tag in PAGE_TAGS or layout.words_in(node) > CARD_WORDS:
            break
        if any(
            layout.is_linked(i) and layout.lengths[i] >= TITLE_WORDS
            for i in range(node.first, node.end)
        ):
            return "related", "teaser", "stands beside a linked title, outside the article"
    return None, "", ""
