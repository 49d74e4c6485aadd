"""The frontier's records: an address that was found, one that is leased, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cleaners.records import Page

Settled = Literal["done", "failed", "later"]


@dataclass(frozen=True, slots=True)
class Found:
    """An address to fetch. `request` is a serialised request where there is more than a URL."""

    url_key: str
    url: str
    kind: str = "page"
    depth: int = 0
    priority: int = 0
    found_on: str | None = None
    request: bytes | None = None


@dataclass(frozen=True, slots=True)
class Leased:
    """An address that this run is fetching."""

    id: int
    url_key: str
    url: str
    host: str
    kind: str
    depth: int
    priority: int
    attempts: int
    etag: str | None
    last_modified: str | None
    found_on: str | None
    same_as: str | None
    request: bytes | None
    page_id: int | None
    changed_at: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a leased address. `due_at` is when to try again, where that is decided here.

    `same_as` is the key of the address that stands for this one (a redirect's target, a canonical
    link); `unchanged` says that the server answered 304; `attempts` is how often it was tried in
    vain.
    """

    leased: Leased
    state: Settled
    status: int | None = None
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    same_as: str | None = None
    pages: tuple[Page, ...] = ()
    unchanged: bool = False
    due_at: datetime | None = None
    attempts: int = 0


def stamp(moment: datetime) -> str:
    """Return an aware time as the frontier stores it: UTC, ISO 8601, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
