"""Each site's condition in figures, over its latest pages: what `winnow sites` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from corpus.alarms import alarms, stored_facts
from corpus.health import Facts
from corpus.odds import quantile

FETCHES = 20
"""Runs whose fetches are summed up."""


def site_health(db: Database) -> list[dict[str, Any]]:
    """Return each site's figures over its latest pages and runs, and its open alarms' causes."""
    causes: dict[str, list[str]] = {}
    for alarm in alarms(db):
        causes.setdefault(alarm.site, []).append(alarm.cause)
    names = db.execute("SELECT site FROM page_facts UNION SELECT site FROM site_fetches ORDER BY 1")
    return [
        {
            "site": site,
            **_figures(stored_facts(db, site)),
            **_fetches(db, site),
            "alarms": sorted(causes.get(site, [])),
        }
        for (site,) in names.fetchall()
    ]


def _figures(pages: Sequence[Facts]) -> dict[str, Any]:
    documents = [page for page in pages if page.document]
    number = len(documents) or 1
    cuts: Counter[str] = Counter()
    for page in documents:
        cuts.update(page.cuts)
    return {
        "pages": len(pages),
        "documents": len(documents),
        "yield": round(len(documents) / len(pages), 3) if pages else None,
        "median_words": quantile([page.words for page in documents], 0.5) if documents else None,
        "cut": round(sum(page.cut for page in documents) / number, 3),
        "cut_by": {name: round(share / number, 3) for name, share in cuts.most_common()},
        "no_title": sum(not page.title for page in documents),
        "no_date": sum(not page.published for page in documents),
        "no_author": sum(not page.authors for page in documents),
        "languages": _counted(page.language for page in documents),
        "rejections": _counted(page.rejected for page in pages if not page.document),
    }


def _counted(names: Any) -> dict[str, int]:
    return {name or "unknown": number for name, number in Counter(names).most_common()}


def _fetches(db: Database, site: str) -> dict[str, Any]:
    tried, failed = db.execute(
        """SELECT coalesce(sum(tried), 0), coalesce(sum(failed), 0) FROM
            (SELECT tried, failed FROM site_fetches WHERE site = ? ORDER BY run_id DESC LIMIT ?)""",
        (site, FETCHES),
    ).fetchone()
    return {"tried": tried, "failed": failed}
