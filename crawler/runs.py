"""One run of a source's crawl: the corpus it writes to, its record, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.settings import BaseSettings

from cleaners.errors import OperatorError
from corpus.frontier import Frontier, crawl_cycle
from corpus.frontier_report import Failure, crawled_by, failures, start_error
from corpus.runs import finish_run, start_run, update_run
from corpus.store import open_corpus, problems_of
from crawler.batch import Batch
from crawler.visits import revisit_rule


@dataclass(slots=True)
class CrawlRun:
    """A run under way. `fatal` is set once the corpus cannot be written any more.

    `beside` is the process that, when this run ends, is still crawling the same source.
    """

    path: Path
    db: Any
    run_id: int
    resumed: bool
    frontier: Frontier
    started: datetime
    counts: Counter[str] = field(default_factory=Counter)
    finish_reason: str | None = None
    start_error: str | None = None
    beside: str | None = None
    failures: list[Failure] = field(default_factory=list)
    fatal: OperatorError | None = None

    def write(self, batch: Batch) -> None:
        """Write a batch in one transaction; what cannot be written ends the crawl."""
        try:
            with problems_of(self.path):
                self.counts += batch.write(self.frontier, datetime.now(UTC))
                update_run(self.db, self.run_id, self.counts)
        except OperatorError as error:
            self.fatal = error

    def finish(self, reason: str) -> None:
        """Finish the run's record and close the corpus."""
        self.finish_reason = "interrupted" if reason == "shutdown" else reason
        try:
            with problems_of(self.path):
                self.frontier.count_left()
                self.beside = crawled_by(self.db, self.frontier.source)
                if not self.counts["fetched"] + self.counts["lists"] and self.beside is None:
                    self.start_error = start_error(self.db, self.frontier.source)
                self.failures = failures(self.db, self.frontier.source, self.started)
                if self.fatal is not None:
                    self.finish_reason = f"error: {self.fatal}"
                now = datetime.now(UTC)
                finish_run(self.db, self.run_id, now, self.finish_reason, self.progress(0))
        except OperatorError as error:
            self.fatal = self.fatal or error
        self.db.close()

    def progress(self, hosts: int) -> dict[str, int]:
        """Return what the run did so far: fetched, failed, new pages …; what waits is `left`."""
        return {**self.counts, "left": self.frontier.left, "hosts": hosts}


def begin_run(settings: BaseSettings, spider: Spider, source: str) -> CrawlRun:
    """Open the corpus, begin a run, and take back what a killed run had leased."""
    path = Path(settings["WINNOW_DB"])
    db = open_corpus(path)
    with problems_of(path):
        now = datetime.now(UTC)
        window = settings.getfloat("WINNOW_RESUME_WINDOW")
        cycle, resumed = crawl_cycle(db, source, now, window)
        run_id = start_run(db, "crawl", now, source)
        rule = revisit_rule(getattr(spider, "refresh", None))
        frontier = Frontier(db, source, run_id, rule)
        frontier.begin(cycle, getattr(spider, "renew", None))
        frontier.count_left()
    return CrawlRun(path, db, run_id, resumed, frontier, now)
