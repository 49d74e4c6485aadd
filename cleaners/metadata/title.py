"""The article's title without the site's name, and the site's name itself.

Order of attempts: a visible first heading that a declared title confirms; a declared title that
two places agree on; the heading where it and the declared title are two wordings of one headline;
the declared title without the site's name; the heading alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from cleaners.declared import Declared, Node, squeeze, texts, types, words_of
from cleaners.metadata.article import headline, resolved
from cleaners.metadata.values import Found, host_of, key

SEPARATOR = re.compile(r"\s+[|–—\-·•»«:›/~⋆:‹>]+\s+|\s*[|｜]\s*|\s+::\s+|:\s+(?=\S+$)")
HTML_TITLE = "title element"
DECLARED = ("og:title", "citation_title", "parsely-title", "sailthru.title", "dc.title")
ALSO_DECLARED = ("twitter:title", "dcterms.title", "title", "hdl", "headline")
SITE_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher")
MAX_HEADINGS = 6
MAX_LENGTH = 400
SHARED = 0.6
HEADLINE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Wording:
    """A declared title: its text without the site's name, the compared forms of all its possible
    cuts, and its place."""

    text: str
    keys: frozenset[str]
    place: str


def site_name(declared: Declared, nodes: Sequence[Node]) -> Found | None:
    """The name of the site or outlet, as declared."""
    for value, place in declared.named("og:site_name"):
        return Found(value, place)
    for node in (*nodes, *declared.nodes):
        for name in _publishers(node, declared):
            if not name.startswith("http"):
                return Found(name, "JSON-LD publisher")
    for node in declared.nodes:
        if "WebSite" in types(node):
            for name in texts(node.get("name")):
                return Found(name, "JSON-LD WebSite")
    return next((Found(*pair) for pair in declared.named(*SITE_NAMES)), None)


def title(declared: Declared, nodes: Sequence[Node], names: frozenset[str]) -> Found | None:
    """The article's title, or None where the page has none; `names` are `outlet_keys`."""
    headings = [text for text in _headings(declared) if not _is_site(key(text), names)]
    wordings = list(_wordings(declared, nodes, names))
    for text in headings:
        if found := _confirmed(text, wordings):
            return Found(without_labels(text), f"h1, {found.place}")
    if not wordings:
        return Found(without_labels(headings[0]), "h1") if headings else None
    agreed = _agreed(wordings)
    for text in headings:
        if key(text).startswith(key(agreed.value)):
            return agreed
        if _alike(text, agreed.value):
            return Found(without_labels(text), "h1")
    if headings and len(headings[0]) >= HEADLINE_LENGTH:
        return Found(without_labels(headings[0]), "h1")
    return agreed


def _publishers(node: Node, declared: Declared) -> Iterator[str]:
    for member in resolved(node.get("publisher"), declared):
        yield from texts(member)


def _headings(declared: Declared) -> list[str]:
    found = (words_of(element, MAX_LENGTH) for element in declared.headings)
    return list(dict.fromkeys(text for text in found if len(key(text)) > 2))[:MAX_HEADINGS]


def _wordings(
    declared: Declared, nodes: Sequence[Node], names: frozenset[str]
) -> Iterator[Wording]:
    """The declared titles, the likeliest first."""
    declarations = [
        *declared.named(*DECLARED),
        *((text, "JSON-LD headline") for node in nodes[:2] for text in headline(node)[:1]),
        (declared.title, HTML_TITLE),
        *declared.named(*ALSO_DECLARED),
    ]
    for raw, place in declarations:
        text = squeeze(unescape(raw)) if "&" in raw else raw
        if key(text):
            whole = without_site(text, names)
            if not _is_site(key(whole), names):
                yield Wording(whole, frozenset(map(key, (whole, *cuts(text)))), place)


def without_site(text: str, names: frozenset[str]) -> str:
    """A title without the parts, at either end, that are a name of the site.

    >>> without_site("Rain again | The Daily Duck", frozenset({"thedailyduck"}))
    'Rain again'
    """
    marks = list(SEPARATOR.finditer(text))
    while marks and _is_site(key(text[marks[-1].end() :]), names):
        text = text[: marks.pop().start()]
    while marks and _is_site(key(text[: marks[0].start()]), names):
        cut = marks[0].end()
        text = text[cut:]
        marks = list(SEPARATOR.finditer(text))
    return text.strip()


def without_labels(text: str) -> str:
    """A heading without what stands behind an upright bar: a column's name, an outlet's."""
    first = text.partition(" | ")[0]
    return first if len(first) >= HEADLINE_LENGTH else text


def cuts(text: str) -> Iterator[str]:
    """The title, and what is left of it when parts are taken off its end or its beginning."""
    yield text
    marks = list(SEPARATOR.finditer(text))
    yield from (text[: mark.start()] for mark in reversed(marks))
    yield from (text[mark.end() :] for mark in marks)


def outlet_keys(declared: Declared, site: Found | None, url: str | None) -> frozenset[str]:
    """The compared forms of the names that the site and its publishers go by."""
    host = host_of(url)
    labels = host.split(".")
    names = [
        site.value if site else "",
        *(value for value, _ in declared.named(*SITE_NAMES)),
        *(text for node in declared.nodes if "WebSite" in types(node) for text in headline(node)),
        *(text for node in declared.nodes for text in _publishers(node, declared)),
        host,
        "".join(labels[:-1]),
        labels[-2] if len(labels) > 1 else "",
    ]
    return frozenset(filter(None, map(key, names)))


def _is_site(text: str, names: frozenset[str]) -> bool:
    """Whether a compared text is the site's name, with or without an article or a suffix."""
    if not text:
        return True
    bare = text.removeprefix("the")
    return any(
        text == name
        or bare == name.removeprefix("the")
        or (len(text) > 4 and text in name)
        or (len(name) > 4 and text.startswith(name) and len(text) < 2 * len(name))
        for name in names
    )


def _confirmed(text: str, wordings: Sequence[Wording]) -> Wording | None:
    wanted = key(text)
    return next((wording for wording in wordings if wanted in wording.keys), None)


def _agreed(wordings: Sequence[Wording]) -> Found:
    """The declared title that most places agree on; the first of equals."""
    wanted = [key(wording.text) for wording in wordings]
    votes = [sum(one in other.keys for other in wordings) for one in wanted]
    best = wordings[votes.index(max(votes))]
    return Found(best.text, best.place)


def _alike(one: str, other: str) -> bool:
    """Whether two titles are wordings of one headline: most of the shorter's words are shared."""
    first, second = set(one.casefold().split()), set(other.casefold().split())
    shorter = min(len(first), len(second))
    return shorter > 1 and len(first & second) >= SHARED * shorter
