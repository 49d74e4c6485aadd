"""What a page was cleaned to: its document with everything that was cut, or its rejection.

A page has one of the two, never both; saving replaces what the page had, in one transaction.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from cleaners.records import CLEANER_VERSION, CleanOptions, Document, Rejection
from corpus.pages import StoredPage
from corpus.store import transaction, utc_text

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W_]+")
"""A word, or one character of the scripts that are written without spaces."""
_DEFAULTS = CleanOptions()


def save_outcome(
    db: Database,
    stored: StoredPage,
    outcome: Document | Rejection,
    options: CleanOptions,
    now: datetime,
) -> int | None:
    """Store what a page was cleaned to, in place of what it had; return its document's id."""
    document_id = None
    with transaction(db):
        if isinstance(outcome, Rejection):
            db.execute("DELETE FROM documents WHERE page_id = ?", (stored.id,))
            db.execute(
                "INSERT OR REPLACE INTO rejections VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    stored.id,
                    stored.page.url,
                    outcome.reason,
                    outcome.detail,
                    CLEANER_VERSION,
                    utc_text(now),
                    options_text(options),
                ),
            )
            state = "rejected"
        else:
            db.execute("DELETE FROM rejections WHERE page_id = ?", (stored.id,))
            document_id = _put(db, document_row(stored, outcome, options, now))
            db.execute("DELETE FROM removals WHERE document_id = ?", (document_id,))
            db.conn.executemany(
                "INSERT INTO removals (document_id, position, span_start, span_end, kind, category,"
                " stage, rule, evidence, score, path, fingerprint, text)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                removal_rows(document_id, outcome),
            )
            state = "cleaned"
        db.execute(
            "UPDATE pages SET state = ?, lease = NULL, lease_until = NULL WHERE id = ?",
            (state, stored.id),
        )
    return document_id


def document_row(
    stored: StoredPage, document: Document, options: CleanOptions, now: datetime
) -> dict[str, Any]:
    """Return the columns of a document, all but its id."""
    metadata = asdict(document.metadata)
    for name in ("authors", "tags", "opt_outs", "provenance"):
        metadata[name] = _json(metadata[name])
    return {
        "page_id": stored.id,
        "url": stored.page.url,
        "url_key": stored.url_key,
        "site": stored.site,
        "source": stored.page.source,
        "fetched_at": utc_text(stored.page.fetched_at) if stored.page.fetched_at else None,
        **metadata,
        "text": document.text,
        "structure": _json(structure(document)),
        "words": words(document.text),
        "text_sha256": sha256(document.text.encode("utf-8", "replace")).hexdigest(),
        "cleaner_version": document.cleaner_version,
        "options": options_text(options),
        "cleaned_at": utc_text(now),
    }


def structure(document: Document) -> list[list[Any]]:
    """Return `[kind, level, start, end]` for each kept block, characters of the text.

    A block with links has a fifth member, `[[start, end, href], …]`, characters of the block.
    """
    spans: list[list[Any]] = []
    at = 0
    for block in document.blocks:
        start = document.text.find(block.text, at)
        if start < 0:
            continue
        at = start + len(block.text)
        links = [[link.start, link.end, link.href] for link in block.links]
        spans.append([block.kind, block.level, start, at, *([links] if links else [])])
    return spans


def removal_rows(document_id: int, document: Document) -> list[tuple[Any, ...]]:
    """Return the rows of what was cut from a document, in the page's order."""
    return [
        (
            document_id,
            removal.block.index,
            *(removal.span or (None, None)),
            removal.block.kind,
            removal.category,
            removal.stage,
            removal.rule,
            removal.evidence,
            removal.score,
            removal.block.path,
            removal.block.fingerprint,
            removal.text,
        )
        for removal in document.removals
    ]


def words(text: str) -> int:
    """Return the number of words; in scripts without spaces, of characters.

    >>> words("Zwei Wörter."), words("新聞 2026")
    (2, 3)
    """
    return sum(1 for _ in WORD.finditer(text))


def options_text(options: CleanOptions) -> str:
    """Return the options that differ from the defaults as JSON, the same for the same options."""
    changed = {
        field.name: value
        for field in fields(options)
        if (value := getattr(options, field.name)) != getattr(_DEFAULTS, field.name)
    }
    return json.dumps(changed, default=_plain, sort_keys=True, ensure_ascii=False)


def _put(db: Database, row: dict[str, Any]) -> int:
    """Insert or replace the document of a page, keeping its id; return that."""
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name != "page_id")
    cursor = db.conn.execute(
        f"INSERT INTO documents ({names}) VALUES ({marks})"  # noqa: S608
        f" ON CONFLICT (page_id) DO UPDATE SET {changes} RETURNING id",
        [_storable(value) for value in row.values()],
    )
    return int(cursor.fetchone()[0])


def _storable(value: Any) -> Any:
    """Return text without the lone surrogates that SQLite cannot hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _json(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return sets in a fixed order and records as tables, for JSON."""
    return sorted(value) if isinstance(value, (set, frozenset)) else asdict(value)
