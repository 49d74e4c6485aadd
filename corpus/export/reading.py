"""The corpus as an export reads it: one snapshot, nothing written, a bounded part in memory.

`selection` says which documents, `fields` what of each. Numbers of the chosen documents are held
(8 bytes each); their texts pass through in chunks.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from cleaners.errors import OperatorError
from corpus.export.fields import Field
from corpus.export.quality import quality
from corpus.export.selection import FORMER, RESERVED, Condition, Selection, conditions
from corpus.export.split import key
from corpus.store import corpus_at

CHUNK = 256
Record = dict[str, Any]
FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "edit", "writefile"})
READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
DECLARING = frozenset(
    {(sqlite3.SQLITE_UPDATE, "sqlite_master"), (sqlite3.SQLITE_PRAGMA, "data_version")}
)
"""What SQLite does itself to declare json_each and to read FTS5; `query_only` stands behind it."""
EARLIER = "strftime('%Y-%m-%dT%H:%M:%S+00:00', ?, '-2 minutes')"
"""A mark less an overlap: what was cleaned shortly before it may be written after it."""


@dataclass(slots=True)
class Chosen:
    """The documents that a selection takes, in the order of the export, and what was left out."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a former export went: its newest cleaning time, and what it had of the last minutes.

    `recent` holds pairs of a document's number and when it was cleaned.
    """

    up_to: str
    recent: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Sample:
    """How many documents at most, and in whose random order (None: the store's)."""

    limit: int | None = None
    seed: int | None = None


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


def choose(
    connection: sqlite3.Connection,
    selection: Selection,
    sample: Sample,
    since: Mark | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> Chosen:
    """Return the numbers of the documents to export, and how many were left out and why.

    Of documents that duplicate each other one stays: the best if it meets the filters, else the
    first that does. Former versions of an address count as duplicates, too.
    """
    chosen, keys = Chosen(), {}
    roots = {} if selection.with_duplicates else _roots(connection)
    for number, former, reserved, url_key in _rows(connection, selection, since):
        if reserved and not selection.include_opted_out:
            chosen.left_out["opted out"] += 1
        elif former and not selection.with_duplicates:
            chosen.left_out["duplicates"] += 1
        else:
            chosen.ids.append(number)
            if sample.seed is not None:
                keys[number] = key(sample.seed, f"{url_key}\n{number}")
            if len(chosen.ids) % 10_000 == 0:
                report(len(chosen.ids))
    single = _without_duplicates(chosen.ids, roots)
    chosen.left_out["duplicates"] += len(chosen.ids) - len(single)
    chosen.ids = single
    if sample.seed is not None:
        chosen.ids = array("q", sorted(single, key=keys.__getitem__))
    if sample.limit is not None and len(chosen.ids) > sample.limit:
        chosen.left_out["beyond --limit"] = len(chosen.ids) - sample.limit
        chosen.ids = chosen.ids[: sample.limit]
    chosen.left_out = +chosen.left_out
    return chosen


def _rows(
    connection: sqlite3.Connection, selection: Selection, since: Mark | None
) -> Iterator[tuple[int, int, int, str]]:
    """Yield number, former version or not, reserved or not, and key of what meets the filters."""
    if selection.where is not None:
        _check_where(connection, selection.where)
    asked = [*conditions(selection), *_since(since)]
    sql = f"""SELECT documents.id, {FORMER}, {RESERVED}, documents.url_key,
        {"documents.cleaned_at" if since else "NULL"} FROM documents
        WHERE {" AND ".join(condition.sql for condition in asked) or "1"}
        ORDER BY documents.page_id"""  # noqa: S608
    values = [value for condition in asked for value in condition.values]
    with _problems("export"):
        for *row, cleaned_at in connection.execute(sql, values):
            if since is None or (row[0], cleaned_at) not in since.recent:
                yield row[0], row[1], row[2], row[3]


def _roots(connection: sqlite3.Connection) -> dict[int, int]:
    """Return for each duplicate the document that its chain of links ends at."""
    links: dict[int, int] = dict(
        connection.execute(
            "SELECT id, duplicate_of FROM documents WHERE duplicate_of IS NOT NULL"
        ).fetchall()
    )
    roots = {}
    for number in links:
        at, seen = number, {number}
        while (target := links.get(at)) is not None and target not in seen:
            seen.add(target)
            at = target
        roots[number] = at
    return roots


def _without_duplicates(ids: array[int], roots: dict[int, int]) -> array[int]:
    """Return the numbers in their order, one of each group of duplicates."""
    wanted = set(roots.values())
    taken = {number for number in ids if number in wanted and number not in roots}
    kept = array("q")
    for number in ids:
        root = roots.get(number)
        if root is None:
            kept.append(number)
        elif root not in taken:
            taken.add(root)
            kept.append(number)
    return kept


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


def mark_of(connection: sqlite3.Connection) -> Mark:
    """Return how far an export of this snapshot goes."""
    (newest,) = connection.execute("SELECT max(cleaned_at) FROM documents").fetchone()
    rows = connection.execute(
        f"SELECT id, cleaned_at FROM documents WHERE cleaned_at >= {EARLIER}",  # noqa: S608
        (newest,),
    )
    return Mark(newest or "", frozenset((number, cleaned) for number, cleaned in rows))


def _since(mark: Mark | None) -> list[Condition]:
    """Return the condition of an incremental export, with an overlap for slow writers."""
    if mark is None or not mark.up_to:
        return []
    return [Condition(f"documents.cleaned_at >= {EARLIER}", (mark.up_to,))]


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


def _check_where(connection: sqlite3.Connection, where: str) -> None:
    """Refuse a condition that is none: bare and in parentheses it has to be the same statement."""
    if not where.strip():
        raise OperatorError("export: --where is empty")
    with _problems("export: --where"):
        for sql in (where, f"(\n{where}\n)"):
            connection.execute(f"SELECT 1 FROM documents WHERE {sql}\nLIMIT 0").fetchall()  # noqa: S608


@contextmanager
def _problems(what: str) -> Iterator[None]:
    """Turn what SQLite says of an operator's SQL into one line."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError, sqlite3.ProgrammingError) as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code not in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_MISMATCH):
            raise
        problem = " ".join(str(error).split()).removeprefix("fts5: ")
        if code == sqlite3.SQLITE_AUTH:
            problem = f"may only read the corpus ({problem})"
        raise OperatorError(f"{what}: {problem}") from error


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
    return _STRINGS.decode(value or "[]")


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
