"""The names that a site goes by, and titles without them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaners.declared import Declared, Node, texts, types
from cleaners.metadata.article import headline, resolved
from cleaners.metadata.values import Found, host_of, key, parts_of

SEPARATOR = re.compile(r"\s+[|–—\-·•»«:›/~⋆‹>]+\s+|\s*[|｜]\s*|\s*--+\s*|_+|\s+::\s+|:\s+(?=\S+$)")
SECTION_META = ("article:section", "parsely-section", "sailthru.section", "section")
AUTHOR_META = ("author", "article:author", "parsely-author", "sailthru.author", "byl")
LABELLING = ("articleSection", "genre", "author")
COLUMNS = frozenset(
    """opinion opinions editorial analysis comment commentary column review reviews video live news
    podcast interview explainer feature features letters meinung kommentar analyse tribune édito
    opinión editoriale opinione opinião""".split()
)
BRACKETED = re.compile(r"\s+[(\[][^()\[\]]+[)\]]$")
MIN_NAME = 5
SITE_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher")


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
    initials = ("".join(word[0] for word in name.split()) for name in names if name.count(" ") > 1)
    return frozenset(filter(None, map(key, (*names, *initials))))


def without_site(text: str, names: frozenset[str], *, heading: bool = False) -> str:
    """A title without the parts, at either end, that are a name of the site.

    A heading has one at its end only: what it begins with may be a series named after the site.

    >>> without_site("Rain again | The Daily Duck", frozenset({"thedailyduck"}))
    'Rain again'
    """
    marks = list(SEPARATOR.finditer(text))
    while marks and _names_site(text[marks[-1].end() :], marks[-1][0], names):
        text = text[: marks.pop().start()]
    while not heading and marks and is_site(key(text[: marks[0].start()]), names):
        cut = marks[0].end()
        text = text[cut:]
        marks = list(SEPARATOR.finditer(text))
    return text.strip()


def label_keys(declared: Declared, nodes: Sequence[Node], url: str | None) -> frozenset[str]:
    """The compared forms of what pages hang on a headline: sections, columns, the author's name."""
    names = [
        *parts_of(url).path.split("/")[:-1],
        *(value for value, _ in declared.named(*SECTION_META, *AUTHOR_META)),
        *(text for node in nodes for name in LABELLING for text in texts(node.get(name))),
    ]
    return COLUMNS | {wanted for wanted in map(key, names) if len(wanted) > 2}


def without_label(text: str, labels: frozenset[str]) -> str:
    """A title without one of `labels` at its end, behind a bar or a dash.

    >>> without_label("Rain again | Opinion", frozenset({"opinion"}))
    'Rain again'
    """
    mark = next(reversed(list(SEPARATOR.finditer(text))), None)
    if mark and mark[0].strip(" :_") and key(text[mark.end() :]) in labels:
        return text[: mark.start()].strip()
    return text


def cuts(text: str) -> Iterator[str]:
    """The title, and what is left of it when parts are taken off its end or its beginning."""
    yield text
    marks = list(SEPARATOR.finditer(text))
    yield from (text[: mark.start()] for mark in reversed(marks))
    yield from (text[mark.end() :] for mark in marks)
    if bracket := BRACKETED.search(text):
        yield text[: bracket.start()]


def is_site(text: str, names: frozenset[str]) -> bool:
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


def _names_site(part: str, mark: str, names: frozenset[str]) -> bool:
    """Whether the last part of a title is the site's name; behind a bar it may go on with words."""
    wanted = key(part)
    goes_on = "|" in mark and any(
        len(name) >= MIN_NAME and wanted.startswith(name) for name in names
    )
    return is_site(wanted, names) or goes_on


def _publishers(node: Node, declared: Declared) -> Iterator[str]:
    for member in resolved(node.get("publisher"), declared):
        yield from texts(member)
