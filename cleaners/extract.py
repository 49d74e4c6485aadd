"""trafilatura's vote: the share of each segment's words that trafilatura would keep.

trafilatura gives text, not places. Its output is aligned with the page's segments by the longest
common subsequence of words, so a short segment is matched by its order among its neighbours and
not by a search for its text. What to make of the vote is the judge's affair.
"""

from __future__ import annotations

import logging
from copy import copy
from functools import cache
from itertools import compress, pairwise
from operator import or_

import numpy as np
import numpy.typing as npt
from lxml import etree, html
from rapidfuzz.distance import LCSseq
from trafilatura import bare_extraction
from trafilatura.settings import MANUALLY_CLEANED, Extractor
from trafilatura.settings import Document as ExtractedDocument

from cleaners.blocks import SKIPPED_TAGS
from cleaners.segments import Segmentation, word_list

MAX_CELLS = 2_000_000_000
"""Words × words above which alignment goes by trigrams: memory is a bit a cell."""
MAX_LINK_WORK = 5_000_000_000
"""Characters of links × elements that hold each: some ten times what the longest pages have."""
LINK_CHARS = 10_000
"""What a link costs by itself, in characters."""
FEW_LINKS = 300
"""Links that no nesting makes into more work than that, so that most pages need no count."""

Shares = npt.NDArray[np.float64]
UNSEEN = tuple(SKIPPED_TAGS - {"head", "noscript", "math", "iframe", "audio", "video"})
UNREAD = tuple(
    set(MANUALLY_CLEANED) - {"figure", "form", "head", "html", "body", "fieldset", "ins", "time"}
)
"""What trafilatura leaves out wherever it stands, but for what it looks at first."""
MOST = 0.5
"""The share of a page's characters that may stand in `UNREAD` before the page is taken for badly
nested: its text in an unclosed menu."""
HOLLOW = frozenset("html head title body br hr td th tr".split())
"""What says something even where it is empty."""


def pruned(tree: html.HtmlElement) -> html.HtmlElement:
    """Return a copy of the tree for the vote, without what has no part in it.

    That is what is never displayed, what trafilatura would drop itself, element by element, and
    what holds no text.
    """
    lean = displayed(tree)
    whole = characters(lean)
    etree.strip_elements(lean, *UNREAD, with_tail=False)
    if characters(lean) < MOST * whole:
        lean = displayed(tree)
    for element in reversed(list(lean.iter(etree.Element))):
        if len(element) == 0 and not (element.text or "").strip() and element.tag not in HOLLOW:
            drop(element)
    return lean


def displayed(tree: html.HtmlElement) -> html.HtmlElement:
    """Return a copy of the tree without what a browser never shows."""
    lean = copy(tree)
    etree.strip_elements(lean, *UNSEEN, etree.Comment, with_tail=False)
    return lean


def characters(tree: html.HtmlElement) -> int:
    """Return the length of a tree's text."""
    return len(str(tree.xpath("string()")))


def drop(element: html.HtmlElement) -> None:
    """Remove an element but not the text that follows it."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    if tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


@cache
def extractor(fast: bool) -> Extractor:
    """Return trafilatura's options; its log lines on pages without a text are not ours to show."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return Extractor(fast=fast, comments=False)


def bounded(tree: html.HtmlElement) -> html.HtmlElement:
    """Return the tree, or, where trafilatura would have no end of its links, a copy without them.

    It reads every link once for each element that holds it: links that were never closed, one in
    the other, or thousands of them at the bottom of a thousand boxes take it hours.
    """
    if int(str(tree.xpath("string(count(//a))"))) <= FEW_LINKS:
        return tree
    work = 0
    for link in tree.iter("a"):
        depth = sum(1 for _ in link.iterancestors())
        work += depth * (LINK_CHARS + sum(map(len, link.itertext())))
        if work > MAX_LINK_WORK:
            plain = copy(tree)
            etree.strip_tags(plain, "a")
            return plain
    return tree


def extracted_text(tree: html.HtmlElement, fast: bool = True) -> str:
    """Return what trafilatura takes for the main text, "" where it finds none."""
    tree = bounded(tree)
    try:
        found = bare_extraction(tree, options=extractor(fast))
    except RecursionError:  # its readability fork recurses once per level of the tree
        return ""
    return found.raw_text or "" if isinstance(found, ExtractedDocument) else ""


def kept_shares(page: Segmentation, text: str) -> Shares:
    """Return for each segment the share of its words, 0 to 1, that stand in `text` in order."""
    return align([segment.words for segment in page.segments], word_list(text))


def align(segments: list[list[str]], target: list[str]) -> Shares:
    """Return for each list of words the share that is matched by `target`, in order."""
    shares = np.zeros(len(segments))
    if not target or not segments:
        return shares
    words, owner = candidates(segments, target)
    if not words:
        return shares
    ids: dict[str, int] = {}
    left = [ids.setdefault(word, len(ids)) for word in words]
    right = [ids.setdefault(word, len(ids)) for word in target]
    if len(left) * len(right) > MAX_CELLS:
        return trigram_shares(segments, target)
    places: list[list[int]] = [[] for _ in segments]
    for block in LCSseq.opcodes(left, right):
        if block.tag == "equal":
            for step in range(block.src_end - block.src_start):
                places[owner[block.src_start + step]].append(block.dest_start + step)
    for index, found in enumerate(places):
        if found:
            shares[index] = share(len(segments[index]), found)
    return shares


def candidates(segments: list[list[str]], target: list[str]) -> tuple[list[str], list[int]]:
    """Return the words that stand beside the same neighbour in `target`, and their segments."""
    pairs = set(pairwise(target))
    words = [word for segment in segments for word in segment]
    owner = [index for index, segment in enumerate(segments) for _ in segment]
    found = [pair in pairs for pair in pairwise(words)]
    keep = list(map(or_, [*found, False], [False, *found]))
    return list(compress(words, keep)), list(compress(owner, keep))


def share(length: int, places: list[int]) -> float:
    """Return the matched share of a segment, distrusting matches that are scattered."""
    matched = len(places) / length
    spread = places[-1] - places[0] + 1
    if length <= 4 and spread > len(places):
        return 0.0 if length <= 3 else matched / 2
    return matched / 2 if spread > 3 * length + 6 else matched


def trigram_shares(segments: list[list[str]], target: list[str]) -> Shares:
    """Return the share of each segment's trigrams that occur in `target`: linear, order-blind."""
    known = set(zip(target, target[1:], target[2:], strict=False))
    shares = np.zeros(len(segments))
    for index, words in enumerate(segments):
        grams = list(zip(words, words[1:], words[2:], strict=False))
        if grams:
            shares[index] = sum(gram in known for gram in grams) / len(grams)
    return shares
