"""A document as Markdown (CommonMark with GitHub's tables), with YAML front matter in exports.

Text is escaped where Markdown would take it for markup: what a renderer shows is what it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cleaners.records import Block, Document
from corpus.export.blocks import blocks_of, grouped, pieces, rows_of
from corpus.export.shards import Record, Target
from corpus.export.yamltext import yaml

INLINE = re.compile(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|!(?=\[)")
LINE_START = re.compile(r"^(\s*)(?:([#>+=~-])|(\d{1,9})([.)])(?=\s|$))")
NOT_FRONT = frozenset({"text", "structure", "removals", "provenance"})


def markdown(document: Document) -> str:
    """Return the title and the kept blocks of a document that was just cleaned."""
    return body(document.metadata.title, document.blocks, document.url)


def page(record: Record, target: Target) -> str:
    """Return an exported document: its fields as front matter, then title and blocks."""
    front = {
        field.name: record[field.name]
        for field in target.fields
        if field.name not in NOT_FRONT and record[field.name] not in (None, [])
    }
    return f"---\n{yaml(front)}---\n\n" + body(record["title"], blocks_of(record), record["url"])


def body(title: str | None, blocks: Sequence[Block], base: str | None) -> str:
    """Return a title and blocks as Markdown."""
    parts = [f"# {escaped(' '.join(title.split()))}"] if title else []
    if title and blocks and _same(blocks[0], title):
        blocks = blocks[1:]
    parts += [RENDER[kind](run, base) for kind, run in grouped(blocks)]
    return "\n\n".join(parts) + "\n"


def _same(block: Block, title: str) -> bool:
    """Tell whether a block only repeats the title."""
    return block.kind in ("heading", "title") and block.text.split() == title.split()


def escaped(text: str) -> str:
    r"""Return text of which Markdown shows every character as it is.

    >>> print(escaped("2 * 3 [sic] snake_case\n# no heading"))
    2 \* 3 \[sic\] snake_case
    \# no heading
    """
    plain = INLINE.sub(lambda match: "\\" + match[0], text)
    return "\n".join(LINE_START.sub(_unmarked, line) for line in plain.split("\n"))


def _unmarked(match: re.Match[str]) -> str:
    indent, mark, number, dot = match.groups()
    return f"{indent}\\{mark}" if mark else f"{indent}{number}\\{dot}"


def _inline(block: Block, base: str | None) -> str:
    """Return a block's text with its links; line breaks stay line breaks."""
    parts = []
    for text, href in pieces(block, base):
        label = INLINE.sub(lambda match: "\\" + match[0], text)
        parts.append(f"[{label}]({_target(href)})" if href else label)
    lines = "".join(parts).split("\n")
    return "\\\n".join(LINE_START.sub(_unmarked, line.strip()) for line in lines if line.strip())


def _target(href: str) -> str:
    """Return an address as a link's target."""
    return "<" + re.sub(r"[<>\s\\]", lambda match: f"%{ord(match[0]):02X}", href) + ">"


def _heading(run: list[Block], base: str | None) -> str:
    block = run[0]
    text = _inline(block, base).replace("\\\n", " ")
    return "#" * min(6, max(2, block.level or 2)) + " " + re.sub(r"(#+)$", r"\\\1", text)


def _paragraph(run: list[Block], base: str | None) -> str:
    return _inline(run[0], base)


def _list(run: list[Block], base: str | None) -> str:
    """Return items as a bulleted list, indented by their depth but never past their parent's."""
    lines, depth = [], 0
    for block in run:
        depth = min(max(1, block.level), depth + 1)
        indent = "  " * (depth - 1)
        lines.append(f"{indent}- " + _inline(block, base).replace("\n", f"\n{indent}  "))
    return "\n".join(lines)


def _quote(run: list[Block], base: str | None) -> str:
    return "\n".join(f"> {line}" for line in _inline(run[0], base).split("\n"))


def _code(run: list[Block], base: str | None) -> str:
    """Return code in a fence that is longer than any inside it."""
    text = run[0].text
    longest = max((len(ticks) for ticks in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _table(run: list[Block], base: str | None) -> str:
    """Return rows as a table; the first is its heading, for Markdown has no table without."""
    rows = [[_cell(cell) for cell in row] for row in rows_of(run)]
    head, *rest = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest])


def _cell(text: str) -> str:
    return INLINE.sub(lambda match: "\\" + match[0], " ".join(text.split())).replace("|", "\\|")


RENDER: dict[str, Any] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "list": _list,
    "quote": _quote,
    "code": _code,
    "table": _table,
}
"""How each kind of block is written."""
