"""Columns from the tree: a segment's containers, what else they hold, and where the body is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaners.features.text import Column, Columns
from cleaners.segments import Node, Segmentation

Index = npt.NDArray[np.intp]

TAGS = (
    "p li h1 h2 h3 h4 h5 div tr td dd dt blockquote pre figcaption section article button label "
    "header footer aside main ul body summary caption form address"
).split()
TAG_CODES = {tag: code for code, tag in enumerate(TAGS, start=1)}
ANCESTORS = (
    "article main nav header footer aside form figure table ul ol section dialog pre dl"
).split()
BITS = {tag: 1 << bit for bit, tag in enumerate(ANCESTORS)}
ROLES = {
    "navigation": "nav",
    "main": "main",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
    "article": "article",
    "dialog": "dialog",
    "form": "form",
    "search": "form",
}
WRAPPERS = frozenset("p li blockquote h2 h3 td tr".split())
LEVELS = 4
PARAGRAPH_WORDS = 15
PROSE_DENSITY = 0.4
FAR = 30


@dataclass(frozen=True, slots=True)
class Spans:
    """A page's containers as arrays: parents, and the range of segments in each."""

    node: Index
    parent: Index
    first: Index
    end: Index


def spans(page: Segmentation) -> Spans:
    """Return the containers of a page as arrays."""
    nodes = page.nodes
    return Spans(
        node=np.array([segment.node for segment in page.segments], dtype=np.intp),
        parent=np.array([max(0, node.parent) for node in nodes], dtype=np.intp),
        first=np.array([node.first for node in nodes], dtype=np.intp),
        end=np.array([node.end for node in nodes], dtype=np.intp),
    )


def totals(values: Column) -> Column:
    """Return running totals, so that the sum over segments a to b is `t[b] - t[a]`."""
    return np.concatenate(([0.0], np.cumsum(values)))


def ancestor_columns(page: Segmentation, at: Spans) -> Columns:
    """Return a flag for each telling ancestor, the tag's code, depth, and whether hidden."""
    masks: list[int] = []
    for node in page.nodes:
        mask = masks[node.parent] if node.parent >= 0 else 0
        mask |= BITS.get(node.tag, 0)
        if node.role:
            mask |= BITS.get(ROLES.get(node.role, ""), 0)
        masks.append(mask)
    mask_of = np.array(masks, dtype=np.int64)[at.node]
    columns: Columns = {
        f"in_{tag}": ((mask_of & bit) != 0).astype(np.float64) for tag, bit in BITS.items()
    }
    nodes = page.nodes
    columns["tag"] = np.array([TAG_CODES.get(nodes[n].tag, 0) for n in at.node], dtype=np.float64)
    columns["depth"] = np.array([nodes[n].depth for n in at.node], dtype=np.float64)
    columns["hidden"] = np.array([nodes[n].hidden for n in at.node], dtype=np.float64)
    return columns


def wider(current: Index, at: Spans) -> Index:
    """Return for each container the nearest ancestor that holds more segments than it does."""
    size = at.end[current] - at.first[current]
    found = current.copy()
    while True:
        up = at.parent[found]
        move = ((at.end[found] - at.first[found]) <= size) & (up != found)
        if not move.any():
            return found
        found = np.where(move, up, found)


def container_columns(at: Spans, text: Columns, votes: dict[str, Column]) -> Columns:
    """Return for the nearest container and the three wider ones what they hold."""
    words, density = text["words"], text["link_density"]
    count = len(words)
    prose = words * (words >= 12) * (density < PROSE_DENSITY)
    sums = {
        "words": totals(words),
        "linked": totals(words * density),
        "prose": totals(prose),
        **{name: totals(words * vote) for name, vote in votes.items()},
    }
    page_words = max(1.0, sums["words"][-1])
    index = np.arange(count)
    columns: Columns = {}
    current = at.node
    for level in range(LEVELS):
        if level:
            current = wider(current, at)
        first, end = at.first[current], at.end[current]
        held = sums["words"][end] - sums["words"][first]
        size = np.maximum(1, end - first)
        some = np.maximum(held, 1)
        columns |= {
            f"box{level}_segments": (end - first).astype(np.float64),
            f"box{level}_words": held,
            f"box{level}_links": (sums["linked"][end] - sums["linked"][first]) / some,
            f"box{level}_prose": (sums["prose"][end] - sums["prose"][first]) / some,
            f"box{level}_share": held / page_words,
            f"box{level}_place": (index - first) / size,
            f"box{level}_mean": held / size,
        }
        for name in votes:
            columns[f"box{level}_{name}"] = (sums[name][end] - sums[name][first]) / some
    return columns


def body_node(page: Segmentation, text: Columns) -> int:
    """Return the container around which the prose gathers, the likely body."""
    scores: dict[int, float] = {}
    words, density = text["words"], text["link_density"]
    for index in np.flatnonzero((words >= PARAGRAPH_WORDS) & (density < PROSE_DENSITY)):
        at = page.segments[index].node
        if page.nodes[at].tag in WRAPPERS:
            at = page.nodes[at].parent
        weight = min(float(words[index]), 120.0)
        for _ in range(3):
            if at < 0:
                break
            scores[at] = scores.get(at, 0.0) + weight
            weight *= 0.6
            at = page.nodes[at].parent
    return max(scores, key=scores.__getitem__) if scores else 0


def body_columns(page: Segmentation, at: Spans, text: Columns) -> Columns:
    """Return where each segment stands relative to the likely body."""
    nodes, body = page.nodes, body_node(page, text)
    first, end = at.first[body], at.end[body]
    count = len(at.node)
    index = np.arange(count)
    outer = max(0, nodes[body].parent)
    distance = np.where(index < first, index - first, np.where(index >= end, index - end + 1, 0))
    held = totals(text["words"])
    down, up = relation(nodes, body, at.node)
    return {
        "in_body": ((index >= first) & (index < end)).astype(np.float64),
        "in_body_parent": ((index >= at.first[outer]) & (index < at.end[outer])).astype(np.float64),
        "body_distance": np.clip(distance, -100, 100).astype(np.float64),
        "body_place": np.clip((index - first) / max(1, end - first), -2, 3),
        "body_share": np.full(count, (held[end] - held[first]) / max(1.0, held[-1])),
        "body_down": down,
        "body_up": up,
    }


def relation(nodes: list[Node], body: int, of: Index) -> tuple[Column, Column]:
    """Return steps from each container up to the body's path, and from there down to the body."""
    path, at = set(), body
    while at >= 0:
        path.add(at)
        at = nodes[at].parent
    known: dict[int, tuple[int, int]] = {}
    for start in of.tolist():
        if start in known:
            continue
        at, down = start, 0
        while at >= 0 and at not in path:
            at, down = nodes[at].parent, down + 1
        up = nodes[body].depth - nodes[at].depth if at >= 0 else FAR
        known[start] = (min(down, 20), min(up, FAR))
    table = np.array([known[start] for start in of.tolist()], dtype=np.float64)
    return table[:, 0], table[:, 1]


def signatures(page: Segmentation) -> Index:
    """Return a group number for each segment: alike in tags and class words of three levels."""
    firsts = {tokens: tuple(sorted(tokens)[:4]) for tokens in {n.tokens for n in page.nodes}}
    own = [(node.tag, firsts[node.tokens]) for node in page.nodes]
    groups: dict[object, int] = {}
    of_node: dict[int, int] = {}
    result = []
    for segment in page.segments:
        at = segment.node
        if at not in of_node:
            key, up = [], at
            for _ in range(3):
                if up < 0:
                    break
                key.append(own[up])
                up = page.nodes[up].parent
            of_node[at] = groups.setdefault(tuple(key), len(groups))
        result.append(of_node[at])
    return np.array(result, dtype=np.intp)


def signature_columns(page: Segmentation, text: Columns, votes: dict[str, Column]) -> Columns:
    """Return what the segments with the same signature have in common."""
    group = signatures(page)
    words = text["words"]
    count = np.bincount(group).astype(np.float64)
    held = np.bincount(group, words)
    some = np.maximum(held, 1)
    linked = np.bincount(group, words * text["link_density"]) / some
    ended = np.bincount(group, words * text["ends_sentence"]) / some
    previous = np.concatenate(([-1], group[:-1]))
    following = np.concatenate((group[1:], [-1]))
    columns = {
        "kin_count": np.minimum(count, 200.0)[group],
        "kin_words": (held / count)[group],
        "kin_links": linked[group],
        "kin_ended": ended[group],
        "kin_share": (held / max(1.0, float(words.sum())))[group],
        "kin_before": (previous == group).astype(np.float64),
        "kin_after": (following == group).astype(np.float64),
    }
    for name, vote in votes.items():
        columns[f"kin_{name}"] = (np.bincount(group, words * vote) / some)[group]
    return columns
