"""The one SQLite file: how it is opened, and how a piece of work is written whole or not at all.

Tables are `migrations`' affair, what is in them that of `pages`, `documents` and `runs`. Every
writer takes `transaction`, which locks at its start, so that crawl, ingest, export and browsing
wait for each other instead of failing; every reader uses the connection as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from cleaners.errors import OperatorError
from corpus.migrations import migrations

BUSY_SECONDS = 60.0
PROBLEMS = {
    sqlite3.SQLITE_NOTADB: "is not a Winnow corpus: it is not an SQLite file",
    sqlite3.SQLITE_FULL: "the disk is full; what was stored before is safe",
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_IOERR: "the disk refused to read or write; what was stored before is safe",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is it a file in a folder that exists?",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a copy, or try `sqlite3 FILE .recover`",
    sqlite3.SQLITE_BUSY: f"another process has kept it locked for {BUSY_SECONDS:.0f} seconds",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
}
"""SQLite's primary result codes that an operator can do something about."""


def utc_text(moment: datetime) -> str:
    """Return an aware time as the text that is stored: UTC, ISO 8601, whole seconds.

    >>> utc_text(datetime.fromisoformat("2026-03-01T12:00:00.5+02:00"))
    '2026-03-01T10:00:00+00:00'
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@contextmanager
def problems_of(path: Path | str) -> Iterator[None]:
    """Turn SQLite errors that the operator can mend into one line that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        problem = PROBLEMS.get(code & 0xFF) if code is not None else None
        if problem is None:
            raise
        raise OperatorError(f"{path}: {problem}") from error


@contextmanager
def corpus_at(path: Path, *, create: bool = False) -> Iterator[Database]:
    """Open the corpus for the length of a `with` block; SQLite's errors become operator errors."""
    with problems_of(path):
        db = open_corpus(path, create=create)
        try:
            yield db
        finally:
            with suppress(sqlite3.Error):
                db.close()


def open_corpus(path: Path, *, create: bool = True) -> Database:
    """Return the corpus in the file `path`, with the schema of this version of Winnow.

    A file that does not exist is made, or is an `OperatorError` without `create`; so is one that is
    not SQLite, belongs to another program, or was written by a newer Winnow. A corpus on a
    read-only disk can be read.
    """
    if not create and not path.exists():
        raise OperatorError(
            f"{path}: no such corpus; `winnow import`, `winnow crawl` or `winnow demo` makes one"
        )
    with problems_of(path):
        connection = _connect(path)
        try:
            db = Database(connection)
            _check(db, path)
            if migrations.pending(db):
                _migrate(db)
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return db


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """Make the writes of a block one transaction; inside another one, a savepoint of it.

    The write lock is taken at the start: a transaction that began by reading could not wait for
    another writer (SQLITE_BUSY_SNAPSHOT), only fail.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield db
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def _connect(path: Path) -> sqlite3.Connection:
    """Open for writing; where the disk is read-only, as a file that nobody can be writing."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            raise
        if not path.is_file():
            raise
        uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(db: Database, path: Path) -> None:
    """Refuse a database of somebody else's, or one with migrations that we do not know."""
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    applied = {migration.name for migration in migrations.applied(db)}
    if names and not applied:
        raise OperatorError(f"{path}: is not a Winnow corpus: it holds another program's tables")
    unknown = applied - _known_names()
    if unknown:
        raise OperatorError(
            f"{path}: was written by a newer Winnow ({', '.join(sorted(unknown))}); upgrade Winnow"
        )


def _known_names() -> set[str]:
    """Return the names of the migrations that this version has."""
    with Database(memory=True) as empty:
        return {migration.name for migration in migrations.pending(empty)}


def _migrate(db: Database) -> None:
    """Apply what is missing, in one transaction, so that two openers cannot both do it."""
    db.conn.execute("PRAGMA journal_mode = WAL")
    with transaction(db):
        migrations.apply(db)
