"""The dates that a page shows: beside its headline, in `time` elements, anywhere in its text.

Which of them is believed, and what the page declares, is the affair of `dates`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from htmldate import find_date
from lxml import etree, html

from cleaners.declared import UNSEEN, Declared, squeeze, words_of
from cleaners.metadata.beside import BESIDE, Line
from cleaners.metadata.datetimes import instant, parse
from cleaners.metadata.values import Found
from cleaners.records import Page

DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that put no space between words, or hang endings on them."""
DIGITS = re.compile(r"\d\d")
NO_LIMIT = "2200-01-01"
OF_THE_SITE = re.compile(r"©|\(c\)|copyright|\bsite\b|\bwebsite\b", re.IGNORECASE)
CITED = re.compile(
    r"\bdoi\b|\baccessed\b|\bretrieved\b|\bet al\b|\bPMID\b|abgerufen|zugriff|consulté|consultado|"
    r"geraadpleegd|dostęp",
    re.IGNORECASE,
)
FIRST = re.compile(
    r"\b(?:this|the) (?:[\w-]+ )?"
    r"(?:article|story|post|piece|page|column|report|essay|interview|review|guide) "
    r"(?:(?:was|has been|is) )?(?:originally|first) (?:published|posted|appeared)\b|"
    r"^\W*(?:this was )?originally (?:published|posted)\b",
    re.IGNORECASE,
)
"""How English pages say that they are older than their date; they say as much of books."""
FIRST_WORDS = (b"riginally p", b"irst published")
FIRST_PUBLISHED = etree.XPath("//p[contains(., 'riginally p') or contains(., 'irst published')]")
OTHER_LABEL = re.compile(
    r"(?<!\bdate)(?<!\bdatum)(?<!\bdata)(?<!\bfecha)(?<!\btarih)(?<!\bдата)(?<!\bdato)\s*[:：]$",
    re.IGNORECASE,
)
"""The end of a label that says what a date is of: "Deadline:", "Released:", but not "Date:"."""
CHANGED = re.compile(r"updated|modified", re.IGNORECASE)
PUBLISHED_HINT = re.compile(r"publish|posted|entry-date", re.IGNORECASE)
PUBLISHED = "published"
MODIFIED = "modified"
TIME = "time element"
LABELLED = "labelled date"
BARE = "date in the page"
MAX_STAMP = 160
MAX_LABEL = 40
MAX_DAY = 60
MAX_BARE_STAMP = 60
MAX_DATE = 24
MAX_TIMES = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """How dates of one page are read: the order of numbers, and what lies in the future."""

    month_first: bool
    limit: datetime | None
    dots: bool = False

    def one(self, text: str) -> str | None:
        """The date in `text`, None where there is none that can be true."""
        value = parse(text, month_first=self.month_first, dots=self.dots)
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
        other = OTHER_LABEL.search(previous) and _kind(previous) is None
        for value, modified in [] if other else _stamped(line.text, previous, reading):
            changed = modified or _marked_as_change(line, previous)
            yield Stamp(value, changed, BESIDE)
        previous = line.text
    for element in declared.times[:MAX_TIMES]:
        text = words_of(element, MAX_STAMP)
        day = reading.one(element.get("datetime") or "") or reading.one(text)
        if day:
            hints = f"{element.get('class') or ''} {element.get('itemprop') or ''} {text}"
            before = _label_before(element)
            labelled = _kind(before) == PUBLISHED
            yield Stamp(day, _is_change(hints, before), LABELLED if labelled else TIME)


def _stamped(text: str, previous: str, reading: Reading) -> list[tuple[str, bool]]:
    """The dates of a line that says when a page is from, and which of them are of a change.

    A sentence with a date in it says no such thing. Of several dates in one line, each goes with
    the label before it, or with that behind it where the line begins with a date and ends with a
    label.
    """
    if len(text) > MAX_STAMP or not DIGITS.search(text):
        return []
    marks = list(_labels().finditer(text))
    if len(text) > MAX_BARE_STAMP and not marks:
        return []
    if len(marks) > 1:
        starts = [0, *(mark.start() for mark in marks)]
        parts = [text[one:two] for one, two in zip(starts, [*starts[1:], None], strict=True)]
        values = [reading.one(part) if DIGITS.search(part) else None for part in parts]
        if sum(value is not None for value in values) > 1:
            behind = values[0] is not None and values[-1] is None
            labels = [*parts[1:], ""] if behind else [previous[-MAX_LABEL:], *parts[1:]]
            pairs = zip(values, labels, strict=True)
            return [(value, _kind(label) == MODIFIED) for value, label in pairs if value]
    value = reading.one(text)
    return [(value, _is_change(text, previous))] if value else []


def _is_change(text: str, previous: str) -> bool:
    kind = _kind(text)
    return (kind if kind is not None else _kind(previous[-MAX_LABEL:])) == MODIFIED


def _marked_as_change(line: Line, previous: str) -> bool:
    """Whether a line without any label is marked as the date of a change."""
    if _kind(line.text) or _kind(previous[-MAX_LABEL:]):
        return False
    hint = line.element.get("class") or ""
    return bool(CHANGED.search(hint)) and not PUBLISHED_HINT.search(hint)


def _kind(label: str) -> str | None:
    """What a label says that a date is of, `PUBLISHED`, `MODIFIED` or nothing."""
    kinds = {mark.lastgroup for mark in _labels().finditer(label)}
    return PUBLISHED if PUBLISHED in kinds else next(iter(kinds), None)


def _label_before(element: html.HtmlElement) -> str:
    """The words just before an element, within its parent."""
    before, parent = element.getprevious(), element.getparent()
    if before is None:
        return squeeze(parent.text)[-MAX_LABEL:] if parent is not None else ""
    return (squeeze(before.tail) or words_of(before, MAX_LABEL + 1))[-MAX_LABEL:]


def searched(tree: html.HtmlElement, reading: Reading) -> Mapping[str, Found]:
    """The first lines anywhere that are labelled as the day of a publication (`PUBLISHED`), are
    labelled as a date of the page otherwise (`LABELLED`), or are a date and no more (`BARE`)."""
    found: dict[str, Found] = {}
    for line, previous in _dated_lines(tree):
        kind = _kind(line) or _kind(previous[-MAX_DATE:])
        for value, _ in _stamped(line, previous, reading):
            if kind == PUBLISHED:
                return {**found, PUBLISHED: Found(value, LABELLED)}
            if kind:
                found.setdefault(LABELLED, Found(value, LABELLED))
                before = reading.one(previous) if len(previous.strip()) <= MAX_DATE else None
                if before and before < value:  # "3 May 2026. Updated: 5 May 2026"
                    return {**found, PUBLISHED: Found(before, LABELLED)}
            elif len(line) <= MAX_DATE:
                found.setdefault(BARE, Found(value, BARE))
    return found


def _dated_lines(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Each text with digits in it that is not about the site or about a work that is cited, and
    the text before it."""
    previous = ""
    for element in tree.iter(etree.Element):
        for text in (element.text, element.tail):
            if text and DIGITS.search(text) and element.tag not in UNSEEN:
                line = squeeze(text)
                other = OF_THE_SITE.search(line) or CITED.search(line)
                if len(line) <= MAX_STAMP and not other:
                    yield line, previous
            previous = text if text and text.strip() else previous


def said_first(declared: Declared, reading: Reading) -> Found | None:
    """The day in a sentence that says when the article was first published."""
    if not any(words in declared.letters for words in FIRST_WORDS):
        return None
    paragraphs: Any = FIRST_PUBLISHED(declared.root)
    for element in paragraphs:
        line = words_of(element)
        if match := FIRST.search(line):
            value = reading.one(line[match.end() :][:MAX_DAY])
            if value:
                return Found(value, "first published")
    return None


def by_htmldate(tree: html.HtmlElement, page: Page, reading: Reading) -> Found | None:
    """What htmldate finds, which works on a copy of the tree and takes its time.

    It reads addresses of pictures, too, and guesses: its day must stand in a text of the page.
    """
    latest = page.latest.strftime("%Y-%m-%d") if page.latest else NO_LIMIT
    try:
        text = find_date(
            tree, extensive_search=False, original_date=True, url=page.url or "", max_date=latest
        )
    except (ValueError, TypeError, AttributeError):
        return None
    value = reading.one(text) if text else None
    shown = value and any(reading.one(line) == value for line, _ in _dated_lines(tree))
    return Found(value, "htmldate") if value and shown else None


@cache
def _labels() -> re.Pattern[str]:
    """What finds the words of datewords.toml, each kind as a group of its own."""
    table: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
        resources.files("cleaners.metadata").joinpath("datewords.toml").read_text("utf-8")
    )
    groups = []
    for kind, languages in table.items():
        words = dict.fromkeys(word for forms in languages.values() for word in forms)
        spaced = "|".join(re.escape(word) for word in words if not DENSE.match(word))
        dense = "|".join(re.escape(word) for word in words if DENSE.match(word))
        groups.append(rf"(?P<{kind}>\b(?:{spaced})|{dense})")
    return re.compile("|".join(groups), re.IGNORECASE)
