"""The spider of a source: its start pages, feeds and sitemaps, and the links within its bounds.

It yields raw pages and requests, nothing else. `winnow crawl` gives it a source; under `scrapy
crawl site` it takes `-a url=…`, or `-a source=NAME` with `-a sources=sources.toml`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from cleaners.errors import OperatorError
from cleaners.records import Page
from corpus.frontier_scope import aliases_of_starts
from corpus.urls import site_of
from crawler.access import frontier_of
from crawler.bounds import Bounds
from crawler.feeds import looks_like_feed, read_feed
from crawler.links import page_links, says_nofollow, stands_for
from crawler.pipelines import page_of
from crawler.rendering import render_settings
from crawler.requests import ARCHIVE_ANYWAY, KIND
from crawler.sitemaps import looks_like_sitemap, read_sitemap
from crawler.sniff import binary_kind
from crawler.sources import MAX_DEPTH, Source, choose_sources, load_sources, sources_of_urls
from crawler.traps import TrapWatch

SEEN = 50_000
"""Links that are remembered as handled, so that a menu costs nothing on every page."""
ACCEPT = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en;q=0.5,*;q=0.3",
}
PRIORITY = {"start": 20, "feed": 15, "sitemap": 15, "page": 0}


class SiteSpider(Spider):
    """Crawls one source."""

    name = "site"
    conditional = True
    text_only = True

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and lay its source's choices over the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        chosen = source_settings(spider.source)
        for name, value in chosen.items():
            both = {**crawler.settings.getdict(name), **value} if isinstance(value, dict) else value
            crawler.settings.set(name, both, priority="spider")
        return spider

    def __init__(
        self, source: Source | str | None = None, *, refresh: bool = False, **arguments: Any
    ) -> None:
        super().__init__(self.name)
        self.renew = "all" if refresh else "due"
        self.source = source if isinstance(source, Source) else _source(source, arguments)
        self.source_name = self.source.name
        self.refresh = self.source.refresh
        self.max_pages = self.source.follow.max_pages
        self.bounds = Bounds(self.source)
        self.traps = TrapWatch()
        self.elsewhere: Counter[str] = Counter()
        self._seen: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Yield the requests for what the source names."""
        scheduler = frontier_of(self.crawler)
        if scheduler is not None:
            for target in aliases_of_starts(scheduler.run.db, self.source.name):
                self.bounds.add_site(target)
        for kind, urls in (
            ("start", self.source.start),
            ("feed", self.source.feeds),
            ("sitemap", self.source.sitemaps),
        ):
            for url in urls:
                yield self._request(url, kind)

    async def parse(self, response: Response) -> AsyncIterator[Page | Request]:
        """Take a response for what it turns out to be: a feed, a sitemap, a page, or neither."""
        kind = response.meta.get(KIND, "page")
        head = response.body[:2_048].lstrip()
        if looks_like_sitemap(response.url, head) and kind in ("sitemap", "start"):
            async for request in self._sitemap(response):
                yield request
        elif looks_like_feed(head) and kind in ("feed", "start"):
            async for request in self._feed(response):
                yield request
        elif kind in ("feed", "sitemap"):
            self._refuse(response, f"not a {kind}")
        else:
            for result in self._page(response):
                yield result

    def may_redirect(self, request: Request, target: str) -> bool:
        """Return whether a redirect may be followed; where a start address leads is on site."""
        if request.meta.get(KIND, "page") != "page":
            self.bounds.add_site(target)
        return self.bounds.on_site(target)

    def _page(self, response: Response) -> list[Page | Request]:
        binary = binary_kind(response.body)
        if binary is not None:
            self._refuse(response, f"not-html: {binary}")
            return []
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1")
        read = page_links(response.body, response.url, declared)
        results: list[Page | Request] = []
        canonical = stands_for(response.url, read.canonical)
        if canonical and not response.meta.get(ARCHIVE_ANYWAY) and read.canonical:
            self._settle_as(response, canonical)
            results.append(Request(read.canonical))
        else:
            results.append(page_of(response, self.source.name))
        self.traps.saw(response.url, response.body, response.meta.get("depth", 0))
        header = b", ".join(response.headers.getlist("X-Robots-Tag")).decode("latin-1")
        if read.follow and not says_nofollow(header):
            results += self._links(response, read.links)
        return results

    def _links(self, response: Response, links: tuple[str, ...]) -> list[Request]:
        if response.meta.get("depth", 0) >= self.source.follow_depth:
            if self.source.follow.depth is None and links:
                self.traps.reasons[f"deeper than {MAX_DEPTH} links"] += 1
            return []
        return [
            Request(url)
            for url in links
            if self._is_new(url) and self.bounds.contain(url) and not self.traps.refuses(url)
        ]

    async def _feed(self, response: Response) -> AsyncIterator[Request]:
        feed = await asyncio.to_thread(read_feed, response.body, response.url)
        for url in feed.links:
            if self._belongs(url):
                yield self._request(url)

    async def _sitemap(self, response: Response) -> AsyncIterator[Request]:
        for entry in read_sitemap(response.body):
            if entry.is_sitemap and self.bounds.on_site(entry.url):
                yield self._request(entry.url, "sitemap")
            elif not entry.is_sitemap and self._belongs(entry.url):
                yield self._request(entry.url)

    def _belongs(self, url: str) -> bool:
        """Return whether a list's entry is fetched; count the sites of those that lie elsewhere."""
        if self.bounds.contain(url):
            return True
        with suppress(ValueError):
            if not self.bounds.on_site(url):
                self.elsewhere[site_of(url)] += 1
        return False

    def _request(self, url: str, kind: str = "page") -> Request:
        """Return the request for an address that the source, a feed or a sitemap names."""
        return Request(url, meta={KIND: kind, "depth_reset": True}, priority=PRIORITY[kind])

    def _is_new(self, url: str) -> bool:
        if url in self._seen:
            return False
        if len(self._seen) >= SEEN:
            self._seen.clear()
        self._seen.add(url)
        return True

    def _refuse(self, response: Response, reason: str) -> None:
        scheduler = frontier_of(self.crawler)
        if scheduler is not None and response.request:
            scheduler.refuse(response.request, reason)

    def _settle_as(self, response: Response, key: str) -> None:
        scheduler = frontier_of(self.crawler)
        if scheduler is not None and response.request:
            scheduler.settle_as(response.request, key)


def source_settings(source: Source) -> dict[str, Any]:
    """Return the settings that a source changes."""
    settings: dict[str, Any] = {"DOWNLOAD_TIMEOUT": source.timeout}
    if source.allow_private:
        settings["WINNOW_PRIVATE_HOSTS"] = sorted(source.hosts)
    if source.delay is not None:
        settings["DOWNLOAD_DELAY"] = settings["AUTOTHROTTLE_START_DELAY"] = source.delay
    elif source.allow_private:
        # One's own machines need no sparing; a delay can be set.
        settings |= {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "WINNOW_RETRY_DELAY": 0.2}
    headers = {name.title(): value for name, value in source.headers.items()}
    if "User-Agent" in headers:
        settings["USER_AGENT"] = headers.pop("User-Agent")
    if source.render:
        settings |= render_settings(source.timeout)
        settings["DOWNLOADER_MIDDLEWARES"] = {"crawler.rendering.RenderMiddleware": 560}
    if headers:
        settings["DEFAULT_REQUEST_HEADERS"] = {**ACCEPT, **headers}
    return settings


def _source(name: str | None, arguments: dict[str, Any]) -> Source:
    """Return the source that the arguments of `scrapy crawl site` name."""
    path = Path(arguments.get("sources", "sources.toml"))
    if name:
        return choose_sources(load_sources(path), [name], path)[0]
    if not arguments.get("url"):
        raise OperatorError("scrapy crawl site needs -a url=ADDRESS or -a source=NAME")
    private = str(arguments.get("allow_private", "")).lower() in ("1", "true", "yes")
    return replace(sources_of_urls([arguments["url"]])[0], allow_private=private)
