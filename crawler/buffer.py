"""The small buffer of leased addresses: hosts take turns, and some are left in peace for a while.

Pure bookkeeping; what is leased and when it is written is the scheduler's affair.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime

from corpus.frontier_records import Leased

ENOUGH = 16
"""Addresses of one host that are in the buffer before it gets more of that host."""


class HostBuffer:
    """Leased addresses by host, with the number of requests that are on their way to each."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Leased]] = {}
        self._under_way: Counter[str] = Counter()
        self._resting: dict[str, datetime] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    @property
    def hosts(self) -> int:
        """How many hosts have requests on their way."""
        return len(self._under_way)

    def add(self, leased: Iterable[Leased]) -> None:
        """Add addresses at the end of their hosts' queues."""
        for one in leased:
            self._waiting.setdefault(one.host, deque()).append(one)

    def pop(self, most_at_once: Callable[[str], int]) -> Leased | None:
        """Return the next address of the host with the fewest requests on their way, if any may."""
        for host in sorted(self._waiting, key=lambda host: self._under_way[host]):
            if self._under_way[host] < most_at_once(host):
                queue = self._waiting[host]
                leased = queue.popleft()
                if not queue:
                    del self._waiting[host]
                return leased
        return None

    def full_hosts(self) -> list[str]:
        """Return the hosts that have enough addresses here."""
        return [host for host, queue in self._waiting.items() if len(queue) >= ENOUGH]

    def launched(self, host: str) -> None:
        """Count a request to a host as on its way."""
        self._under_way[host] += 1

    def landed(self, host: str) -> None:
        """Count a request to a host as ended."""
        self._under_way[host] -= 1
        if self._under_way[host] <= 0:
            del self._under_way[host]

    def rest(self, host: str, until: datetime) -> list[Leased]:
        """Leave a host in peace until then; return its addresses, which leave the buffer."""
        self._resting[host] = max(until, self._resting.get(host, until))
        return list(self._waiting.pop(host, ()))

    def resting(self, now: datetime) -> list[str]:
        """Return the hosts to leave in peace now."""
        self._resting = {host: until for host, until in self._resting.items() if until > now}
        return list(self._resting)

    def next_rested(self) -> datetime | None:
        """Return when the first of the resting hosts may be asked again."""
        return min(self._resting.values(), default=None)

    def clear(self) -> list[Leased]:
        """Empty the buffer and return what was in it."""
        left = [one for queue in self._waiting.values() for one in queue]
        self._waiting.clear()
        return left
