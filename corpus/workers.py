"""Cleaning in worker processes, so that no page can stop a run.

Each page has a deadline and each worker a memory limit. A page that hangs, crashes or bloats its
worker becomes a `Rejection`; the worker is replaced and the run goes on. A worker has one page at
a time, so a dead worker names its page. Results come in the order of the tasks.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import pickle
import resource
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any

from cleaners import clean
from cleaners.errors import OperatorError
from cleaners.records import CleanOptions, Document, Page, Rejection, SiteStats
from corpus.enrich import enriched

Cleaner = Callable[[Page, CleanOptions, SiteStats | None], Document | Rejection]
Outcome = Any
"""What a cleaner returned, or a `Rejection`; with `Task.enrich`, `Cleaned` or a `Rejection`."""
GRACE_SECONDS = 5.0
"""How long after its deadline a worker whose parent is gone ends itself."""
START_SECONDS = 120.0
OUT_OF_MEMORY = 77
"""The exit code of a worker that had no memory left even to say so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What cleaning may use: workers, seconds and megabytes per page, pages per worker's life."""

    workers: int = max(1, os.cpu_count() or 1)
    seconds: float = 60.0
    megabytes: int = 2_048
    pages_per_worker: int = 2_000
    window: int = 256


@dataclass(frozen=True, slots=True)
class Task:
    """A page to clean; `key` comes back with the result.

    With `enrich` a document comes as `enrich.Cleaned`, with what it teaches of its site.
    """

    key: Any
    page: Page
    options: CleanOptions = field(default_factory=CleanOptions)
    site: SiteStats | None = None
    enrich: bool = False


class CleaningPool:
    """Worker processes that clean pages; a context manager, whose end ends them.

    >>> with CleaningPool(Limits(workers=1)) as pool:                         # doctest: +SKIP
    ...     for task, outcome in pool.clean([Task("a", Page(b"<p>Hello</p>"))]):
    ...         print(task.key, outcome)
    """

    def __init__(self, limits: Limits, cleaner: Cleaner = clean) -> None:
        self.limits = limits
        self.cleaner = cleaner
        self._workers: list[_Worker] = []

    def __enter__(self) -> CleaningPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def clean(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Yield each task with what its page was cleaned to, in the order of the tasks.

        Tasks are taken as workers become free, at most `limits.window` ahead of the results.
        """
        source = enumerate(tasks)
        waiting: deque[tuple[int, Task]] = deque()
        done: dict[int, tuple[Task, Outcome]] = {}
        following, exhausted = 0, False
        while not (exhausted and not waiting and not self._busy() and not done):
            while not exhausted and len(waiting) < self.limits.workers:
                numbered = next(source, None)
                exhausted = numbered is None
                if numbered is not None:
                    waiting.append(numbered)
            while waiting and waiting[0][0] < following + self.limits.window:
                worker = self._idle()
                if worker is None:
                    break
                worker.give(*waiting.popleft())
            for number, task, outcome in self._finished():
                done[number] = (task, outcome)
            while following in done:
                yield done.pop(following)
                following += 1

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.task is not None]

    def _idle(self) -> _Worker | None:
        """Return a worker without a page, a new one if there may be more."""
        for worker in self._workers:
            if worker.task is None:
                return worker
        if len(self._workers) < self.limits.workers:
            self._workers.append(_Worker(self.limits, self.cleaner))
            return self._workers[-1]
        return None

    def _finished(self) -> list[tuple[int, Task, Outcome]]:
        """Wait until a page is done, dead or late; return what came of all that are."""
        busy = self._busy()
        if not busy:
            return []
        soonest = min(worker.deadline for worker in busy)
        ready = set(wait([w.pipe for w in busy], timeout=max(0.0, soonest - time.monotonic())))
        results = []
        for worker in busy:
            if worker.pipe in ready or worker.deadline <= time.monotonic():
                number, task = worker.number, worker.task
                outcome = worker.take() if worker.pipe in ready else worker.give_up()
                if not worker.usable():
                    self._workers.remove(worker)
                    worker.kill()
                if task is not None:
                    results.append((number, task, outcome))
        return results


class _Worker:
    """One worker process and the page that it has."""

    def __init__(self, limits: Limits, cleaner: Cleaner) -> None:
        context = _context()
        self.limits = limits
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_work, args=(theirs, limits, cleaner), daemon=True, name="winnow-cleaner"
        )
        self.process.start()
        theirs.close()
        self._wait_until_ready()
        self.number = -1
        self.task: Task | None = None
        self.deadline = float("inf")
        self.cleaned = 0
        self.dead = False

    def _wait_until_ready(self) -> None:
        """Return once the worker has loaded the cleaners: its start is not a page's time."""
        try:
            if self.pipe.poll(START_SECONDS) and self.pipe.recv_bytes() == b"ready":
                return
        except (EOFError, OSError):
            self.process.join(GRACE_SECONDS)
        code = self.process.exitcode
        self.kill()
        raise OperatorError(f"cleaning processes do not start ({_last_words(code)})")

    def give(self, number: int, task: Task) -> None:
        """Send a page; the deadline starts when the worker has it."""
        self.number, self.task = number, task
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send((task.page, task.options, task.site, task.enrich))
        self.deadline = time.monotonic() + self.limits.seconds

    def take(self) -> Outcome:
        """Return what came of the page: its outcome, or what ended the worker."""
        url = self.task.page.url if self.task else None
        self.task, self.deadline = None, float("inf")
        self.cleaned += 1
        try:
            outcome: Outcome
            outcome, self.dead = pickle.loads(self.pipe.recv_bytes())  # noqa: S301 (our own worker)
        except (EOFError, OSError):
            self.dead = True
            self.process.join(GRACE_SECONDS)
            return _epitaph(url, self.process.exitcode)
        return outcome

    def give_up(self) -> Rejection:
        """End a worker whose page is late."""
        url = self.task.page.url if self.task else None
        self.task, self.dead = None, True
        return Rejection(url, "timeout", f"not cleaned within {self.limits.seconds:g} seconds")

    def usable(self) -> bool:
        """Tell whether the worker lives and has not cleaned its share of pages."""
        return not self.dead and self.cleaned < self.limits.pages_per_worker

    def kill(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _context() -> Any:
    """Return how processes start: forked from a small server that has the cleaners loaded.

    Never by forking this process: it may have threads, and a Scrapy reactor.
    """
    if "forkserver" not in mp.get_all_start_methods():
        return mp.get_context("spawn")
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["cleaners.cleaning", "corpus.enrich"])
    return context


def _work(pipe: Connection, limits: Limits, cleaner: Cleaner) -> None:
    """Clean the pages that come through the pipe until it closes; the body of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit_memory(limits.megabytes)
    try:
        pipe.send_bytes(b"ready")
        while True:
            task = pipe.recv()
            # The parent ends a late worker; the alarm ends one whose parent was killed meanwhile.
            signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE_SECONDS)
            answer = _answer(cleaner, task)
            signal.setitimer(signal.ITIMER_REAL, 0)
            pipe.send_bytes(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _answer(cleaner: Cleaner, task: tuple[Page, CleanOptions, SiteStats | None, bool]) -> bytes:
    """Return the pickled outcome, and whether this process should not be used again."""
    page, options, site, enrich = task
    try:
        found = cleaner(page, options, site)
        outcome = enriched(found) if enrich else found
        return pickle.dumps((outcome, False), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        outcome, spent = Rejection(page.url, "out-of-memory", "beyond the memory limit"), True
    except Exception as error:  # the one place where any error of a page becomes a value
        outcome, spent = Rejection(page.url, "crashed", _where(error)), False
    return pickle.dumps((outcome, spent))


def _where(error: Exception) -> str:
    """Return an error as one line with the place that raised it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text} ({place})"


def _epitaph(url: str | None, code: int | None) -> Rejection:
    """Return the rejection of the page that a worker died of."""
    if code == OUT_OF_MEMORY:
        return Rejection(url, "out-of-memory", "beyond the memory limit")
    return Rejection(url, "crashed", _last_words(code))


def _last_words(code: int | None) -> str:
    """Return how a worker ended, for a reader."""
    if code is not None and code < 0:
        return f"the worker was ended by {signal.Signals(-code).name}"
    return f"the worker ended with exit code {code}"


def _limit_memory(megabytes: int) -> None:
    """Allow this process so much more address space than it has now, where the system can."""
    with suppress(OSError, ValueError):
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + megabytes * 2**20,) * 2)
