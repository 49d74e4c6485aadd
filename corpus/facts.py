"""Facts of pages for `corpus.health`, read from the store once a run has been cleaned."""

from __future__ import annotations

from collections import Counter
from typing import Any

import lxml.html
from lxml.etree import ParserError
from sqlite_utils import Database

from corpus.health import Facts
from corpus.pages import load_pages

MOST_PAGES = 200
"""Pages of a run and site that are looked at: enough for any share that matters."""
LEAST_TEXT = 40
"""Characters from which on a paragraph is no label."""
DEEP = 4
"""Elements of a path that say what holds the text: its nearest containers."""


def facts_of_run(db: Database, run_id: int) -> dict[str, list[Facts]]:
    """Return the facts of the pages that a run brought, by site, the newest `MOST_PAGES` each."""
    rows = db.execute(
        """SELECT pages.id, pages.site, pages.url, documents.id IS NOT NULL, words, title,
            published, authors, language, text_sha256, length(documents.text),
            (SELECT sum(length(removals.text)) FROM removals WHERE document_id = documents.id)
        FROM pages LEFT JOIN documents ON documents.page_id = pages.id
        WHERE pages.run_id = ? AND pages.state <> 'pending' ORDER BY pages.id DESC""",
        (run_id,),
    )
    found: dict[str, list[Facts]] = {}
    for row in rows.fetchall():
        pages = found.setdefault(row[1], [])
        if len(pages) < MOST_PAGES:
            pages.append(_facts(db, run_id, row))
    return found


def layout_of(body: bytes) -> str:
    """Return the path of what holds most of a page's paragraphs; "" where there are none.

    Class names with digits in them are left out: many are made anew with each release.
    """
    try:
        tree = lxml.html.document_fromstring(body)
    except (ParserError, ValueError):
        return ""
    held: Counter[str] = Counter()
    for paragraph in tree.iter("p"):
        length = len("".join(map(str, paragraph.itertext())).strip())
        if length >= LEAST_TEXT:
            held[_path(paragraph)] += length
    return min(held, key=lambda path: (-held[path], path)) if held else ""


def _facts(db: Database, run_id: int, row: tuple[Any, ...]) -> Facts:
    page_id, _, url, document, words, title, published, authors, language, text, kept, cut = row
    [stored] = load_pages(db, [page_id])
    layout = layout_of(stored.page.body)
    if not document:
        return Facts(page_id, run_id, url, False, layout=layout)
    whole = (kept or 0) + (cut or 0)
    return Facts(
        page_id,
        run_id,
        url,
        True,
        words=words,
        cut=(cut or 0) / whole if whole else 0.0,
        title=bool(title),
        published=bool(published),
        authors=authors != "[]",
        language=language or "",
        text=text,
        layout=layout,
    )


def _path(element: Any) -> str:
    return ">".join(_name(parent) for parent in list(element.iterancestors())[:DEEP])


def _name(element: Any) -> str:
    classes = (element.get("class") or "").split()
    named = sorted(name for name in classes if not any(sign.isdigit() for sign in name))
    return ".".join([str(element.tag), *named])
