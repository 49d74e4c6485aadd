"""The article's title without the site's name.

Order of attempts: a heading that a declared title confirms, an `h1` before lower ones; the declared
title that most places agree on, where the heading only goes on with other things; the heading or
the declared title, whichever has more evidence, where they are two wordings; what there is of the
two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import unquote

from lxml import html

from cleaners.declared import Declared, Node, squeeze, types, words_of
from cleaners.metadata.article import ARTICLES, headline
from cleaners.metadata.datetimes import parse
from cleaners.metadata.site import cuts, is_site, label_keys, without_label, without_site
from cleaners.metadata.values import Found, key, parts_of

HTML_TITLE = "title element"
HEADLINE = "JSON-LD headline"
DECLARED = ("og:title", "citation_title", "parsely-title", "sailthru.title", "dc.title")
ALSO_DECLARED = ("twitter:title", "dcterms.title", "title", "hdl", "headline")
MARKED = re.compile(r"title|headline", re.IGNORECASE)
MAX_HEADINGS = 6
MAX_LOWER = 40
MAX_SITE_NAME = 40
"""Letters above which a declared site's name is the page's title, written to the wrong place."""
MAX_LENGTH = 400
SHARED = 0.6
HEADLINE_LENGTH = 16
WORD = re.compile(r"[^\W_]+")
DENSE = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
DENSITY = 3
NOT_WORDING = re.compile(
    r"^[(|｜]|^\d+$|\b(?:by|posted|published|updated|von|par|por|di|door)\b", re.IGNORECASE
)
"""What a heading goes on with that is none of its words: a column, a count, a byline, a source."""

FEW_WORDS = 4
BIAS = 0.1
EVIDENCE = {
    "marked": 0.6,
    "article": 0.3,
    "address": 0.8,
    "few words": -0.2,
    "not alone": -0.3,
    "longer": 0.9,
    "parts": 0.4,
    "shorter": 0.4,
}
"""What speaks for a heading against another wording in the page's head; "address" counts the share
of the address' words that only one of them has. Fitted on pages whose title is known."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and its text."""

    text: str
    element: html.HtmlElement


@dataclass(frozen=True, slots=True)
class Wording:
    """A declared title: its text without the site's name, the compared forms of all its possible
    cuts, and its place."""

    text: str
    keys: frozenset[str]
    place: str


@dataclass(frozen=True, slots=True)
class Title:
    """The title, and the heading that carries it or stands where it would."""

    found: Found | None
    heading: html.HtmlElement | None


def title(
    declared: Declared, nodes: Sequence[Node], names: frozenset[str], url: str | None
) -> Title:
    """The article's title; `names` are the compared forms of the site's names (`outlet_keys`).

    Where all that there is seems to be the site's name, that is the title.
    """
    short = frozenset(name for name in names if len(name) <= MAX_SITE_NAME)
    found = _title(declared, nodes, short, url)
    return found if found.found else _title(declared, nodes, frozenset(), url)


def _title(
    declared: Declared, nodes: Sequence[Node], names: frozenset[str], url: str | None
) -> Title:
    labels = label_keys(declared, nodes, url)
    headings = list(_headings(declared, names, labels))
    wordings = list(_wordings(declared, nodes, names, labels))
    for heading in headings:
        if found := _confirmed(heading.text, wordings):
            text = found.text if _shouted(heading.text, found.text) else heading.text
            return Title(Found(text, f"h1, {found.place}"), heading.element)
    first = headings[0] if headings else None
    lower = _lower(declared) if wordings else []
    told = [one for one in wordings if one.place != HEADLINE and not _in_heading(one, headings)]
    if found_lower := _declared_lower(lower, told, 1):
        return found_lower
    if not wordings:
        return _of_heading(first) if first else Title(None, None)
    agreed = _agreed(wordings)
    for heading in headings:
        if _goes_on(heading.text, agreed.value):
            return Title(agreed, heading.element)
    best = next((one for one in headings if _alike(one.text, agreed.value)), first)
    alone = len(headings) == 1
    long = best is not None and _length(best.text) >= HEADLINE_LENGTH
    if best and long and _evidence(best, agreed.value, url, alone=alone) > 0:
        return _of_heading(best)
    behind = _declared_lower(lower, wordings, 2)
    return behind or Title(agreed, next(iter(declared.headings), None))


def _shouted(text: str, other: str) -> bool:
    """Whether a heading is another writing of the same words, in capitals throughout."""
    return text.isupper() and not other.isupper() and key(text) == key(other)


def _in_heading(wording: Wording, headings: Sequence[Heading]) -> bool:
    """Whether an `h1` has a wording's words and more."""
    return any(_around(one.text, wording.text)[1] for one in headings)


def _lower(declared: Declared) -> list[Heading]:
    """The lower headings that are long enough for a headline."""
    elements = islice(declared.root.iter("h2", "h3"), MAX_LOWER)
    found = [Heading(words_of(element, MAX_LENGTH), element) for element in elements]
    return [one for one in found if _length(one.text) >= HEADLINE_LENGTH]


def _declared_lower(
    lower: Sequence[Heading], wordings: Sequence[Wording], forms: int
) -> Title | None:
    """The first lower heading that has the words of a declared title: in many blogs the `h1` is the
    site's name. Of two `forms` one is the title without what stands behind its last bar.
    """
    wanted = {key(form): one for one in wordings for form in islice(cuts(one.text), forms)}
    for heading in lower:
        if found := wanted.get(key(heading.text)):
            place = f"{heading.element.tag}, {found.place}"
            return Title(Found(heading.text, place), heading.element)
    return None


def _goes_on(heading: str, wording: str) -> bool:
    """Whether a heading has a wording in it, and around it no more than labels, dates and names."""
    before, found, after = _around(heading, wording)
    if not found or (before and len(wording) < HEADLINE_LENGTH):
        return False
    dated = parse(f"{before} {after}") is not None
    labelled = dated or before.endswith(":") or bool(NOT_WORDING.search(before))
    return (not before or labelled) and (not after or dated or bool(NOT_WORDING.search(after)))


def _around(text: str, part: str) -> tuple[str, bool, str]:
    """What stands before and after a part of a text; marks and letter case do not matter."""
    wanted = [word.casefold() for word in WORD.findall(part)]
    marks = list(WORD.finditer(text)) if wanted else []
    words = [mark[0].casefold() for mark in marks]
    for first in range(len(words) - len(wanted) + 1 if wanted else 0):
        last = first + len(wanted)
        if words[first:last] == wanted:
            after = text[marks[last - 1].end() :]
            return text[: marks[first].start()].strip(), True, after.strip(' .!?"”’»)]')
    return "", False, ""


def _of_heading(heading: Heading) -> Title:
    return Title(Found(heading.text, "h1"), heading.element)


def _headings(
    declared: Declared, names: frozenset[str], labels: frozenset[str]
) -> Iterator[Heading]:
    seen: set[str] = set()
    for element in declared.headings[:MAX_HEADINGS]:
        raw = words_of(element, MAX_LENGTH)
        raw = squeeze(unescape(raw)) if "&" in raw else raw
        text = without_label(without_site(raw, names, heading=True) or raw, labels)
        wanted = key(text)
        if len(wanted) > 2 and wanted not in seen and not is_site(wanted, names):
            seen.add(wanted)
            yield Heading(text, element)


def _wordings(
    declared: Declared, nodes: Sequence[Node], names: frozenset[str], labels: frozenset[str]
) -> Iterator[Wording]:
    """The declared titles, the likeliest first."""
    articles = [node for node in nodes if types(node) & ARTICLES]
    declarations = [
        *declared.named(*DECLARED),
        *((text, HEADLINE) for node in nodes[:2] for text in headline(node)[:1]),
        (declared.title, HTML_TITLE),
        *declared.named(*ALSO_DECLARED),
    ]
    if articles and not declared.headings:
        declarations.sort(key=lambda pair: pair[1] != HEADLINE)
    for raw, place in declarations:
        text = squeeze(unescape(raw)) if "&" in raw else raw
        if key(text):
            whole = without_label(without_site(text, names), labels)
            if not is_site(key(whole), names):
                yield Wording(whole, frozenset(map(key, (whole, *cuts(text)))), place)


def _confirmed(text: str, wordings: Sequence[Wording]) -> Wording | None:
    wanted = key(text)
    return next((wording for wording in wordings if wanted in wording.keys), None)


def _agreed(wordings: Sequence[Wording]) -> Found:
    """The declared title that most places agree on; the first of equals."""
    wanted = [key(wording.text) for wording in wordings]
    votes = [sum(one in other.keys for other in wordings) for one in wanted]
    best = wordings[votes.index(max(votes))]
    return Found(best.text, best.place)


def _length(text: str) -> int:
    """The length of a text in letters; a sign of Chinese and the like stands for several."""
    return len(text) + DENSITY * len(DENSE.findall(text))


def _alike(one: str, other: str) -> bool:
    """Whether two titles are wordings of one headline: most of the shorter's words are shared."""
    first, second = set(one.casefold().split()), set(other.casefold().split())
    shorter = min(len(first), len(second))
    return shorter > 1 and len(first & second) >= SHARED * shorter


def _evidence(heading: Heading, rival: str, url: str | None, *, alone: bool) -> float:
    """How much speaks for a heading against another wording; above 0 the heading has more."""
    around = {ancestor.tag for ancestor in heading.element.iterancestors()}
    facts = {
        "marked": bool(MARKED.search(heading.element.get("class") or "")),
        "article": bool(around & {"main", "article"}),
        "address": _in_address(heading.text, url) - _in_address(rival, url),
        "few words": len(heading.text.split()) <= FEW_WORDS and not DENSE.search(heading.text),
        "not alone": not alone,
        "longer": _around(heading.text, rival)[1],
        "shorter": _around(rival, heading.text)[1],
        "parts": " | " in rival,
    }
    return BIAS + sum(EVIDENCE[name] * value for name, value in facts.items())


def _in_address(text: str, url: str | None) -> float:
    """The share of the words in the last part of an address that a title has."""
    last = unquote(parts_of(url).path).rstrip("/").rpartition("/")[2].partition(".")[0]
    wanted = re.findall(r"[^\W_]+", last.casefold())
    words = set(re.findall(r"\w+", text.casefold()))
    return sum(word in words for word in wanted) / len(wanted) if wanted else 0.0
