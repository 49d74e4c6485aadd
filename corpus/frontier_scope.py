"""What becomes of the addresses that a source knows when what it follows has changed."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from corpus.store import transaction

OUTSIDE = "not within the source any more"
"""The error of an address that the source's rules leave out now."""


def rescope(db: Database, source: str, belongs: Callable[[str, str], bool]) -> None:
    """Leave alone what does not belong to a source any more, and take back what does again.

    `belongs` is asked with an address's kind and the address. What makes requests conditional is
    forgotten, so that the links of pages that have not changed are seen as well.
    """
    with transaction(db):
        out: list[tuple[int]] = []
        back: list[tuple[int]] = []
        for row_id, kind, url, error in db.execute(
            "SELECT id, kind, url, error FROM urls WHERE source = ? AND state != 'leased'",
            (source,),
        ):
            if belongs(kind, url) is (error == OUTSIDE):
                (back if error == OUTSIDE else out).append((row_id,))
        db.conn.executemany(
            f"""UPDATE urls SET state = iif(state = 'done', 'done', 'failed'), due_at = NULL,
                attempts = 0, error = '{OUTSIDE}' WHERE id = ?""",  # noqa: S608 (a constant)
            out,
        )
        db.conn.executemany("UPDATE urls SET state = 'waiting', error = NULL WHERE id = ?", back)
        db.execute(
            "UPDATE urls SET etag = NULL, last_modified = NULL WHERE source = ?"
            " AND (etag IS NOT NULL OR last_modified IS NOT NULL)",
            (source,),
        )


def aliases_of_starts(db: Database, source: str) -> list[str]:
    """Return the keys of the addresses that a source's start addresses were redirected to."""
    rows = db.execute(
        """SELECT same_as FROM urls WHERE source = ? AND kind = 'start'
        AND same_as IS NOT NULL AND same_as != ''""",
        (source,),
    )
    return [row[0] for row in rows]
