"""Facts of pages for `corpus.health`, read from the store once a run has been cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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


_FACTS = """SELECT pages.url, words, title,
            published, authors, language, text_sha256, length(documents.text), documents.id,
            (SELECT reason FROM rejections WHERE page_id = pages.id)
        FROM pages LEFT JOIN documents ON documents.page_id = pages.id
        WHERE pages.id = ?"""


def facts_of_runs(db: Database, run_ids: Sequence[int]) -> dict[str, list[Facts]]:
    """Return the facts of the pages that runs brought, by site, newest first.

    Where a source begins are lists of pages rather than pages, and are left out. Of a site with
    many pages, `MOST_PAGES` from all of the runs' time are taken: the last ones alone may all be
    of one corner of the site. The facts count to the last of the runs.
    """
    rows = db.execute(
        f"""SELECT pages.site, pages.id FROM pages
        WHERE pages.run_id IN ({", ".join("?" * len(run_ids))}) AND pages.state <> 'pending'
        AND NOT EXISTS (SELECT 1 FROM page_facts WHERE page_id = pages.id)
        AND NOT EXISTS (SELECT 1 FROM urls WHERE urls.source = pages.source
            AND urls.url_key = pages.url_key AND urls.kind = 'start' AND urls.depth = 0)
        ORDER BY pages.id DESC""",  # noqa: S608 (question marks)
        list(run_ids),
    )
    found: dict[str, list[int]] = {}
    for site, page_id in rows.fetchall():
        found.setdefault(site, []).append(page_id)
    return {
        site: [_facts(db, max(run_ids), page_id) for page_id in _spread(pages)]
        for site, pages in found.items()
    }


def _spread(pages: list[int]) -> list[int]:
    step = max(1.0, len(pages) / MOST_PAGES)
    return [pages[int(number * step)] for number in range(min(len(pages), MOST_PAGES))]


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


def _facts(db: Database, run_id: int, page_id: int) -> Facts:
    row = db.execute(_FACTS, (page_id,)).fetchone()
    url, words, title, published, authors, language, text, kept, document_id, rejected = row
    [stored] = load_pages(db, [page_id])
    layout = layout_of(stored.page.body)
    if document_id is None:
        return Facts(page_id, run_id, url, False, layout=layout, rejected=rejected or "")
    cuts = _cuts(db, document_id, kept or 0)
    return Facts(
        page_id,
        run_id,
        url,
        True,
        words=words,
        cut=sum(cuts.values()),
        title=bool(title),
        published=bool(published),
        authors=authors != "[]",
        language=language or "",
        text=text,
        layout=layout,
        cuts=cuts,
    )


def _cuts(db: Database, document_id: int, kept: int) -> dict[str, float]:
    """Return which share of a document's characters was cut, by category."""
    cut = db.execute(
        """SELECT category, sum(length(text)) FROM removals
        WHERE document_id = ? GROUP BY category""",
        (document_id,),
    ).fetchall()
    whole = kept + sum(length or 0 for _, length in cut)
    return {category: round((length or 0) / whole, 4) for category, length in cut if whole}


def _path(element: Any) -> str:
    return ">".join(_name(parent) for parent in list(element.iterancestors())[:DEEP])


def _name(element: Any) -> str:
    classes = (element.get("class") or "").split()
    named = sorted(name for name in classes if not any(sign.isdigit() for sign in name))
    return ".".join([str(element.tag), *named])
