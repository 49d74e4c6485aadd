"""What has come in and is not written yet: it becomes one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from cleaners.records import Page
from corpus.frontier import Frontier
from corpus.frontier_records import Found
from crawler.flights import Flight


@dataclass(slots=True)
class Batch:
    """Requests that have ended, addresses that were found, and pages of no request in particular.

    `size` is the bytes of the pages in it.
    """

    ended: list[Flight] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    size: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.ended or self.found or self.pages)

    def add_page(self, page: Page, flight: Flight | None) -> None:
        """Take a page, with the request that brought it where that is known."""
        (self.pages if flight is None else flight.pages).append(page)
        self.size += len(page.body)

    def write(self, frontier: Frontier, now: datetime) -> Counter[str]:
        """Write everything in one transaction; return what a run counts of it."""
        outcomes = [flight.outcome(now) for flight in self.ended]
        counts: Counter[str] = Counter()
        for flight, outcome in zip(self.ended, outcomes, strict=True):
            counts[flight.counted_as(outcome)] += 1
            counts["unchanged"] += flight.unchanged
        counts["new"] = frontier.settle(self.found, outcomes, now, self.pages)
        return counts
