"""Cleaning beside a crawl: `python -m corpus.following DB`, a process that cleans what arrives.

Its first line on stdin is a plan as JSON; it goes on until stdin says `finish` (clean what is
left, then end) or `stop` (end now), or closes because the crawl was killed. For each batch it
writes a line of counts as JSON to stdout. It can itself be killed at any moment.
"""

from __future__ import annotations

import select
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cleaners.errors import OperatorError
from cleaners.records import CleanOptions
from corpus.ingest import Counts, Plan, Work, clean_pending
from corpus.runs import finish_run, start_run
from corpus.store import corpus_at
from corpus.workers import CleaningPool, Limits

TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Orders:
    """What to clean with: options by source, and the number of workers."""

    workers: int = 1
    by_source: dict[str, CleanOptions] = field(default_factory=dict)


class _Stopped(Exception):
    """Stdin says `stop` in the middle of the work."""


@dataclass(slots=True)
class _Orderly:
    """Listens to stdin; `word` is what it has said: nothing, `finish`, or `stop`."""

    word: str = ""

    def listen(self, seconds: float) -> None:
        """Wait for a word for so many seconds, unless there was one; a closed stdin says `stop`."""
        ready, _, _ = select.select([sys.stdin.buffer], [], [], seconds)
        if ready:
            self.word = sys.stdin.buffer.readline().decode().strip() or "stop"


def follow(path: Path, orders: Orders) -> None:
    """Clean what arrives until stdin says otherwise; a stop takes effect after a batch."""
    counts, stdin = Counts(), _Orderly()

    def tell(now: Counts) -> None:
        sys.stdout.write(msgspec.json.encode(asdict(now)).decode() + "\n")
        sys.stdout.flush()
        stdin.listen(0)
        if stdin.word == "stop":
            raise _Stopped

    with corpus_at(path, create=True) as db, CleaningPool(Limits(workers=orders.workers)) as pool:
        run_id = start_run(db, "ingest", _now())
        work = Work(run_id, _now, counts, tell)
        plan = Plan(by_source=orders.by_source)
        with suppress(_Stopped):
            while True:
                finishing = stdin.word == "finish"
                clean_pending(db, pool, plan, work, last=finishing)
                if finishing:
                    break
                stdin.listen(TICK_SECONDS)
                if stdin.word == "stop":
                    break
        reason = "finished" if stdin.word == "finish" else "interrupted"
        finish_run(db, run_id, _now(), reason, asdict(counts))


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> int:
    """Run until told to end; an operator's mistake is one line and exit code 2."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the crawl's, which then says stop
    try:
        orders = msgspec.json.decode(sys.stdin.buffer.readline(), type=Orders)
        follow(Path(sys.argv[1]), orders)
    except OperatorError as error:
        sys.stderr.write(f"winnow: {error}\n")
        return 2
    except BrokenPipeError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
