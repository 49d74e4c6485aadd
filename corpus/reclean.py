"""Cleaning stored pages again: those whose rules, options or site's template are not today's.

Nothing is fetched. What is stale can be read from the documents themselves, so that a run that was
ended goes on where it was, and a second run in a row finds nothing to do.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from cleaners.records import CLEANER_VERSION, CleanOptions, Rejection
from corpus.choices import load_choices
from corpus.documents import document_row, options_text
from corpus.history import content, document_of, keep_version
from corpus.ingest import BATCH, Counts, Plan, Work, clean_pending
from corpus.learning import Result, learn, results
from corpus.pages import load_pages
from corpus.runs import finish_run, start_run, update_run
from corpus.sites import Sites, settle
from corpus.store import transaction
from corpus.workers import CleaningPool, Task

LARGEST = 10
PAGE_OF_IDS = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages: of a site, of a source, fetched since (ISO 8601), and `every` or only stale."""

    site: str | None = None
    source: str | None = None
    since: str | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class TextChange:
    """How one document's text would change; `size` counts characters that come or go."""

    size: int
    url: str
    before: str
    after: str


@dataclass(slots=True)
class Changes:
    """What cleaning again changes, or would: pages by what happens, fields, and categories."""

    pages: int = 0
    unchanged: int = 0
    changed: int = 0
    became_documents: int = 0
    became_rejections: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    categories_before: Counter[str] = field(default_factory=Counter)
    categories_after: Counter[str] = field(default_factory=Counter)
    largest: list[TextChange] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the counts that a run keeps."""
        names = ("pages", "unchanged", "changed", "became_documents", "became_rejections")
        return {name: getattr(self, name) for name in names}

    def note_text(self, url: str, before: str, after: str) -> None:
        """Keep the largest differences of text, by paragraphs that come or go."""
        old, new = Counter(before.split("\n\n")), Counter(after.split("\n\n"))
        moved = (old - new) + (new - old)
        size = sum(len(paragraph) * times for paragraph, times in moved.items())
        self.largest.append(TextChange(size, url, before, after))
        if len(self.largest) > 4 * LARGEST:
            self.trim()

    def trim(self) -> None:
        """Keep only the largest differences, in a fixed order."""
        key = lambda change: (change.size, change.url)  # noqa: E731
        self.largest = heapq.nlargest(LARGEST, self.largest, key=key)


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean again and how; `progress` is told after each batch."""

    plan: Plan
    selection: Selection
    clock: Callable[[], datetime]
    progress: Callable[[Changes], None] = lambda changes: None


def preview(db: Database, pool: CleaningPool, job: Job) -> Changes:
    """Clean what is stale and return what would change; write nothing."""
    changes = Changes()
    for result in results(pool.clean(_tasks(db, job))):
        compare(db, result, changes, job.clock())
        job.progress(changes)
    changes.trim()
    return changes


def reclean(db: Database, pool: CleaningPool, job: Job) -> Changes:
    """Clean what is stale and store it; what a document was before goes into its history.

    Then sites are looked at again, and pages cleaned once more where their template changed.
    """
    changes, again = Changes(), Counts()
    run_id = start_run(db, "reclean", job.clock(), job.selection.source)
    reason = "error"
    try:
        batch: list[Result] = []
        sites = Sites(db)
        for result in results(pool.clean(_tasks(db, job))):
            batch.append(result)
            if len(batch) >= BATCH:
                _store(db, batch, sites, (changes, job, run_id))
        _store(db, batch, sites, (changes, job, run_id))
        for (site,) in db.execute("SELECT site FROM site_learning ORDER BY site").fetchall():
            settle(db, site, job.plan.thresholds())
        clean_pending(db, pool, job.plan, Work(run_id, job.clock, again))
        reason = "finished"
    except KeyboardInterrupt:
        reason = "interrupted"
        raise
    finally:
        finish_run(db, run_id, job.clock(), reason, {**asdict(again), **changes.counts()})
    changes.trim()
    return changes


def compare(db: Database, result: Result, changes: Changes, now: datetime) -> bool:
    """Count what a result changes; return whether it changes what a reader has."""
    changes.pages += 1
    before = document_of(db, result.stored.id)
    outcome = result.outcome
    if before:
        cuts = db.execute(
            "SELECT category, count(*) FROM removals WHERE document_id = ? GROUP BY 1",
            (before["id"],),
        )
        changes.categories_before.update(dict(cuts.fetchall()))
    if isinstance(outcome, Rejection):
        changes.became_rejections += before is not None
        changes.unchanged += before is None
        return before is not None
    document = outcome.document
    changes.categories_after.update(removal.category for removal in document.removals)
    if before is None:
        changes.became_documents += 1
        return True
    after = content(document_row(result.stored, document, result.options, now))
    old = content(before)
    different = [name for name in after if after[name] != old[name]]
    changes.fields.update(different)
    changes.changed += bool(different)
    changes.unchanged += not different
    if "text" in different:
        changes.note_text(before["url"], before["text"], document.text)
    return bool(different)


def stale_pages(
    db: Database, plan: Plan, selection: Selection
) -> Iterator[tuple[int, CleanOptions]]:
    """Yield the selected pages that today's cleaner and options would clean otherwise, by id."""
    expected: dict[str | None, tuple[CleanOptions, str]] = {}
    choices = load_choices(db)
    last = 0
    while True:
        rows = db.execute(
            """SELECT pages.id, pages.source,
                coalesce(documents.cleaner_version, rejections.cleaner_version),
                coalesce(documents.options, rejections.options),
                pages.url_key, pages.site, pages.url
            FROM pages LEFT JOIN documents ON documents.page_id = pages.id
            LEFT JOIN rejections ON rejections.page_id = pages.id
            WHERE pages.id > :last AND state IN ('cleaned', 'rejected')
                AND (:site IS NULL OR pages.site = :site)
                AND (:source IS NULL OR pages.source = :source)
                AND (:since IS NULL OR coalesce(pages.fetched_at, seen_at) >= :since)
            ORDER BY pages.id LIMIT :limit""",
            {
                "last": last,
                "limit": PAGE_OF_IDS,
                "site": selection.site,
                "source": selection.source,
                "since": selection.since,
            },
        ).fetchall()
        if not rows:
            return
        last = rows[-1][0]
        for page_id, source, version, options, *place in rows:
            if source not in expected:
                chosen = plan.options(source)
                expected[source] = (chosen, options_text(chosen))
            wanted, text = expected[source]
            refined = choices.refine(wanted, *place)
            if refined is not wanted:
                wanted, text = refined, options_text(refined)
            if selection.every or (version, options) != (CLEANER_VERSION, text):
                yield page_id, wanted


def _tasks(db: Database, job: Job) -> Iterator[Task]:
    """Yield a task for each page to clean again, with what its site has taught so far."""
    sites = Sites(db)
    for page_id, options in stale_pages(db, job.plan, job.selection):
        for stored in load_pages(db, [page_id]):
            key = (stored, sites.template(stored.site))
            yield Task(key, stored.page, options, sites.stats_for(stored), enrich=True)


def _store(db: Database, batch: list[Result], sites: Sites, run: tuple[Changes, Job, int]) -> None:
    """Store a batch, each document that changes with what it replaces; empty the batch."""
    changes, job, run_id = run
    with transaction(db):
        for result in batch:
            before = document_of(db, result.stored.id)
            now = job.clock()
            if compare(db, result, changes, now) and before:
                keep_version(db, result.stored, before, now)
            learn(db, result, sites, now)
        update_run(db, run_id, changes.counts())
    batch.clear()
    job.progress(changes)


def as_record(changes: Changes) -> dict[str, Any]:
    """Return the changes as plain values, for JSON."""
    record = {name.name: getattr(changes, name.name) for name in fields(changes)}
    record["largest"] = [asdict(change) for change in changes.largest]
    return json.loads(json.dumps(record))  # type: ignore[no-any-return]
