"""The Scrapy scheduler over the SQLite frontier: which request next, and what became of each.

What fetches bring (raw pages, links, states) is gathered and written in batches, each one
transaction: a kill loses at most the batch, whose addresses are still leased and are fetched
again by the next run. In memory are only a small buffer of leased addresses and the requests that
are on their way. SQL is `corpus.frontier`'s; how a request is kept, `requests`'; what an answer
means, `flights`'.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from cleaners.records import Page
from crawler.alarm import Alarm
from crawler.batch import Batch
from crawler.buffer import HostBuffer
from crawler.flights import Flight, problem
from crawler.requests import RETRY_IN, Unserialisable, found, key, request_of
from crawler.runs import begin_run

logger = logging.getLogger(__name__)

BATCH_BYTES = 8_000_000
BATCH_SECONDS = 0.5
BUFFER = 64
"""Addresses leased at a time: few enough to be fair and small, many enough to be quick."""


class FrontierScheduler(BaseScheduler):
    """Gives out what waits in the frontier and settles what came back."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the scheduler of a crawl; nothing is opened yet."""
        return cls(crawler)

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.settings = crawler.settings
        self._dry: set[str] | None = None
        self._buffer = HostBuffer()
        self._ready: deque[Flight] = deque()
        self._volatile: deque[Request] = deque()
        self._flights: dict[Request, Flight] = {}
        self._replacing: dict[Request, Flight] = {}
        self._batch = Batch()
        self._closing: asyncio.Future[None] | None = None
        self._flush_alarm = Alarm(self.flush)
        self._wake_alarm = Alarm(self._ask_again)

    def open(self, spider: Spider) -> None:
        """Open the corpus, begin a run, and take back what a killed run had leased."""
        self.spider = spider
        self.source = str(getattr(spider, "source_name", spider.name))
        self.max_pages: int | None = getattr(spider, "max_pages", None)
        self.conditional = bool(getattr(spider, "conditional", False))
        self.run = begin_run(self.settings, spider, self.source)
        self.frontier = self.run.frontier
        self.crawler.signals.connect(self._spider_error, signals.spider_error)
        self.crawler.signals.connect(self._idle, signals.spider_idle)

    def close(self, reason: str) -> None:
        """Write everything, give back what was not fetched, and finish the run's record."""
        if self.run.finish_reason is not None:
            return
        self._wake_alarm.cancel()
        self.flush()
        unfetched = [flight.leased for flight in (*self._flights.values(), *self._ready)]
        unfetched += self._buffer.clear()
        if self.run.fatal is None:
            self.frontier.release(unfetched)
        self.run.finish(reason)

    def progress(self) -> dict[str, int]:
        """Return what this run did so far."""
        return self.run.progress(self._buffer.hosts)

    # What the engine asks.

    def enqueue_request(self, request: Request) -> bool:
        """Keep a request for later; return False for one that cannot or need not be kept."""
        flight = self._replacing.pop(request, None)
        if flight is not None:
            return self._take_substitute(flight, request)
        unique = ""
        if request.dont_filter and not request.meta.get("is_start_request"):
            self.run.counts["unfiltered"] += 1
            unique = f" #{self.run.run_id}.{self.run.counts['unfiltered']}"
        return self._keep(request, unique)

    def next_request(self) -> Request | None:
        """Return the next request, from the host that has the fewest on their way."""
        if self._ready:
            return self._launch(self._ready.popleft())
        if self._volatile:
            return self._volatile.popleft()
        while not self._at_limit():
            leased = self._buffer.pop(self._most_at_once)
            if leased is None and self._refill():
                leased = self._buffer.pop(self._most_at_once)
            if leased is None:
                return None
            try:
                request = request_of(leased, self.spider, conditional=self.conditional)
            except ValueError as error:
                broken = Flight(leased, Request(leased.url), "failed", error=str(error))
                self._batch.ended.append(broken)
                continue
            return self._launch(Flight(leased, request))
        return None

    def has_pending_requests(self) -> bool:
        """Return whether anything is left that this crawl will fetch, now or in a short while."""
        if self._ready or self._volatile:
            return True
        self.flush()
        if self._at_limit():
            return bool(self._flights)
        if self._flights or self._buffer or self._refill():
            self._wake_alarm.ring_in(0.0)
            return True
        times = (self.frontier.next_due(), self._buffer.next_rested())
        due = min(filter(None, times), default=None)
        if due is None:
            return False
        wait = (due - datetime.now(UTC)).total_seconds()
        if wait > self.settings.getfloat("WINNOW_PATIENCE"):
            return False
        self._wake_alarm.ring_in(max(0.01, wait))
        return True

    # What the downloader, the pipeline, the middlewares and the spider tell.

    def responded(self, request: Request, response: Response) -> None:
        """Note the final response to a request."""
        flight = self._flights.get(request)
        if flight is not None:
            flight.responded(response, getattr(self.spider, "handle_httpstatus_list", ()))
            self._flush_alarm.ring_in(BATCH_SECONDS)

    def failed(self, request: Request, failure: Failure) -> None:
        """Note that a request has failed for good."""
        flight = self._flights.get(request)
        if flight is not None:
            flight.failed(failure)
            self._flush_alarm.ring_in(BATCH_SECONDS)

    def replaced(self, request: Request, substitute: Request) -> None:
        """Note that a middleware puts another request in the place of one."""
        flight = self._flights.pop(request, None)
        if flight is not None:
            self._buffer.landed(flight.leased.host)
            self._replacing[substitute] = flight

    def archive(self, page: Page) -> None:
        """Store a page, together with the outcome of the request that brought it."""
        flights = (f for f in self._flights.values() if f.request.url == page.url)
        self._batch.add_page(page, next(flights, None))
        if self._batch.size > BATCH_BYTES:
            self.flush()

    def settle_as(self, request: Request, other_key: str) -> None:
        """Note that another address stands for the requested one, as its canonical link says."""
        flight = self._flights.get(request)
        if flight is not None:
            flight.same_as = other_key

    def refuse(self, request: Request, reason: str) -> None:
        """Note that what came is nothing to keep: the request has failed, for a month."""
        flight = self._flights.get(request)
        if flight is not None:
            flight.state, flight.error, flight.wait = "failed", reason, timedelta(days=30)

    def rest(self, host: str, until: datetime) -> None:
        """Leave a host in peace until then."""
        self.frontier.release(self._buffer.rest(host, until))

    def flush(self) -> None:
        """Write all that has come in, in one transaction."""
        self._flush_alarm.cancel()
        self._gather_ended()
        if self._batch.empty or self.run.finish_reason is not None or self.run.fatal is not None:
            return
        batch, self._batch = self._batch, Batch()
        self.run.write(batch)
        self._dry = None
        if self.run.fatal is not None:
            self._closing = asyncio.ensure_future(
                self.crawler.engine.close_spider_async(reason="error")
            )

    # How it is done.

    def _keep(self, request: Request, unique: str = "") -> bool:
        try:
            self._batch.found.append(found(request, self.spider, unique))
        except Unserialisable as error:
            logger.warning("kept in memory only, a crash would lose it: %s", error)
            self._volatile.append(request)
        except ValueError as error:
            logger.info("not an address: %s", error)
            return False
        self._flush_alarm.ring_in(BATCH_SECONDS)
        return True

    def _take_substitute(self, flight: Flight, request: Request) -> bool:
        """A later try, a redirect within the same address (cookies), or a redirect to another."""
        if RETRY_IN in request.meta:
            flight.put_off(request)
            self._batch.ended.append(flight)
            self._flush_alarm.ring_in(BATCH_SECONDS)
            return True
        chain = request.meta.get("redirect_urls", [])
        target = key(request, self.spider)
        if target in {key(request.replace(url=url), self.spider) for url in chain}:
            self._ready.append(Flight(flight.leased, request))
            return True
        may_follow = getattr(self.spider, "may_redirect", None)
        if may_follow is not None and not may_follow(flight.request, request.url):
            flight.state, flight.wait = "failed", timedelta()
            flight.error = f"redirects off the site, to {request.url}"
        else:
            flight.redirected(target, request.meta.get("redirect_reasons", [None])[-1])
            self._keep(request)
        self._batch.ended.append(flight)
        self._flush_alarm.ring_in(BATCH_SECONDS)
        return True

    def _launch(self, flight: Flight) -> Request:
        self._flights[flight.request] = flight
        self._buffer.launched(flight.leased.host)
        return flight.request

    def _at_limit(self) -> bool:
        return self.max_pages is not None and (
            self.run.counts["fetched"] + len(self._flights) + len(self._ready) >= self.max_pages
        )

    def _refill(self) -> bool:
        """Lease more addresses into the buffer where there are any; return whether it has some."""
        if self._batch.found:
            self.flush()
        now = datetime.now(UTC)
        passed_over = {*self._buffer.resting(now), *self._buffer.full_hosts()}
        if passed_over != self._dry and self.run.fatal is None:
            taken = self.frontier.take(BUFFER, now, passed_over)
            self._buffer.add(taken)
            self._dry = None if taken else passed_over
        return bool(self._buffer)

    def _most_at_once(self, host: str) -> int:
        """Return how many requests to a host may be under way: with a delay, one and a next one."""
        slot = self.crawler.engine.downloader.slots.get(urlsplit(f"//{host}").hostname or host)
        if slot is not None and slot.delay > 0.1:
            return 2
        return self.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")

    def _gather_ended(self) -> None:
        """Move what the engine is done with, callbacks and pipelines included, to the batch.

        The engine's set of requests in progress is the one place that says so for every way in
        which a request can end.
        """
        slot = self.crawler.engine._slot
        under_way = slot.inprogress if slot is not None else set()
        for request in [request for request in self._flights if request not in under_way]:
            flight = self._flights.pop(request)
            self._buffer.landed(flight.leased.host)
            self._batch.ended.append(flight)

    def _ask_again(self) -> None:
        """Have the engine ask; by itself it would only after a request or five seconds."""
        self._dry = None
        slot = self.crawler.engine._slot
        if slot is not None:
            slot.nextcall.schedule()

    def _spider_error(self, failure: Failure, response: Response | None) -> None:
        request = response.request if response is not None else None
        flight = self._flights.get(request) if request is not None else None
        if flight is not None:
            flight.state, flight.wait = "failed", timedelta()
            flight.error = f"the spider failed: {problem(failure.value)}"

    def _idle(self) -> None:
        if self._at_limit():
            raise CloseSpider("max_pages")
