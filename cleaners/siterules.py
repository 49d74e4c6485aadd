"""What an operator or an imported site configuration says of a page, found on its tree.

`keep` and `cut` are CSS selectors, the others XPath expressions. Selectors are checked where they
are read in; one that fails on a page says nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cssselect import GenericTranslator, SelectorError
from lxml import etree, html

from cleaners.errors import OperatorError
from cleaners.findings import KEPT, Finding
from cleaners.records import Metadata, SiteRules
from cleaners.segments import Segmentation

BODY_WORDS = 50
"""A body that an expression finds counts from so many words on; less is another layout."""
BODY_SHARE = 0.25
PROSE_WORDS = 8
PROSE_LINKS = 0.5


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """Segments to keep whatever else is said, and findings on those to cut or to keep inside."""

    keep: frozenset[int] = frozenset()
    found: tuple[Finding, ...] = ()
    inside: frozenset[int] | None = None

    def scores(self, parts: Segmentation, scores: Sequence[float]) -> list[float]:
        """Return the scores with what is to be kept, and the body's prose, above the threshold."""
        result = list(scores)
        for index in self.inside or ():
            segment = parts.segments[index]
            if len(segment.words) >= PROSE_WORDS and segment.link_density < PROSE_LINKS:
                result[index] = max(result[index], KEPT)
        for index in self.keep:
            result[index] = 1.0
        return result

    def findings(self, found: Iterable[Finding]) -> list[Finding]:
        """Return the site's findings and others', without any on what is to be kept."""
        return [f for f in (*self.found, *found) if f.index not in self.keep]


def judge(
    tree: html.HtmlElement | None,
    parts: Segmentation,
    scores: Sequence[float],
    rules: SiteRules | None,
) -> SiteVerdict:
    """Return what a site's rules say of a page; nothing of plain text."""
    if tree is None or rules is None:
        return SiteVerdict()
    keep = {i for css in rules.keep for i in indexes(parts, select(tree, css_path(css)))}
    found: list[Finding] = []
    named = [("cut", css, css_path(css)) for css in rules.cut]
    named += [("strip", path, path) for path in rules.strip]
    for kind, shown, path in named:
        why = f"{rules.origin or 'the site’s rules'}: {kind} {shown}"
        found += [
            Finding(index, "other", f"site-{kind}", why, cut=True)
            for index in sorted(indexes(parts, select(tree, path)))
        ]
    inside, path = body(tree, parts, scores, rules.body)
    if inside is not None:
        why = f"{rules.origin or 'the site’s rules'}: outside the body {path}"
        found += [
            Finding(index, "other", "site-body", why, cut=True)
            for index in range(len(parts.segments))
            if index not in inside
        ]
    return SiteVerdict(frozenset(keep), tuple(found), inside)


def body(
    tree: html.HtmlElement, parts: Segmentation, scores: Sequence[float], paths: Iterable[str]
) -> tuple[frozenset[int] | None, str]:
    """Return the segments in the body that the first fitting expression finds, and that."""
    kept = sum(
        len(segment.words)
        for segment, score in zip(parts.segments, scores, strict=True)
        if score >= KEPT
    )
    for path in paths:
        inside = indexes(parts, select(tree, path))
        words = sum(len(parts.segments[index].words) for index in inside)
        if words >= BODY_WORDS and words >= BODY_SHARE * kept:
            return frozenset(inside), path
    return None, ""


def indexes(parts: Segmentation, elements: Iterable[html.HtmlElement]) -> set[int]:
    """Return the segments that stand in elements, or are all that an inline element says."""
    chosen = set(elements)
    found: set[int] = set()
    if not chosen:
        return found
    blocks = set()
    for node in parts.nodes:
        if node.element is not None and node.element in chosen:
            found.update(range(node.first, node.end))
            blocks.add(node.element)
    for element in chosen - blocks:
        text = text_of(element).split()
        for node in parts.nodes:
            if text and node.element is element.getparent():
                found.update(
                    index
                    for index in range(node.first, node.end)
                    if parts.segments[index].text.split() == text
                )
    return found


def select(tree: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """Return the elements that an expression finds, none where it fails on this page."""
    found = evaluate(tree, path)
    return [item for item in found if isinstance(item, etree.ElementBase | etree._Element)]


def evaluate(tree: html.HtmlElement, path: str) -> list[object]:
    """Return what an expression finds as a list, whatever its type."""
    try:
        found = compiled(path)(tree)
    except etree.XPathError:
        return []
    return list(found) if isinstance(found, list) else [found]


def values(tree: html.HtmlElement, paths: Iterable[str]) -> tuple[list[str], str]:
    """Return the texts that the first expression with any finds, and that expression."""
    for path in paths:
        texts = [text for item in evaluate(tree, path) if (text := text_of(item))]
        if texts:
            return texts, path
    return [], ""


def text_of(item: object) -> str:
    """Return what an expression's result says."""
    if isinstance(item, etree._Element):
        return " ".join("".join(map(str, item.itertext())).split())
    return " ".join(str(item).split()) if isinstance(item, str) else ""


def described(
    metadata: Metadata, tree: html.HtmlElement | None, rules: SiteRules | None
) -> Metadata:
    """Return metadata with the title and the authors that a site's rules find."""
    if tree is None or rules is None:
        return metadata
    places = dict(metadata.provenance)
    titles, title_path = values(tree, rules.title)
    authors, author_path = values(tree, rules.author)
    if titles:
        places["title"] = f"{rules.origin}: {title_path}"
        metadata = replace(metadata, title=titles[0], provenance=places)
    if authors:
        places["authors"] = f"{rules.origin}: {author_path}"
        metadata = replace(metadata, authors=tuple(dict.fromkeys(authors)), provenance=places)
    return metadata


@lru_cache(maxsize=4_096)
def compiled(path: str) -> etree.XPath:
    """Return an expression compiled; raise lxml's `XPathSyntaxError`."""
    return etree.XPath(path)


@lru_cache(maxsize=4_096)
def css_path(selector: str) -> str:
    """Return a CSS selector as XPath; raise `OperatorError` where it is none."""
    try:
        return str(GenericTranslator().css_to_xpath(selector))
    except SelectorError as error:
        raise OperatorError(f"{selector!r} is not a CSS selector: {error}") from error
