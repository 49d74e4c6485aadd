"""What a crawl orders of the process that cleans beside it, told in its first line on stdin.

A module of its own, so that the crawl's process need not load the cleaner to say it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cleaners.records import CleanOptions


@dataclass(frozen=True, slots=True)
class Orders:
    """What to clean with: options by source, and the number of workers."""

    workers: int = 1
    by_source: dict[str, CleanOptions] = field(default_factory=dict)
