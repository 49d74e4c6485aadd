"""What was cut, and what could not be fetched, in counts and examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sqlite_utils import Database

from cleaners.errors import OperatorError
from cleaners.records import Category

GROUPS = {
    "category": "removals.category",
    "rule": "removals.rule",
    "stage": "removals.stage",
    "site": "documents.site",
    "source": "documents.source",
    "language": "documents.language",
}
"""What removals can be counted by."""
EXAMPLE_LENGTH = 120
"""Characters of an example that a reader takes in; longer ones are no better."""
ID_BITS = 40
"""Room for a removal's id below the length that it is ranked by."""


@dataclass(frozen=True, slots=True)
class RemovalCount:
    """A group of removals: its names, how many, in how many documents, and an example's text."""

    group: dict[str, str]
    removals: int
    documents: int
    example: str
    evidence: str
    url: str


def removal_counts(
    db: Database, by: tuple[str, ...], category: str | None = None, limit: int = 50
) -> list[RemovalCount]:
    """Count what was cut by one or more of `GROUPS`, most frequent first, each with an example.

    The example is the group's longest text, as far as anybody reads, and of those the first.
    """
    unknown = [name for name in by if name not in GROUPS]
    if unknown or not by:
        choices = ", ".join(GROUPS)
        raise OperatorError(f"removals: --by {','.join(unknown)}: choose from {choices}")
    known = get_args(Category)
    if category is not None and category not in known:
        raise OperatorError(f"removals: --category {category}: choose from {', '.join(known)}")
    columns = ", ".join(GROUPS[name] for name in by)
    rows = db.execute(
        f"""WITH groups AS (
            SELECT {columns}, count(*) AS number, count(DISTINCT document_id) AS documents,
                max((min(length(removals.text), {EXAMPLE_LENGTH}) << {ID_BITS}) - removals.id)
                    AS best
            FROM removals JOIN documents ON documents.id = document_id
            WHERE :category IS NULL OR category = :category
            GROUP BY {columns} ORDER BY number DESC, {columns} LIMIT :limit)
        SELECT groups.*, removals.text, removals.evidence, documents.url
        FROM groups JOIN removals ON removals.id = -best & ((1 << {ID_BITS}) - 1)
        JOIN documents ON documents.id = removals.document_id""",  # noqa: S608
        {"category": category, "limit": limit},
    )
    width = len(by)
    return [
        RemovalCount(
            dict(zip(by, (value or "" for value in row[:width]), strict=True)),
            row[width],
            row[width + 1],
            *row[width + 3 :],
        )
        for row in rows
    ]


def failed_urls(db: Database) -> dict[str, str]:
    """Return the addresses that a crawl could not or may not fetch, and why."""
    rows = db.execute("SELECT url, error FROM urls WHERE state = 'failed' ORDER BY url")
    return {row[0]: row[1] or "" for row in rows}
