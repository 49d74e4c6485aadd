"""What whoever watches a corpus asks again and again: counts that stay cheap when it grows.

The large tables are counted over an index alone, and nothing here writes.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from sqlite_utils import Database

from cleaners.errors import OperatorError

FAULTS = (OperatorError, OSError, sqlite3.Error)
"""What a look at the corpus may end with: it is gone, busy, damaged or another's."""
SETTLED = "state IN ('done', 'failed', 'later')"
"""As the index `urls_settled` says it, so that it is used."""
RUNS_BACK = 1_000
"""Runs of a source among which its last success is looked for."""


@dataclass(frozen=True, slots=True)
class Census:
    """Counts over the whole corpus; their cost grows with it."""

    documents: int = 0
    pages: dict[str, int] = field(default_factory=dict)
    rejections: dict[str, int] = field(default_factory=dict)
    frontier: dict[str, int] = field(default_factory=dict)
    runs: dict[tuple[str, str], int] = field(default_factory=dict)


def census(db: Database) -> Census:
    """Count documents; pages and the frontier by state; rejections by reason; runs that ended."""
    return Census(
        documents=int(db.execute("SELECT count(*) FROM documents").fetchone()[0]),
        pages=_counted(db, "SELECT state, count(*) FROM pages GROUP BY 1"),
        rejections=_counted(db, "SELECT reason, count(*) FROM rejections GROUP BY 1"),
        frontier={
            **_counted(db, f"SELECT state, count(*) FROM urls WHERE {SETTLED} GROUP BY 1"),  # noqa: S608
            **_counted(db, "SELECT 'waiting', count(*) FROM urls WHERE state = 'waiting'"),
            **_counted(db, "SELECT 'leased', count(*) FROM urls WHERE state = 'leased'"),
        },
        runs=_runs(db),
    )


def last_success(db: Database, source: str) -> str | None:
    """Return when the last crawl of a source ended that fetched something; None without one."""
    row = db.execute(
        """SELECT finished_at FROM
            (SELECT id, finished_at, finish_reason, counts FROM runs
            WHERE source = ? AND kind = 'crawl' ORDER BY id DESC LIMIT ?)
        WHERE finish_reason IN ('finished', 'max_pages')
        AND coalesce(counts ->> 'fetched', 0) + coalesce(counts ->> 'lists', 0) > 0
        ORDER BY id DESC LIMIT 1""",
        (source, RUNS_BACK),
    ).fetchone()
    return str(row[0]) if row else None


def open_alarms(db: Database) -> list[tuple[str, str]]:
    """Return the site and the cause of each open alarm."""
    return db.execute(
        "SELECT site, cause FROM alarms WHERE closed_at IS NULL ORDER BY 1, 2"
    ).fetchall()


def _runs(db: Database) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for kind, reason, number in db.execute(
        """SELECT kind, finish_reason, count(*) FROM runs WHERE finish_reason IS NOT NULL
        GROUP BY 1, 2"""
    ):
        key = (kind, reason.partition(":")[0])
        counts[key] = counts.get(key, 0) + number
    return counts


def _counted(db: Database, query: str) -> dict[str, int]:
    return {row[0]: row[1] for row in db.execute(query)}
