"""Saved pages into the store, as raw pages to be cleaned later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from cleaners.records import Rejection
from corpus.pages import add_page
from corpus.runs import finish_run, start_run
from corpus.saved import Saved, read_pages
from corpus.store import transaction

BATCH = 32


@dataclass(slots=True)
class Imported:
    """What an import did so far: pages that are new, that were there, and inputs not readable."""

    new: int = 0
    known: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """What the operator says of all pages of an import.

    In `others` files of folders that are no pages are counted by suffix.
    """

    source: str | None = None
    url: str | None = None
    others: Counter[str] = field(default_factory=Counter)


def import_pages(
    db: Database,
    paths: Iterable[str | Path],
    clock: Callable[[], datetime],
    origin: Origin,
    report: Callable[[Imported, Saved | None], None],
) -> Imported:
    """Store the pages of files, folders and archives; `report` gets each one not readable.

    Batches are transactions: what was imported before a failure stays, and an import that is run
    again adds only what is missing.
    """
    inputs = read_pages(paths, origin.url, origin.others)
    counts = Imported()
    run_id = start_run(db, "import", clock(), origin.source)
    reason = "error"
    try:
        batch: list[Saved] = []
        for saved in inputs:
            if isinstance(saved.content, Rejection):
                counts.unreadable += 1
                report(counts, saved)
                continue
            batch.append(saved)
            if len(batch) >= BATCH:
                _store(db, batch, counts, run_id, (clock(), origin))
                report(counts, None)
        _store(db, batch, counts, run_id, (clock(), origin))
        report(counts, None)
        reason = "finished"
    except KeyboardInterrupt:
        reason = "interrupted"
        raise
    finally:
        finish_run(db, run_id, clock(), reason, asdict(counts))
    return counts


def _store(
    db: Database,
    batch: list[Saved],
    counts: Imported,
    run_id: int,
    said: tuple[datetime, Origin],
) -> None:
    """Store a batch in one transaction, count it, and empty it."""
    now, origin = said
    added = 0
    with transaction(db):
        for saved in batch:
            if not isinstance(saved.content, Rejection):
                page = replace(saved.content, source=origin.source)
                added += add_page(db, page, now, run_id)[1]
    counts.new += added
    counts.known += len(batch) - added
    batch.clear()
