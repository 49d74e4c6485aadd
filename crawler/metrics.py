"""What Prometheus reads: the corpus and the schedule in figures, gathered when they are asked for.

Counts whose cost grows with the corpus are remembered for a while, so that counting takes a small
share of the time however often somebody asks. Serving is `crawler.watch`'s affair.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cleaners.records import CLEANER_VERSION
from corpus.schedule_store import State, load_states
from corpus.store import corpus_at
from corpus.watching import Census, census, last_success, open_alarms

REST = 20.0
"""A census is used again for so many times as long as it took."""


@dataclass(slots=True, eq=False)  # a registry keeps collectors by identity
class Figures(Collector):
    """Collects the metrics of a corpus.

    `scheduled` returns the names of the sources that have a schedule now, `clock` seconds that
    only go forward.
    """

    db: Path
    scheduled: Callable[[], Collection[str]]
    clock: Callable[[], float]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _census: Census | None = None
    _good_until: float = 0.0

    def describe(self) -> list[Metric]:
        """Return nothing: what there is is known when the corpus is read."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics as they are now."""
        with corpus_at(self.db) as db:
            counted = self._counted(db)
            states = [state for name, state in load_states(db).items() if name in self.scheduled()]
            successes = {state.source: last_success(db, state.source) for state in states}
            alarms = open_alarms(db)
        yield _build()
        yield from _of_census(counted)
        yield from _of_schedule(states, successes)
        yield _family(
            "alarms_open",
            "Open alarms on the health of sites",
            ("site", "cause"),
            [(alarm, 1) for alarm in alarms],
        )
        yield _family("database_bytes", "Size of the corpus on disk", (), [((), _size(self.db))])

    def _counted(self, db: Any) -> Census:
        with self._lock:
            began = self.clock()
            if self._census is None or began >= self._good_until:
                self._census = census(db)
                ended = self.clock()
                self._good_until = ended + REST * (ended - began)
            return self._census


def _build() -> Metric:
    try:
        own = version("winnow-corpus")
    except PackageNotFoundError:
        own = "0"
    versions = (own, CLEANER_VERSION)
    return _family("build_info", "Versions", ("version", "cleaner_version"), [(versions, 1)])


def _of_census(counted: Census) -> Iterator[Metric]:
    yield _family("documents", "Documents in the corpus", (), [((), counted.documents)])
    for name, text, label, counts in (
        ("pages", "Stored pages by state", "state", counted.pages),
        ("rejected_pages", "Pages without a document by reason", "reason", counted.rejections),
        ("frontier_urls", "Known addresses by state", "state", counted.frontier),
    ):
        yield _family(name, text, (label,), [((key,), number) for key, number in counts.items()])
    runs = CounterMetricFamily(
        "winnow_runs", "Runs that have ended, by what they did and how", labels=("kind", "result")
    )
    for labels, number in counted.runs.items():
        runs.add_metric(labels, number)
    yield runs


def _of_schedule(states: list[State], successes: dict[str, str | None]) -> Iterator[Metric]:
    running = sum(state.process is not None for state in states)
    yield _family("crawls_running", "Crawls under way", (), [((), running)])
    ends = {name: datetime.fromisoformat(text) for name, text in successes.items() if text}
    for name, text, value in (
        ("running", "Whether the source's crawl is under way", lambda one: one.process is not None),
        ("next_due_timestamp_seconds", "When the source is due next", lambda one: one.due_at),
        ("last_start_timestamp_seconds", "When its last crawl began", lambda one: one.started_at),
        (
            "last_success_timestamp_seconds",
            "When its last crawl ended that fetched something",
            lambda one: ends.get(one.source),
        ),
        ("failures", "Crawls that failed, one after another", lambda one: one.failures),
    ):
        values = [((state.source,), value(state)) for state in states]
        yield _family(f"source_{name}", text, ("source",), values)


def _family(
    name: str,
    text: str,
    labels: tuple[str, ...],
    values: Sequence[tuple[tuple[str, ...], int | float | datetime | None]],
) -> Metric:
    """Return a gauge; times become seconds since 1970, and what is None is left out."""
    family = GaugeMetricFamily(f"winnow_{name}", text, labels=labels)
    for one, value in values:
        if value is not None:
            number = value.timestamp() if isinstance(value, datetime) else float(value)
            family.add_metric(one, number)
    return family


def _size(db: Path) -> int:
    size = 0
    for path in (db, db.with_name(f"{db.name}-wal")):
        with suppress(OSError):
            size += path.stat().st_size
    return size
