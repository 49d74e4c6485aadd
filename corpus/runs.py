"""Runs: each crawl, import, ingest or export as one row that says what it did and how it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from corpus.store import transaction, utc_text


def start_run(db: Database, kind: str, now: datetime, source: str | None = None) -> int:
    """Record the start of a run by this process; return its id."""
    with transaction(db):
        cursor = db.execute(
            "INSERT INTO runs (kind, source, started_at, pid) VALUES (?, ?, ?, ?)",
            (kind, source, utc_text(now), os.getpid()),
        )
    return int(cursor.lastrowid or 0)


def update_run(db: Database, run_id: int, counts: Mapping[str, int]) -> None:
    """Store a run's counts so far; part of the caller's transaction where there is one."""
    with transaction(db):
        db.execute("UPDATE runs SET counts = ? WHERE id = ?", (json.dumps(dict(counts)), run_id))


def finish_run(
    db: Database, run_id: int, now: datetime, reason: str, counts: Mapping[str, int]
) -> None:
    """Record the end of a run: `reason` is "finished", "interrupted", "error: …" or a spider's."""
    with transaction(db):
        db.execute(
            "UPDATE runs SET finished_at = ?, finish_reason = ?, counts = ? WHERE id = ?",
            (utc_text(now), reason, json.dumps(dict(counts)), run_id),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored; `reason` is why it ended, None where it has not, or was killed."""

    id: int
    kind: str
    source: str | None
    started_at: str
    finished_at: str | None
    reason: str | None
    counts: dict[str, int]
    running: bool

    @property
    def seconds(self) -> int | None:
        """How long it took; None where that is not known."""
        if self.finished_at is None:
            return None
        begun, ended = map(datetime.fromisoformat, (self.started_at, self.finished_at))
        return int((ended - begun).total_seconds())


def runs(db: Database, limit: int, source: str | None = None, kind: str | None = None) -> list[Run]:
    """Return the latest runs, of a source or a kind where they are given; newest first."""
    rows = db.execute(
        """SELECT id, kind, source, started_at, finished_at, finish_reason, counts, pid FROM runs
        WHERE (:source IS NULL OR source = :source) AND (:kind IS NULL OR kind = :kind)
        ORDER BY id DESC LIMIT :limit""",
        {"source": source, "kind": kind, "limit": limit},
    )
    return [_run(row) for row in rows.fetchall()]


def _run(row: tuple[Any, ...]) -> Run:
    number, kind, source, started, finished, reason, counts, pid = row
    running = finished is None and alive(pid)
    return Run(number, kind, source, started, finished, reason, json.loads(counts), running)


def alive(pid: int | None) -> bool:
    """Return whether a process with this id runs on this machine."""
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
