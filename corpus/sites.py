"""What sites teach: how many of a site's pages have each block, and which of them are its template.

A site's template follows from the set of its pages, not from the order in which they came. Pages
that were cleaned with another state of it than today's, as far as their own blocks are concerned,
become pending again; that their blocks crossed the threshold is noticed by `settle`. The work is
bounded: counts are taken over a sample of pages, fixed by the hashes of their addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import groupby

import numpy as np
from sqlite_utils import Database

from cleaners.marks import Marks, PageMarks
from cleaners.records import Block, CleanOptions, SiteStats
from cleaners.template import SURE_SHARE, recurrence
from corpus.hostfiles import host_texts
from corpus.pages import StoredPage
from corpus.sitetemplates import Template, load_template, stored_marks
from corpus.store import transaction
from corpus.urls import host_of

SAMPLE = 4_096
"""Pages of a site that are counted: enough for shares within 2 %, whatever its size."""
FIRST_LOOK = 24
"""Changed pages after which a site is looked at while a run is going on, and again at doubles."""
SITE_FILES = ("robots.txt", "ai.txt", "tdmrep.json")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """On how many pages, and on what share of them, a block stands that is template."""

    pages: int = CleanOptions().template_min_pages
    share: float = CleanOptions().template_min_share

    def options(self) -> CleanOptions:
        """Return cleaning options with these thresholds."""
        return CleanOptions(template_min_pages=self.pages, template_min_share=self.share)


class Sites:
    """What a run knows of sites, read from the store when it is asked for and has changed."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._known: dict[str, tuple[Template, SiteStats]] = {}
        self._files: dict[str, dict[str, bytes]] = {}

    def template(self, site: str) -> Template:
        """Return the site's template as it is now."""
        return self._current(site)[0]

    def stats_for(self, stored: StoredPage) -> SiteStats:
        """Return what cleaning a page may know of its site and host."""
        return replace(self._current(stored.site)[1], files=self._files_of(stored.page.url or ""))

    def _current(self, site: str) -> tuple[Template, SiteStats]:
        row = self.db.execute(
            "SELECT pages, epoch FROM site_learning WHERE site = ?", (site,)
        ).fetchone()
        pages, epoch = row or (0, 0)
        known = self._known.get(site)
        if known is None or known[0].epoch != epoch:
            template = load_template(self.db, site, pages, epoch)
            known = self._known[site] = (template, template.stats())
        return known

    def _files_of(self, url: str) -> dict[str, bytes]:
        if not url.startswith(("http:", "https:")):
            return {}
        try:
            host = host_of(url)
        except ValueError:
            return {}
        if host not in self._files:
            texts = host_texts(self.db, host)
            names = {name.rpartition("/")[2]: text for name, text in texts.items()}
            self._files[host] = {name: names[name].encode() for name in SITE_FILES if name in names}
        return self._files[host]


def note_page(db: Database, stored: StoredPage, marks: PageMarks, applied: str) -> None:
    """Record a cleaned page's marks, and what of its site's template it was cleaned with."""
    blob = marks.tobytes()
    with transaction(db):
        before = db.execute(
            "SELECT marks FROM page_blocks WHERE page_id = ?", (stored.id,)
        ).fetchone()
        db.execute(
            "INSERT OR REPLACE INTO page_blocks VALUES (?, ?, ?, ?, ?)",
            (stored.id, stored.site, _url_hash(stored.url_key), blob, applied),
        )
        if before is None or before[0] != blob:
            _changed(db, stored.site)


def forget_page(db: Database, stored: StoredPage) -> None:
    """Take back a page's marks: it gives no document now."""
    with transaction(db):
        if db.execute("DELETE FROM page_blocks WHERE page_id = ?", (stored.id,)).rowcount:
            _changed(db, stored.site)


def unsettled(db: Database, look_early: bool = False) -> list[str]:
    """Return the sites whose pages changed; with `look_early` those that changed much."""
    least = f"max({FIRST_LOOK}, pages)" if look_early else "1"
    rows = db.execute(
        f"SELECT site FROM site_learning WHERE changed > 0 AND changed >= {least}"  # noqa: S608
    )
    return [row[0] for row in rows]


def settle(db: Database, site: str, thresholds: Thresholds) -> int:
    """Bring a site's template up to date; return how many pages must be cleaned again.

    Those become pending in the same transaction. Evidence of pages that stay as they are is brought
    up to date, so that it says what it would if they were cleaned now.
    """
    with transaction(db):
        row = db.execute(
            "SELECT pages, epoch FROM site_learning WHERE site = ?", (site,)
        ).fetchone()
        old = load_template(db, site, *(row or (0, 0)))
        new = replace(count(db, site, thresholds), epoch=old.epoch + 1)
        if _equal(old, new):
            db.execute("UPDATE site_learning SET changed = 0 WHERE site = ?", (site,))
            return 0
        _store(db, old, new)
        flipped = _flipped(old, new)
        stale = _reopen(db, new, flipped) if len(flipped) else 0
        if len(new.marks):
            _refresh_evidence(db, new, thresholds)
    return stale


def count(db: Database, site: str, thresholds: Thresholds) -> Template:
    """Return the template of a site, from the marks of a sample of its pages."""
    rows = db.execute(
        """SELECT url_hash, marks FROM page_blocks WHERE site = ?
        ORDER BY url_hash, marks LIMIT ?""",
        (site, SAMPLE),
    )
    pages = [
        np.unique(np.concatenate([stored_marks(blob)["mark"] for _, blob in versions]))
        for _, versions in groupby(rows, lambda row: row[0])
    ]
    if len(pages) < thresholds.pages:
        return Template(site, len(pages))
    marks, counts = np.unique(np.concatenate(pages), return_counts=True)
    recurs = counts >= max(thresholds.pages, thresholds.share * len(pages))
    return Template(
        site,
        len(pages),
        marks=marks[recurs].astype(np.uint32),
        counts=counts[recurs].astype(np.uint32),
    )


def _store(db: Database, old: Template, new: Template) -> None:
    """Write what changed of a template."""
    before = dict(zip(old.marks.tolist(), old.counts.tolist(), strict=True))
    after = dict(zip(new.marks.tolist(), new.counts.tolist(), strict=True))
    db.conn.executemany(
        "DELETE FROM site_blocks WHERE site = ? AND mark = ?",
        [(new.site, mark) for mark in before.keys() - after.keys()],
    )
    db.conn.executemany(
        "INSERT OR REPLACE INTO site_blocks VALUES (?, ?, ?)",
        [(new.site, mark, pages) for mark, pages in after.items() if before.get(mark) != pages],
    )
    db.execute(
        "INSERT OR REPLACE INTO site_learning (site, pages, changed, epoch) VALUES (?, ?, 0, ?)",
        (new.site, new.pages, new.epoch),
    )


def _equal(old: Template, new: Template) -> bool:
    """Tell whether nothing was learned: the same pages have the same blocks."""
    return (
        old.pages == new.pages
        and np.array_equal(old.marks, new.marks)
        and np.array_equal(old.counts, new.counts)
    )


def _flipped(old: Template, new: Template) -> Marks:
    """Return the marks of which two states of a template say something different."""

    def said(template: Template) -> set[tuple[int, bool]]:
        sure = template.counts >= SURE_SHARE * template.pages
        return set(zip(template.marks.tolist(), sure.tolist(), strict=True))

    return np.array(sorted({mark for mark, _ in said(old) ^ said(new)}), np.uint32)


def _reopen(db: Database, template: Template, flipped: Marks) -> int:
    """Make pending the pages of which the template says something else than what was applied."""
    stale = []
    for page_id, applied, blob in _pages(db, template.site):
        marks = stored_marks(blob)
        if np.isin(flipped, marks["mark"]).any() and template.applied_to(marks) != applied:
            stale.append((page_id,))
    db.conn.executemany("UPDATE pages SET state = 'pending' WHERE id = ?", stale)
    return len(stale)


def _pages(db: Database, site: str) -> Iterator[tuple[int, str, bytes]]:
    yield from db.execute("SELECT page_id, applied, marks FROM page_blocks WHERE site = ?", (site,))


def _refresh_evidence(db: Database, template: Template, thresholds: Thresholds) -> None:
    """Make the counts in the evidence of template removals those of the template."""
    stats, options = template.stats(), thresholds.options()
    said: dict[Block, str | None] = {}
    changes = []
    for removal_id, evidence, kind, text, path in db.execute(
        """SELECT removals.id, removals.evidence, kind, removals.text, path
        FROM documents JOIN removals
        ON removals.document_id = documents.id AND removals.stage = 'template'
        WHERE documents.site = ? AND removals.evidence NOT LIKE 'links under%'""",
        (template.site,),
    ):
        block = Block(0, kind, text, path)
        if block not in said:
            seen = recurrence(block, stats, options)
            said[block] = seen.evidence if seen else None
        if said[block] not in (None, evidence):
            changes.append((said[block], removal_id))
    db.conn.executemany("UPDATE removals SET evidence = ? WHERE id = ?", changes)


def _changed(db: Database, site: str) -> None:
    db.execute(
        """INSERT INTO site_learning (site, changed) VALUES (?, 1)
        ON CONFLICT (site) DO UPDATE SET changed = changed + 1""",
        (site,),
    )


def _url_hash(url_key: str) -> int:
    """Return the place of an address in the order by which pages are sampled."""
    digest = blake2b(url_key.encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)
