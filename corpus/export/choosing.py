"""Which documents an export takes: the filters' SQL run, duplicates and opt-outs left out.

`selection` builds the SQL; `reading` opens the snapshot and fetches what is chosen here.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cleaners.errors import OperatorError
from corpus.export.selection import FORMER, RESERVED, Selection, conditions
from corpus.export.split import key

EARLIER = "strftime('%Y-%m-%dT%H:%M:%S+00:00', ?, '-2 minutes')"
"""A mark less an overlap: what was cleaned shortly before it may be written after it."""


FAULTS = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_RANGE,
    }
)
"""SQLite's codes for mistakes in SQL, not for trouble with the file."""


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
    chosen, keys, old = Chosen(), {}, set[int]()
    roots = {} if selection.with_duplicates else _roots(connection)
    for number, former, reserved, url_key, fresh in _rows(connection, selection, since):
        if reserved and not selection.include_opted_out:
            chosen.left_out["opted out"] += fresh
        elif former and not selection.with_duplicates:
            chosen.left_out["duplicates"] += fresh
        else:
            chosen.ids.append(number)
            if not fresh:
                old.add(number)
            if sample.seed is not None:
                keys[number] = key(sample.seed, f"{url_key}\n{number}")
            if len(chosen.ids) % 10_000 == 0:
                report(len(chosen.ids))
    fresh_ones = len(chosen.ids) - len(old)
    single = _without_duplicates(chosen.ids, roots)
    chosen.ids = array("q", (number for number in single if number not in old)) if old else single
    chosen.left_out["duplicates"] += fresh_ones - len(chosen.ids)
    if sample.seed is not None:
        chosen.ids = array("q", sorted(chosen.ids, key=keys.__getitem__))
    if sample.limit is not None and len(chosen.ids) > sample.limit:
        chosen.left_out["beyond --limit"] = len(chosen.ids) - sample.limit
        chosen.ids = chosen.ids[: sample.limit]
    chosen.left_out = +chosen.left_out
    return chosen


def _rows(
    connection: sqlite3.Connection, selection: Selection, since: Mark | None
) -> Iterator[tuple[int, int, int, str, bool]]:
    """Yield what meets the filters: number, former version?, reserved?, key, new since the mark?

    What is old is needed, too: of it depends which of several duplicates has gone out already.
    """
    if selection.where is not None:
        _check_where(connection, selection.where)
    told = [f"--{name}" for name in ("where", "query") if getattr(selection, name) is not None]
    asked = conditions(selection)
    marked = since is not None and since.up_to
    fresh = f"documents.cleaned_at >= {EARLIER}, documents.cleaned_at" if marked else "1, NULL"
    sql = f"""SELECT documents.id, {FORMER}, {RESERVED}, documents.url_key, {fresh} FROM documents
        WHERE {" AND ".join(condition.sql for condition in asked) or "1"}
        ORDER BY documents.page_id"""  # noqa: S608
    values = [value for condition in asked for value in condition.values]
    before = since.recent if since is not None else frozenset()
    if since is not None and since.up_to:
        values.insert(0, since.up_to)
    with _problems(": ".join(["export", *filter(None, [" or ".join(told)])])):
        for number, *row, late, cleaned_at in connection.execute(sql, values):
            former, reserved, url_key = row
            yield number, former, reserved, url_key, late and (number, cleaned_at) not in before


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


def mark_of(connection: sqlite3.Connection) -> Mark:
    """Return how far an export of this snapshot goes."""
    (newest,) = connection.execute("SELECT max(cleaned_at) FROM documents").fetchone()
    rows = connection.execute(
        f"SELECT id, cleaned_at FROM documents WHERE cleaned_at >= {EARLIER}",  # noqa: S608
        (newest,),
    )
    return Mark(newest or "", frozenset((number, cleaned) for number, cleaned in rows))


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
    except UnicodeEncodeError as error:
        raise OperatorError(f"{what}: is not valid UTF-8") from error
    except MemoryError as error:
        raise OperatorError(f"{what}: asks for more memory than there is") from error
    except (sqlite3.OperationalError, sqlite3.DatabaseError, sqlite3.ProgrammingError) as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code not in FAULTS:
            raise
        problem = " ".join(str(error).split()).removeprefix("fts5: ")
        if code == sqlite3.SQLITE_AUTH:
            problem = f"may only read the corpus ({problem})"
        raise OperatorError(f"{what}: {problem}") from error
