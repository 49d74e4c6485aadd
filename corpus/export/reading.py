"""The corpus as an export reads it: one snapshot, nothing written, a bounded part in memory.

`choosing` says which documents, `fields` what of each. Texts pass through in chunks.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from corpus.export.fields import Field
from corpus.export.quality import quality
from corpus.store import corpus_at

CHUNK = 256
Record = dict[str, Any]
FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "edit", "writefile"})
READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
DECLARING = frozenset(
    {(sqlite3.SQLITE_UPDATE, "sqlite_master"), (sqlite3.SQLITE_PRAGMA, "data_version")}
)
"""What SQLite does itself to declare json_each and to read FTS5; `query_only` stands behind it."""


@contextmanager
def snapshot(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the corpus and hold one state of it, however much others write meanwhile.

    Every statement on the connection may only read; SQL that tries more is refused.
    """
    with corpus_at(path) as db:
        connection: sqlite3.Connection = db.conn
        connection.create_function("quality", 1, _quality, deterministic=True)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM documents LIMIT 1").fetchone()
        connection.set_authorizer(_authorize)
        try:
            yield connection
        finally:
            connection.set_authorizer(None)
            connection.execute("ROLLBACK")


def chunks(
    connection: sqlite3.Connection, ids: Sequence[int], fields: Sequence[Field], raw: bool = False
) -> Iterator[list[Record]]:
    """Yield the documents as records, in the order of `ids`; with `raw` with their pages.

    Beside the fields each record has `_id`, `_url_key`, `_site` and, with `raw`, `_page`.
    """
    names = [item.name for item in fields]
    decoders = {
        place: DECODERS[item.name] for place, item in enumerate(fields) if item.name in DECODERS
    }
    columns = ", ".join(item.expression for item in fields) + ", " if fields else ""
    extra = ", documents.url_key, documents.site, documents.id"
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        marks = ",".join(map(str, part))
        rows = connection.execute(
            f"SELECT {columns} 0 {extra} FROM documents WHERE documents.id IN ({marks})"  # noqa: S608
        )
        found = {}
        for row in rows:
            record = dict(zip(names, row, strict=False))
            for place, decode in decoders.items():
                record[names[place]] = decode(row[place])
            record["_url_key"], record["_site"], record["_id"] = row[-3:]
            found[row[-1]] = record
        if "removals" in names:
            _add_removals(connection, marks, found)
        if raw:
            _add_pages(connection, marks, found)
        yield [found[number] for number in part]


def cut_counts(connection: sqlite3.Connection, ids: Sequence[int]) -> Counter[tuple[str, str]]:
    """Return how much was cut from these documents, by category and stage."""
    marks = ",".join(map(str, ids))
    rows = connection.execute(
        f"""SELECT category, stage, count(*) FROM removals
        WHERE document_id IN ({marks}) GROUP BY 1, 2"""  # noqa: S608
    )
    return Counter({(category, stage): number for category, stage, number in rows})


def _quality(text: str | None) -> float:
    return quality(text or "")


def _authorize(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """Let statements read, and call functions that only compute."""
    if action in READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_OK
    if (action, first) in DECLARING:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _add_removals(connection: sqlite3.Connection, marks: str, found: dict[int, Record]) -> None:
    """Give each record what was cut from its document, in the page's order."""
    names = "position, kind, category, stage, rule, evidence, score, text"
    for record in found.values():
        record["removals"] = []
    rows = connection.execute(
        f"""SELECT document_id, {names} FROM removals
        WHERE document_id IN ({marks}) ORDER BY document_id, position, id"""  # noqa: S608
    )
    for number, *values in rows:
        found[number]["removals"].append(dict(zip(names.split(", "), values, strict=True)))


def _add_pages(connection: sqlite3.Connection, marks: str, found: dict[int, Record]) -> None:
    """Give each record its raw page: what was stored of the answer, the body compressed."""
    names = "url, status, content_type, headers, fetched_at, seen_at, zstd"
    rows = connection.execute(
        f"""SELECT documents.id, pages.url, pages.status, pages.content_type, pages.headers,
            pages.fetched_at, pages.seen_at, bodies.zstd
        FROM documents JOIN pages ON pages.id = documents.page_id JOIN bodies USING (sha256)
        WHERE documents.id IN ({marks})"""  # noqa: S608
    )
    for number, *values in rows:
        found[number]["_page"] = dict(zip(names.split(", "), values, strict=True))


def _texts(value: str | None) -> list[str]:
    return [] if value in (None, "[]") else _STRINGS.decode(value or "[]")


def _opt_outs(value: str | None) -> list[Record]:
    return [] if value in (None, "[]") else _RECORDS.decode(value or "[]")


def _structure(value: str | None) -> list[Record]:
    """Return the stored spans with names for their members."""
    return [
        {
            "kind": kind,
            "level": level,
            "start": start,
            "end": end,
            "links": [dict(zip(("start", "end", "href"), link, strict=True)) for link in links]
            if (links := rest[0] if rest else [])
            else [],
        }
        for kind, level, start, end, *rest in msgspec.json.decode(value or "[]")
    ]


def _provenance(value: str | None) -> list[Record]:
    places = msgspec.json.decode(value or "{}")
    return [{"field": name, "place": str(place)} for name, place in sorted(places.items())]


_STRINGS = msgspec.json.Decoder(list[str])
_RECORDS = msgspec.json.Decoder(list[dict[str, Any]])
DECODERS: dict[str, Callable[[str | None], Any]] = {
    "authors": _texts,
    "tags": _texts,
    "opt_outs": _opt_outs,
    "structure": _structure,
    "provenance": _provenance,
}
"""How the fields that the store keeps as JSON are read."""
