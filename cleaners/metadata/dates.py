"""When a page was published and when it was changed, from what it declares and shows.

Order of attempts for both: JSON-LD of the article, meta tags, microdata, `time` elements, the
date beside the headline, the date in the address. A day that the page shows beside its headline
decides between declarations that differ. Dates after the fetch are not believed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from htmldate import find_date
from lxml import etree, html

from cleaners.declared import UNSEEN, Declared, Node, squeeze, texts, words_of
from cleaners.metadata.beside import BESIDE, Line
from cleaners.metadata.datetimes import day_of, instant, parse
from cleaners.metadata.values import Found, parts_of
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
PUBLISHED_WORDS = re.compile(
    r"\b(publish|posted|published|veröffentlicht|erschienen|publié|publicado|pubblicato|"
    r"gepubliceerd|opublikowano|yayın|опубликован|written|created|first)",
    re.IGNORECASE,
)
MODIFIED_WORDS = re.compile(
    r"\b(updat|modif|revis|edited|aktualisiert|geändert|mis à jour|mise à jour|actualiza|atualiza|"
    r"aggiorna|bijgewerkt|zaktualizowa|güncelle|обновлен|last reviewed|reviewed|stand:)",
    re.IGNORECASE,
)
IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0\d|1[0-2])[/_-]?([0-2]\d|3[01])(?!\d)")
LABELS = re.compile(f"{PUBLISHED_WORDS.pattern}|{MODIFIED_WORDS.pattern}", re.IGNORECASE)
DIGITS = re.compile(r"\d\d")
ONE_DAY = 1
"""The same instant can be two days in two time zones."""
NO_LIMIT = "2200-01-01"
MAX_STAMP = 160
MAX_BARE_STAMP = 60
MAX_DATE = 24
MAX_TIMES = 12


@dataclass(frozen=True, slots=True)
class Dates:
    """When a page was published and modified, each None where nothing tells."""

    published: Found | None
    modified: Found | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date that the page shows, whether it says that it is of a change, and its place."""

    value: str
    modified: bool
    place: str


def dates(
    declared: Declared,
    tree: html.HtmlElement,
    nodes: Sequence[Node],
    lines: Sequence[Line],
    page: Page,
) -> Dates:
    """Return both dates; the time of the fetch, where known, is never exceeded."""
    month_first = declared.html_lang.lower() in ("", "en", "en-us")
    reading = Reading(month_first, page.fetched_at)
    modified_at = [
        *reading.of((text, "JSON-LD dateModified") for text in _node_dates(nodes, "dateModified")),
        *reading.of(declared.named(*MODIFIED_META)),
        *reading.of(_item_dates(declared, "dateModified")),
    ]
    shown = list(stamps(declared, lines, reading))
    candidates = [
        *reading.of(
            (text, "JSON-LD datePublished") for text in _node_dates(nodes, "datePublished")
        )[:1],
        *reading.of(declared.named(*PUBLISHED_META))[:1],
        *reading.of(_item_dates(declared, "datePublished"))[:1],
        *[Found(stamp.value, stamp.place) for stamp in shown if not stamp.modified][:1],
        *reading.of(_in_address(page.url)),
    ]
    modified_at += [Found(stamp.value, stamp.place) for stamp in shown if stamp.modified]
    published = _shown_before(shown, _agreed(candidates)) or next(iter(modified_at), None)
    published = published or _searched(tree, page, reading)
    later = [found for found in modified_at if published and _not_before(found, published)]
    return Dates(published, later[0] if later else None)


@dataclass(frozen=True, slots=True)
class Reading:
    """How dates of one page are read: the order of numbers, and what lies in the future."""

    month_first: bool
    limit: datetime | None

    def one(self, text: str) -> str | None:
        """The date in `text`, None where there is none that can be true."""
        value = parse(text, month_first=self.month_first)
        if value is None or (self.limit is not None and instant(value) > self.limit):
            return None
        return value

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Found]:
        """The dates in texts with their places."""
        return [Found(value, place) for text, place in pairs if (value := self.one(text))]


def stamps(declared: Declared, lines: Sequence[Line], reading: Reading) -> Iterator[Stamp]:
    """The dates shown beside the headline, then those of `time` elements."""
    previous = ""
    for line in lines:
        text = line.text
        if (value := _stamped(text, previous, reading)) is not None:
            yield Stamp(value, _is_change(text, previous), BESIDE)
        previous = text
    for element in declared.times[:MAX_TIMES]:
        text = words_of(element, MAX_STAMP)
        value = reading.one(element.get("datetime") or "") or reading.one(text)
        if value:
            hints = f"{element.get('class') or ''} {element.get('itemprop') or ''} {text}"
            yield Stamp(value, _is_change(hints, ""), "time element")


def _stamped(text: str, previous: str, reading: Reading) -> str | None:
    """The date of a line that says when a page is from; a sentence with a date in it does not."""
    if len(text) > MAX_STAMP or not DIGITS.search(text):
        return None
    labelled = PUBLISHED_WORDS.search(text) or MODIFIED_WORDS.search(text)
    if len(text) > MAX_BARE_STAMP and not labelled:
        return None
    return reading.one(text)


def _is_change(text: str, previous: str) -> bool:
    label = text if MODIFIED_WORDS.search(text) or PUBLISHED_WORDS.search(text) else previous[-40:]
    return bool(MODIFIED_WORDS.search(label)) and not PUBLISHED_WORDS.search(label)


def _agreed(candidates: Sequence[Found]) -> Found | None:
    if not candidates:
        return None
    votes = Counter(day_of(found.value) for found in candidates)
    most = max(votes.values())
    return next(found for found in candidates if votes[day_of(found.value)] == most)


def _shown_before(shown: Sequence[Stamp], declared: Found | None) -> Found | None:
    """The day beside the headline where it lies before the declared one.

    A content system often declares the day of an import or of a new design.
    """
    for stamp in shown:
        if declared and not stamp.modified and stamp.place == BESIDE:
            gap = date.fromisoformat(day_of(declared.value)) - date.fromisoformat(
                day_of(stamp.value)
            )
            return Found(stamp.value, stamp.place) if gap.days > ONE_DAY else declared
    return declared


def _not_before(found: Found, other: Found) -> bool:
    return day_of(found.value) >= day_of(other.value)


def _node_dates(nodes: Sequence[Node], name: str) -> Iterator[str]:
    for node in nodes:
        yield from texts(node.get(name))


def _item_dates(declared: Declared, name: str) -> Iterator[tuple[str, str]]:
    for element in declared.items.get(name, ()):
        if element.tag != "meta":
            text = element.get("content") or element.get("datetime")
            if not text and element.tag == "abbr":  # the datetime pattern of hAtom
                text = element.get("title")
            yield text or words_of(element, MAX_STAMP), f"itemprop {name}"


def _searched(tree: html.HtmlElement, page: Page, reading: Reading) -> Found | None:
    """The first line anywhere that is labelled as a date of the page or is a date and no more;
    else what htmldate finds, which works on a copy of the tree."""
    bare: Found | None = None
    previous = ""
    for element in tree.iter(etree.Element):
        for text in (element.text, element.tail):
            if text and DIGITS.search(text) and element.tag not in UNSEEN:
                line = squeeze(text)
                value = _stamped(line, previous, reading)
                if value and (LABELS.search(line) or LABELS.search(previous[-MAX_DATE:])):
                    return Found(value, "labelled date")
                if value and bare is None and len(line) <= MAX_DATE:
                    bare = Found(value, "date in the page")
            previous = text or previous
    return bare or _by_htmldate(tree, page, reading)


def _by_htmldate(tree: html.HtmlElement, page: Page, reading: Reading) -> Found | None:
    latest = page.fetched_at.strftime("%Y-%m-%d") if page.fetched_at else NO_LIMIT
    try:
        text = find_date(
            tree, extensive_search=False, original_date=True, url=page.url or "", max_date=latest
        )
    except (ValueError, TypeError, AttributeError):
        return None
    value = reading.one(text) if text else None
    return Found(value, "htmldate") if value else None


def _in_address(url: str | None) -> Iterator[tuple[str, str]]:
    if match := IN_ADDRESS.search(parts_of(url).path):
        yield "-".join(match.groups()), "address"
