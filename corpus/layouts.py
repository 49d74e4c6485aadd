"""Which layouts are unusual on a site.

A layout is the path of the element that holds a page's text (`corpus.facts`). Many systems write
into its classes what the page is about (`tag-harbour`, `category-sport`), so that hardly two pages
have the same, and sections differ a little: layouts are alike when the nearest element is the same
and most of the telling ones are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

USUAL, LEAST_PAGES = 0.01, 2
"""A layout is usual that so large a share of a site's pages has, and so many of them."""
IN_COMMON = 1 / 3
"""The share of an element's classes that the like one has too, of the one that has fewer."""

LEAST_ALIKE = 0.6
"""The share of two layouts' elements, by weight, that must be the same."""
OUTERMOST = frozenset(["body", "html"])
PLAIN_TAGS, PLAIN_WEIGHT = frozenset(["div", "span"]), 0.25
"""Elements that tell little where they have no class."""

Element = tuple[str, frozenset[str]]
"""A tag and its classes."""
Layout = tuple[Element, ...]
"""The elements, nearest first."""
PLAIN: Element = ("div", frozenset())


def unusual(history: Sequence[str], current: Iterable[str]) -> frozenset[str]:
    """Return those of all the layouts that no usual number of the history's pages has.

    >>> sorted(unusual(["main.story.tag-a"] * 2 + ["main.story.tag-b", "p"], ["main.tale", ""]))
    ['', 'main.tale', 'p']
    """
    parsed = {layout: _parsed(layout) for layout in {*history, *current}}
    seen = Counter(name for layout in parsed.values() for name in _classes(layout))
    own = {layout: _without_unique(elements, seen) for layout, elements in parsed.items()}
    pages = Counter(own[layout] for layout in history)
    least = max(LEAST_PAGES, USUAL * len(history))
    rare = {
        one
        for one in {*own.values()}
        if sum(number for other, number in pages.items() if _alike(one, other)) < least
    }
    return frozenset(layout for layout, elements in own.items() if elements in rare)


def _parsed(layout: str) -> Layout:
    elements = [element.split(".") for element in layout.split(">") if element]
    telling = [one for place, one in enumerate(elements) if not place or one[0] not in OUTERMOST]
    return tuple((tag, frozenset(classes)) for tag, *classes in telling)


def _classes(layout: Layout) -> set[str]:
    return {name for _, classes in layout for name in classes}


def _without_unique(layout: Layout, seen: Counter[str]) -> Layout:
    """Return a layout without classes that no other has, but for an element's only ones."""
    shared = [(tag, frozenset(name for name in own if seen[name] > 1)) for tag, own in layout]
    return tuple((tag, kept or own) for (tag, own), (_, kept) in zip(layout, shared, strict=True))


def _alike(one: Layout, other: Layout) -> bool:
    if one == other:
        return True
    same = [_same(*pair) for pair in zip(one, other, strict=False)]
    weights = [max(map(_weight, pair)) for pair in zip_longest(one, other, fillvalue=PLAIN)]
    matched = sum(weight for weight, found in zip(weights, same, strict=False) if found)
    return bool(same) and same[0] and matched >= LEAST_ALIKE * sum(weights)


def _same(one: Element, other: Element) -> bool:
    (tag, classes), (other_tag, others) = one, other
    if tag != other_tag or bool(classes) != bool(others):
        return False
    return len(classes & others) >= IN_COMMON * min(len(classes), len(others))


def _weight(element: Element) -> float:
    return PLAIN_WEIGHT if element[0] in PLAIN_TAGS and not element[1] else 1.0
