"""What an address gave over time: its versions, and the documents that were replaced."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from corpus import zstd
from corpus.pages import StoredPage, key_of
from corpus.store import transaction, utc_text

WORK_COLUMNS = {"id", "page_id", "cleaner_version", "options", "cleaned_at", "source", "provenance"}
LINKS = {"duplicate_of", "similarity"}


@dataclass(frozen=True, slots=True)
class Version:
    """A document that an address has or had; `replaced_at` is None for what it has now."""

    page_id: int
    url: str
    fetched_at: str | None
    replaced_at: str | None
    cleaner_version: str
    options: str
    title: str | None
    words: int
    text: str


def content(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader has of a document's row: metadata and text, nothing of how it came."""
    return {name: row[name] for name in row.keys() - WORK_COLUMNS - LINKS}


def document_of(db: Database, page_id: int) -> dict[str, Any] | None:
    """Return the row of a page's document, or None where it has none."""
    return next(db.query("SELECT * FROM documents WHERE page_id = ?", (page_id,)), None)


def keep_version(db: Database, stored: StoredPage, row: dict[str, Any], now: datetime) -> None:
    """Store a document that is about to be replaced, with its removals."""
    cuts = list(db.query("SELECT * FROM removals WHERE document_id = ? ORDER BY id", (row["id"],)))
    record = json.dumps({**row, "removals": cuts}, ensure_ascii=False)
    with transaction(db):
        db.execute(
            """INSERT INTO document_history (page_id, url, url_key, replaced_at, cleaner_version,
                options, title, text_sha256, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                stored.id,
                row["url"],
                stored.url_key,
                utc_text(now),
                row["cleaner_version"],
                row["options"],
                row["title"],
                row["text_sha256"],
                zstd.compress(record.encode("utf-8", "replace")),
            ),
        )


def versions(db: Database, url: str) -> list[Version]:
    """Return the documents of an address, oldest first; what it has now is the last."""
    pages = db.execute(
        """SELECT id FROM pages WHERE url_key = ? OR requested_url = ?
        ORDER BY coalesce(fetched_at, ''), id""",
        (key_of(url), url),
    ).fetchall()
    found: list[Version] = []
    for (page_id,) in pages:
        replaced = db.execute(
            "SELECT replaced_at, record FROM document_history WHERE page_id = ? ORDER BY id",
            (page_id,),
        )
        found += [_version(json.loads(zstd.decompress(blob)), when) for when, blob in replaced]
        if row := document_of(db, page_id):
            found.append(_version(row, None))
    return found


def _version(row: dict[str, Any], replaced_at: str | None) -> Version:
    return Version(
        row["page_id"],
        row["url"],
        row["fetched_at"],
        replaced_at,
        row["cleaner_version"],
        row["options"],
        row["title"],
        row["words"],
        row["text"],
    )
