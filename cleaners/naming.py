"""Names for what is cut anyway and says nothing itself: by its kind, its links, its company.

Only blocks that the judge cuts and no other rule names are looked at; nothing is cut here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from cleaners.findings import Finding
from cleaners.layout import LEAST_TITLE, LINKED, PAGE_TAGS, Layout
from cleaners.records import Category
from cleaners.segments import Node

REACH = 3
CARD_WORDS = 120
SIZE = 4
"""One block in so many must be named for its container to name the rest: a menu with an entry
"Newsletter" is no newsletter prompt."""
COMPANY_RULE = "company"
"""The rule that names a block after the others in its small container."""
BESIDE = "stands beside a linked title, outside the article"
COMPANY = frozenset({"comments", "related", "cookie", "author-bio", "promo", "newsletter", "share"})
"""Categories whose widgets hold blocks that say nothing of it: a comment, a teaser."""


def names(layout: Layout, named: Mapping[int, Category], vague: Set[int]) -> Iterator[Finding]:
    """Yield names for the blocks that are cut and not in `named`.

    Those in `vague` have a name that says little: only their company gives them a better one.
    """
    first, last = layout.edges
    companies: dict[int, Category | None] = {}
    teasers: dict[int, bool] = {}
    for index, segment in enumerate(layout.parts.segments):
        if layout.kept(index) or index in named:
            continue
        if segment.node not in companies:
            companies[segment.node] = company(layout, named, segment.node)
        near = companies[segment.node]
        if near is not None and not (near == "author-bio" and layout.is_linked_title(index)):
            why = f"stands in one container with what is named {near}"
            yield Finding(index, near, COMPANY_RULE, why, cut=False)
            continue
        if index in vague:
            continue
        category, rule, why = name(layout, index)
        if category is None and (index < first or index > last):
            if segment.node not in teasers:
                teasers[segment.node] = is_teaser(layout, segment.node)
            if teasers[segment.node]:
                category, rule, why = "related", "teaser", BESIDE
        if category is not None:
            yield Finding(index, category, rule, why, cut=False)


def name(layout: Layout, index: int) -> tuple[Category | None, str, str]:
    """Return a block's category, rule and evidence by its kind or its links."""
    segment = layout.parts.segments[index]
    if segment.kind == "caption":
        return "caption", "caption-kind", "marked up as a caption"
    if segment.kind == "control":
        return "navigation", "control", "a button or a form's label"
    if layout.is_linked_title(index):
        return "related", "linked-title", "a link as long as a title, outside the article"
    if segment.link_density >= LINKED:
        return "navigation", "short-link", "a short link outside the article"
    return None, "", ""


def company(layout: Layout, named: Mapping[int, Category], at: int) -> Category | None:
    """Return the category that what is named in a small container shares."""
    for node in small_containers(layout, at):
        found = [named[i] for i in range(node.first, node.end) if i in named]
        if len(set(found)) == 1 and found[0] in COMPANY:
            return found[0] if len(found) * SIZE >= node.end - node.first else None
    return None


def is_teaser(layout: Layout, at: int) -> bool:
    """Whether a container, or a small one around it, holds a linked title."""
    return any(
        layout.is_linked(i) and layout.lengths[i] >= LEAST_TITLE
        for node in small_containers(layout, at)
        for i in range(node.first, node.end)
    )


def small_containers(layout: Layout, at: int) -> Iterator[Node]:
    """Yield a container and the next ones around it, as long as they hold few words."""
    nodes = layout.parts.nodes
    for _ in range(REACH):
        if at < 0 or nodes[at].tag in PAGE_TAGS or layout.words_in(nodes[at]) > CARD_WORDS:
            return
        yield nodes[at]
        at = nodes[at].parent
