"""When a page was published and when it was changed, from what it declares and shows.

Order of attempts for both: JSON-LD of the article, meta tags, microdata, `time` elements, the
date beside the headline, the date in the address. A day that the page shows beside its headline
decides between declarations that differ; a sentence that says when the article was first published
goes before all. Dates after the fetch are not believed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from lxml import html

from cleaners.declared import Declared, Node, texts, words_of
from cleaners.metadata.article import is_article
from cleaners.metadata.beside import BESIDE, Line, of_another_item
from cleaners.metadata.datetimes import day_of, instant
from cleaners.metadata.stamps import (
    BARE,
    LABELLED,
    PUBLISHED,
    TIME,
    Reading,
    Stamp,
    by_htmldate,
    said_first,
    searched,
    stamps,
)
from cleaners.metadata.values import Found, host_of, parts_of
from cleaners.records import Page

PUBLISHED_META = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "published_time",
    "date-pub",
    "originalpublicationdate",
    "article_date_original",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.created",
    "dc.date",
    "w-published-date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "rnews:datepublished",
    "bt:pubdate",
    "ptime",
    "published",
    "published_date",
    "published_at",
    "publication_date",
    "publication-date",
    "publicationdate",
    "date_published",
    "article:publish_date",
    "article:published_date",
    "article:post_date",
    "og:publish_date",
    "dc.date.published",
    "dcterms.available",
    "article_date",
    "story_date",
    "displaydate",
    "created",
    "datecreated",
    "date",
)
MODIFIED_META = (
    "article:modified_time",
    "article:modified",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "dateupdate",
    "dcterms.modified",
    "dc.date.modified",
    "modified-date",
    "lastmod",
    "last-modified",
    "article.updated",
    "revised",
    "updated",
)
IN_ADDRESS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0\d|1[0-2])[/_-]?([0-2]\d|3[01])(?!\d)|"
    r"/((?:19|20)\d\d)/([a-z]{3,9})/(\d\d?)/|(?<!\d)(\d\d[.-]\d\d[.-]20\d\d)(?!\d)",
    re.IGNORECASE,
)
DAY_FIRST = frozenset("uk au nz ie in za sg hk my ng ke gh pk lk bd mt eu".split())
"""Top-level domains of those who write English and the day before the month."""
ADDRESS = "address"
SURE = (BESIDE, LABELLED)
DAY_LENGTH = len("2026-05-03")
FORENOON = re.compile(r"T(?:0\d|1[01]):")
MAX_STAMP = 160


@dataclass(frozen=True, slots=True)
class Dates:
    """When a page was published and modified, each None where nothing tells."""

    published: Found | None
    modified: Found | None


def dates(
    declared: Declared,
    tree: html.HtmlElement,
    nodes: Sequence[Node],
    lines: Sequence[Line],
    page: Page,
) -> Dates:
    """Return both dates; the time of the fetch, or of an import, is never exceeded."""
    reading = Reading(_month_first(declared, page.url), page.latest)
    shown = list(stamps(declared, lines, reading))
    candidates = _published(declared, nodes, shown, reading, page.url)
    if len({day_of(found.value) for found in candidates}) > 1:
        for other in _other_readings(reading):
            again = list(stamps(declared, lines, other))
            rival = _published(declared, nodes, again, other, page.url)
            if _votes(rival) > _votes(candidates):
                reading, shown, candidates = other, again, rival
    modified_at = [
        *reading.of((text, "JSON-LD dateModified") for text in _node_dates(nodes, "dateModified")),
        *reading.of(declared.named(*MODIFIED_META)),
        *reading.of(_item_dates(declared, "dateModified")),
        *(Found(stamp.value, stamp.place) for stamp in shown if stamp.modified),
    ]
    published = _shown_before(shown, _agreed(candidates))
    anywhere = {} if published else searched(tree, reading)
    published = _not_after(published or anywhere.get(PUBLISHED), modified_at)
    published = _earlier(said_first(declared, reading), published)
    published = published or anywhere.get(LABELLED) or anywhere.get(BARE)
    if published is None and is_article(declared, nodes):
        published = by_htmldate(tree, page, reading)
    later = [found for found in modified_at if published and _not_before(found, published)]
    return Dates(published, later[0] if later else None)


def _published(
    declared: Declared,
    nodes: Sequence[Node],
    shown: Sequence[Stamp],
    reading: Reading,
    url: str | None,
) -> list[Found]:
    """What each kind of place says of the publication, the first in it only."""
    return [
        *reading.of(
            (text, f"JSON-LD {name}")
            for name in ("datePublished", "dateCreated")
            for text in _node_dates(nodes, name)
        )[:1],
        *reading.of(declared.named(*PUBLISHED_META))[:1],
        *reading.of(
            pair
            for name in ("datePublished", "dateCreated")
            for pair in _item_dates(declared, name)
        )[:1],
        *reading.of(_in_address(url)),
        *[Found(stamp.value, stamp.place) for stamp in shown if not stamp.modified][:1],
    ]


def _month_first(declared: Declared, url: str | None) -> bool:
    """Whether 03/04/2025 is the fourth of March to the readers of a page."""
    american = declared.html_lang.lower() in ("", "en", "en-us")
    return american and host_of(url).rpartition(".")[2] not in DAY_FIRST


def _other_readings(reading: Reading) -> list[Reading]:
    """The ways to read numbers that are less likely: only another date of the page speaks for one.

    Those who write 09/10 for the tenth of September hardly ever mean that by 09.10.
    """
    if reading.month_first:
        return [replace(reading, dots=True), replace(reading, month_first=False)]
    return [replace(reading, month_first=True, dots=True)]


def _votes(candidates: Sequence[Found]) -> int:
    return max(Counter(_days(candidates)).values(), default=0)


def _agreed(candidates: Sequence[Found]) -> Found | None:
    """The first of the dates whose day most places name."""
    if not candidates:
        return None
    days = _days(candidates)
    votes = Counter(days)
    most = max(votes.values())
    return next(found for found, day in zip(candidates, days, strict=True) if votes[day] == most)


def _days(candidates: Sequence[Found]) -> list[str]:
    """The days of dates; of one instant in two time zones, that of the first."""
    known: dict[datetime, str] = {}
    return [
        known.setdefault(instant(found.value), day_of(found.value))
        if len(found.value) > DAY_LENGTH
        else day_of(found.value)
        for found in candidates
    ]


def _shown_before(shown: Sequence[Stamp], declared: Found | None) -> Found | None:
    """The day beside the headline where it lies before the declared one.

    A content system often declares the day of an import or of a new design. An instant of the early
    hours, though, is the day before in the time zones of the west.
    """
    for stamp in shown:
        if declared and declared.place != ADDRESS and not stamp.modified and stamp.place in SURE:
            gap = date.fromisoformat(day_of(declared.value)) - date.fromisoformat(
                day_of(stamp.value)
            )
            same = gap.days == 1 and FORENOON.search(declared.value)
            return Found(stamp.value, stamp.place) if gap.days > 0 and not same else declared
    return declared


def _not_after(published: Found | None, modified: Sequence[Found]) -> Found | None:
    """The publication; the first change where there is none, or one that a page only shows and that
    lies after the change: such a day is another article's."""
    first = next(iter(modified), None)
    if published is None or first is None:
        return published or first
    shown = published.place in (LABELLED, TIME)
    return first if shown and day_of(first.value) < day_of(published.value) else published


def _earlier(first: Found | None, other: Found | None) -> Found | None:
    """The day of a first publication, where it lies before what else is known, or nothing is."""
    return first if first and (other is None or first.value < day_of(other.value)) else other


def _not_before(found: Found, other: Found) -> bool:
    """Whether a change lies after a publication; where one is a bare day, not on a day before."""
    one, two = found.value, other.value
    if len(one) > DAY_LENGTH and len(two) > DAY_LENGTH:
        return datetime.fromisoformat(one) >= datetime.fromisoformat(two)
    return day_of(one) >= day_of(two)


def _node_dates(nodes: Sequence[Node], name: str) -> Iterator[str]:
    for node in nodes:
        yield from texts(node.get(name))


def _item_dates(declared: Declared, name: str) -> Iterator[tuple[str, str]]:
    for element in declared.items.get(name, ()):
        if element.tag != "meta" and not of_another_item(element):
            text = element.get("content") or element.get("datetime")
            if not text and element.tag == "abbr":  # the datetime pattern of hAtom
                text = element.get("title")
            yield text or words_of(element, MAX_STAMP), f"itemprop {name}"


def _in_address(url: str | None) -> Iterator[tuple[str, str]]:
    if match := IN_ADDRESS.search(parts_of(url).path):
        yield "-".join(filter(None, match.groups())), ADDRESS
