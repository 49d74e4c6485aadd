"""From pending pages to documents: claim, clean in worker processes, store.

A page's outcome and its change of state are one transaction, so that a run killed at any moment
has lost nothing, and another one goes on where it was. Pages in work carry a lease, so that two
runs at once share the work; a lease whose process is gone is void. Storing checks the state
again, so that a page never gives two documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from cleaners.records import CleanOptions
from corpus.choices import load_choices
from corpus.learning import Result, learn, results
from corpus.pages import load_pages
from corpus.runs import alive, finish_run, start_run, update_run
from corpus.sites import Sites, Thresholds, settle, unsettled
from corpus.store import transaction, utc_text
from corpus.workers import CleaningPool, Task

Clock = Callable[[], datetime]
LEASE = timedelta(minutes=30)
BATCH = 32
"""Pages that are claimed, and stored, in one transaction: some tenths of a second of work."""

CACHE_KIB = 65_536
"""SQLite's page cache while cleaning: the upper levels of the indexes that learning writes to."""
ROUNDS = 8
"""Rounds of cleaning again at most. Two are enough but where what a site taught changes which of
its pages are documents."""


@dataclass(slots=True)
class Counts:
    """What an ingest did so far; `pending` pages were there when it started.

    Pages that had an outcome before, and were cleaned with what their site taught since, count
    as `again` only.
    """

    pending: int = 0
    documents: int = 0
    rejections: int = 0
    again: int = 0

    @property
    def pages(self) -> int:
        """The pages that were cleaned for the first time, with either outcome."""
        return self.documents + self.rejections


@dataclass(frozen=True, slots=True)
class Plan:
    """How to clean: options for each source by its name, and for all others the default."""

    default: CleanOptions = field(default_factory=CleanOptions)
    by_source: Mapping[str, CleanOptions] = field(default_factory=dict)

    def options(self, source: str | None) -> CleanOptions:
        """Return the options for the pages of a source."""
        return self.by_source.get(source or "", self.default)

    def thresholds(self) -> Thresholds:
        """Return from where on what recurs on a site is its template: the lowest that is set."""
        every = [self.default, *self.by_source.values()]
        return Thresholds(
            min(options.template_min_pages for options in every),
            min(options.template_min_share for options in every),
        )


@dataclass(frozen=True, slots=True)
class Work:
    """A run of cleaning under way: its record, its clock, what it did, and who is told."""

    run_id: int
    clock: Clock
    counts: Counts
    progress: Callable[[Counts], None] = lambda counts: None


def ingest(
    db: Database,
    pool: CleaningPool,
    clock: Clock,
    plan: Plan | None = None,
    progress: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Clean all pending pages that no other run has; return what came of them."""
    counts = Counts(pending=_pending(db))
    if not counts.pending and not unsettled(db):
        return counts
    run_id = start_run(db, "ingest", clock())
    reason = "error"
    try:
        clean_pending(db, pool, plan or Plan(), Work(run_id, clock, counts, progress))
        reason = "finished"
    except KeyboardInterrupt:
        reason = "interrupted"
        raise
    finally:
        _release(db, run_id)
        finish_run(db, run_id, clock(), reason, asdict(counts))
    return counts


def clean_pending(
    db: Database, pool: CleaningPool, plan: Plan, work: Work, last: bool = True
) -> None:
    """Clean what is pending now, as part of a run whose record and end are the caller's.

    The last time, pages are cleaned again until all agree with what their sites taught; before,
    only where a site has just become known. What is left is left to the next run.
    """
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    sites = Sites(db)
    for _ in range(ROUNDS):
        _clean_once(db, pool, sites, plan, work)
        stale = sum(settle(db, site, plan.thresholds()) for site in unsettled(db, not last))
        if not stale:
            return


def _clean_once(db: Database, pool: CleaningPool, sites: Sites, plan: Plan, work: Work) -> None:
    """Clean the pages that are pending, looking at sites that have just become known."""
    batch: list[Result] = []
    for result in results(pool.clean(_claimed(db, sites, plan, work))):
        batch.append(result)
        if len(batch) >= BATCH:
            _save(db, batch, sites, work)
            for site in unsettled(db, look_early=True):
                settle(db, site, plan.thresholds())
    _save(db, batch, sites, work)


def _pending(db: Database) -> int:
    row = db.execute("SELECT count(*) FROM pages WHERE state = 'pending'").fetchone()
    return int(row[0])


def _claimed(db: Database, sites: Sites, plan: Plan, work: Work) -> Iterator[Task]:
    """Yield a task for each pending page, claiming some at a time, oldest first."""
    _release_the_dead(db)
    choices = load_choices(db)
    while ids := _claim(db, work.run_id, work.clock()):
        for stored in load_pages(db, ids):
            key = (stored, sites.template(stored.site))
            options = choices.refine(
                plan.options(stored.page.source), stored.url_key, stored.site, stored.page.url or ""
            )
            yield Task(key, stored.page, options, sites.stats_for(stored), enrich=True)


def _claim(db: Database, run_id: int, now: datetime) -> list[int]:
    """Lease the next pending pages to this run; return their ids."""
    with transaction(db):
        rows = db.execute(
            """SELECT id FROM pages WHERE state = 'pending'
            AND (lease IS NULL OR lease_until < ?) ORDER BY id LIMIT ?""",
            (utc_text(now), BATCH),
        ).fetchall()
        db.conn.executemany(
            "UPDATE pages SET lease = ?, lease_until = ? WHERE id = ?",
            [(run_id, utc_text(now + LEASE), row[0]) for row in rows],
        )
    return [row[0] for row in rows]


def _save(db: Database, batch: list[Result], sites: Sites, work: Work) -> None:
    """Store a batch of outcomes and the run's counts in one transaction; empty the batch."""
    counts = Counts()
    with transaction(db):
        for result in batch:
            state = db.execute(
                "SELECT state FROM pages WHERE id = ?", (result.stored.id,)
            ).fetchone()
            if state[0] != "pending":
                continue
            again = learn(db, result, sites, work.clock())
            counts.again += again
            counts.documents += result.is_document and not again
            counts.rejections += not result.is_document and not again
        if batch:
            work.counts.again += counts.again
            work.counts.documents += counts.documents
            work.counts.rejections += counts.rejections
            update_run(db, work.run_id, asdict(work.counts))
    batch.clear()
    work.progress(work.counts)


def _release(db: Database, run_id: int) -> None:
    """Give back the pages that this run claimed and did not clean."""
    with transaction(db):
        db.execute("UPDATE pages SET lease = NULL, lease_until = NULL WHERE lease = ?", (run_id,))


def _release_the_dead(db: Database) -> None:
    """Give back the pages of runs whose process is gone."""
    rows = db.execute(
        """SELECT DISTINCT lease, pid, finished_at FROM pages LEFT JOIN runs ON runs.id = lease
        WHERE lease IS NOT NULL"""
    ).fetchall()
    for run_id, pid, finished in rows:
        if finished or not alive(pid):
            _release(db, run_id)
