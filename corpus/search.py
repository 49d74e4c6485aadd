"""Full-text search in the documents' titles and texts, through SQLite's FTS5."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from sqlite_utils import Database

from cleaners.errors import OperatorError

OPERATORS = re.compile(r'["*()^:]|\b(?:AND|OR|NOT|NEAR)\b')
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f]")
"""Scripts without spaces between words, which FTS5's tokenizer takes for one long word."""
AROUND = 60
MARKS = ("\x02", "\x03")


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matches; in `snippet` the matches stand between MARKS."""

    url: str
    title: str | None
    site: str
    published: str | None
    language: str
    snippet: str


def search(db: Database, query: str, limit: int = 20) -> list[Hit]:
    """Return the documents that match, best first.

    Words must all occur, in any order; FTS5's own syntax ("a phrase", OR, NOT, prefix*, title: x)
    is passed on, and is an `OperatorError` where FTS5 does not understand it. Words of scripts
    without spaces are looked for as pieces of text.
    """
    if not query.strip():
        raise OperatorError("search: the query is empty")
    if UNSPACED.search(query):
        return _pieces(db, query.split(), limit)
    expression = query if OPERATORS.search(query) else quoted(query)
    try:
        rows = db.execute(
            f"""SELECT url, documents.title, site, published, language,
                snippet(documents_fts, -1, char({ord(MARKS[0])}), char({ord(MARKS[1])}), ' … ', 24)
            FROM documents_fts JOIN documents ON documents.id = documents_fts.rowid
            WHERE documents_fts MATCH ? ORDER BY rank, documents.id LIMIT ?""",  # noqa: S608
            (expression, limit),
        ).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        problem = str(error).removeprefix("fts5: ")
        raise OperatorError(f"search: the query {query!r} cannot be read: {problem}") from error
    return [Hit(*row) for row in rows]


def quoted(query: str) -> str:
    """Return plain words as an FTS5 expression in which no character is an operator.

    >>> quoted("covid-19 Ågren")
    '"covid-19" "Ågren"'
    """
    return " ".join(f'"{word}"' for word in query.split())


def _pieces(db: Database, pieces: list[str], limit: int) -> list[Hit]:
    """Return the documents that have all pieces in title or text, newest first."""
    condition = " AND ".join("(instr(text, ?) OR instr(coalesce(title, ''), ?))" for _ in pieces)
    rows = db.execute(
        f"""SELECT url, title, site, published, language, text FROM documents
        WHERE {condition} ORDER BY published DESC, id LIMIT ?""",  # noqa: S608
        [*(piece for piece in pieces for _ in "tt"), limit],
    )
    return [
        Hit(url, title, site, published, language, _snippet(text, pieces[0]))
        for url, title, site, published, language, text in rows
    ]


def _snippet(text: str, piece: str) -> str:
    """Return the text around the first place of a piece, which is marked."""
    at = text.find(piece)
    if at < 0:
        return text[: 2 * AROUND]
    end = at + len(piece)
    return text[max(0, at - AROUND) : at] + MARKS[0] + piece + MARKS[1] + text[end : end + AROUND]
