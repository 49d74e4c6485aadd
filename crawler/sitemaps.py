"""Sitemaps (sitemaps.org 0.9, with Google's news namespace): read as a stream, within bounds."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from lxml import etree

from crawler.sniff import XML_PROLOG

MAX_ENTRIES = 50_000
MAX_BYTES = 52_428_800
"""The protocol's own bounds for one file; what is over them is not read."""
_SITEMAP = re.compile(
    XML_PROLOG + rb"<([\w.-]+:)?(urlset|sitemapindex)\b", re.DOTALL | re.IGNORECASE
)
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a sitemap; `is_sitemap` in an index. `modified` and the rest as written."""

    url: str
    is_sitemap: bool = False
    modified: str | None = None
    news_title: str | None = None
    news_language: str | None = None


def looks_like_sitemap(url: str, head: bytes) -> bool:
    """Return whether a body that begins like this is a sitemap: XML, gzipped, or a list of URLs."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    path = url.partition("?")[0].lower()
    if head.startswith(GZIP):
        return path.endswith(".gz")
    if path.endswith(".txt"):
        return head.startswith((b"http://", b"https://"))
    return _SITEMAP.match(head) is not None


def read_sitemap(body: bytes) -> Iterator[Entry]:
    """Yield a sitemap's entries as they are parsed; a broken one's until it breaks."""
    raw: IO[bytes] = io.BytesIO(body)
    if body.startswith(GZIP):
        raw = cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    stream = _Bounded(raw)
    try:
        if stream.peek().lstrip().startswith((b"http://", b"https://")):
            yield from _lines(stream)
        else:
            yield from _elements(stream)
    except (etree.XMLSyntaxError, OSError, EOFError, zlib.error):
        return


def _elements(stream: _Bounded) -> Iterator[Entry]:
    count = 0
    parse = etree.iterparse(
        stream, events=("end",), resolve_entities=False, no_network=True, recover=True
    )
    for _, element in parse:
        if not isinstance(element.tag, str):
            continue
        tag = etree.QName(element).localname.lower()
        if tag not in ("url", "sitemap"):
            continue
        entry = _entry(element, tag == "sitemap")
        if entry is not None:
            yield entry
            count += 1
        if count >= MAX_ENTRIES:
            return
        element.clear()
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]


def _entry(element: etree._Element, is_sitemap: bool) -> Entry | None:
    values: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.text:
            values.setdefault(etree.QName(child).localname.lower(), child.text.strip())
    url = values.get("loc", "")
    if not url.startswith(("http://", "https://")):
        return None
    return Entry(
        url, is_sitemap, values.get("lastmod"), values.get("title"), values.get("language")
    )


def _lines(stream: _Bounded) -> Iterator[Entry]:
    for line in io.TextIOWrapper(io.BufferedReader(stream), "utf-8", "replace"):
        if line.strip().startswith(("http://", "https://")):
            yield Entry(line.strip())


class _Bounded(io.RawIOBase):
    """A stream that ends after the bytes that a sitemap may have, compressed or not."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._head = raw.read(512)
        self._left = MAX_BYTES

    def peek(self) -> bytes:
        return self._head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type] # io's own signature says no more
        size = min(len(view), self._left)
        data = self._head[:size] if self._head else self._raw.read(size)
        self._head = self._head[len(data) :] if self._head else b""
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)
