"""Feeds (RSS, Atom, RDF) through feedparser: the addresses of their entries. Pure."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

import feedparser

from crawler.sniff import XML_PROLOG

MAX_BYTES = 3_000_000
"""feedparser takes about a second and a hundred times the memory per megabyte."""
MAX_ENTRIES = 5_000
_FEED = re.compile(XML_PROLOG + rb"<(rss|feed|rdf:RDF)\b", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself and its entries' addresses, in its order, each once."""

    links: tuple[str, ...]
    title: str | None = None
    language: str | None = None


def looks_like_feed(head: bytes) -> bool:
    """Return whether a body that begins like this is an RSS or Atom feed."""
    return _FEED.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()) is not None


def read_feed(body: bytes, url: str) -> Feed:
    """Return a feed's entries; of a broken or cut one, those that can be read."""
    parsed = feedparser.parse(
        io.BytesIO(body[:MAX_BYTES]),
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    links: dict[str, None] = {}
    for entry in parsed.entries[:MAX_ENTRIES]:
        href = entry.get("link") or ""
        if href:
            with suppress(ValueError):  # an address that is none
                links[urljoin(url, href.strip()).partition("#")[0]] = None
    title = parsed.feed.get("title")
    return Feed(tuple(links), title and str(title).strip(), parsed.feed.get("language"))
