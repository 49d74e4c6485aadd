"""Reading one date: ISO forms, numeric forms, and month names of many languages (months.toml).

`parse` gives ISO 8601 text: a date, or a date-time with its offset where one is given. A time
without an offset is dropped, because nobody knows which instant it names.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib import resources

EARLIEST = date(1990, 1, 1)
ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4,6}Z?)?$")
YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?[./年년-]\s?(\d{1,2})\s?[./月월-]\s?(\d{1,2})(?!\d)"
)
YEAR_LAST = re.compile(
    r"(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?((?:19|20)?\d\d)(?![\d./-]*\d)"
)
DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|-го)?[\s,./-]{1,3}(?:de\s|of\s)?"
    r"([^\W\d_]{2,14})\.?[\s,،./-]{1,3}(?:de\s|del\s)?((?:19|20)\d\d)(?!\d)"
)
MONTH_DAY = re.compile(
    r"([^\W\d_]{3,14})\.?[\s./-]{0,2}(?:the\s)?(\d{1,2})(?:st|nd|rd|th)?,?[\s./-]{1,3}((?:19|20)\d\d)(?!\d)"
)
YEAR_MONTH_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[\s.,/-]{1,3}([^\W\d_]{3,14})\.?[\s/-]{1,2}(\d{1,2})(?!\d)"
)
ERAS = {"令和": 2018, "平成": 1988}
ERA_YEAR = re.compile(r"(令和|平成)\s?(\d{1,2}|元)\s?(?=年)")
OTHER_DIGITS = re.compile(r"[٠-٩۰-۹]")
TWO_WORDS = re.compile(r"(كانون|تشرين)\s(?=ال)")
"""Months of the Levant that are two words; the table has them as one."""
NOT_LATIN = re.compile(r"[\u0600-\u06ff\u4ee4\u5e73]")


def parse(text: str, *, month_first: bool = False, dots: bool = False) -> str | None:
    """The first date in `text` as ISO 8601, or None.

    `month_first` says how 03/04/2025 is meant where both readings are possible, `dots` whether it
    holds for 03.04.2025, too.

    >>> parse("2025-03-04T05:06:07+0200")
    '2025-03-04T05:06:07+02:00'
    >>> parse("Updated on 4. März 2025, 10:00")
    '2025-03-04'
    """
    text = text.strip()
    if NOT_LATIN.search(text):
        text = _plain_numbers(text)
    if match := ISO.search(text):
        return _iso(match)
    for pattern, order in ((COMPACT, (1, 2, 3)), (YEAR_FIRST, (1, 2, 3))):
        if match := pattern.search(text):
            return _day(*(int(match[group]) for group in order))
    for pattern, order in (
        (DAY_MONTH, (3, 2, 1)),
        (MONTH_DAY, (3, 1, 2)),
        (YEAR_MONTH_DAY, (1, 2, 3)),
    ):
        for match in pattern.finditer(text):
            year, name, day = (match[group] for group in order)
            month = month_number(name)
            if month is not None and (found := _day(int(year), month, int(day))):
                return found
    if match := YEAR_LAST.search(text):
        return _numeric(match, month_first=month_first and (dots or match[2] != "."))
    return None


def _plain_numbers(text: str) -> str:
    """A text with the digits of Arabic and Persian and the years of Japanese eras as ours."""
    text = OTHER_DIGITS.sub(lambda digit: str(unicodedata.digit(digit[0])), text)
    text = ERA_YEAR.sub(lambda m: str(ERAS[m[1]] + (1 if m[2] == "元" else int(m[2]))), text)
    return TWO_WORDS.sub(r"\1", text)


def month_number(name: str) -> int | None:
    """The number of a month by its name, or by an abbreviation of at least three letters."""
    plain = _plain(name)
    table = _months()
    return table.get(plain)


def day_of(value: str) -> str:
    """The day of an ISO date or date-time."""
    return value[:10]


def instant(value: str) -> datetime:
    """The earliest instant that an ISO date or date-time can mean: a bare day starts at UTC+14."""
    if len(value) > 10:
        return datetime.fromisoformat(value)
    return datetime.fromisoformat(value).replace(tzinfo=timezone(timedelta(hours=14)))


def _iso(match: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second, zone = match.groups()
    found = _day(int(year), int(month), int(day))
    if found is None or hour is None or zone is None:
        return found
    offset = "+00:00" if zone.upper() in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}"
    try:
        return datetime.fromisoformat(
            f"{found}T{int(hour):02}:{minute}:{second or '00'}{offset}"
        ).isoformat()
    except ValueError:
        return found


def _numeric(match: re.Match[str], *, month_first: bool) -> str | None:
    first, _, second, year = match.groups()
    full = int(year) if len(year) == 4 else 2000 + int(year)
    orders = ((first, second), (second, first))
    for month, day in orders if month_first else reversed(orders):
        if found := _day(full, int(month), int(day)):
            return found
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if found >= EARLIEST else None


def _plain(name: str) -> str:
    """A name in lower case without accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def _months() -> Mapping[str, int]:
    """Names and abbreviations to numbers; what would mean two months is left out."""
    table = tomllib.loads(
        resources.files("cleaners.metadata").joinpath("months.toml").read_text("utf-8")
    )
    found: dict[str, int] = {}
    clashes: set[str] = set()
    for names in table.values():
        for number, forms in enumerate(names, 1):
            for form in map(_plain, forms.split()):
                if found.setdefault(form, number) != number:
                    clashes.add(form)
    return {form: number for form, number in found.items() if form not in clashes}
