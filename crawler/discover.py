"""What a site offers to a crawler: its feeds and sitemaps, where each was found, its name.

Asked for like everything else: robots.txt first, public addresses only, a few requests, one after
the other. Writing the source's table is `sources`' affair.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from cleaners.errors import OperatorError
from corpus.urls import site_of
from crawler.feeds import looks_like_feed, read_feed
from crawler.flights import problem
from crawler.handlers import quieten_twisted
from crawler.links import join, page_links
from crawler.robots import RobotsMiddleware
from crawler.sitemaps import looks_like_sitemap, read_sitemap

FEED_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
"""Where sites keep them that do not say where they keep them."""
_FEED_NAME = re.compile(r"(^|[/._-])(rss|feeds?|atom)([/._-]|$)|\.rdf$", re.IGNORECASE)
MOST = 20
"""Feeds and sitemaps that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed or a sitemap: its address, how many entries it has, and where it was named."""

    url: str
    entries: int
    place: str
    title: str | None = None
    news: bool = False


@dataclass(slots=True)
class Discovery:
    """What a site offers. `url` is its start page after redirects."""

    url: str
    site_name: str | None = None
    language: str | None = None
    feeds: list[Found] = field(default_factory=list)
    sitemaps: list[Found] = field(default_factory=list)
    problem: str | None = None


def discover(url: str, *, private_hosts: tuple[str, ...] = ()) -> Discovery:
    """Look at a site; raise `OperatorError` where its page cannot be had. Once in a process."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(
        {
            "SCHEDULER": "scrapy.core.scheduler.Scheduler",
            "ITEM_PIPELINES": {},
            "WINNOW_PRIVATE_HOSTS": list(private_hosts),
            "DOWNLOAD_TIMEOUT": 20,
            "DOWNLOAD_DELAY": 0 if private_hosts else 0.5,
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "RETRY_TIMES": 1,
            "LOG_INSTALL_ROOT_HANDLER": False,
        },
        priority="cmdline",
    )
    discovery = Discovery(url)
    quieten_twisted()
    process = AsyncCrawlerProcess(settings)
    process.crawl(DiscoverSpider, discovery=discovery)
    process.start()
    if discovery.problem:
        raise OperatorError(f"{url}: {discovery.problem}")
    return discovery


class DiscoverSpider(Spider):
    """Fetches a start page, then what it and robots.txt name, then the usual places."""

    name = "discover"

    def __init__(self, discovery: Discovery, **arguments: Any) -> None:
        super().__init__(self.name, **arguments)
        self.discovery = discovery

    async def start(self) -> AsyncIterator[Request]:
        """Yield the request for the start page."""
        yield Request(self.discovery.url, errback=self.failed, dont_filter=True)

    def failed(self, failure: Failure) -> None:
        """Note why the start page cannot be had."""
        self.discovery.problem = _reason(failure)

    async def parse(self, response: Response) -> AsyncIterator[Request]:
        """Read the start page and ask for what it and robots.txt name."""
        found = self.discovery
        found.url = response.url
        if looks_like_feed(response.body[:2_048].lstrip()):
            self.feed(response, "the address itself")
            return
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1")
        read = page_links(response.body, response.url, declared)
        found.site_name = read.site_name or read.title
        found.language = (read.language or "").replace("_", "-") or None
        sitemaps = await self._sitemaps_of_robots(response.url)
        feeds = (
            [("link in the page", read.feeds)]
            if read.feeds
            else [
                ("link in the page's text", feed_links(read.links, response.url)),
                ("usual place", [urljoin(response.url, path) for path in FEED_PATHS]),
            ]
        )
        maps = (
            [("robots.txt", sitemaps)]
            if sitemaps
            else [("usual place", [urljoin(response.url, path) for path in SITEMAP_PATHS])]
        )
        for callback, places in ((self.feed, feeds), (self.sitemap, maps)):
            for place, urls in places:
                for url in list(dict.fromkeys(urls))[:MOST]:
                    yield self._look(url, callback, place)

    def _look(self, url: str, callback: Callable[[Response, str], None], place: str) -> Request:
        return Request(
            url,
            callback,
            errback=self.ignore,
            cb_kwargs={"place": place},
            meta={"dont_retry": True},
        )

    def feed(self, response: Response, place: str) -> None:
        """Note a feed that is one and has entries."""
        if not looks_like_feed(response.body[:2_048].lstrip()):
            return
        read = read_feed(response.body, response.url)
        if read.links and response.url not in [one.url for one in self.discovery.feeds]:
            self.discovery.feeds.append(
                Found(response.url, len(read.links), place, title=read.title)
            )
            self.discovery.language = self.discovery.language or read.language

    def sitemap(self, response: Response, place: str) -> None:
        """Note a sitemap that is one and has entries."""
        if not looks_like_sitemap(response.url, response.body[:2_048]):
            return
        entries = list(read_sitemap(response.body))
        if entries and response.url not in [one.url for one in self.discovery.sitemaps]:
            news = any(entry.news_title for entry in entries)
            self.discovery.sitemaps.append(Found(response.url, len(entries), place, news=news))

    def ignore(self, failure: Failure) -> None:
        """A usual place where there is nothing is no problem."""

    async def _sitemaps_of_robots(self, url: str) -> tuple[str, ...]:
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is None:
            return ()
        sitemaps = (join(url, one) for one in (await robots.rules(url)).sitemaps)
        return tuple(one for one in sitemaps if one and site_of(one) == site_of(url))


def feed_links(links: Iterable[str], url: str) -> list[str]:
    """Return those of a page's links that are on its site and named as feeds are.

    >>> feed_links(["http://a.example/rss/all.xml", "http://a.example/feedback"], "http://a.example/")
    ['http://a.example/rss/all.xml']
    """
    return [
        link
        for link in links
        if _FEED_NAME.search(urlsplit(link).path) and site_of(link) == site_of(url)
    ]


def _reason(failure: Failure) -> str:
    response = getattr(failure.value, "response", None)
    return f"HTTP {response.status}" if response is not None else problem(failure.value)
