"""What a crawl shows: a live table on a terminal, else a plain line now and then, or events."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from corpus.cli.output import LINE_SECONDS, say
from crawler.crawling import CrawlProgress, Progress
from crawler.log import Tell

EVENT_SECONDS = 30.0
"""How often a crawl that writes a log tells where it is."""
MOST_SOURCES = 12
"""Sources that the live table lists; what is over them is summed up."""


class Shown:
    """Shows progress on stderr for the length of a `with` block; give `show` to the crawl.

    With `tell`, progress is an event of a log.
    """

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell = tell
        self._began = self._last = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._tell is None and sys.stderr.isatty():
            self._live = Live(console=Console(stderr=True), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, progress: CrawlProgress) -> None:
        """Show where the crawl is."""
        seconds = time.monotonic() - self._began
        if self._live is not None:
            self._live.update(_table(progress, seconds), refresh=True)
        elif self._tell is not None:
            if time.monotonic() - self._last >= EVENT_SECONDS:
                self._last = time.monotonic()
                self._tell("crawling", **_figures(progress))
        elif time.monotonic() - self._last >= LINE_SECONDS:
            self._last = time.monotonic()
            say(f"crawling: {_line(progress, seconds)}")


def tell_summary(progress: CrawlProgress, tell: Tell) -> None:
    """Tell, as events, what a crawl came to."""
    for one in progress.sources:
        more = {"problem": one.start_error} if one.start_error else {}
        more |= {"beside": one.beside} if one.beside else {}
        tell("source ended", source=one.source, reason=one.reason, **one.counts, **more)
    for alarm in progress.alarms:
        tell(
            "alarm closed" if alarm.closed_at else "alarm opened",
            site=alarm.site,
            cause=alarm.cause,
            detail=alarm.detail,
            examples=alarm.after,
        )
    more = {"problem": progress.cleaning_problem} if progress.cleaning_problem else {}
    tell("cleaned", documents=progress.documents, rejections=progress.rejections, **more)


def summary(progress: CrawlProgress, db: Path) -> Iterable[str]:
    """Yield the lines that a crawl ends with."""
    for one in progress.sources:
        counts = one.counts
        yield (
            f"{one.source}: {counts.get('fetched', 0):,} fetched"
            f" ({counts.get('new', 0):,} new, {counts.get('unchanged', 0):,} unchanged),"
            f" {counts.get('failed', 0):,} failed, {counts.get('left', 0):,} left"
            f" - {_reason(one)}"
        )
        for trap, links in sorted(one.traps.items(), key=lambda item: -item[1])[:3]:
            yield f"  a trap was left alone: {trap} ({links:,} links)"
        for failure in one.failures:
            yield f"  {failure.count:,} x {failure.reason}, such as {failure.example}"
        if one.elsewhere:
            yield (
                f"  {sum(one.elsewhere.values()):,} entries of feeds and sitemaps lead to other"
                f" sites ({', '.join([*one.elsewhere][:3])}): follow.hosts can name them"
            )
    for alarm in progress.alarms:
        if alarm.closed_at:
            yield f"over: {alarm.site}: {alarm.detail}"
        else:
            yield f"alarm: {alarm.site}: {alarm.detail}; such as {', '.join(alarm.after[:1])}"
    if progress.cleaning_problem:
        yield progress.cleaning_problem
    yield f"{progress.documents:,} documents, {progress.rejections:,} rejected pages in {db}"


def _reason(one: Progress) -> str:
    left = one.counts.get("left", 0)
    if one.reason == "finished" and one.beside:
        return f"finished; another crawl (process {one.beside}) is fetching what is left"
    words = {
        "finished": "finished" if not left else "finished; what is left waits for its time",
        "max_pages": "stopped at max_pages; the next crawl goes on",
        "interrupted": "interrupted; the next crawl goes on",
    }
    return words.get(one.reason or "", one.reason or "not started")


def _figures(progress: CrawlProgress) -> dict[str, Any]:
    names = ("fetched", "new", "unchanged", "failed", "left", "hosts")
    return {
        "sources": [one.source for one in progress.sources if one.started and one.reason is None],
        **{name: progress.total(name) for name in names},
        "documents": progress.documents,
        "rejections": progress.rejections,
    }


def _line(progress: CrawlProgress, seconds: float) -> str:
    fetched = progress.total("fetched")
    running = sum(one.started and one.reason is None for one in progress.sources)
    done = (
        f"{fetched:,} fetched, {progress.documents:,} cleaned, {progress.rejections:,} rejected,"
        f" {progress.total('failed'):,} failed, {progress.total('left'):,} in the queue"
    )
    if not running:
        return f"{done}; nothing more is fetched now, cleaning goes on"
    return (
        f"{done}, {fetched / max(seconds, 0.1):.1f} pages/s from {progress.total('hosts'):,} hosts,"
        f" {running} sources running"
    )


def _table(progress: CrawlProgress, seconds: float) -> Table:
    table = Table(caption=_line(progress, seconds), caption_justify="left", header_style="bold")
    for heading in ("source", "fetched", "new", "unchanged", "failed", "queue", "hosts"):
        table.add_column(heading, justify="left" if heading == "source" else "right")
    running = [one for one in progress.sources if one.started and one.reason is None]
    for one in running[:MOST_SOURCES]:
        names = ("fetched", "new", "unchanged", "failed", "left", "hosts")
        table.add_row(one.source, *(f"{one.counts.get(name, 0):,}" for name in names))
    if len(running) > MOST_SOURCES:
        table.add_row(f"and {len(running) - MOST_SOURCES} more")
    return table
