"""The frontier: every address that a source's crawl knows, and what became of it.

All SQL of the crawl is here. An address is `waiting`, `leased` to a run, put off until `later`,
`done` or `failed`. What a fetch brought changes in one transaction (`settle`): the address's
state, its raw pages, and the addresses found on it; so a process that is killed at any moment
loses nothing but leases, which the next run takes back. When to ask for which is the scheduler's
affair; the fetching is Scrapy's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from cleaners.records import Page
from corpus.frontier_records import Found, Leased, Outcome, stamp
from corpus.frontier_scope import OUTSIDE
from corpus.pages import add_page
from corpus.processes import is_alive, this_process
from corpus.store import transaction
from corpus.urls import host_of

Revisit = Callable[[datetime, datetime], datetime | None]
"""(now, when the page last changed) → when to fetch it again; None: never by itself."""

ARCHIVE_ANYWAY = ""
"""`same_as` of a page whose canonical address could not be fetched: the page stands for itself."""
_LEASE_FIELDS = (
    "id, url_key, url, host, kind, depth, priority, attempts, etag, last_modified, found_on,"
    " same_as, request, page_id, changed_at"
)


class Frontier:
    """The addresses of one source, as one run works through them.

    `cycle` is when the crawl began that this run is or continues: what was fetched before it and
    is due may be fetched again, what was fetched since may not. `left` is how many addresses are
    still to be fetched, kept by counting on from `count_left`.
    """

    def __init__(self, db: Database, source: str, run_id: int, revisit: Revisit) -> None:
        self.db = db
        self.source = source
        self.run_id = run_id
        self.revisit = revisit
        self.lease = f"{run_id} {this_process()}"
        self.cycle = ""
        self.left = 0
        self._cursor = ""

    def begin(self, cycle: datetime, renew: Literal["due", "all"] | None = None) -> None:
        """Take back the leases of dead runs; with `renew`, fetch again what is due, or all."""
        self.cycle = stamp(cycle)
        with transaction(self.db):
            for (lease,) in self.db.execute(
                "SELECT DISTINCT lease FROM urls WHERE source = ? AND state = 'leased'",
                (self.source,),
            ).fetchall():
                if lease is None or not is_alive(lease.partition(" ")[2]):
                    self.db.execute(
                        """UPDATE urls SET state = 'waiting', lease = NULL
                        WHERE source = ? AND state = 'leased' AND lease IS ?""",
                        (self.source, lease),
                    )
            if renew is not None:
                self.db.execute(
                    """UPDATE urls SET state = 'waiting', attempts = 0,
                        priority = iif(kind = 'page', -1, priority) -- behind what is new
                    WHERE source = :source AND state IN ('done', 'failed')
                    AND fetched_at < :cycle AND (:all OR due_at <= :cycle)
                    AND error IS NOT :outside""",
                    {
                        "source": self.source,
                        "cycle": self.cycle,
                        "all": renew == "all",
                        "outside": OUTSIDE,
                    },
                )

    def take(self, limit: int, now: datetime, resting: Collection[str] = ()) -> list[Leased]:
        """Lease up to `limit` waiting addresses, an equal share of each host, best first.

        Hosts take turns from call to call; those in `resting` are passed over.
        """
        taken: list[Leased] = []
        with transaction(self.db):
            self._wake(now)
            hosts = self._hosts(limit + len(resting))
            hosts = [host for host in hosts if host not in resting][:limit]
            share = -(-limit // max(1, len(hosts)))
            for host in hosts:
                taken += self._first(host, min(share, limit - len(taken)))
            self.db.conn.executemany(
                "UPDATE urls SET state = 'leased', lease = ? WHERE id = ?",
                [(self.lease, row.id) for row in taken],
            )
        if taken:
            self._cursor = taken[-1].host
        return taken

    def settle(
        self,
        found: Iterable[Found],
        outcomes: Iterable[Outcome],
        now: datetime,
        pages: Iterable[Page] = (),
    ) -> int:
        """Write what fetches brought and what they led to, in one transaction.

        `pages` are such as belong to none of the outcomes. Return how many pages were new:
        addresses not seen before, or with other bytes.
        """
        with transaction(self.db):
            self.left += self.add(found)
            new_pages = sum(add_page(self.db, page, now, self.run_id)[1] for page in pages)
            for outcome in outcomes:
                new_pages += self._settle(outcome, now)
                self.left -= outcome.state != "later"
        return new_pages

    def add(self, found: Iterable[Found]) -> int:
        """Add addresses; a page that is known waits again only where it is due in this crawl.

        Return how many now wait that did not.
        """
        with transaction(self.db):
            cursor = self.db.conn.executemany(
                """INSERT INTO urls
                    (source, url_key, url, host, kind, depth, priority, found_on, request)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (source, url_key) DO UPDATE SET
                    state = 'waiting', attempts = 0, kind = excluded.kind, depth = excluded.depth,
                    priority = excluded.priority, request = excluded.request
                WHERE state IN ('done', 'failed') AND fetched_at < ?
                AND (due_at <= ? OR excluded.kind != 'page')""",
                [
                    (
                        self.source,
                        one.url_key,
                        one.url,
                        host_of(one.url),
                        one.kind,
                        one.depth,
                        one.priority,
                        one.found_on,
                        one.request,
                        self.cycle,
                        self.cycle,
                    )
                    for one in found
                ],
            )
        return max(0, cursor.rowcount)

    def release(self, leased: Iterable[Leased]) -> None:
        """Give back addresses that were leased and not fetched."""
        with transaction(self.db):
            self.db.conn.executemany(
                "UPDATE urls SET state = 'waiting', lease = NULL WHERE id = ?",
                [(row.id,) for row in leased],
            )

    def next_due(self) -> datetime | None:
        """Return when the first of the addresses that were put off is due."""
        row = self.db.execute(
            "SELECT min(due_at) FROM urls WHERE source = ? AND due_at IS NOT NULL"
            " AND state = 'later'",
            (self.source,),
        ).fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def count_left(self) -> int:
        """Count the addresses that are still to be fetched, now or later, and remember it."""
        row = self.db.execute(
            """SELECT (SELECT count(*) FROM urls WHERE source = :source AND state = 'waiting')
                + (SELECT count(*) FROM urls WHERE source = :source AND state = 'leased')
                + (SELECT count(*) FROM urls WHERE source = :source AND state = 'later'
                    AND due_at IS NOT NULL)""",
            {"source": self.source},
        ).fetchone()
        self.left = int(row[0])
        return self.left

    def _wake(self, now: datetime) -> None:
        self.db.execute(
            """UPDATE urls SET state = 'waiting', due_at = NULL
            WHERE source = ? AND due_at <= ? AND state = 'later'""",
            (self.source, stamp(now)),
        )

    def _hosts(self, limit: int) -> list[str]:
        """Return hosts with waiting addresses from the one after the last that had a turn."""
        after = self._hosts_after(self._cursor, limit)
        if len(after) < limit and self._cursor:
            after += [h for h in self._hosts_after("", limit) if h <= self._cursor]
        return after[:limit]

    def _hosts_after(self, host: str, limit: int) -> list[str]:
        """Step through the index host by host: its cost is the hosts returned, not the rows."""
        step = """SELECT min(host) FROM urls
            WHERE source = :source AND state = 'waiting' AND host > """
        rows = self.db.execute(
            f"""WITH RECURSIVE step(host) AS (
                SELECT ({step} :host) UNION ALL
                SELECT ({step} step.host) FROM step WHERE step.host IS NOT NULL
                LIMIT :limit)
            SELECT host FROM step WHERE host IS NOT NULL""",  # noqa: S608 (no input in it)
            {"source": self.source, "host": host, "limit": limit},
        )
        return [row[0] for row in rows]

    def _first(self, host: str, limit: int) -> list[Leased]:
        rows = self.db.execute(
            f"""SELECT {_LEASE_FIELDS} FROM urls
            WHERE source = ? AND state = 'waiting' AND host = ?
            ORDER BY priority DESC, id LIMIT ?""",  # noqa: S608 (no input in it)
            (self.source, host, limit),
        )
        return [Leased(*row) for row in rows]

    def _settle(self, outcome: Outcome, now: datetime) -> int:
        """Write one outcome; return how many of its pages are new."""
        leased = outcome.leased
        stored = [add_page(self.db, page, now, self.run_id) for page in outcome.pages]
        new = sum(is_new for _, is_new in stored)
        page_id = stored[-1][0] if stored else leased.page_id
        if outcome.unchanged and page_id is not None:
            self.db.execute("UPDATE pages SET seen_at = ? WHERE id = ?", (stamp(now), page_id))
        kept = leased.changed_at if leased.changed_at and not new else None
        changed = datetime.fromisoformat(kept) if kept else now
        due = outcome.due_at
        if due is None and outcome.state == "done":
            # What leads to what is new (start pages, feeds, sitemaps) is due in every crawl.
            due = self.revisit(now, changed) if leased.kind == "page" else now
        self.db.execute(
            """UPDATE urls SET state = ?, lease = NULL, status = ?, error = ?, etag = ?,
                last_modified = ?, same_as = ?, due_at = ?, attempts = ?, fetched_at = ?,
                changed_at = ?, page_id = ?, request = iif(? = 'done', NULL, request)
            WHERE id = ?""",
            (
                outcome.state,
                outcome.status,
                outcome.error,
                leased.etag if outcome.unchanged else outcome.etag,
                leased.last_modified if outcome.unchanged else outcome.last_modified,
                outcome.same_as,
                stamp(due) if due else None,
                outcome.attempts,
                stamp(now),
                stamp(changed),
                page_id,
                outcome.state,
                leased.id,
            ),
        )
        if outcome.state == "failed":
            self._speak_for_themselves(leased.url_key)
        return new

    def _speak_for_themselves(self, url_key: str) -> None:
        """Fetch again, and keep, the pages whose canonical address has failed."""
        self.db.execute(
            """UPDATE urls SET state = 'waiting', same_as = ?
            WHERE source = ? AND same_as = ? AND state = 'done' AND status = 200""",
            (ARCHIVE_ANYWAY, self.source, url_key),
        )


def crawl_cycle(db: Database, source: str, now: datetime, window: float) -> tuple[datetime, bool]:
    """Return when the crawl that starts now began, and whether it continues an unfinished one.

    It continues the runs before it that were killed or interrupted, if the first of them began at
    most `window` seconds ago.
    """
    cycle, resumed = now, False
    rows = db.execute(
        """SELECT started_at, finish_reason FROM runs WHERE kind = 'crawl' AND source = ?
        ORDER BY id DESC LIMIT 200""",
        (source,),
    )
    for started, reason in rows:
        began = datetime.fromisoformat(started)
        if reason not in (None, "interrupted") or (now - began).total_seconds() > window:
            break
        cycle, resumed = began, True
    return cycle, resumed
