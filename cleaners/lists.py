"""Related posts: a telling heading and the links under it, and pointers within the text.

"Read also: …" is cut as a paragraph, or as a sentence of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from cleaners.findings import Finding, excerpt
from cleaners.layout import PAGE_TAGS, Layout
from cleaners.lexicon import Hit
from cleaners.segments import WORDS, Segment, link_spans
from cleaners.wording import Reader

HEADING_EXTRA = 4
"""Words that a heading may have beyond its wording: "More from our correspondents"."""
MAX_FOLLOWERS = 15
MAX_UNLINKED = 6
MAX_POINTER_WORDS = 40
MAX_LIST_WORDS = 400
LETTER = frozenset({"letter", "inbox", "subscribe", "subscribers_only"})
"""Concepts of a prompt to sign up or subscribe, which may start as a list does."""
COLON = re.compile(r"\s*[:：–—|»›▶→]")
SENTENCE = re.compile(r"[.!?…][\"”»)\]]*\s+(?=\W*[^\W\d_])|[。！？]")
OPENING = "([{（【［"
CLOSING = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "［": "］"}


def findings(
    layout: Layout, reader: Reader, candidates: Iterable[int], cut: Set[int]
) -> Iterator[Finding]:
    """Yield related lists and pointers, each block once, and none of the blocks `cut` already."""
    taken = set(cut)
    for index in candidates:
        if index in taken:
            continue
        reading = reader.read(index)
        concepts = {hit.concept for hit in reading.hits}
        found: list[Finding] = []
        if "read_also" in concepts:
            found = list(pointers(layout, index, reading.hits))
        if not found and "related_head" in concepts:
            found = list(related_list(layout, reader, index, taken))
        taken.update(finding.index for finding in found)
        yield from found


def related_list(layout: Layout, reader: Reader, index: int, taken: Set[int]) -> Iterator[Finding]:
    """Yield the blocks of a list of related posts that starts with its heading at `index`."""
    reading = reader.read(index)
    wording = max((h.end for h in reading.hits if h.concept == "related_head"), default=0)
    segment = layout.parts.segments[index]
    extra = HEADING_EXTRA if wording > 1 else 0
    if len(segment.words) > wording + extra or layout.text_ends_with(index, "."):
        return
    members = [at for at in followers(layout, index, taken) if at not in taken]
    if any(is_letter(layout, reader, at) for at in (index, *members)):
        return
    telling = layout.text_ends_with(index, ":", "：") or len(segment.words) <= wording + 1
    if not members and not (telling and is_over(layout, index, taken)):
        return
    why = f"a heading of related posts: “{excerpt(segment.text)}”"
    yield Finding(index, "related", "related-list", why, cut=True)
    for member in members:
        text = f"stands under the heading “{excerpt(segment.text)}”"
        loose = not layout.is_linked(member)  # a title's words are not about the page
        yield Finding(member, "related", "related-list", text, cut=True, neighbour=loose)


def is_letter(layout: Layout, reader: Reader, index: int) -> bool:
    """Whether a short block without a link speaks of mail: a prompt to sign up, not a list."""
    concepts = reader.read(index).concepts
    spoken = any(concepts.get(name, 0) & reader.languages for name in LETTER)
    return spoken and layout.lengths[index] <= HEADING_EXTRA and not layout.is_linked(index)


def followers(layout: Layout, index: int, taken: Set[int]) -> list[int]:
    """Return the blocks under a heading: its container's, else the run of titles and links."""
    for node in layout.parts.ancestors(index):
        if node.tag in PAGE_TAGS or layout.words_in(node) > MAX_LIST_WORDS:
            break
        inside = range(index + 1, node.end)
        if node.first == index and inside and not any(map(layout.is_prose, inside)):
            return list(inside)
    found: list[int] = []
    for at in range(index + 1, min(index + 1 + MAX_FOLLOWERS, len(layout.lengths))):
        if at in taken:
            break
        linked = layout.is_linked(at) and layout.lengths[at] <= 40
        if not (linked or (len(found) < MAX_UNLINKED and is_title(layout, at))):
            break
        found.append(at)
    return found


def is_title(layout: Layout, index: int) -> bool:
    """Whether a block without a link can be the title of another article."""
    return (
        layout.is_titlelike(index)
        and layout.lengths[index] <= 16
        and layout.parts.segments[index].kind == "paragraph"
        and not layout.is_heading_of_prose(index)
    )


def is_over(layout: Layout, index: int, taken: Set[int]) -> bool:
    """Whether no prose follows."""
    rest = range(index + 1, len(layout.lengths))
    return not any(layout.is_body(i) for i in rest if i not in taken)


def pointers(layout: Layout, index: int, hits: Iterable[Hit]) -> Iterator[Finding]:
    """Yield a block, or sentences of one, that point to another article."""
    segment = layout.parts.segments[index]
    places = [match.span() for match in WORDS.finditer(segment.text)]
    if len(places) != len(segment.words):
        return
    done = 0
    for hit in hits:
        start = places[hit.start][0]
        if hit.concept != "read_also" or start < done:
            continue
        end = places[hit.end - 1][1]
        colon = COLON.match(segment.text, end)
        after = colon.end() if colon else end if leads_to_link(segment, hit, end) else None
        span = pointer_span(segment, start, after) if after is not None else None
        if span is None or not is_pointer(layout, index, hit, span):
            continue
        done = span[1]
        why = f"points to another article: “{excerpt(segment.text[slice(*span)])}”"
        whole = not segment.text[: span[0]].strip() and not segment.text[span[1] :].strip(" .")
        yield Finding(
            index, "related", "related-pointer", why, cut=True, span=None if whole else span
        )


def leads_to_link(segment: Segment, hit: Hit, end: int) -> bool:
    """Whether a link that ends the block stands right after a wording of some words."""
    last = len(segment.text.rstrip(" .!"))
    spans = link_spans(segment)
    return hit.end - hit.start > 2 and any(s.start - end in (1, 2) and s.end >= last for s in spans)


def pointer_span(segment: Segment, start: int, after: int) -> tuple[int, int] | None:
    """Return the characters of a pointer: a sentence of its own, a bracket, a link."""
    text = segment.text
    before = text[:start].rstrip()
    if before and before[-1] in OPENING:
        close = text.find(CLOSING[before[-1]], after)
        return (len(before) - 1, close + 1) if close > 0 else None
    if before and before[-1] not in '.!?…"”»)。！？」\n' and "\n" not in text[len(before) : start]:
        return None
    newline = text.find("\n", after)
    end = newline if newline > 0 else len(text)
    for link in link_spans(segment):
        if after <= link.start <= after + 2:
            tail = re.compile(r"[\s.!?…]*").match(text, link.end)
            return start, min(end, tail.end() if tail else link.end)
    if (stop := SENTENCE.search(text, after + 1, end)) is not None:
        end = stop.end()
    return start, end


def is_pointer(layout: Layout, index: int, hit: Hit, span: tuple[int, int]) -> bool:
    """Whether what stands after a colon is a title; a single word before it needs more to tell."""
    segment = layout.parts.segments[index]
    text = segment.text[slice(*span)].rstrip()
    if not 2 <= len(text.split()) <= MAX_POINTER_WORDS and text.isascii():
        return False
    if hit.end - hit.start >= 2:
        return True
    linked = any(span[0] <= link.start < span[1] for link in link_spans(segment))
    return linked or (span[0] == 0 and not text.endswith((".", "。")))
