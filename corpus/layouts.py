"""Which layouts are unusual on a site.

A layout is the path of the element that holds a page's text (`corpus.facts`). Many systems write
into its classes what the page is about (`tag-harbour`, `category-sport`), so that hardly two pages
have the same; layouts are alike when their elements are the same and have some classes in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

USUAL, LEAST_PAGES = 0.03, 2
"""A layout is usual that so large a share of a site's pages has, and so many of them."""
IN_COMMON = 1 / 3
"""The share of an element's classes that the like one has too, of the one that has fewer."""

Layout = tuple[tuple[str, frozenset[str]], ...]
"""The elements, nearest first, each with its classes."""


def unusual(history: Sequence[str], current: Iterable[str]) -> frozenset[str]:
    """Return those of all the layouts that no usual number of the history's pages has.

    >>> sorted(unusual(["main.story.tag-a"] * 2 + ["main.story.tag-b", "p"], ["main.tale", ""]))
    ['', 'main.tale', 'p']
    """
    pages = Counter(history)
    parsed = {layout: _parsed(layout) for layout in {*pages, *current}}
    least = max(LEAST_PAGES, USUAL * len(history))
    return frozenset(
        layout
        for layout, own in parsed.items()
        if sum(number for other, number in pages.items() if _alike(own, parsed[other])) < least
    )


def _parsed(layout: str) -> Layout:
    elements = (element.split(".") for element in layout.split(">"))
    return tuple((tag, frozenset(classes)) for tag, *classes in elements)


def _alike(one: Layout, other: Layout) -> bool:
    return len(one) == len(other) and all(map(_same_element, one, other))


def _same_element(one: tuple[str, frozenset[str]], other: tuple[str, frozenset[str]]) -> bool:
    (tag, classes), (other_tag, others) = one, other
    if tag != other_tag or bool(classes) != bool(others):
        return False
    return len(classes & others) >= IN_COMMON * min(len(classes), len(others))
