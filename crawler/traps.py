"""Traps: addresses that a site makes without end (calendars, endless parameters, loops).

A trap is told by the shape of an address (its path with numbers and long words blurred, and the
names of its parameters) and by pages of one shape that differ in nothing but numbers. Pure but for
what it remembers of the crawl, which is bounded.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

MAX_SEGMENTS = 24
MAX_PARAMETERS = 12
MAX_REPEATS = 3
SAME_PAGES = 500
"""Pages of one shape with the same words, far from the start: a counter without end."""
SAME_PAGES_BY_QUERY = 50
"""The same where two or more parameters make the address: an empty calendar."""
FAR = 50
SAME_QUERIES = 1_000
"""Addresses of one path that differ only in the values of two or more parameters."""
MAX_SHAPES = 20_000
_NUMBERS = re.compile(r"\d+")
_NOISE = re.compile(rb"(?:href|src|action|value|content)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)|\d+")
_MONTHS = re.compile(
    rb"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b",
    re.IGNORECASE,
)


def shape(url: str) -> str:
    """Return the shape of an address: numbers blurred, parameters by name only.

    >>> shape("http://example.org/cal/2026/11?view=month&day=3")
    'example.org/cal/0/0?day&view'
    """
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}{_NUMBERS.sub('0', parts.path)}?{'&'.join(names)}".rstrip("?")


def endless(url: str) -> str | None:
    """Return what marks an address as one of an endless series, by itself, else None.

    >>> endless("http://example.org/a/b/a/b/a/b/a/b/")
    'repeating path segments'
    """
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return f"more than {MAX_SEGMENTS} path segments"
    words = Counter(segment for segment in segments if not segment.isdigit())
    if words and words.most_common(1)[0][1] > MAX_REPEATS:
        return "repeating path segments"
    if len(parse_qsl(parts.query, keep_blank_values=True)) > MAX_PARAMETERS:
        return f"more than {MAX_PARAMETERS} parameters"
    return None


class TrapWatch:
    """What a crawl has seen of each shape; `reasons` counts what was left out, and why."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()
        self._pages: Counter[bytes] = Counter()
        self._closed: set[str] = set()

    def refuses(self, url: str) -> bool:
        """Return whether an address that was found is in a trap; count it as seen."""
        reason = endless(url)
        if reason is None:
            form = shape(url)
            if form in self._closed:
                reason = f"{form}: pages that differ only in numbers"
            elif "&" in form and self._many(form):
                reason = f"{form}: more than {SAME_QUERIES} combinations of parameters"
        if reason is not None:
            self.reasons[reason] += 1
        return reason is not None

    def saw(self, url: str, body: bytes, depth: int) -> None:
        """Take a page that was fetched; close its shape when too many are the same."""
        form = shape(url)
        if depth < FAR and "&" not in form:
            return
        words = _MONTHS.sub(b"", _NOISE.sub(b"", body))
        digest = hashlib.blake2b(form.encode() + b"\0" + words, digest_size=8).digest()
        if len(self._pages) >= MAX_SHAPES:
            self._pages = Counter({k: n for k, n in self._pages.items() if n > 1})
        self._pages[digest] += 1
        most = SAME_PAGES_BY_QUERY if "&" in form else SAME_PAGES
        if self._pages[digest] >= most and len(self._closed) < MAX_SHAPES:
            self._closed.add(form)

    def _many(self, form: str) -> bool:
        if len(self._addresses) >= MAX_SHAPES:
            self._addresses = Counter(dict(self._addresses.most_common(MAX_SHAPES // 2)))
        self._addresses[form] += 1
        return self._addresses[form] > SAME_QUERIES
