"""What hosts say of themselves in files of their own: robots.txt, ai.txt, tdmrep.json.

The crawler stores them as they came; cleaning reads the opt-out signals in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from corpus.store import transaction, utc_text


@dataclass(frozen=True, slots=True)
class HostFile:
    """A host's file, named by its path; `status` None: there was no answer, `body` empty then."""

    host: str
    name: str
    fetched_at: datetime
    status: int | None
    body: bytes
    etag: str | None = None
    last_modified: str | None = None


def save_host_file(db: Database, file: HostFile) -> None:
    """Store a host's file in place of its former version."""
    with transaction(db):
        db.execute(
            """INSERT OR REPLACE INTO host_files
                (host, name, fetched_at, status, etag, last_modified, body)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                file.host,
                file.name,
                utc_text(file.fetched_at),
                file.status,
                file.etag,
                file.last_modified,
                file.body,
            ),
        )


def host_file(db: Database, host: str, name: str) -> HostFile | None:
    """Return a host's file as it was last fetched; `host` as `corpus.urls.host_of` gives it."""
    row = db.execute(
        """SELECT fetched_at, status, body, etag, last_modified FROM host_files
        WHERE host = ? AND name = ?""",
        (host, name),
    ).fetchone()
    if row is None:
        return None
    return HostFile(host, name, datetime.fromisoformat(row[0]), *row[1:])


def host_texts(db: Database, host: str) -> dict[str, str]:
    """Return the texts of a host's files by path, such as "/robots.txt": those that it has."""
    rows = db.execute(
        "SELECT name, body FROM host_files WHERE host = ? AND status BETWEEN 200 AND 299", (host,)
    )
    return {name: body.decode("utf-8", "replace") for name, body in rows}
