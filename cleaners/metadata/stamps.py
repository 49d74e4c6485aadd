"""The dates that a page shows: beside its headline, in `time` elements, anywhere in its text.

Which of them is believed, and what the page declares, is the affair of `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from htmldate import find_date
from lxml import etree, html

from cleaners.declared import UNSEEN, Declared, squeeze, words_of
from cleaners.metadata.beside import BESIDE, Line
from cleaners.metadata.datetimes import instant, parse
from cleaners.metadata.values import Found
from cleaners.records import Page

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
LABELS = re.compile(f"{PUBLISHED_WORDS.pattern}|{MODIFIED_WORDS.pattern}", re.IGNORECASE)
DIGITS = re.compile(r"\d\d")
NO_LIMIT = "2200-01-01"
MAX_STAMP = 160
MAX_BARE_STAMP = 60
MAX_DATE = 24
MAX_TIMES = 12


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


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date that the page shows, whether it says that it is of a change, and its place."""

    value: str
    modified: bool
    place: str


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


def searched(tree: html.HtmlElement, reading: Reading) -> Found | None:
    """The first line anywhere that is labelled as a date of the page or is a date and no more."""
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
    return bare


def by_htmldate(tree: html.HtmlElement, page: Page, reading: Reading) -> Found | None:
    """What htmldate finds, which works on a copy of the tree and takes its time."""
    latest = page.fetched_at.strftime("%Y-%m-%d") if page.fetched_at else NO_LIMIT
    try:
        text = find_date(
            tree, extensive_search=False, original_date=True, url=page.url or "", max_date=latest
        )
    except (ValueError, TypeError, AttributeError):
        return None
    value = reading.one(text) if text else None
    return Found(value, "htmldate") if value else None
