"""Which addresses belong to a source and may be followed. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy.linkextractors import IGNORED_EXTENSIONS

from corpus.urls import site_of
from crawler.sources import Source

_MEDIA = frozenset(f".{extension}" for extension in IGNORED_EXTENSIONS)

_PORT = re.compile(r":\d+$")


class Bounds:
    """A source's bounds: its sites, and its `allow` and `deny` patterns."""

    def __init__(self, source: Source) -> None:
        self._sites = {site_of(url) for url in source.addresses}
        named = {site_of(f"http://{host}") for host in source.follow.hosts}
        self._sites |= named
        self._any_port = {site for site in named if not _PORT.search(site)}
        self._everywhere = "*" in source.follow.hosts
        self._allow = [re.compile(pattern) for pattern in source.follow.allow]
        self._deny = [re.compile(pattern) for pattern in source.follow.deny]

    def add_site(self, url: str) -> None:
        """Let the site of an address belong to the source: a start address led there."""
        self._sites.add(site_of(url))

    def on_site(self, url: str) -> bool:
        """Return whether an address is on one of the source's sites."""
        try:
            site = site_of(url)
        except ValueError:
            return False
        if self._everywhere or site in self._sites:
            return True
        return _PORT.sub("", site) in self._any_port

    def contain(self, url: str) -> bool:
        """Return whether a link may be followed: on site, no media file, allowed, not denied."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not self.on_site(url):
            return False
        dot = parts.path.rfind(".")
        if dot > parts.path.rfind("/") and parts.path[dot:].lower() in _MEDIA:
            return False
        if self._allow and not any(pattern.search(url) for pattern in self._allow):
            return False
        return not any(pattern.search(url) for pattern in self._deny)
