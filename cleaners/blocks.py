"""A tree to segments: the runs of text that a reader sees as one piece.

One pass over the tree. Segments carry what the features, the rules and the vote need and refer to
their container node; nothing is judged here and nothing is dropped but what is never displayed
(scripts, styles, form fields).
"""

from __future__ import annotations

import re

from lxml import etree, html

from cleaners.records import Kind
from cleaners.segments import BREAK, Node, Segment, Segmentation, normalise, word_list

BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
        "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav "
        "ol p pre section summary table tbody td tfoot th thead tr ul caption legend button label"
    ).split()
)
SKIPPED_TAGS = frozenset(
    (
        "script style noscript template svg head iframe math select option textarea input object "
        "embed canvas audio video map applet frameset"
    ).split()
)
OWN_LINE = BLOCK_TAGS | {"noscript"}
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend"), "heading"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(("button", "label"), "control"),
    **dict.fromkeys(("td", "th", "tr"), "table"),
}
INHERITED_KINDS: dict[str, Kind] = {
    "pre": "code", "blockquote": "quote", "figcaption": "caption",
}  # fmt: skip
LIST_TAGS = frozenset({"ul", "ol", "dl"})
IN_ROW = frozenset({"td", "th", "p", "div"})
"""What a row of data is made of: cells, and the one block that a cell may hold."""
NAMING_ATTRIBUTES = frozenset({"class", "id", "data-testid", "data-component", "itemprop"})
NAME_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
ROW_MAX_CHARS = 1_000
FALLBACK_CHARS = 1_500


class _Builder:
    """The state of one pass over a tree."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.kinds: list[tuple[Kind, int]] = []
        self.segments: list[Segment] = []
        self.current = -1
        self.row: html.HtmlElement | None = None
        self.link_depth = self.bold_depth = self.breaks = 0
        self.turn = 0
        self.hrefs: list[tuple[int, int, str]] = []  # the turn and part at which each link began
        self.words_of: dict[str, tuple[str, ...]] = {}
        self.reset()

    def reset(self) -> None:
        """Start a new segment."""
        self.parts: list[str] = []
        self.seen = False
        self.link_chars = self.bold_chars = self.images = self.links = 0
        self.anchors: list[tuple[str, str]] = []
        self.turn += 1

    def flush(self, broken: bool = False) -> None:
        """End the segment that is being gathered, if it holds any text."""
        if self.seen:
            kind, lists = self.kinds[self.current]
            if kind == "code":
                text = "".join(self.parts).replace(BREAK, "\n").expandtabs(4).strip("\n").rstrip()
            else:
                text = normalise(self.parts)
            if text:
                segment = Segment(text, self.current, kind, self.level(kind, lists))
                segment.link_chars, segment.bold_chars = self.link_chars, self.bold_chars
                segment.images, segment.links, segment.broken = self.images, self.links, broken
                segment.anchors = tuple(self.anchors)
                segment.words = word_list(text)
                self.segments.append(segment)
        self.reset()

    def kind_of(self, tag: str, parent: int) -> tuple[Kind, int]:
        """Return the kind of the segments of a container, and how many lists it is in."""
        above, lists = self.kinds[parent] if parent >= 0 else ("paragraph", 0)
        lists += tag in LIST_TAGS
        if (own := KINDS.get(tag)) == "heading":
            return own, lists
        if tag in INHERITED_KINDS:
            return INHERITED_KINDS[tag], lists
        if above in INHERITED_KINDS.values():
            return above, lists
        return own or ("item" if above == "item" else "paragraph"), lists

    def level(self, kind: Kind, lists: int) -> int:
        """Return a heading's level or an item's depth, 0 for other kinds."""
        if kind == "heading":
            digit = self.nodes[self.current].tag[1:]
            return int(digit) if digit.isdigit() else 0
        return lists if kind == "item" else 0

    def open(self, element: html.HtmlElement, tag: str) -> None:
        """Enter an element."""
        if tag in OWN_LINE or "-" in tag:
            self.open_block(element, tag)
        elif tag == "br":
            self.breaks += 1
            if self.breaks >= 2 and not self.in_pre():
                self.flush(broken=True)
            else:
                self.parts.append(BREAK)
        elif tag == "a":
            self.link_depth += 1
            self.links += 1
            self.hrefs.append((self.turn, len(self.parts), element.get("href") or ""))
        elif tag in ("b", "strong"):
            self.bold_depth += 1
        elif tag in ("img", "picture"):
            self.images += 1

    def open_block(self, element: html.HtmlElement, tag: str) -> None:
        """Enter an element that starts a line of its own; in a row of data it is a cell."""
        if self.row is not None and tag in IN_ROW:
            if tag in ("td", "th") and self.parts:
                self.parts.append(" | ")
            return
        if self.parts:
            self.flush()
        self.breaks = 0
        self.push(element, tag)
        if tag == "tr" and is_data_row(element):
            self.row = element

    def close(self, element: html.HtmlElement, tag: str) -> None:
        """Leave an element."""
        if tag in OWN_LINE or "-" in tag:
            if self.row is not None and tag in IN_ROW:
                return
            if self.parts:
                self.flush()
            self.breaks = 0
            node = self.nodes[self.current]
            node.end = len(self.segments)
            self.current = node.parent
            if element is self.row:
                self.row = None
        elif tag == "a":
            self.link_depth = max(0, self.link_depth - 1)
            if self.hrefs:
                turn, start, href = self.hrefs.pop()
                start = start if turn == self.turn else 0
                self.anchors.append(("".join(self.parts[start:]), href))
        elif tag in ("b", "strong"):
            self.bold_depth = max(0, self.bold_depth - 1)

    def push(self, element: html.HtmlElement, tag: str) -> None:
        """Make a node of a block element and enter it."""
        parent = self.nodes[self.current] if self.current >= 0 else None
        names, role, hidden = "", "", parent is not None and parent.hidden
        for key, value in element.items():
            if key in NAMING_ATTRIBUTES:
                names = f"{names} {value}"
            elif key == "role":
                role = value.lower()
            elif (
                key == "hidden"
                or (key == "aria-hidden" and value == "true")
                or (key == "style" and HIDDEN_STYLE.search(value))
            ):
                hidden = True
        tokens = self.words_of.get(names)
        if tokens is None:
            tokens = tuple(dict.fromkeys(map(str.lower, NAME_WORD.findall(names))))
            self.words_of[names] = tokens
        depth = parent.depth + 1 if parent is not None else 0
        self.kinds.append(self.kind_of(tag, self.current))
        self.nodes.append(
            Node(tag, self.current, depth, tokens, hidden, role, element, len(self.segments))
        )
        self.current = len(self.nodes) - 1

    def add(self, text: str | None) -> None:
        """Add text to the segment that is being gathered."""
        if not text or self.current < 0:
            return
        self.parts.append(text)
        if not text.isspace():
            length = len(text.strip())
            self.breaks = 0
            self.seen = True
            if self.link_depth:
                self.link_chars += length
            if self.bold_depth:
                self.bold_chars += length

    def in_pre(self) -> bool:
        """Whether the pass is inside preformatted text."""
        return self.current >= 0 and self.nodes[self.current].tag == "pre"


def is_data_row(row: html.HtmlElement) -> bool:
    """Whether a table row holds short cells of data and not a page's layout."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2:
        return False
    length = 0
    for element in row.iterdescendants():
        tag = element.tag
        if isinstance(tag, str) and tag not in ("td", "th"):
            if tag in ("p", "div") and is_alone(element):
                pass
            elif tag in BLOCK_TAGS or tag == "br" or tag in SKIPPED_TAGS:
                return False
        length += len(element.text or "") + len(element.tail or "")
        if length > ROW_MAX_CHARS:
            return False
    return True


def is_alone(element: html.HtmlElement) -> bool:
    """Whether an element is all that its cell holds, and holds no blocks itself."""
    cell = element.getparent()
    return (
        cell is not None
        and cell.tag in ("td", "th")
        and len(cell) == 1
        and not (cell.text or "").strip()
        and not (element.tail or "").strip()
        and not any(child.tag in BLOCK_TAGS for child in element.iterdescendants())
    )


def is_fallback(element: html.HtmlElement, tag: str) -> bool:
    """Whether an element is the whole page in a form for readers without scripts."""
    if tag != "noscript" or len(element) == 0:
        return False
    return sum(len(part) for part in element.itertext()) >= FALLBACK_CHARS


def segment(tree: html.HtmlElement) -> Segmentation:
    """Return the page's segments in document order."""
    build = _Builder()
    open_, close, add = build.open, build.close, build.add
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if not isinstance(tag, str) or (tag in SKIPPED_TAGS and not is_fallback(element, tag)):
                walk.skip_subtree()
                continue
            open_(element, tag)
            if text := element.text:
                add(text)
            continue
        if event == "end" and (tag not in SKIPPED_TAGS or is_fallback(element, tag)):
            close(element, tag)
        if (tail := element.tail) and element is not tree:
            add(tail)
    for node in build.nodes:
        if node.end < 0:
            node.end = len(build.segments)
    return Segmentation(build.nodes, build.segments)
