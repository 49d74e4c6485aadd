"""A stored document's blocks: the spans of its structure, cut out of its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import urljoin, urlsplit

from cleaners.records import Block, Link
from corpus.export.shards import Record

SCHEMES = frozenset({"http", "https", "mailto"})
CELLS = " | "
"""What stands between the cells of a table's row in a text."""


def blocks_of(record: Record) -> list[Block]:
    """Return the blocks in order; text that no span covers as paragraphs, so that none is lost."""
    text, at = record["text"], 0
    blocks: list[Block] = []
    for span in record["structure"]:
        start, end = span["start"], span["end"]
        if start < at or end > len(text) or start >= end:
            continue
        blocks.extend(_paragraphs(text[at:start]))
        links = tuple(Link(link["start"], link["end"], link["href"]) for link in span["links"])
        blocks.append(Block(0, span["kind"], text[start:end], level=span["level"], links=links))
        at = end
    blocks.extend(_paragraphs(text[at:]))
    return blocks


def grouped(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    """Yield runs of list items and of table rows together, every other block alone.

    A row of one cell belongs to a table that it follows; rows of one cell alone are layout.
    """
    rows = _rows(blocks)

    def group(numbered: tuple[int, Block]) -> tuple[str, int]:
        number, block = numbered
        if block.kind == "item":
            return "list", -1
        if number in rows:
            return "table", -1
        kind = block.kind if block.kind in ("heading", "quote", "code") else "paragraph"
        return kind, number

    for (kind, _), run in groupby(enumerate(blocks), group):
        yield kind, [block for _, block in run]


def _rows(blocks: Sequence[Block]) -> set[int]:
    """Return the places of the blocks that are rows of a table."""
    rows = set[int]()
    for number, block in enumerate(blocks):
        if block.kind == "table" and (CELLS in block.text or number - 1 in rows):
            rows.add(number)
    return rows


def rows_of(blocks: Sequence[Block]) -> list[list[str]]:
    """Return a table's cells, every row as wide as the widest."""
    rows = [[cell.strip() for cell in block.text.split(CELLS.strip())] for block in blocks]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def pieces(block: Block, base: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield a block's text in pieces, each with the address that it links to, or None."""
    at = 0
    for link in sorted(block.links, key=lambda link: link.start):
        href = address(link.href, base)
        if href is None or not at <= link.start < link.end <= len(block.text):
            continue
        if link.start > at:
            yield block.text[at : link.start], None
        yield block.text[link.start : link.end], href
        at = link.end
    if at < len(block.text):
        yield block.text[at:], None


def address(href: str, base: str | None) -> str | None:
    """Return a link's whole address, or None where it leads nowhere that a reader could go."""
    try:
        whole = urljoin(base or "", href.strip())
        scheme = urlsplit(whole).scheme.lower()
    except ValueError:
        return None
    return whole if scheme in SCHEMES else None


def _paragraphs(text: str) -> Iterator[Block]:
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield Block(0, "paragraph", paragraph.strip("\n"))
