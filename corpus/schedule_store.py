"""What a scheduler must not forget: each source's state, and which process is the scheduler.

When a source is due is `crawler.schedule`'s affair; here its answers are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from cleaners.errors import OperatorError
from corpus.frontier_records import stamp
from corpus.processes import is_alive
from corpus.store import transaction

SILENT = timedelta(seconds=60)
"""After so long without a sign of life a scheduler on another machine counts as gone."""


@dataclass(frozen=True, slots=True)
class State:
    """One source's schedule as it stands.

    `rule` is the schedule that `due_at` was computed from; `interval`, in seconds, is what
    `every = "auto"` has learned; `failures` counts the crawls that failed one after another;
    `process` names the process of the crawl under way, as `corpus.processes` does.
    """

    source: str
    rule: str
    due_at: datetime
    interval: float
    started_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    failures: int = 0
    process: str | None = None


_COLUMNS = tuple(field.name for field in fields(State))
_TIMES = frozenset({"due_at", "started_at", "ended_at"})


def load_states(db: Database) -> dict[str, State]:
    """Return the states of all sources that ever had a schedule, by source."""
    rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM schedule ORDER BY source")  # noqa: S608
    return {row[0]: _state(row) for row in rows.fetchall()}


def save_state(db: Database, state: State) -> None:
    """Store a source's state; part of the caller's transaction where there is one."""
    values = [getattr(state, name) for name in _COLUMNS]
    with transaction(db):
        db.execute(
            f"INSERT OR REPLACE INTO schedule ({', '.join(_COLUMNS)})"  # noqa: S608
            f" VALUES ({', '.join('?' * len(_COLUMNS))})",
            [stamp(value) if isinstance(value, datetime) else value for value in values],
        )


def become_scheduler(db: Database, process: str, host: str, now: datetime) -> None:
    """Make a process the scheduler of this corpus, or renew that it is.

    Raise `OperatorError` while another one is: its process runs, or, where it was started on
    another machine, it was heard of in the last minute.
    """
    with transaction(db):
        row = db.execute("SELECT process, host, seen_at FROM scheduler").fetchone()
        if row is not None and row[0] != process:
            pid = row[0].partition(":")[0]
            silent = now - datetime.fromisoformat(row[2])
            if is_alive(row[0]) if row[1] == host else abs(silent) < SILENT:
                raise OperatorError(
                    f"another scheduler, process {pid} on {row[1]}, works on this corpus; "
                    "stop it first"
                )
        db.execute(
            "INSERT OR REPLACE INTO scheduler (id, process, host, seen_at) VALUES (1, ?, ?, ?)",
            (process, host, stamp(now)),
        )


def resign(db: Database, process: str) -> None:
    """Let another process be the scheduler."""
    with transaction(db):
        db.execute("DELETE FROM scheduler WHERE process = ?", (process,))


def new_addresses(db: Database, source: str, since: datetime) -> int:
    """Return how many pages a source's crawls since then brought whose address was not known."""
    row = db.execute(
        """SELECT count(*) FROM runs JOIN pages ON pages.run_id = runs.id
        WHERE runs.source = ? AND runs.kind = 'crawl' AND runs.started_at >= ?
        AND NOT EXISTS (SELECT 1 FROM pages AS older
            WHERE older.url_key = pages.url_key AND older.id < pages.id)""",
        (source, since.replace(microsecond=0).isoformat()),
    ).fetchone()
    return int(row[0])


def _state(row: tuple[Any, ...]) -> State:
    values = dict(zip(_COLUMNS, row, strict=True))
    for name in _TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    return State(**values)
