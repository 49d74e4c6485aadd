"""What a source's frontier says of a crawl that has ended: what could not be fetched, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from corpus.frontier_records import stamp
from corpus.frontier_scope import OUTSIDE
from corpus.processes import is_alive, this_process


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for which addresses could not be fetched: how many, and one of them."""

    reason: str
    count: int
    example: str


def start_error(db: Database, source: str) -> str | None:
    """Return why the first of the addresses that a source names could not be fetched."""
    row = db.execute(
        """SELECT url, error FROM urls WHERE source = ? AND kind IN ('start', 'feed', 'sitemap')
        AND error IS NOT NULL AND error != ? ORDER BY id LIMIT 1""",
        (source, OUTSIDE),
    ).fetchone()
    return f"{row[0]}: {row[1]}" if row else None


def crawled_by(db: Database, source: str) -> str | None:
    """Return the id of another process that is crawling a source right now, or None."""
    rows = db.execute(
        "SELECT DISTINCT lease FROM urls WHERE source = ? AND state = 'leased'", (source,)
    )
    holders = {str(lease).partition(" ")[2] for (lease,) in rows.fetchall()} - {this_process()}
    return next((name.partition(":")[0] for name in sorted(holders) if is_alive(name)), None)


def failures(db: Database, source: str, since: datetime, most: int = 5) -> list[Failure]:
    """Return the most frequent reasons for which a source's addresses failed or were put off."""
    rows = db.execute(
        """SELECT error, count(*) AS number, min(url) FROM urls
        WHERE source = ? AND state IN ('failed', 'later') AND fetched_at >= ?
        AND error IS NOT NULL GROUP BY error ORDER BY number DESC, error LIMIT ?""",
        (source, stamp(since), most),
    )
    return [Failure(*row) for row in rows]
