"""The Scrapy scheduler over the SQLite frontier: which request next, and what became of each.

What fetches bring (raw pages, links, states) is gathered and written in batches, each one
transaction: a kill loses at most the batch, whose addresses are still leased and are fetched
again by the next run. In memory are only a small buffer of leased addresses and the requests that
are on their way. SQL is `corpus.frontier`'s; how a request is kept, `requests`'; what an answer
means, `flights`'.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self, cast

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.asyncio import CallLaterResult, call_later
from twisted.python.failure import Failure

from cleaners.records import Page
from corpus.frontier import Frontier, crawl_cycle
from corpus.runs import finish_run, start_run, update_run
from corpus.store import open_corpus
from crawler.batch import Batch
from crawler.buffer import HostBuffer
from crawler.flights import Flight, problem
from crawler.requests import RETRY_IN, Unserialisable, found, key, request_of
from crawler.visits import revisit_rule

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
        self.counts: Counter[str] = Counter()
        self.finish_reason: str | None = None
        self.start_error: str | None = None
        self._final_counts: dict[str, int] | None = None
        self._dry = False
        self._buffer = HostBuffer()
        self._ready: deque[Flight] = deque()
        self._volatile: deque[Request] = deque()
        self._flights: dict[Request, Flight] = {}
        self._replacing: dict[Request, Flight] = {}
        self._batch = Batch()
        self._flush_call: CallLaterResult | None = None
        self._wake_call: CallLaterResult | None = None

    def open(self, spider: Spider) -> None:
        """Open the corpus, begin a run, and take back what a killed run had leased."""
        self.spider = spider
        self.source = str(getattr(spider, "source_name", spider.name))
        self.max_pages: int | None = getattr(spider, "max_pages", None)
        self.conditional = bool(getattr(spider, "conditional", False))
        self.db = open_corpus(Path(self.settings["WINNOW_DB"]))
        now = datetime.now(UTC)
        window = self.settings.getfloat("WINNOW_RESUME_WINDOW")
        cycle, self.resumed = crawl_cycle(self.db, self.source, now, window)
        self.run_id = start_run(self.db, "crawl", now, self.source)
        rule = revisit_rule(getattr(spider, "refresh", None))
        self.frontier = Frontier(self.db, self.source, self.run_id, rule)
        self.frontier.begin(cycle, renew=self.conditional)
        if getattr(spider, "renew", False):
            self.frontier.renew_all()
        self.frontier.count_left()
        self.crawler.signals.connect(self._spider_error, signals.spider_error)
        self.crawler.signals.connect(self._idle, signals.spider_idle)

    def close(self, reason: str) -> None:
        """Write everything, give back what was not fetched, and finish the run's record."""
        if self.finish_reason is not None:
            return
        if self._wake_call is not None:
            self._wake_call.cancel()
        self.flush()
        unfetched = [flight.leased for flight in (*self._flights.values(), *self._ready)]
        self.frontier.release(unfetched + self._buffer.clear())
        self.finish_reason = "interrupted" if reason == "shutdown" else reason
        now = datetime.now(UTC)
        self.frontier.count_left()
        self._final_counts = self.run_counts()
        if not self.counts["fetched"] + self.counts["lists"]:
            self.start_error = self.frontier.start_error()
        finish_run(self.db, self.run_id, now, self.finish_reason, self._final_counts)
        self.db.close()

    def run_counts(self) -> dict[str, int]:
        """Return what this run did so far: fetched, failed, new pages …; what waits is `left`."""
        if self._final_counts is not None:
            return self._final_counts
        return {**self.counts, "left": self.frontier.left, "hosts": self._buffer.hosts}

    # What the engine asks.

    def enqueue_request(self, request: Request) -> bool:
        """Keep a request for later; return False for one that cannot or need not be kept."""
        flight = self._replacing.pop(request, None)
        if flight is not None:
            return self._take_substitute(flight, request)
        unique = ""
        if request.dont_filter and not request.meta.get("is_start_request"):
            self.counts["unfiltered"] += 1
            unique = f" #{self.run_id}.{self.counts['unfiltered']}"
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
            self._wake(0.0)
            return True
        due = min(
            filter(None, (self.frontier.next_due(), self._buffer.next_rested())), default=None
        )
        if due is None:
            return False
        wait = (due - datetime.now(UTC)).total_seconds()
        if wait > self.settings.getfloat("WINNOW_PATIENCE"):
            return False
        self._wake(max(0.01, wait))
        return True

    # What the downloader, the pipeline, the middlewares and the spider tell.

    def responded(self, request: Request, response: Response) -> None:
        """Note the final response to a request."""
        flight = self._flights.get(request)
        if flight is not None:
            flight.responded(response, getattr(self.spider, "handle_httpstatus_list", ()))
            self._flush_soon()

    def failed(self, request: Request, failure: Failure) -> None:
        """Note that a request has failed for good."""
        flight = self._flights.get(request)
        if flight is not None:
            flight.failed(failure)
            self._flush_soon()

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
        if self._flush_call is not None:
            self._flush_call.cancel()
            self._flush_call = None
        self._gather_ended()
        if self._batch.empty:
            return
        self.counts += self._batch.write(self.frontier, datetime.now(UTC))
        self._batch = Batch()
        self._dry = False
        update_run(self.db, self.run_id, self.counts)

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
        self._flush_soon()
        return True

    def _take_substitute(self, flight: Flight, request: Request) -> bool:
        """A later try, a redirect within the same address (cookies), or a redirect to another."""
        if RETRY_IN in request.meta:
            flight.put_off(request)
            self._batch.ended.append(flight)
            self._flush_soon()
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
        self._flush_soon()
        return True

    def _launch(self, flight: Flight) -> Request:
        self._flights[flight.request] = flight
        self._buffer.launched(flight.leased.host)
        return flight.request

    def _at_limit(self) -> bool:
        return self.max_pages is not None and (
            self.counts["fetched"] + len(self._flights) + len(self._ready) >= self.max_pages
        )

    def _refill(self) -> bool:
        """Lease more addresses into the buffer where there are any; return whether it has some."""
        if self._batch.found:
            self.flush()
        if self._dry:
            return bool(self._buffer)
        now = datetime.now(UTC)
        passed_over = self._buffer.resting(now) + self._buffer.full_hosts()
        taken = self.frontier.take(BUFFER, now, passed_over)
        self._buffer.add(taken)
        self._dry = not taken
        return bool(self._buffer)

    def _most_at_once(self, host: str) -> int:
        """Return how many requests to a host may be under way: with a delay, one and a next one."""
        slot = self.crawler.engine.downloader.slots.get(host.rpartition(":")[0] or host)
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

    def _flush_soon(self) -> None:
        if self._flush_call is None:
            self._flush_call = call_later(BATCH_SECONDS, self._flush_now)

    def _flush_now(self) -> None:
        self._flush_call = None
        self.flush()

    def _wake(self, seconds: float) -> None:
        """Have the engine ask again; by itself it would only after a request or five seconds."""
        if self._wake_call is None:
            self._wake_call = call_later(seconds, self._wake_now)

    def _wake_now(self) -> None:
        self._wake_call = None
        self._dry = False
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


def frontier_of(crawler: Crawler) -> FrontierScheduler | None:
    """Return a crawl's scheduler where it is ours.

    Not by `isinstance`, which Scrapy's schedulers answer by their methods' names.
    """
    scheduler = crawler.engine.scheduler
    if FrontierScheduler not in type(scheduler).__mro__:
        return None
    return cast("FrontierScheduler", scheduler)
