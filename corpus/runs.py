"""Runs: each crawl, import, ingest or export as one row that says what it did and how it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime

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
