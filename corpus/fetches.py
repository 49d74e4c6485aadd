"""How many of a site's addresses could not be fetched, run by run, and whether that is unusual.

An address that has never given a page and fails again is a dead link, and says nothing about the
site; so it counts once, when it is first tried.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from corpus.health import LEAST_HISTORY, Verdict
from corpus.odds import LEAST_TRIES, Count, share_of
from corpus.urls import site_of

CAUSE, WHAT = "failed", "addresses that could not be fetched"
RUNS = 50
"""Runs that a site's history of fetches goes back."""
_ATTEMPTS = re.compile(r" \(\d+ attempts\)$")


@dataclass(slots=True)
class Fetches:
    """What became of a site's addresses in a run: how many were tried; of those that failed why."""

    tried: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> Count:
        """The numbers alone."""
        return Count(len(self.failed), self.tried)


def fetches_of(db: Database, source: str, since: str) -> dict[str, Fetches]:
    """Return what became of a source's addresses since a moment (as stored), by site."""
    rows = db.execute(
        """SELECT url, state, status, error, page_id IS NULL AND changed_at < :since FROM urls
        WHERE source = :source AND state IN ('done', 'failed', 'later') AND fetched_at >= :since
        AND kind IN ('page', 'start')""",
        {"source": source, "since": since},
    )
    found: dict[str, Fetches] = {}
    for url, state, status, error, known in rows:
        failed = state != "done" and (status is None or status >= 400)
        if failed and known:
            continue
        site = found.setdefault(site_of(url), Fetches())
        site.tried += 1
        if failed:
            site.failed[url] = _ATTEMPTS.sub("", error or "no answer")
    return found


def judge_fetches(db: Database, site: str, fetches: Fetches) -> Verdict | None:
    """Return a verdict on a run's fetches of a site; None where there are too few to judge."""
    runs = [
        (Count(failed, tried), bool(normal))
        for failed, tried, normal in db.execute(
            """SELECT failed, tried, normal FROM site_fetches WHERE site = ?
            ORDER BY run_id DESC LIMIT ?""",
            (site, RUNS),
        ).fetchall()
    ]
    count = fetches.count
    while runs and count.tries < LEAST_TRIES:  # small runs are judged with those just before
        (before, _), *runs = runs
        count = Count(count.hits + before.hits, count.tries + before.tries)
    history = [one for one, normal in runs if normal and one.tries]
    if count.tries < LEAST_TRIES or sum(one.tries for one in history) < LEAST_HISTORY:
        return None
    share = share_of(count, history)
    return Verdict(CAUSE, WHAT + _mostly(fetches.failed), share, tuple(fetches.failed))


def remember_fetches(
    db: Database, run_id: int, fetches: Mapping[str, Fetches], troubled: Sequence[str]
) -> None:
    """Store a run's counts; those of the sites in `troubled` are no history to judge by."""
    db.conn.executemany(
        "INSERT INTO site_fetches (site, run_id, tried, failed, normal) VALUES (?, ?, ?, ?, ?)",
        [
            (site, run_id, one.tried, len(one.failed), int(site not in troubled))
            for site, one in fetches.items()
        ],
    )


def _mostly(failed: Mapping[str, str]) -> str:
    common = Counter(failed.values()).most_common(1)
    return f" (mostly {common[0][0]})" if common else ""
