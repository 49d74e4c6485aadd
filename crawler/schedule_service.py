"""The scheduler: starts crawls when they are due, notes how they ended, and forgets nothing.

`Scheduler.step` does what there is to do at a moment; how processes are started is the launcher's
affair, and waiting between the steps that of
`crawler.schedule_processes`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Protocol

from cleaners.errors import ConfigError
from corpus.processes import is_alive, this_process
from corpus.schedule_store import (
    State,
    become_scheduler,
    load_states,
    new_addresses,
    resign,
    save_state,
)
from corpus.store import transaction
from crawler.log import Tell
from crawler.schedule import begun, ended, known, lost, rule_of, to_start
from crawler.sources import Source, load_sources

RENEW = timedelta(seconds=15)
"""How often the scheduler gives a sign of life."""


class Launcher(Protocol):
    """Starts crawls in processes of their own."""

    def start(self, source: str) -> str:
        """Start a source's crawl; return its process's name, as of `corpus.processes`."""

    def finished(self) -> Mapping[str, int]:
        """Return the exit code of each source's crawl that has ended since the last call."""

    def running(self) -> Sequence[str]:
        """Return the sources whose crawls `finished` has yet to tell of."""


@dataclass(slots=True)
class SourcesFile:
    """The sources as they stand in the file, read again when it changes.

    A file that cannot be used any more leaves the sources as they were; crawls then read a copy
    of what it said before.
    """

    path: Path
    tell: Tell
    sources: dict[str, Source] = field(default_factory=dict)
    _seen: tuple[int, int, int] | None = None
    _text: bytes = b""
    _copy: Path | None = None

    def load(self) -> None:
        """Read the file for the first time; raise `ConfigError` where it cannot be used."""
        self._seen = self._stat()
        self.sources = load_sources(self.path)
        self._text = self.path.read_bytes()

    def close(self) -> None:
        """Remove the copy, if there is one."""
        if self._copy is not None:
            self._copy.unlink(missing_ok=True)
            self._copy = None

    def for_crawls(self) -> Path:
        """Return the file that crawls read: this one, or the copy while this one is broken."""
        return self._copy or self.path

    def reload(self, force: bool = False) -> None:
        """Read the file again if it has changed, or in any case."""
        stat = self._stat()
        if stat == self._seen and not force:
            return
        try:
            self.load()
        except (ConfigError, OSError) as error:
            self._seen = stat
            self._keep_copy()
            self.tell("sources kept as they were", problem=str(error))
            return
        self.close()
        self.tell("sources read again", sources=len(self.sources))

    def _keep_copy(self) -> None:
        if self._copy is None:
            handle, name = mkstemp(prefix="winnow-sources-", suffix=".toml")
            with open(handle, "wb") as file:  # noqa: PTH123 (a handle, no path)
                file.write(self._text)
            self._copy = Path(name)

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino


@dataclass(slots=True)
class Scheduler:
    """The one scheduler of a corpus. `most` is how many crawls run at once.

    `beat` is called after every step: the scheduler lives.
    """

    db: Any
    file: SourcesFile
    launcher: Launcher
    tell: Tell
    most: int = 4
    beat: Callable[[], None] = lambda: None
    process: str = field(default_factory=this_process)
    _seen_at: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Become the scheduler; crawls that died with the last one are due at once."""
        self._live(now)
        for state in load_states(self.db).values():
            self._seen_through(state, now)

    def end(self) -> None:
        """Let another process be the scheduler."""
        resign(self.db, self.process)

    def step(
        self, now: datetime, start: bool = True, only_due_by: datetime | None = None
    ) -> list[str]:
        """Note what has ended and, unless told not to, start what is due; return what started.

        `only_due_by` leaves what becomes due after that moment to another time.
        """
        if self._seen_at is None or abs(now - self._seen_at) >= RENEW:
            self._live(now)
        finished = self.launcher.finished()
        for source, exit_code in finished.items():
            self._ended(source, exit_code, now)
        due = to_start(self._states(now), only_due_by or now, self.most) if start else []
        started = [self._start(state, now) for state in due]
        self.beat()
        return started

    def _live(self, now: datetime) -> None:
        become_scheduler(self.db, self.process, socket.gethostname(), now)
        self._seen_at = now

    def _states(self, now: datetime) -> list[State]:
        """Return the states of all sources with a schedule, and of crawls that still run."""
        stored = load_states(self.db)
        current = []
        for name, source in self.file.sources.items():
            state = known(source, stored.get(name), now)
            if state is not None and state != stored.get(name):
                save_state(self.db, state)
            if state is not None:
                current.append(self._seen_through(state, now))
        gone = [one for one in stored.values() if one.process and not self._scheduled(one.source)]
        return current + [one for one in gone if self._seen_through(one, now).process]

    def _scheduled(self, name: str) -> bool:
        return name in self.file.sources and rule_of(self.file.sources[name]) is not None

    def _seen_through(self, state: State, now: datetime) -> State:
        """Return a state whose crawl, left by a scheduler that died, may have ended since.

        How it ended nobody knows: it is due at once, which fetches nothing twice. A crawl of this
        scheduler's own launcher is never lost: how it ended is about to be told.
        """
        own = state.source in self.launcher.running()
        if state.process is None or own or is_alive(state.process):
            return state
        state = lost(state, now)
        save_state(self.db, state)
        self.tell("crawl was lost; it goes on", source=state.source)
        return state

    def _start(self, state: State, now: datetime) -> str:
        source = self.file.sources[state.source]
        late = (now - state.due_at).total_seconds()
        with transaction(self.db):
            save_state(self.db, begun(source, state, now, self.launcher.start(source.name)))
        self.tell("crawl started", source=source.name, late_seconds=round(late, 1))
        return source.name

    def _ended(self, name: str, exit_code: int, now: datetime) -> None:
        state = load_states(self.db)[name]
        source = self.file.sources.get(name)
        if source is None or not self._scheduled(name):
            save_state(self.db, lost(state, now))
            return
        news = new_addresses(self.db, name, state.started_at or now)
        state = ended(source, state, now, exit_code, news)
        save_state(self.db, state)
        self.tell(
            "crawl ended",
            source=name,
            exit_code=exit_code,
            new_addresses=news,
            failures=state.failures,
            due_at=state.due_at.isoformat(),
        )
