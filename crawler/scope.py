"""A source's settings are kept with what it brings; where they change, so does what is fetched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from corpus.frontier_scope import aliases_of_starts, rescope
from corpus.sources import save_source, saved_source
from crawler.bounds import Bounds
from crawler.sources import Source


def record(db: Any, source: Source, now: datetime) -> None:
    """Save a source's settings; where it begins elsewhere or follows other links, heed that."""
    saved = saved_source(db, source.name)
    settings = msgspec.json.encode(source)
    if saved is not None:
        former, present = _scope(saved), _scope(settings)
        if former != present:
            _heed(db, source, former["addresses"] - present["addresses"])
    save_source(db, source.name, settings, now)


def _heed(db: Any, source: Source, dropped: set[str]) -> None:
    bounds = Bounds(source)
    for target in aliases_of_starts(db, source.name):
        bounds.add_site(target)

    def belongs(kind: str, url: str) -> bool:
        return bounds.contain(url) if kind == "page" else url not in dropped

    rescope(db, source.name, belongs)


def _scope(settings: str | bytes) -> dict[str, Any]:
    """Return the part of a source's settings that says which addresses are its own."""
    saved = msgspec.json.decode(settings)
    follow = {key: value for key, value in saved.get("follow", {}).items() if key != "max_pages"}
    addresses = {url for key in ("start", "feeds", "sitemaps") for url in saved.get(key, ())}
    return {**follow, "addresses": addresses}
