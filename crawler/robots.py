"""robots.txt (RFC 9309): asked for first at every host, kept, and obeyed.

A 4xx allows everything; a 5xx, a 429 or a time-out means wait, the whole host. Crawl-delay is
obeyed where it is longer than our own delay. The texts are stored, as are the host's other files
that reserve rights (ai.txt, tdmrep.json); what those say is for cleaning to read.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotConfigured,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from corpus.hostfiles import HostFile, host_file, save_host_file
from corpus.urls import host_of
from crawler.access import frontier_of
from crawler.flights import problem
from crawler.requests import RETRY_IN, RETRY_WHY
from crawler.retrying import time_asked_for
from crawler.throttle import obey_site_delay

logger = logging.getLogger(__name__)

MAX_BYTES = 512_000
"""How much of a robots.txt is read; RFC 9309 asks for at least 500 kibibytes."""
OTHER_FILES = ("/.well-known/tdmrep.json", "/ai.txt")
OTHERS_FRESH = timedelta(days=1)
WAITS = (1.0, 4.0)
"""How long to wait before robots.txt is asked for again, in times of the retry delay."""
LONG_WAIT = 3_600.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt allows; with `until`, nothing is known and nothing may be asked."""

    protego: Protego | None = None
    sitemaps: tuple[str, ...] = ()
    until: datetime | None = None
    why: str = ""


class RobotsMiddleware:
    """Holds every request until its host's robots.txt is known, and drops what it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.agent = crawler.settings.get("ROBOTSTXT_USER_AGENT")
        self._rules: dict[str, asyncio.Future[Rules]] = {}
        self._failures: dict[str, int] = {}
        self._others: set[asyncio.Future[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        """Let a request pass, put it off, or raise `IgnoreRequest` where it is forbidden."""
        if request.meta.get("dont_obey_robotstxt"):
            return None
        rules = await self.rules(request.url)
        if rules.until is not None:
            if frontier_of(self.crawler) is None:
                raise IgnoreRequest(rules.why)  # there is nobody to put it off
            wait = max(0.1, (rules.until - datetime.now(UTC)).total_seconds())
            meta = {**request.meta, RETRY_IN: wait, RETRY_WHY: rules.why}
            return request.replace(dont_filter=True, meta=meta)
        if rules.protego is not None and not rules.protego.can_fetch(request.url, self.agent):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            raise IgnoreRequest("robots.txt forbids it")
        return None

    async def rules(self, url: str) -> Rules:
        """Return the rules of an address's host, fetched once; again after a time to wait."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(origin)
        if known is not None and known.done():
            until = known.result().until
            if until is not None and until <= datetime.now(UTC):
                known = None
        if known is None:
            known = self._rules[origin] = asyncio.ensure_future(self._fetch(origin))
        return await known

    async def _fetch(self, origin: str) -> Rules:
        former = self._stored(origin, "/robots.txt")
        now = datetime.now(UTC)
        try:
            response = await self._download(origin + "/robots.txt", former)
        except (DownloadTimeoutError, DownloadFailedError, ResponseDataLossError) as error:
            return self._wait(origin, f"robots.txt: {problem(error)}")
        except Exception as error:
            logger.info("%s/robots.txt: %s", origin, error)
            return Rules()
        if response.status >= 500 or response.status == 429:
            longest = self.crawler.settings.getfloat("WINNOW_RETRY_AFTER_MAX")
            wish = time_asked_for(response, longest)
            return self._wait(origin, f"robots.txt answers HTTP {response.status}", wish)
        self._failures.pop(origin, None)
        body = response.body[:MAX_BYTES]
        if response.status == 304 and former is not None:
            body = former.body
        elif not 200 <= response.status < 300:
            body = b""
        self._store(origin, "/robots.txt", response, body, now)
        self._fetch_others(origin, now)
        return self._parse(origin, body)

    def _parse(self, origin: str, body: bytes) -> Rules:
        protego = Protego.parse(body.decode("utf-8-sig", "replace"))
        delay = protego.crawl_delay(self.agent)
        if delay is not None and delay > 0:
            longest = self.crawler.settings.getfloat("WINNOW_CRAWL_DELAY_MAX")
            obey_site_delay(self.crawler, urlsplit(origin).hostname or "", min(delay, longest))
        return Rules(protego, tuple(protego.sitemaps))

    def _wait(self, origin: str, why: str, wish: float = 0.0) -> Rules:
        failures = self._failures[origin] = self._failures.get(origin, 0) + 1
        base = self.crawler.settings.getfloat("WINNOW_RETRY_DELAY")
        wait = WAITS[failures - 1] * base if failures <= len(WAITS) else LONG_WAIT
        until = datetime.now(UTC) + timedelta(seconds=max(wait, wish))
        scheduler = frontier_of(self.crawler)
        if scheduler is not None:
            scheduler.rest(host_of(origin), until)
        return Rules(until=until, why=why)

    async def _download(self, url: str, former: HostFile | None = None) -> Response:
        headers = {}
        if former is not None and former.etag:
            headers["If-None-Match"] = former.etag
        if former is not None and former.last_modified:
            headers["If-Modified-Since"] = former.last_modified
        meta = {"dont_obey_robotstxt": True, "dont_retry": True}
        request = Request(url, headers=headers, meta=meta, priority=1_000, callback=NO_CALLBACK)
        return await self.crawler.engine.download_async(request)

    def _fetch_others(self, origin: str, now: datetime) -> None:
        """Fetch the host's other files beside the crawl, once a day."""
        for name in OTHER_FILES:
            former = self._stored(origin, name)
            if former is None or now - former.fetched_at > OTHERS_FRESH:
                task = asyncio.ensure_future(self._fetch_other(origin, name, now))
                self._others.add(task)
                task.add_done_callback(self._others.discard)

    async def _fetch_other(self, origin: str, name: str, now: datetime) -> None:
        try:
            response = await self._download(origin + name)
        except Exception as error:
            logger.debug("%s%s: %s", origin, name, error)
            return
        body = response.body[:MAX_BYTES] if 200 <= response.status < 300 else b""
        self._store(origin, name, response, body, now)

    def _stored(self, origin: str, name: str) -> HostFile | None:
        scheduler = frontier_of(self.crawler)
        if scheduler is None:
            return None
        return host_file(scheduler.run.db, host_of(origin), name)

    def _store(
        self, origin: str, name: str, response: Response, body: bytes, now: datetime
    ) -> None:
        scheduler = frontier_of(self.crawler)
        if scheduler is None:
            return
        etag, modified = (response.headers.get(h) for h in ("ETag", "Last-Modified"))
        status = 200 if response.status == 304 else response.status
        save_host_file(
            scheduler.run.db,
            HostFile(
                host_of(origin),
                name,
                now,
                status,
                body,
                etag.decode("latin-1") if etag else None,
                modified.decode("latin-1") if modified else None,
            ),
        )
