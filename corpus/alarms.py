"""Alarms: opened when a site's pages change for the worse, one per site and cause, and closed.

A run's facts become part of the site's history unless an alarm is open when it ends, so that a
site recovers to what it was; `accept` makes what it is now the normal instead.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from corpus.facts import facts_of_runs
from corpus.fetches import Fetches, fetches_of, judge_fetches, remember_fetches
from corpus.health import WINDOWS, Facts, Verdict, judge
from corpus.store import transaction, utc_text

HISTORY = 300
"""Pages of a site that its history goes back."""
EXAMPLES = 3
MOST_RUNS = 50
"""Runs cut off one after another that are judged as one."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A site, what is wrong there and since when; addresses of pages before and after."""

    id: int
    site: str
    cause: str
    detail: str
    opened_at: str
    closed_at: str | None
    before: list[str]
    after: list[str]


def check_run(db: Database, run_id: int, now: datetime) -> list[Alarm]:
    """Judge what a run fetched, once it has been cleaned; return the alarms it opened or closed.

    Runs just before it that were cut off and that it continues are judged with it. A run that was
    judged before changes nothing.
    """
    source, started, judged = db.execute(
        "SELECT source, started_at, judged FROM runs WHERE id = ?", (run_id,)
    ).fetchone()
    if judged:
        return []
    runs, since = _continued(db, run_id, source, started)
    pages = facts_of_runs(db, runs)
    fetches = fetches_of(db, source, since) if source is not None else {}
    changed: list[Alarm] = []
    with transaction(db):
        for site in sorted({*pages, *fetches}):
            changed += _check_site(db, site, pages.get(site, []), fetches.get(site), now)
        remember_fetches(db, run_id, fetches, [alarm.site for alarm in alarms(db)])
        db.execute(
            f"UPDATE runs SET judged = 1 WHERE id IN ({', '.join('?' * len(runs))})",  # noqa: S608
            runs,
        )
    return changed


def alarms(db: Database, site: str | None = None, *, closed: bool = False) -> list[Alarm]:
    """Return the open alarms, with `closed` all, of a site or of all; newest first."""
    rows = db.execute(
        f"""{_SELECT} WHERE (:site IS NULL OR site = :site) AND (:closed OR closed_at IS NULL)
        ORDER BY id DESC""",
        {"site": site, "closed": closed},
    )
    return list(map(_alarm, rows.fetchall()))


def alarm_of(db: Database, number: int) -> Alarm:
    """Return the alarm with this id."""
    return _alarm(db.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone())


def accept(db: Database, site: str, now: datetime) -> int:
    """Take what a site is like since its alarms opened as normal; return how many that closed."""
    open_ = alarms(db, site)
    with transaction(db):
        for alarm in open_:
            _close(db, alarm, now)
        if open_:
            db.execute("DELETE FROM page_facts WHERE site = ? AND normal", (site,))
            db.execute("UPDATE page_facts SET normal = 1 WHERE site = ?", (site,))
            db.execute("DELETE FROM site_fetches WHERE site = ? AND normal", (site,))
            db.execute("UPDATE site_fetches SET normal = 1 WHERE site = ?", (site,))
    return len(open_)


def stored_facts(
    db: Database, site: str, *, normal: bool = False, most: int = HISTORY
) -> list[Facts]:
    """Return a site's latest facts, newest first; with `normal` those of its history only."""
    rows = db.execute(
        """SELECT facts FROM page_facts WHERE site = ? AND normal >= ?
        ORDER BY page_id DESC LIMIT ?""",
        (site, int(normal), most),
    )
    return [Facts(**json.loads(row[0])) for row in rows.fetchall()]


_SELECT = "SELECT id, site, cause, detail, opened_at, closed_at, before, after FROM alarms"


def _alarm(row: tuple[Any, ...]) -> Alarm:
    return Alarm(*row[:6], *map(json.loads, row[6:]))


def _continued(
    db: Database, run_id: int, source: str | None, started: str
) -> tuple[list[int], str]:
    """Return a run and those before it that it continues, and when the first of them began."""
    runs, since = [run_id], started
    rows = db.execute(
        """SELECT id, started_at, finish_reason FROM runs
        WHERE source = ? AND kind = 'crawl' AND id < ? AND NOT judged
        ORDER BY id DESC LIMIT ?""",
        (source, run_id, MOST_RUNS),
    )
    for earlier, began, reason in rows.fetchall():
        if reason not in (None, "interrupted"):
            break
        runs.append(earlier)
        since = began
    return runs, since


def _check_site(
    db: Database, site: str, new: list[Facts], fetches: Fetches | None, now: datetime
) -> list[Alarm]:
    history = stored_facts(db, site, normal=True)
    verdicts = judge(history, new, stored_facts(db, site, most=WINDOWS[0]))
    if fetches is not None and (verdict := judge_fetches(db, site, fetches)):
        verdicts.append(verdict)
    changed: list[Alarm] = []
    open_ = {alarm.cause: alarm for alarm in alarms(db, site)}
    before = [page.url for page in history if page.document]
    for verdict in verdicts:
        alarm = open_.get(verdict.cause)
        if alarm is None and verdict.share.alarming:
            changed.append(_open(db, site, verdict, before, now))
        elif alarm is not None and verdict.share.normal:
            changed.append(_close(db, alarm, now))
    _remember(db, site, new, normal=not alarms(db, site))
    return changed


def _open(db: Database, site: str, verdict: Verdict, pages: list[str], now: datetime) -> Alarm:
    share = verdict.share
    detail = f"{verdict.what}: {share.share:.0%}, before {share.usual:.0%}"
    before, after = list(dict.fromkeys(pages))[:EXAMPLES], list(verdict.pages[:EXAMPLES])
    cursor = db.execute(
        """INSERT INTO alarms (site, cause, detail, opened_at, before, after)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (site, verdict.cause, detail, utc_text(now), json.dumps(before), json.dumps(after)),
    )
    number = int(cursor.lastrowid or 0)
    return Alarm(number, site, verdict.cause, detail, utc_text(now), None, before, after)


def _close(db: Database, alarm: Alarm, now: datetime) -> Alarm:
    db.execute("UPDATE alarms SET closed_at = ? WHERE id = ?", (utc_text(now), alarm.id))
    return replace(alarm, closed_at=utc_text(now))


def _remember(db: Database, site: str, facts: list[Facts], *, normal: bool) -> None:
    db.conn.executemany(
        "INSERT INTO page_facts (page_id, site, normal, facts) VALUES (?, ?, ?, ?)",
        [(page.page_id, site, int(normal), json.dumps(asdict(page))) for page in facts],
    )
