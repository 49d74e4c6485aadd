"""What a block's containers are called: rules on class and id words, roles and tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cleaners.findings import Finding
from cleaners.layout import HEADING_TAGS, PAGE_TAGS, Layout
from cleaners.ruletable import Markup, RuleTable
from cleaners.segments import Node

NAMELESS = PAGE_TAGS | HEADING_TAGS
"""Tags whose names are the page's, or made of a heading's own words."""
PROSE_WORDS = 40
"""A block of so many words is cut for what it says, not for its container's name alone."""
PAGE_SHARE = 0.4
"""A container with more than this share of the kept words is the article's, whatever its name."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A rule that a container meets, why, and the words of that container."""

    rule: Markup
    why: str
    words: int
    named: bool


Met = tuple[Markup, str, bool]
"""A rule that a container meets, the evidence, and whether by the container's names."""


def container_marks(layout: Layout, table: RuleTable) -> list[Mark | None]:
    """Return for each container the rule that it, or the nearest container around it, meets."""
    marks: list[Mark | None] = []
    bound = max(60.0, PAGE_SHARE * layout.kept_words)
    met: dict[tuple[str, str, tuple[str, ...]], Met | None] = {}
    for node in layout.parts.nodes:
        around = marks[node.parent] if node.parent >= 0 else None
        kind = node.tag, node.role, node.tokens
        if kind not in met:
            met[kind] = meets(node, table)
        found = met[kind]
        mark = own_mark(layout, node, found, bound) if found is not None else None
        if mark is None or (around is not None and around.rule.cut and says_less(mark, around)):
            mark = around
        marks.append(mark)
    return marks


def says_less(mark: Mark, around: Mark) -> bool:
    """Whether a container's own mark tells less than that of the container around it."""
    return not mark.named or (mark.rule.category == around.rule.category and not mark.rule.cut)


def meets(node: Node, table: RuleTable) -> Met | None:
    """Return the rule that a container like this one meets, and whether by its names."""
    if node.tag in NAMELESS:
        return None
    if (found := named(node, table)) is not None:
        return *found, True
    return (*found, False) if (found := by_tag(node, table)) is not None else None


def own_mark(layout: Layout, node: Node, met: Met, bound: float) -> Mark | None:
    """Return the mark of a container that meets a rule, unless it holds the article's words."""
    words = layout.words_in(node)
    if words > bound and kept_words(layout, node) > bound:
        return None
    rule, why, by_name = met
    return Mark(rule, why, words, by_name)


def named(node: Node, table: RuleTable) -> tuple[Markup, str] | None:
    """Return the rule that a container's names meet, and the evidence."""
    for token in node.tokens:
        for words, rule in table.by_word.get(token, ()):
            if len(words) == 1 or stand_together(words, node.tokens):
                return rule, f"{rule.reason}: named “{' '.join(node.tokens[:6])}”"
    return None


def by_tag(node: Node, table: RuleTable) -> tuple[Markup, str] | None:
    """Return the rule that a container's role or tag meets, and the evidence."""
    if node.role and (of_role := table.by_role.get(node.role)) is not None:
        return of_role, f"{of_role.reason}: its role is “{node.role}”"
    of_tag = table.by_tag.get(node.tag)
    return (of_tag, f"{of_tag.reason}: <{node.tag}>") if of_tag else None


def stand_together(words: tuple[str, ...], tokens: tuple[str, ...]) -> bool:
    """Whether words stand side by side, in order, among a container's names."""
    size = len(words)
    return any(tokens[at : at + size] == words for at in range(len(tokens) - size + 1))


def kept_words(layout: Layout, node: Node) -> int:
    """Return the words of a container that the judge keeps."""
    return sum(layout.lengths[i] for i in range(node.first, node.end) if layout.kept(i))


def findings(layout: Layout, table: RuleTable) -> Iterator[Finding]:
    """Yield the names of blocks by their containers; small telling containers are cut."""
    marks = container_marks(layout, table)
    for index, segment in enumerate(layout.parts.segments):
        mark = marks[segment.node]
        if mark is not None and not is_card(layout, index, mark.rule):
            rule = mark.rule
            small = mark.words <= rule.max_words and layout.lengths[index] < PROSE_WORDS
            yield Finding(index, rule.category, rule.id, mark.why, rule.cut and small)


def is_card(layout: Layout, index: int, rule: Markup) -> bool:
    """Whether a block in a picture's container is a link to a page, with a title or more."""
    return rule.category == "caption" and layout.is_linked_title(index)
