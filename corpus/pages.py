"""Raw pages: every body once by its content hash, and each address that gave it.

A page is an address and its bytes. The same address with the same bytes again only says that it
was seen again; other bytes are another page of that address, and the former stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from cleaners.records import Page
from corpus import zstd
from corpus.store import transaction, utc_text
from corpus.urls import site_of, url_key

LEVEL = 6
"""The zstd level: on news pages within 3 % of level 12's size at a quarter of its time."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as the store has it; `state` is pending, cleaned or rejected."""

    id: int
    url_key: str
    site: str
    state: str
    page: Page


def add_page(
    db: Database, page: Page, now: datetime, run_id: int | None = None
) -> tuple[int, bool]:
    """Store a page unless this address has these bytes already; return its id and if it is new.

    `page.url` must be set. Inside a caller's transaction it is part of that.
    """
    if page.url is None:
        raise ValueError("a page without an address cannot be stored")
    digest = hashlib.sha256(page.body).hexdigest()
    key = key_of(page.url)
    seen = utc_text(now)
    with transaction(db):
        row = db.execute(
            "SELECT id FROM pages WHERE url_key = ? AND sha256 = ?", (key, digest)
        ).fetchone()
        if row:
            db.execute("UPDATE pages SET seen_at = ? WHERE id = ?", (seen, row[0]))
            return int(row[0]), False
        if not db.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (digest,)).fetchone():
            db.execute(
                "INSERT INTO bodies (sha256, size, zstd) VALUES (?, ?, ?)",
                (digest, len(page.body), zstd.compress(page.body, LEVEL)),
            )
        cursor = db.execute(
            """INSERT INTO pages (url, url_key, requested_url, site, source, run_id, status,
                content_type, headers, fetched_at, seen_at, sha256)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                page.url,
                key,
                page.requested_url,
                site_key(page.url),
                page.source,
                run_id,
                page.status,
                page.content_type,
                json.dumps(dict(page.headers), ensure_ascii=False),
                utc_text(page.fetched_at) if page.fetched_at else None,
                seen,
                digest,
            ),
        )
    return int(cursor.lastrowid or 0), True


def key_of(url: str) -> str:
    """Return the stored key of an address; that of a saved file, or of nonsense, is itself."""
    try:
        return url_key(url) if url.startswith(("http:", "https:")) else url
    except ValueError:
        return url


def site_key(url: str) -> str:
    """Return the site that a page counts to; for a saved file without an address its folder.

    >>> site_key("https://www.example.org/a"), site_key("file:///home/ada/saved/a.html")
    ('example.org', 'file:///home/ada/saved')
    """
    try:
        return site_of(url) if url.startswith(("http:", "https:")) else url.rpartition("/")[0]
    except ValueError:
        return ""


def load_pages(db: Database, ids: Sequence[int]) -> list[StoredPage]:
    """Return the stored pages with these ids, in that order, without those that are unknown."""
    marks = ",".join("?" * len(ids))
    rows = db.execute(
        f"""SELECT pages.id, url, url_key, site, state, requested_url, source, status, headers,
            content_type, fetched_at, seen_at, zstd
        FROM pages JOIN bodies USING (sha256) WHERE pages.id IN ({marks})""",  # noqa: S608
        list(ids),
    )
    found = {row[0]: _stored(row) for row in rows}
    return [found[page_id] for page_id in ids if page_id in found]


def page_ids_of(db: Database, address: str) -> list[int]:
    """Return the ids of all pages of an address, or of a saved file's path, newest first."""
    rows = db.execute(
        "SELECT id FROM pages WHERE url_key = ? OR requested_url = ? ORDER BY id DESC",
        (key_of(address), address),
    )
    return [row[0] for row in rows]


def pages_of_document(db: Database, number: str) -> list[int]:
    """Return the id of the page that a document, named by its decimal number, was made of."""
    # As text: the column's affinity makes an integer of it, and one of any length is no error.
    rows = db.execute("SELECT page_id FROM documents WHERE id = ?", (number,))
    return [row[0] for row in rows]


def _stored(row: tuple[Any, ...]) -> StoredPage:
    page_id, url, key, site, state, requested, source, status, headers, kind, *times, body = row
    fetched, seen = (datetime.fromisoformat(time) if time else None for time in times)
    page = Page(
        body=zstd.decompress(body),
        url=url,
        requested_url=requested,
        source=source,
        status=status,
        headers=json.loads(headers),
        content_type=kind,
        fetched_at=fetched,
        seen_at=None if fetched else seen,
    )
    return StoredPage(page_id, key, site, state, page)
