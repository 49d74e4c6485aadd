"""How far former exports went: kept with the runs, for the next one that asks for what is new."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

from cleaners.errors import OperatorError
from corpus.export.choosing import Mark
from corpus.export.exporting import Job
from corpus.store import corpus_at, transaction, utc_text

KIND = "export"


def selection_name(job: Job) -> str:
    """Return a name for what a job selects: exports of the same selection follow each other."""
    asked = {"filters": job.selection.given(), "limit": job.sample.limit, "seed": job.sample.seed}
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def last_mark(db: Path, job: Job) -> Mark | None:
    """Return how far the last export of this selection went, None where there was none."""
    with corpus_at(db) as corpus:
        row = corpus.execute(
            "SELECT counts FROM runs WHERE kind = ? AND source = ? AND finish_reason = 'finished'"
            " ORDER BY id DESC LIMIT 1",
            (KIND, selection_name(job)),
        ).fetchone()
    if row is None:
        return None
    counts = json.loads(row[0])
    recent = frozenset((number, cleaned) for number, cleaned in counts["recent"])
    return Mark(counts["up_to"], recent)


def record_export(
    db: Path, job: Job, mark: Mark, documents: int, times: tuple[datetime, datetime]
) -> bool:
    """Store how far an export went; tell whether the corpus could be written to.

    What former exports of the selection stored for the overlap is dropped.
    """
    name = selection_name(job)
    counts = {"documents": documents, "up_to": mark.up_to, "recent": sorted(mark.recent)}
    try:
        with corpus_at(db) as corpus, transaction(corpus):
            corpus.execute("DELETE FROM runs WHERE kind = ? AND source = ?", (KIND, name))
            corpus.execute(
                "INSERT INTO runs (kind, source, started_at, finished_at, finish_reason, counts)"
                " VALUES (?, ?, ?, ?, 'finished', ?)",
                (KIND, name, *map(utc_text, times), json.dumps(counts)),
            )
    except OperatorError:
        return False
    return True
