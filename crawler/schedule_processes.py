"""Crawls as processes of their own, and a scheduler's days: start, wait, drain, end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import crawler
from corpus.processes import process_name
from crawler.schedule_service import Scheduler

TICK_SECONDS = 0.5


@dataclass(slots=True)
class Crawls:
    """Starts `winnow crawl SOURCE` in processes; they go on when the scheduler is killed.

    `sources` returns the file that a crawl reads; `log_format` and `environment` are for crawls.
    """

    db: Path
    sources: Callable[[], Path]
    log_format: str = "text"
    environment: dict[str, str] = field(default_factory=dict)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, source: str) -> str:
        """Start a source's crawl; return its process's name."""
        root = str(Path(crawler.__file__).parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        names = ["--db", str(self.db), "--sources", str(self.sources())]
        verb = ["crawl", "--log-format", self.log_format, "--", source]
        process = subprocess.Popen(  # noqa: S603 (our own module, names that were checked)
            [sys.executable, "-m", "winnow", *names, *verb],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **self.environment, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,
        )
        self._running[source] = process
        return process_name(process.pid)

    def finished(self) -> dict[str, int]:
        """Return the exit codes of the crawls that have ended since the last call."""
        codes = {name: process.poll() for name, process in self._running.items()}
        ended = {name: code for name, code in codes.items() if code is not None}
        for name in ended:
            del self._running[name]
        return ended

    def running(self) -> list[str]:
        """Return the sources whose crawls have not been seen to end."""
        return list(self._running)

    def interrupt(self) -> None:
        """Tell all crawls to end; they store what they have and go on when they are due."""
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)


@dataclass(slots=True)
class Wishes:
    """What signals ask of a scheduler: to end, to read its sources again."""

    stop: bool = False
    reload: bool = False
    _changed: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as the wish to end, SIGHUP as that to read again."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._heard)

    def wait(self, seconds: float) -> None:
        """Wait until there is a wish, at most so long."""
        self._changed.wait(seconds)
        self._changed.clear()

    def _heard(self, number: int, _frame: object) -> None:
        self.reload = self.reload or number == signal.SIGHUP
        self.stop = self.stop or number != signal.SIGHUP
        self._changed.set()


def serve(
    scheduler: Scheduler, crawls: Crawls, wishes: Wishes, clock: Callable[[], datetime]
) -> None:
    """Start crawls when they are due until told to stop; then let those that run end, resumably."""
    while not wishes.stop:
        scheduler.file.reload(force=wishes.reload)
        wishes.reload = False
        scheduler.step(clock())
        wishes.wait(TICK_SECONDS)
    _drain(scheduler, crawls, wishes, clock)


def once(
    scheduler: Scheduler, crawls: Crawls, wishes: Wishes, clock: Callable[[], datetime]
) -> list[str]:
    """Start what is due now, wait until it has ended, and return the sources."""
    moment = clock()
    started = scheduler.step(moment)
    while crawls.running() and not wishes.stop:
        wishes.wait(TICK_SECONDS)
        # what becomes due meanwhile is left to the next call
        started += scheduler.step(clock(), only_due_by=moment)
    _drain(scheduler, crawls, wishes, clock)
    return started


def _drain(
    scheduler: Scheduler, crawls: Crawls, wishes: Wishes, clock: Callable[[], datetime]
) -> None:
    running = crawls.running()
    if running:
        scheduler.tell("stopping", running=running)
    crawls.interrupt()
    while crawls.running():
        wishes.wait(TICK_SECONDS)
        scheduler.step(clock(), start=False)
