"""What a page declares of itself, as far as the judge wants to know it."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.declared import Declared


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page's titles, description and author as declared, and its schema.org and og types;
    `dated` whether it declares a date of publication."""

    title: str = ""
    headline: str = ""
    description: str = ""
    author: str = ""
    og_type: str = ""
    dated: bool = False
    types: frozenset[str] = frozenset()


def page_facts(declared: Declared) -> PageFacts:
    """Return the facts that a page's declarations hold."""

    def first(*names: str) -> str:
        return next((value for value, _ in declared.named(*names)), "")

    types: set[str] = set()
    for node in declared.nodes:
        value = node.get("@type")
        types.update(
            t for t in (value if isinstance(value, list) else [value]) if isinstance(t, str)
        )
    return PageFacts(
        title=declared.title,
        headline=first("og:title"),
        description=first("description", "og:description"),
        author=first("author", "article:author"),
        og_type=first("og:type").lower(),
        dated=bool(first("article:published_time", "datepublished", "date")),
        types=frozenset(types),
    )
