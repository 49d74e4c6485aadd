"""Which documents leave the corpus: the filters of an export, as SQL over `documents`.

`reading` runs the SQL; this only builds it, with every value bound as a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cleaners.errors import OperatorError
from corpus.search import OPERATORS, UNSPACED, quoted

RESERVED = (
    "(documents.opt_outs <> '[]' AND EXISTS (SELECT 1 FROM json_each(documents.opt_outs) AS signal"
    " WHERE json_extract(signal.value, '$.reserved')))"
)
FORMER = (
    "EXISTS (SELECT 1 FROM documents AS later WHERE later.url_key = documents.url_key"
    " AND (coalesce(later.fetched_at, ''), later.page_id)"
    " > (coalesce(documents.fetched_at, ''), documents.page_id))"
)
"""A former version of an address: a later fetch of it gave a document, too."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters of an export; an empty one takes every document.

    `languages` match their regional variants ("en" takes "en-GB"), `sites` their subdomains,
    `licences` may hold `*` or be "any"; `since` and `until` bound the date of publication, both
    days included. `query` is full text, as `winnow search` reads it; `where` an SQL condition.
    """

    sources: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_confidence: float | None = None
    since: str | None = None
    until: str | None = None
    sections: tuple[str, ...] = ()
    min_words: int | None = None
    max_words: int | None = None
    min_quality: float | None = None
    licences: tuple[str, ...] = ()
    query: str | None = None
    where: str | None = None
    with_duplicates: bool = False
    include_opted_out: bool = False

    def given(self) -> dict[str, Any]:
        """Return the filters that are set, by name."""
        filters = asdict(self).items()
        return {name: v for name, v in filters if v is not None and v is not False and v != ()}


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL and the values for its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


def conditions(selection: Selection) -> list[Condition]:
    """Return the conditions that a document has to meet, duplicates and opt-outs aside."""
    found: list[Condition] = []
    for name, value in selection.given().items():
        if name in CONDITIONS:
            found.extend(CONDITIONS[name](value))
    return found


def _any(conditions_: list[Condition]) -> list[Condition]:
    """Return one condition that holds when any of these does."""
    sql = " OR ".join(condition.sql for condition in conditions_)
    return [Condition(f"({sql})", tuple(v for c in conditions_ for v in c.values))]


def _sites(names: tuple[str, ...]) -> list[Condition]:
    """Match sites and their subdomains."""
    found = []
    for name in names:
        site = name.lower().removeprefix("www.")
        pattern = f"%.{_literal(site)}"
        found.append(
            Condition(
                "(documents.site = ? OR lower(documents.site) = ?"
                " OR documents.site LIKE ? ESCAPE '\\')",
                (name, site, pattern),
            )
        )
    return _any(found)


def _languages(tags: tuple[str, ...]) -> list[Condition]:
    """Match languages with their regional variants, case aside."""
    return _any(
        [
            Condition(
                "(lower(documents.language) = ? OR documents.language LIKE ? ESCAPE '\\')",
                (tag.lower(), f"{_literal(tag)}-%"),
            )
            for tag in tags
        ]
    )


def _licences(patterns: tuple[str, ...]) -> list[Condition]:
    """Match licences, case aside, `*` for anything; "any" for all that have one."""
    return _any(
        [
            Condition("documents.licence IS NOT NULL")
            if pattern == "any"
            else Condition(
                "documents.licence LIKE ? ESCAPE '\\'", (_literal(pattern).replace("*", "%"),)
            )
            for pattern in patterns
        ]
    )


def _query(query: str) -> list[Condition]:
    """Match full text as the search does: FTS5, or pieces of scripts without spaces."""
    if not query.strip():
        raise OperatorError("export: --query is empty")
    if UNSPACED.search(query):
        return [
            Condition(
                "(instr(documents.text, ?) OR instr(coalesce(documents.title, ''), ?))",
                (piece, piece),
            )
            for piece in query.split()
        ]
    expression = query if OPERATORS.search(query) else quoted(query)
    match = "documents.id IN (SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?)"
    return [Condition(match, (expression,))]


def _literal(text: str) -> str:
    """Return text in which LIKE finds nothing special."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _one_of(column: str) -> Callable[[tuple[str, ...]], Iterator[Condition]]:
    """Return the maker of a condition that a column is one of some values, case aside."""

    def make(values: tuple[str, ...]) -> Iterator[Condition]:
        marks = ", ".join("?" * len(values))
        yield Condition(f"{column} COLLATE NOCASE IN ({marks})", values)

    return make


def _compare(sql: str) -> Callable[[Any], list[Condition]]:
    """Return the maker of a condition with one value."""
    return lambda value: [Condition(sql, (value,))]


CONDITIONS: Mapping[str, Callable[[Any], Any]] = {
    "sources": _one_of("documents.source"),
    "sites": _sites,
    "languages": _languages,
    "min_confidence": _compare("documents.language_confidence >= ?"),
    "since": _compare("substr(documents.published, 1, 10) >= ?"),
    "until": _compare("substr(documents.published, 1, 10) <= ?"),
    "sections": _one_of("documents.section"),
    "licences": _licences,
    "query": _query,
    "where": lambda sql: [Condition(f"(\n{sql}\n)")],
    "min_words": _compare("documents.words >= ?"),
    "max_words": _compare("documents.words <= ?"),
    "min_quality": _compare("quality(documents.text) >= ?"),
}
"""Each filter's SQL; those that read the whole text stand last."""
