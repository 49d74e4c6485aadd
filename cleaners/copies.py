"""Second copies of the same text on one page: the title as a heading, a mobile version beside the
desktop one, a body that is printed again for sharing.

A refrain is not a copy: a short text that returns is left alone unless its neighbours return with
it, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from cleaners.findings import Finding
from cleaners.segments import Segmentation, word_list

LONG = 40
"""Words from which a text does not return by chance or for effect."""
SHORT = 4
RUN = 3
PROSE = 12
REPEATING = frozenset({"heading", "item"})
"""Kinds of lines that repeat a title: itself, and its entry in a menu of the site."""
SEPARATOR = re.compile(r"\s+[-|–—·•»:/]+\s+|\s*[|»]\s*")


def find_copies(parts: Segmentation, kept: Iterable[int]) -> list[Finding]:
    """Return a cut for each kept segment that repeats an earlier kept one.

    Of texts shorter than `LONG` words only those in a run of at least `RUN` that follow each other
    as their first copies do.
    """
    order = [index for index in kept if len(parts.segments[index].words) >= SHORT]
    first: dict[tuple[str, ...], int] = {}
    twin: list[int | None] = []
    for place, index in enumerate(order):
        seen = first.setdefault(tuple(parts.segments[index].words), place)
        twin.append(seen if seen != place else None)
    cuts = []
    for place, index in enumerate(order):
        earlier = twin[place]
        if earlier is None:
            continue
        words = len(parts.segments[index].words)
        if words >= LONG or run_length(twin, place) >= RUN:
            where = f"the same {words} words stand in block {order[earlier]}"
            cuts.append(Finding(index, "other", "copy", where, cut=True))
    return cuts


def find_titles(parts: Segmentation, kept: Collection[int], titles: Iterable[str]) -> list[Finding]:
    """Return a finding for each line before the first paragraph that repeats a page's title.

    `titles` are those that the page declares; one may carry the site's name, set off by a mark.
    Of a page that declares none, the first-level heading is the title. What is in `kept` is cut;
    a heading that is not gets its name.
    """
    known: set[tuple[str, ...]] = set()
    whole: set[tuple[str, ...]] = set()
    for title in titles:
        pieces = [tuple(word_list(piece)) for piece in (title, *SEPARATOR.split(title))]
        known.update(pieces)
        whole |= {pieces[0], max(pieces[1:], key=len)}
    known.discard(())
    found = []
    for index, segment in enumerate(parts.segments):
        stays = index in kept
        if stays and segment.kind == "paragraph" and len(segment.words) >= PROSE:
            break
        repeats = segment.kind in REPEATING and tuple(segment.words) in known
        if repeats and (stays or (segment.kind == "heading" and tuple(segment.words) in whole)):
            why = "repeats the page's title"
        elif stays and not known and segment.kind == "heading" and segment.level == 1:
            why = "the first-level heading of a page that declares no title"
        else:
            continue
        found.append(Finding(index, "other", "title", why, cut=stays))
    return found


def run_length(twin: list[int | None], place: int) -> int:
    """Return how many neighbours, the segment included, repeat what follows in the same order."""
    low = high = place
    while low > 0 and follows(twin[low - 1], twin[low]):
        low -= 1
    while high + 1 < len(twin) and follows(twin[high], twin[high + 1]):
        high += 1
    return high - low + 1


def follows(one: int | None, two: int | None) -> bool:
    """Whether two places are both known and next to each other."""
    return one is not None and two is not None and two - one == 1
