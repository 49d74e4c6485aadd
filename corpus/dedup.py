"""Duplicates: the same text, or nearly the same, at several addresses.

Each document points to the best one that resembles it: the most complete, then the earliest. They
are linked, not deleted. Versions of one address are its history, not duplicates: only the newest
takes part. Incremental: a document meets others through an index of bands, never by a scan, and
the links that result depend on the set of documents, not on their order.
"""

from __future__ import annotations

import math
from typing import Any

from sqlite_utils import Database

from corpus.similar import METHOD, THRESHOLD, Signature, resemblance
from corpus.store import transaction

LENGTH_STEP = 1.15
"""Texts whose lengths differ by less than about so much are equally complete."""
MAX_CANDIDATES = 200


def index_document(db: Database, document_id: int, signature: Signature) -> None:
    """Bring a new or changed document's links, and those of documents like it, up to date."""
    with transaction(db):
        if not _is_newest(db, document_id):
            drop_document(db, document_id)
            return
        for (older,) in db.execute(
            """SELECT id FROM documents JOIN signatures ON document_id = id
            WHERE url_key = (SELECT url_key FROM documents WHERE id = ?) AND id != ?""",
            (document_id, document_id),
        ).fetchall():
            drop_document(db, older)
        rank = rank_of(db, document_id)
        stored = db.execute(
            "SELECT text_key, rank, minhash FROM signatures WHERE document_id = ?", (document_id,)
        ).fetchone()
        if stored == (signature.text_key, rank, signature.minima):
            return
        if stored:
            drop_document(db, document_id)
        db.execute(
            "INSERT INTO signatures VALUES (?, ?, ?, ?, ?)",
            (document_id, signature.text_key, rank, METHOD, signature.minima),
        )
        _link(db, document_id)


def drop_document(db: Database, document_id: int) -> None:
    """Take a document out of the index; what pointed to it finds its next best."""
    with transaction(db):
        db.conn.executemany(
            "DELETE FROM bands WHERE band = ? AND document_id = ?",
            [(band, document_id) for band in _stored_signature(db, document_id).bands()],
        )
        db.execute("DELETE FROM signatures WHERE document_id = ?", (document_id,))
        _point(db, document_id, None, None)
        orphans = db.execute(
            """SELECT id FROM documents JOIN signatures ON document_id = id
            WHERE duplicate_of = ? ORDER BY rank""",
            (document_id,),
        ).fetchall()
        db.execute(
            """UPDATE documents SET duplicate_of = NULL, similarity = NULL
            WHERE duplicate_of = ?""",
            (document_id,),
        )
        for (orphan,) in orphans:
            _link(db, orphan)


def rank_of(db: Database, document_id: int) -> str:
    """Return a text by which documents sort: the most complete first, then the earliest."""
    words, published, fetched, key, digest = db.execute(
        "SELECT words, published, fetched_at, url_key, text_sha256 FROM documents WHERE id = ?",
        (document_id,),
    ).fetchone()
    step = 999 - int(math.log(words + 1, LENGTH_STEP))
    day = (published or fetched or "9999")[:10]
    return f"{step:03d} {day} {fetched or '9999'} {key} {digest}"


def _is_newest(db: Database, document_id: int) -> bool:
    """Tell whether no later version of the document's address is stored."""
    newest = db.execute(
        """SELECT id FROM documents WHERE url_key = (SELECT url_key FROM documents WHERE id = ?)
        ORDER BY coalesce(fetched_at, '') DESC, page_id DESC LIMIT 1""",
        (document_id,),
    ).fetchone()
    return newest is not None and bool(newest[0] == document_id)


def _link(db: Database, document_id: int) -> None:
    """Point a document, and those that it is the best of, to the best that they resemble.

    Of equal texts only the best is in the index of bands; the others point to it.
    """
    mine = _row(db, document_id)
    first = db.execute(
        """SELECT document_id, rank FROM signatures WHERE text_key = ? AND document_id != ?
        ORDER BY rank LIMIT 1""",
        (mine["text_key"], document_id),
    ).fetchone()
    if first and first[1] < mine["rank"]:
        _point(db, document_id, first[0], 1.0)
        return
    if first:
        _replace_twin(db, document_id, first[0])
    signature = Signature(mine["text_key"], mine["minhash"])
    db.conn.executemany(
        "INSERT OR IGNORE INTO bands VALUES (?, ?)",
        [(band, document_id) for band in signature.bands()],
    )
    _link_near(db, document_id, mine["rank"], signature)


def _replace_twin(db: Database, document_id: int, twin: int) -> None:
    """Put a document in the place of an equal one that was the best until now."""
    db.conn.executemany(
        "DELETE FROM bands WHERE band = ? AND document_id = ?",
        [(band, twin) for band in _stored_signature(db, twin).bands()],
    )
    db.execute("UPDATE documents SET duplicate_of = ? WHERE duplicate_of = ?", (document_id, twin))
    _point(db, twin, document_id, 1.0)


def _link_near(db: Database, document_id: int, rank: str, signature: Signature) -> None:
    """Find the documents that resemble one, and set the links between them and it."""
    best: tuple[str, int, float] | None = None
    for other, other_rank, minima, target in _candidates(db, document_id, signature):
        alike = resemblance(signature.minima, minima)
        if alike < THRESHOLD:
            continue
        if other_rank < rank:
            if best is None or other_rank < best[0]:
                best = (other_rank, other, alike)
        elif target is None or rank < target:
            _point(db, other, document_id, alike)
    _point(db, document_id, *(best[1:] if best else (None, None)))


def _candidates(
    db: Database, document_id: int, signature: Signature
) -> list[tuple[int, str, bytes, str | None]]:
    """Return the documents that share a band: id, rank, signature, and the rank they point to."""
    bands = signature.bands()
    marks = ",".join("?" * len(bands))
    return db.execute(
        f"""SELECT other.document_id, other.rank, other.minhash, target.rank
        FROM (SELECT document_id AS id, count(*) AS shared FROM bands
            WHERE band IN ({marks}) AND document_id != ?
            GROUP BY document_id ORDER BY shared DESC LIMIT {MAX_CANDIDATES}) AS met
        JOIN signatures AS other ON other.document_id = met.id
        JOIN documents ON documents.id = met.id
        LEFT JOIN signatures AS target ON target.document_id = documents.duplicate_of
        ORDER BY other.rank""",  # noqa: S608
        [*bands, document_id],
    ).fetchall()


def _point(db: Database, document_id: int, target: int | None, alike: float | None) -> None:
    db.execute(
        "UPDATE documents SET duplicate_of = ?, similarity = ? WHERE id = ?",
        (target, None if alike is None else round(alike, 2), document_id),
    )


def _row(db: Database, document_id: int) -> dict[str, Any]:
    (row,) = db.query("SELECT * FROM signatures WHERE document_id = ?", (document_id,))
    return row


def _stored_signature(db: Database, document_id: int) -> Signature:
    row = db.execute(
        "SELECT text_key, minhash FROM signatures WHERE document_id = ?", (document_id,)
    ).fetchone()
    return Signature(*(row or (b"", b"")))
