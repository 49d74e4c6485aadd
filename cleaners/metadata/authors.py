"""Who wrote a page, as a list of people: fewer rather than wrong.

Order of attempts: JSON-LD of the article, meta tags, marked bylines (rel, microdata, class),
a "By …" line beside the headline. Where a byline names the declared authors and more, it is
taken whole. Outlets, desks, roles, accounts and addresses are never authors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree, html

from cleaners.declared import Declared, Node, squeeze, texts, types
from cleaners.metadata.article import resolved
from cleaners.metadata.beside import BESIDE, Line
from cleaners.metadata.names import people, read_parts
from cleaners.metadata.values import key

META = (
    "author",
    "article:author",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article:author_name",
    "cxenseparse:author",
    "og:article:author",
    "rnews:author",
    "authors",
)
PROFILE = re.compile(
    r"/(?:authors?|people|person|team|contributors?|writers?|profiles?|staff|experts?|autor(?:en|es)?|auteurs?)/"
)
ELSEWHERE = re.compile(
    r"comment|related|recommend|popular|sidebar|footer|widget|more-from|trending|reviewed|reviewer|"
    r"editor|photo|caption|credit|disqus|reply|teaser|card|promo|carousel|newsletter",
    re.IGNORECASE,
)
BY = re.compile(
    r"^(?:by|written by|von|par|por|di|door|av|af|autor(?:in)?:?|текст:?|автор:?)\s", re.IGNORECASE
)
MAX_MARKED = 40
MAX_BYLINE = 12
MAX_LINE = 160


@dataclass(frozen=True, slots=True)
class Authors:
    """People, and the place that named them."""

    names: tuple[str, ...]
    place: str


def authors(
    declared: Declared,
    nodes: Sequence[Node],
    lines: Sequence[Line],
    outlets: frozenset[str],
) -> Authors | None:
    """The people who wrote the page, or None where nothing names them."""
    found = _from_json_ld(declared, nodes, outlets) or _from_meta(declared, outlets)
    shown = _shown(declared, outlets) or _beside(lines, outlets)
    if found and shown and _extends(shown.names, found.names):
        return shown
    return found or shown


def _from_json_ld(
    declared: Declared, nodes: Sequence[Node], outlets: frozenset[str]
) -> Authors | None:
    for node in nodes:
        names: dict[str, str] = {}
        for author in resolved(node.get("author") or node.get("creator"), declared):
            if isinstance(author, dict) and types(author) & {
                "Organization",
                "NewsMediaOrganization",
                "Corporation",
            }:
                continue
            for text in texts(author):
                names |= {key(name): name for name in people(text, sure=True, outlets=outlets)}
        if names:
            return Authors(tuple(names.values()), "JSON-LD author")
    return None


def _from_meta(declared: Declared, outlets: frozenset[str]) -> Authors | None:
    for name in META:
        names: dict[str, str] = {}
        for text in declared.meta.get(name, ()):
            if not text.startswith(("http", "www.", "/")):
                ordered = _in_order(text) if name.startswith("citation") else text
                names |= {key(one): one for one in people(ordered, sure=True, outlets=outlets)}
        if names:
            return Authors(tuple(names.values()), f"meta {name}")
    return None


def _shown(declared: Declared, outlets: frozenset[str]) -> Authors | None:
    best: Authors | None = None
    for element in [*declared.items.get("author", ()), *declared.bylines][:MAX_MARKED]:
        if _elsewhere(element):
            continue
        names = read_parts(_parts(element), outlets=outlets)
        if names and best is None:
            best = Authors(tuple(names), _place(element))
            beside = element.getparent()
        elif names and best is not None and _near(element, beside):
            more = tuple(name for name in names if name not in best.names)
            best = Authors(best.names + more, best.place)
    return best


def _beside(lines: Sequence[Line], outlets: frozenset[str]) -> Authors | None:
    """The people of a "By …" line, or of a link to a writer's page, close to the headline."""
    for index, line in enumerate(lines):
        names: list[str] = []
        if BY.match(f"{line.text} ") and len(line.text) <= MAX_LINE:
            names = read_parts(
                [one.text for one in lines[index : index + MAX_BYLINE]], outlets=outlets
            )
        elif line.element.tag == "a" and PROFILE.search(line.element.get("href") or ""):
            names = people(line.text, outlets=outlets)
        if names:
            return Authors(tuple(names), BESIDE)
    return None


def _near(element: html.HtmlElement, container: html.HtmlElement | None) -> bool:
    parent = element.getparent()
    return (
        parent is not None
        and container is not None
        and (parent is container or parent.getparent() is container.getparent())
    )


def _parts(element: html.HtmlElement) -> list[str]:
    found = (squeeze(text) for text in element.itertext(etree.Element))
    return [text for text in found if text][:MAX_BYLINE]


def _elsewhere(element: html.HtmlElement) -> bool:
    """Whether an element stands in a part of the page that names other people."""
    for ancestor in (element, *element.iterancestors()):
        if ancestor.tag in ("footer", "aside", "nav", "form"):
            return True
        if ancestor.tag in ("body", "article", "main"):
            return False
        if ELSEWHERE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _place(element: html.HtmlElement) -> str:
    if element.get("rel") == "author":
        return "rel=author"
    if element.get("itemprop") == "author":
        return "itemprop author"
    return f"byline ({element.tag}.{squeeze(element.get('class')).split(' ')[0]})"


def _extends(shown: Sequence[str], declared: Sequence[str]) -> bool:
    """Whether a byline names the declared people and others."""
    keys = {key(name) for name in shown}
    return len(shown) > len(declared) and all(key(name) in keys for name in declared)


def _in_order(name: str) -> str:
    """ "Peep, Bo" as "Bo Peep"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name
