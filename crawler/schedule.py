"""When a source's crawl is due: cron, a fixed interval, or one that is learned.

Pure: the time is an argument, states go in and come out. Storing them is
`corpus.schedule_store`'s affair, starting crawls that of `crawler.schedule_service`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from cronsim import CronSim

from corpus.schedule_store import State
from crawler.sources import Source

AUTO_FIRST, AUTO_LEAST, AUTO_MOST = 3_600.0, 600.0, 86_400.0
"""Seconds between crawls with `every = "auto"`: at first, and its bounds."""
AUTO_SOONER, AUTO_LATER = 0.8, 1.25
"""The interval's factor after a crawl that found new addresses, and after one that found none:
in balance where every second crawl finds some."""
JITTER_SHARE, JITTER_MOST = 0.05, 30.0
"""A start is put off by up to this share of the interval, and by so many seconds at most."""
RETRY_LEAST, RETRY_MOST = 60.0, 21_600.0
"""Seconds after which a failing source is tried again at its next slot, at least and at most."""
INTERRUPTED = frozenset({130, 143, -2, -15})
"""Exit codes of a crawl that was told to end: its own, and those of the signals."""
NEVER = timedelta(days=36_500)


def rule_of(source: Source) -> str | None:
    """Return a source's schedule as a line of text; None where it has none.

    >>> rule_of(Source("a", cron="5 6 * * *", timezone="Europe/Berlin"))
    'cron 5 6 * * * Europe/Berlin'
    """
    if source.cron:
        return f"cron {source.cron} {source.timezone}"
    return f"every {source.every}" if source.every is not None else None


def known(source: Source, state: State | None, now: datetime) -> State | None:
    """Return the state of a source as it must be now; None where it has no schedule.

    A new source with an interval is due at once. A due time that is too far away to be right was
    computed while the clock was wrong, and is computed again.
    """
    rule = rule_of(source)
    if rule is None:
        return None
    if state is None or state.rule != rule:
        first = State(source.name, rule, now, AUTO_FIRST)
        state = replace(state, rule=rule, failures=0) if state else first
        return replace(state, due_at=_slot(source, state, now) if source.cron else now)
    slot = _slot(source, state, now)
    farthest = _slot(source, state, slot) + timedelta(seconds=JITTER_MOST)
    if state.failures:
        farthest += timedelta(seconds=RETRY_MOST)
    return replace(state, due_at=slot) if state.due_at > farthest else state


def begun(source: Source, state: State, now: datetime, process: str) -> State:
    """Return the state once a crawl has started: due next at the first slot that is to come.

    All slots that were missed until now are this one crawl. The first crawl of a source with an
    interval shifts its slots a little, so that sources that were new together part.
    """
    due = _slot(source, state, now)
    if state.started_at is None and isinstance(source.every, float):
        due += _jitter(source, now)
    return replace(state, started_at=now, process=process, due_at=due)


def ended(source: Source, state: State, now: datetime, exit_code: int, news: int) -> State:
    """Return the state once a crawl has ended; `news` is how many new addresses it found.

    A crawl that was interrupted is due at once, to go on; one that failed waits the longer the
    more failed before it. A slot that came meanwhile is due.
    """
    state = replace(state, ended_at=now, process=None, exit_code=exit_code)
    if exit_code in INTERRUPTED:
        return replace(state, due_at=now)
    if exit_code:
        return _failed(source, replace(state, failures=state.failures + 1), now)
    state = replace(state, failures=0)
    if source.every != "auto":
        return state
    factor = AUTO_SOONER if news else AUTO_LATER
    state = replace(state, interval=min(AUTO_MOST, max(AUTO_LEAST, state.interval * factor)))
    return replace(state, due_at=_slot(source, state, state.started_at or now))


def lost(state: State, now: datetime) -> State:
    """Return the state once the process of a crawl is gone without a word: due at once."""
    return replace(state, process=None, exit_code=None, ended_at=None, due_at=now)


def to_start(states: Iterable[State], now: datetime, most: int) -> list[State]:
    """Return the sources whose crawls start now, longest due first, at most `most` at once."""
    states = list(states)
    free = most - sum(state.process is not None for state in states)
    due = [state for state in states if state.process is None and state.due_at <= now]
    return sorted(due, key=lambda state: (state.due_at, state.source))[: max(0, free)]


def _failed(source: Source, state: State, now: datetime) -> State:
    first = _slot(source, state, now)
    period = (_slot(source, state, first) - first).total_seconds()
    skipped = period * (2.0 ** min(state.failures - 1, 20) - 1)
    wait = min(RETRY_MOST, max(RETRY_LEAST, skipped))
    return replace(state, due_at=_slot(source, state, now + timedelta(seconds=wait)))


def _slot(source: Source, state: State, after: datetime) -> datetime:
    """Return the first due time after a moment."""
    if source.cron:
        return _cron(source, after)
    if source.every == "auto":
        return after + timedelta(seconds=state.interval) + _jitter(source, after)
    every = timedelta(seconds=float(source.every or 0))
    anchor = state.due_at
    steps = (after - anchor) // every + 1
    return anchor + steps * every


def _cron(source: Source, after: datetime) -> datetime:
    zone = ZoneInfo(source.timezone)
    slots = CronSim(source.cron or "", after.astimezone(zone))
    for slot in slots:
        if slot.astimezone(UTC) > after:  # not so in an hour that the clocks show twice
            return slot.astimezone(UTC) + _jitter(source, slot)
    return after + NEVER


def _jitter(source: Source, at: datetime) -> timedelta:
    """Return by how much a start is put off, the same for the same source and time."""
    every = source.every
    period = every if isinstance(every, float) else AUTO_LEAST
    most = min(JITTER_MOST, period * JITTER_SHARE)
    digest = blake2b(f"{source.name} {at.timestamp():.0f}".encode(), digest_size=4).digest()
    return timedelta(seconds=round(int.from_bytes(digest) / 2**32 * most, 3))
