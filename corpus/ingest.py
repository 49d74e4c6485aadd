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

from cleaners.records import CleanOptions, Document
from corpus.documents import save_outcome
from corpus.pages import StoredPage, load_pages
from corpus.runs import alive, finish_run, start_run, update_run
from corpus.store import transaction, utc_text
from corpus.workers import CleaningPool, Outcome, Task

Clock = Callable[[], datetime]
LEASE = timedelta(minutes=30)
BATCH = 32
"""Pages that are claimed, and stored, in one transaction: some tenths of a second of work."""


@dataclass(slots=True)
class Counts:
    """What an ingest did so far; `pending` pages were there when it started."""

    pending: int = 0
    documents: int = 0
    rejections: int = 0

    @property
    def pages(self) -> int:
        """The pages that were cleaned, with either outcome."""
        return self.documents + self.rejections


@dataclass(frozen=True, slots=True)
class Plan:
    """How to clean: options for each source by its name, and for all others the default."""

    default: CleanOptions = field(default_factory=CleanOptions)
    by_source: Mapping[str, CleanOptions] = field(default_factory=dict)

    def options(self, source: str | None) -> CleanOptions:
        """Return the options for the pages of a source."""
        return self.by_source.get(source or "", self.default)


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
    if not counts.pending:
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


def clean_pending(db: Database, pool: CleaningPool, plan: Plan, work: Work) -> None:
    """Clean what is pending now, as part of a run whose record and end are the caller's."""
    batch: list[tuple[StoredPage, CleanOptions, Outcome]] = []
    for task, outcome in pool.clean(_claimed(db, work.run_id, work.clock, plan)):
        batch.append((task.key, task.options, outcome))
        if len(batch) >= BATCH:
            _save(db, work.run_id, batch, work.counts, work.clock())
            work.progress(work.counts)
    _save(db, work.run_id, batch, work.counts, work.clock())
    work.progress(work.counts)


def _pending(db: Database) -> int:
    row = db.execute("SELECT count(*) FROM pages WHERE state = 'pending'").fetchone()
    return int(row[0])


def _claimed(db: Database, run_id: int, clock: Clock, plan: Plan) -> Iterator[Task]:
    """Yield a task for each pending page, claiming some at a time, oldest first."""
    _release_the_dead(db)
    while ids := _claim(db, run_id, clock()):
        for stored in load_pages(db, ids):
            yield Task(stored, stored.page, plan.options(stored.page.source))


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


def _save(
    db: Database,
    run_id: int,
    batch: list[tuple[StoredPage, CleanOptions, Outcome]],
    counts: Counts,
    now: datetime,
) -> None:
    """Store a batch of outcomes and the run's counts in one transaction; empty the batch."""
    documents = rejections = 0
    with transaction(db):
        for stored, options, outcome in batch:
            row = db.execute("SELECT state FROM pages WHERE id = ?", (stored.id,)).fetchone()
            if row[0] != "pending":
                continue
            save_outcome(db, stored, outcome, options, now)
            if isinstance(outcome, Document):
                documents += 1
            else:
                rejections += 1
        counts.documents += documents
        counts.rejections += rejections
        update_run(db, run_id, asdict(counts))
    batch.clear()


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
