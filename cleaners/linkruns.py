"""Related posts told by their shape: linked titles one below another, under a line of some words.

What the line says does not matter, unless it names the sources of what stands above. Lists of
other articles under a heading that is known for it are `lists`' affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from cleaners.findings import Finding, excerpt
from cleaners.layout import Layout
from cleaners.wording import Reader

LINKED = 0.9
TITLE_WORDS = range(3, 26)
TITLE_LEAST = 4
"""Words of a title without a link; the line above has fewer than any, or it is one of them."""
LEAST = 2
MOST = 8
HEAD_WORDS = 8
LINE_WORDS = 14
LEAST_PROSE = 4
USUAL = 0.25
"""The share of linked lines among the blocks that are kept from which these are the text's own."""
SOURCES = "sources"


def findings(layout: Layout, reader: Reader, taken: Set[int]) -> Iterator[Finding]:
    """Yield runs of linked titles in and after the prose, with the line above, none of `taken`."""
    found = [] if layout.is_text else list(line_runs(layout, reader, taken))
    yield from found
    taken = taken | {finding.index for finding in found}
    linked = [index for index in range(1, len(layout.lengths)) if is_linked_title(layout, index)]
    if not linked or is_usual(layout, linked):
        return
    for first, last in consecutive(linked):
        head = first - 1
        run = range(head, last + 1)
        if not LEAST <= last - first + 1 <= MOST or not taken.isdisjoint(run):
            continue
        if not is_head(layout, reader, head) or layout.is_body(head):
            continue
        why = f"linked titles under “{excerpt(layout.parts.segments[head].text)}”"
        for index in run:
            yield Finding(index, "related", "related-run", why, cut=True)


def line_runs(layout: Layout, reader: Reader, taken: Set[int]) -> Iterator[Finding]:
    """Yield a run of titles without links, with the line above, amid prose that has no such lines.

    What stands before the prose is left alone: headline, byline and date are short lines as well.
    """
    first, prose = layout.edges[0], sum(map(layout.is_body, range(len(layout.lengths))))
    lines = [i for i in range(first + 1, len(layout.lengths)) if is_line(layout, i)]
    if first < 0 or prose < LEAST_PROSE or not LEAST < len(lines) <= MOST:
        return
    run = range(lines[0], lines[-1] + 1)
    if len(run) != len(lines) or not taken.isdisjoint(run) or is_head_of(layout, run.stop):
        return
    head, shortest = layout.lengths[run.start], min(layout.lengths[run.start + 1 : run.stop])
    if (
        SOURCES in reader.read(run.start).concepts
        or head >= shortest
        or shortest < TITLE_LEAST
        or head > HEAD_WORDS
    ):
        return
    why = f"titles under “{excerpt(layout.parts.segments[run.start].text)}”"
    for index in run:
        yield Finding(index, "related", "related-run", why, cut=True)


def is_head_of(layout: Layout, index: int) -> bool:
    """Whether prose of the text follows a run, which might then be its heading."""
    return index < len(layout.lengths) and layout.lengths[index - 1] <= 2 and layout.is_body(index)


def is_line(layout: Layout, index: int) -> bool:
    """Whether a paragraph is some words that are no sentence."""
    segment = layout.parts.segments[index]
    return (
        segment.kind == "paragraph"
        and not segment.anchors
        and "\n" not in segment.text
        and layout.kept(index)
        and 2 <= layout.lengths[index] <= LINE_WORDS
        and not layout.text_ends_with(
            index, ".", "。", ":", "：", ",", ";", "!", "…", "”", "»", '"'
        )
    )


def is_linked_title(layout: Layout, index: int) -> bool:
    """Whether a paragraph of its own is a link as long as a title, and nothing else."""
    segment = layout.parts.segments[index]
    return (
        segment.link_density >= LINKED
        and segment.kind == "paragraph"
        and len(segment.anchors) == 1
        and not segment.anchors[0][1].startswith("#")
        and layout.lengths[index] in TITLE_WORDS
    )


def is_usual(layout: Layout, linked: list[int]) -> bool:
    """Whether linked lines are what much of the page's text is made of."""
    kept = sum(map(layout.kept, linked))
    return kept > USUAL * sum(map(layout.kept, range(len(layout.lengths))))


def consecutive(indexes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of consecutive numbers."""
    first = last = indexes[0]
    for index in indexes[1:]:
        if index != last + 1:
            yield first, last
            first = index
        last = index
    yield first, last


def is_head(layout: Layout, reader: Reader, index: int) -> bool:
    """Whether a block can be the heading of such a run: a few words, no link, no sources."""
    segment = layout.parts.segments[index]
    return (
        segment.kind in ("paragraph", "heading")
        and layout.kept(index)
        and layout.parent(index) == layout.parent(index + 1)
        and 0 < layout.lengths[index] <= HEAD_WORDS
        and not layout.is_linked(index)
        and not layout.text_ends_with(index, ".", "。", "!")
        and SOURCES not in reader.read(index).concepts
    )
