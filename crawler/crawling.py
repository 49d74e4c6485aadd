"""A crawl of sources from beginning to end: spiders in this process, cleaning beside it.

The spiders run in Scrapy's reactor, some sources at a time; pages are cleaned as they arrive, by
another process, so that the reactor never waits for a parser. What is shown of it is the caller's
affair.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from corpus.alarms import Alarm, check_run
from corpus.frontier_report import Failure
from corpus.store import corpus_at
from crawler.access import frontier_of
from crawler.cleaning import CleanerProcess
from crawler.handlers import quieten_twisted
from crawler.scheduler import FrontierScheduler
from crawler.scope import record
from crawler.sources import Source
from crawler.spiders.site import SiteSpider

EXIT_INTERRUPTED = 130
GRACE_SECONDS = 10.0
"""How long an interrupted crawl waits for the requests that are on their way."""
SHOW_SECONDS = 1.0
MOST_SITES = 20
"""How many of the sites that entries lead to elsewhere are told."""


@dataclass(slots=True)
class Progress:
    """One source's crawl: counts as in `runs`; `reason` says why it ended, None while it runs.

    `start_error` is set where nothing at all could be fetched, and says why; `beside` names the
    process that, at the end, was still crawling the same source. `failures` are the most frequent
    reasons, at the end; `elsewhere` counts entries of feeds and sitemaps by the sites
    that do not belong to the source.
    """

    source: str
    started: bool = False
    reason: str | None = None
    run_id: int | None = None
    resumed: bool = False
    start_error: str | None = None
    beside: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    traps: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class CrawlProgress:
    """A whole crawl: each source's, what cleaning has come to, and alarms opened or closed.

    `cleaning_problem` says where the process that cleans was ended by somebody else.
    """

    sources: list[Progress]
    documents: int = 0
    rejections: int = 0
    cleaning_problem: str | None = None
    interrupted: bool = False
    alarms: list[Alarm] = field(default_factory=list)

    def total(self, count: str) -> int:
        """Return a count's sum over the sources."""
        return sum(one.counts.get(count, 0) for one in self.sources)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a caller may choose about a crawl.

    `refresh` fetches everything again, due or not; `workers` clean, 0: nothing is cleaned;
    `settings` are laid over Scrapy's; `log` writes Scrapy's log to stderr; `show` is called once
    a second, and at the end.
    """

    refresh: bool = False
    workers: int = max(1, (os.cpu_count() or 2) - 1)
    settings: dict[str, Any] = field(default_factory=dict)
    show: Callable[[CrawlProgress], None] = lambda progress: None
    sources_at_once: int = 8
    log: bool = False


def crawl(db: Path, sources: Sequence[Source], choices: Choices | None = None) -> CrawlProgress:
    """Crawl sources into the corpus and clean what arrives; return what it came to.

    Once in a process: Scrapy's reactor cannot be started again. The first Ctrl-C or SIGTERM ends
    it cleanly, the second at once; either way the next crawl goes on where this one was.
    """
    choices = choices or Choices()
    with corpus_at(db, create=True) as corpus:
        for source in sources:
            record(corpus, source, datetime.now(UTC))
    options = {source.name: source.clean for source in sources}
    with CleanerProcess(db, choices.workers, options) as cleaner:
        run = _Crawl(db, sources, choices, cleaner)
        with run.signals():
            try:
                run.run()
                cleaner.end("stop" if run.progress.interrupted else "finish", run.report)
            except KeyboardInterrupt:
                cleaner.end("stop")
            run.report()
    if choices.workers and not run.progress.interrupted:
        with corpus_at(db) as corpus:
            for one in run.progress.sources:
                if one.run_id is not None:
                    run.progress.alarms += check_run(corpus, one.run_id, datetime.now(UTC))
    return run.progress


class _Crawl:
    """The sources' spiders in one reactor."""

    def __init__(
        self, db: Path, sources: Sequence[Source], choices: Choices, cleaner: CleanerProcess
    ) -> None:
        self.sources = sources
        self.choices = choices
        self.cleaner = cleaner
        self.progress = CrawlProgress([Progress(source.name) for source in sources])
        self._running: dict[str, tuple[SiteSpider, FrontierScheduler]] = {}
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        settings.setdict({"WINNOW_DB": str(db), **choices.settings}, priority="cmdline")
        settings.set("LOG_INSTALL_ROOT_HANDLER", choices.log, priority="cmdline")
        quieten_twisted()
        self._process = AsyncCrawlerProcess(settings)
        self._failure: BaseException | None = None
        self._reactor: Any = None
        self._stopping: asyncio.Future[None] | None = None

    def run(self) -> None:
        """Crawl all sources; return when all have ended."""
        from twisted.internet import reactor  # noqa: PLC0415 (installed by the process above)

        self._reactor = reactor
        reactor.callWhenRunning(lambda: asyncio.ensure_future(self._all()))
        self._process.start(stop_after_crawl=False, install_signal_handlers=False)
        if self._failure is not None:
            raise self._failure

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as wishes to end, the second of them at once."""
        former = {number: signal.signal(number, self._signal) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def report(self) -> None:
        """Bring the progress up to date and show it."""
        for progress in self.progress.sources:
            self._update(progress)
        self.cleaner.watch()
        self.progress.cleaning_problem = self.cleaner.problem
        self.progress.documents = self.cleaner.documents
        self.progress.rejections = self.cleaner.rejections
        self.choices.show(self.progress)

    async def _all(self) -> None:
        gate = asyncio.Semaphore(self.choices.sources_at_once)
        shown = asyncio.ensure_future(self._show())
        pairs = zip(self.sources, self.progress.sources, strict=True)
        try:
            await asyncio.gather(*(self._one(gate, source, one) for source, one in pairs))
        except Exception as error:  # raised again by `run`, outside the reactor
            self._failure = error
        finally:
            shown.cancel()
            self._stop_reactor()

    async def _one(self, gate: asyncio.Semaphore, source: Source, progress: Progress) -> None:
        async with gate:
            if self.progress.interrupted:
                return
            crawler = self._process.create_crawler(SiteSpider)
            crawler.signals.connect(self._opened, signals.spider_opened)
            progress.started = True
            await self._process.crawl(crawler, source=source, refresh=self.choices.refresh)
            self._update(progress)

    def _opened(self, spider: SiteSpider) -> None:
        scheduler = frontier_of(spider.crawler)
        if scheduler is not None:
            self._running[spider.source_name] = (spider, scheduler)

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(SHOW_SECONDS)
            self.report()

    def _update(self, progress: Progress) -> None:
        if progress.source not in self._running:
            return
        spider, scheduler = self._running[progress.source]
        run = scheduler.run
        progress.run_id, progress.resumed = run.run_id, run.resumed
        progress.reason, progress.start_error = run.finish_reason, run.start_error
        progress.beside = run.beside
        progress.counts = scheduler.progress()
        self._failure = self._failure or run.fatal
        progress.traps = dict(spider.traps.reasons)
        progress.failures = run.failures
        progress.elsewhere = dict(spider.elsewhere.most_common(MOST_SITES))

    def _signal(self, number: int, _frame: object) -> None:
        if self.progress.interrupted:
            os._exit(EXIT_INTERRUPTED)  # SQLite's transactions make this safe at any moment
        self.progress.interrupted = True
        if self._reactor is None or not self._reactor.running:
            raise KeyboardInterrupt  # while cleaning is waited for
        self._reactor.callFromThread(self._interrupt)

    def _interrupt(self) -> None:
        self._stopping = asyncio.ensure_future(self._process.stop())
        self._reactor.callLater(GRACE_SECONDS, self._abandon)

    def _abandon(self) -> None:
        """End although some answers are still missing; their addresses wait for the next crawl."""
        for _, scheduler in self._running.values():
            scheduler.close("shutdown")
        self._stop_reactor()

    def _stop_reactor(self) -> None:
        if self._reactor.running:
            self._reactor.stop()


_SIGNALS = (signal.SIGINT, signal.SIGTERM)
