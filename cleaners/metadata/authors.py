"""Who wrote a page, as a list of people: fewer rather than wrong.

Order of attempts: JSON-LD of the article, meta tags, marked bylines (rel, microdata, class),
a "By …" line beside the headline, lines that say so elsewhere, a signature, an author box, the
person who keeps the site. Where a byline names the declared authors and more, it is taken whole.
Outlets, desks, roles, accounts and addresses are never authors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import html

from cleaners.declared import Declared, Node, texts, types
from cleaners.metadata.article import resolved
from cleaners.metadata.beside import Line
from cleaners.metadata.boxes import boxed
from cleaners.metadata.keeper import keeper
from cleaners.metadata.names import bare_name, names_team, people
from cleaners.metadata.said import said, signed
from cleaners.metadata.shown import Authors, bare, by_line, marked
from cleaners.metadata.values import Found, key

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
WRITTEN = re.compile(
    r"\b(?:written by|author|by\b|verfasst von|écrit par|escrito por|escrita por|scritto da|"
    r"geschreven door|napisan|автор|yazan|skrevet av|skriven av)",
    re.IGNORECASE,
)
MAX_LABELS = 4


@dataclass(frozen=True, slots=True)
class Site:
    """The site of a page: its name, the compared forms of all its names, the page's address."""

    name: Found | None
    outlets: frozenset[str]
    url: str | None


def authors(
    declared: Declared,
    nodes: Sequence[Node],
    heading: html.HtmlElement | None,
    lines: Sequence[Line],
    site: Site,
) -> Authors | None:
    """The people who wrote the page, or None where nothing names them."""
    outlets = site.outlets
    found = (
        _from_json_ld(declared, nodes, outlets)
        or _from_meta(declared, outlets)
        or _from_labels(declared, outlets)
    )
    byline = by_line(lines, outlets)
    full = byline is not None and any(" " in name for name in byline.names)
    if byline and (not found or (full and not _share(byline.names, found.names))):
        return byline
    shown = marked(declared, heading, outlets)
    if found is None and (shown is None or not shown.names):
        return (
            (None if shown else bare(lines, outlets))
            or said(declared, outlets)
            or (None if _has_no_author(declared, nodes) else _around(declared, site))
        )
    for other in (byline, shown):
        if found and other and other.names and _extends(other.names, found.names):
            return other
    return found or shown


def _around(declared: Declared, site: Site) -> Authors | None:
    """Who signs a page, is shown as its author, or keeps the site."""
    named = signed(declared, site.outlets) or boxed(declared, site.outlets)
    own = None if named else keeper(declared, site.name, site.url)
    return Authors((own.value,), own.place) if own else named


def _has_no_author(declared: Declared, nodes: Sequence[Node]) -> bool:
    """Whether a page declares a desk, a staff or the like as its author, or that it sells goods."""
    if any("product" in kind.lower() for kind, _ in declared.named("og:type")):
        return True
    said_so = [
        *(text for node in nodes for text in texts(node.get("author"))),
        *(text for text, _ in declared.named(*META)),
    ]
    return any(names_team([text], outlets=()) for text in said_so)


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
            account = name.startswith("dc") and " " not in text and text.islower()
            if not account and not text.startswith(("http", "www.", "/")):
                ordered = _in_order(text) if name.startswith("citation") else text
                names |= {key(one): one for one in people(ordered, sure=True, outlets=outlets)}
        if names:
            return Authors(tuple(names.values()), f"meta {name}")
    return None


def _from_labels(declared: Declared, outlets: frozenset[str]) -> Authors | None:
    """The pairs of label and value that pages give to be shown with a link to them."""
    for number in range(1, MAX_LABELS + 1):
        for label, value in zip(
            declared.meta.get(f"twitter:label{number}", ()),
            declared.meta.get(f"twitter:data{number}", ()),
            strict=False,
        ):
            if WRITTEN.search(label) and (names := people(value, sure=True, outlets=outlets)):
                return Authors(tuple(names), f"meta twitter:data{number}")
    return None


def _extends(shown: Sequence[str], declared: Sequence[str]) -> bool:
    """Whether a byline names the declared people and others, or gives their titles."""
    keys = {key(bare_name(name)) for name in shown}
    longer = len("".join(shown)) > len("".join(declared))
    return longer and all(key(bare_name(name)) in keys for name in declared)


def _share(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two lists of people have a word of a name in common."""
    words = {word.casefold() for name in one for word in name.split()}
    return any(word.casefold() in words for name in other for word in name.split())


def _in_order(name: str) -> str:
    """ "Peep, Bo" as "Bo Peep"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name
