"""Segments and their containers: the working form of a page between its tree and its records.

`blocks` makes them from a tree, `plaintext` from text; features, rules and the vote read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import html

from cleaners.records import Block, Kind, Link

BREAK = "\x0b"
"""Stands for <br> among a segment's parts until they are joined; `decode` leaves none in a text."""

NEAREST = 3
"""Containers, from the innermost out, whose class and id words are a block's hints."""

WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]"
    r"|[^\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+"
)


@dataclass(slots=True)
class Node:
    """A container: its tag, parent's index (-1: none), class and id words, and segments' range."""

    tag: str
    parent: int
    depth: int
    tokens: tuple[str, ...]
    hidden: bool
    role: str
    element: html.HtmlElement | None
    first: int
    end: int = -1


@dataclass(slots=True)
class Segment:
    """A run of text in the container `node`, with what is inside it counted in characters."""

    text: str
    node: int
    kind: Kind
    level: int = 0
    link_chars: int = 0
    bold_chars: int = 0
    images: int = 0
    links: int = 0
    broken: bool = False
    anchors: tuple[tuple[str, str], ...] = ()
    words: list[str] = field(default_factory=list)

    @property
    def link_density(self) -> float:
        """The share of characters inside links, 0 to 1."""
        return min(1.0, self.link_chars / max(1, len(self.text))) if self.link_chars else 0.0


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A page in segments and their containers, both in document order."""

    nodes: list[Node]
    segments: list[Segment]
    _described: list[tuple[str, tuple[str, ...]]] = field(default_factory=list, repr=False)

    def ancestors(self, index: int) -> Iterator[Node]:
        """Yield a segment's containers from the innermost out."""
        at = self.segments[index].node
        while at >= 0:
            yield self.nodes[at]
            at = self.nodes[at].parent

    def described(self, node: int) -> tuple[str, tuple[str, ...]]:
        """Return a container's path from the body down and the hints of the nearest three."""
        nodes, known = self.nodes, self._described
        for own in nodes[len(known) : node + 1]:
            above = known[own.parent][0] if own.parent >= 0 else ""
            name = f"{own.tag}.{own.tokens[0]}" if own.tokens else own.tag
            outer = own.tag in ("html", "body")
            path = above if outer else f"{above}/{name}" if above else name
            hints, up = own.tokens, own.parent
            for _ in range(NEAREST - 1):
                if up >= 0:
                    hints, up = hints + nodes[up].tokens, nodes[up].parent
            known.append((path, tuple(dict.fromkeys(hints))))
        return known[node]

    def block(self, index: int, kind: Kind | None = None) -> Block:
        """Return the public record of a segment."""
        segment = self.segments[index]
        path, hints = self.described(segment.node)
        return Block(
            index=index,
            kind=kind or segment.kind,
            text=segment.text,
            path=path,
            link_density=round(segment.link_density, 4),
            hints=hints,
            level=segment.level,
            links=link_spans(segment),
        )


def link_spans(segment: Segment) -> tuple[Link, ...]:
    """Return where in a segment's text its links stand, in order."""
    if not segment.anchors:
        return ()
    spans, at = [], 0
    for label, href in segment.anchors:
        text = normalise((label,))
        start = segment.text.find(text, at) if text else -1
        if start >= 0 and href:
            at = start + len(text)
            spans.append(Link(start, at, href))
    return tuple(spans)


def normalise(parts: Iterable[str]) -> str:
    """Join a segment's parts: white space folded, each <br> a line break, no empty line."""
    text = "".join(parts)
    if BREAK not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split(BREAK))
    return "\n".join(line for line in lines if line)


def word_list(text: str) -> list[str]:
    """Return lower-case words; of scripts without spaces (Japanese, Chinese, Thai) characters."""
    return WORDS.findall(text.lower().replace("\u0307", ""))
