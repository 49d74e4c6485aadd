"""The corpus in figures: what came in, what came of it, and what was cut.

One pass over the documents, whose texts are not read into memory.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

UNDATED = "undated"


@dataclass(slots=True)
class _Group:
    """Documents and words by the values of one column."""

    documents: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def add(self, value: str, words: int) -> None:
        self.documents[value] += 1
        self.words[value] += words

    def rows(self, top: int | None = None) -> list[dict[str, Any]]:
        """Return the groups, most documents first."""
        ranked = sorted(self.documents.items(), key=lambda item: (-item[1], item[0]))
        return [
            {"name": name, "documents": number, "words": self.words[name]}
            for name, number in ranked[:top]
        ]


def corpus_figures(db: Database, top: int = 20) -> dict[str, Any]:
    """Return the corpus in figures; `top` bounds the sites and licences that are listed.

    `by_site`, `by_language`, `by_month` and `by_licence` are lists of name, documents and words;
    months are those of publication, in order. Words of scripts without spaces are characters.
    """
    lengths = array("q")
    groups = {name: _Group() for name in ("site", "language", "month", "licence")}
    for site, language, published, licence, words in db.execute(
        "SELECT site, language, published, licence, words FROM documents"
    ):
        lengths.append(words)
        groups["site"].add(site, words)
        groups["language"].add(language, words)
        groups["month"].add(published[:7] if published else UNDATED, words)
        groups["licence"].add(licence or "none stated", words)
    return {
        "documents": len(lengths),
        "words": sum(lengths),
        "median_words": median(lengths),
        "sites": len(groups["site"].documents),
        "duplicates": _number(db, "documents WHERE duplicate_of IS NOT NULL"),
        "former_versions": len(lengths) - _number(db, "(SELECT DISTINCT url_key FROM documents)"),
        "opted_out": _number(db, f"documents WHERE {RESERVED}"),
        **_pages(db),
        "languages": dict(groups["language"].documents.most_common()),
        "by_site": groups["site"].rows(top),
        "by_language": groups["language"].rows(),
        "by_month": sorted(groups["month"].rows(), key=lambda row: str(row["name"])),
        "by_licence": groups["licence"].rows(top),
        "removals": _counted(
            db, "SELECT category, count(*) FROM removals GROUP BY 1 ORDER BY 2 DESC, 1"
        ),
        "rejections": _counted(
            db, "SELECT reason, count(*) FROM rejections GROUP BY 1 ORDER BY 2 DESC, 1"
        ),
    }


RESERVED = (
    "opt_outs <> '[]' AND EXISTS (SELECT 1 FROM json_each(opt_outs) AS signal"
    " WHERE json_extract(signal.value, '$.reserved'))"
)


def median(numbers: array[int]) -> int:
    """Return the middle number, the lower one of two; of none 0.

    >>> median(array("q", [5, 1, 3, 9]))
    3
    """
    return sorted(numbers)[(len(numbers) - 1) // 2] if numbers else 0


def _pages(db: Database) -> Mapping[str, Any]:
    """Return the raw pages by state, and the size of their bodies."""
    number, raw, stored = db.execute(
        "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(length(zstd)), 0) FROM bodies"
    ).fetchone()
    return {
        "pages": _counted(db, "SELECT state, count(*) FROM pages GROUP BY 1 ORDER BY 1"),
        "bodies": {"number": number, "bytes": raw, "stored_bytes": stored},
    }


def _number(db: Database, what: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {what}").fetchone()[0])  # noqa: S608


def _counted(db: Database, query: str) -> dict[str, int]:
    """Return the two columns of a query as a table of counts."""
    return {row[0]: row[1] for row in db.execute(query)}
