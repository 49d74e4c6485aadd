"""Cleaning beside a crawl: `python -m corpus.following DB`, a process that cleans what arrives.

Its first line on stdin is a plan as JSON; it goes on until stdin says `finish` (clean what is
left, then end) or `stop` (end now), or closes because the crawl was killed. For each batch it
writes a line of counts as JSON to stdout. It can itself be killed at any moment.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cleaners.errors import OperatorError
from corpus.ingest import Counts, Plan, Work, clean_pending
from corpus.orders import Orders
from corpus.runs import finish_run, start_run
from corpus.store import corpus_at
from corpus.workers import CleaningPool, Limits

TICK_SECONDS = 0.5


class _Stopped(Exception):
    """Stdin says `stop` in the middle of the work."""


class _Stdin:
    """The lines of stdin, read without a buffer that `select` does not know of.

    `word` is the last line: nothing yet, `finish`, or `stop`, which a closed stdin says too.
    """

    def __init__(self) -> None:
        self.word = ""
        self._unread = b""

    def line(self) -> bytes:
        """Return the next line, waiting for it; `stop` once stdin is closed."""
        while b"\n" not in self._unread:
            data = os.read(sys.stdin.fileno(), 65_536)
            if not data:
                return b"stop"
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def listen(self, seconds: float) -> None:
        """Wait for a word for so many seconds."""
        if b"\n" in self._unread or select.select([sys.stdin], [], [], seconds)[0]:
            self.word = self.line().decode().strip()


def follow(path: Path, orders: Orders, stdin: _Stdin) -> None:
    """Clean what arrives until stdin says otherwise; a stop takes effect after a batch."""
    counts = Counts()

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
        stdin = _Stdin()
        orders = msgspec.json.decode(stdin.line(), type=Orders)
        follow(Path(sys.argv[1]), orders, stdin)
    except OperatorError as error:
        sys.stderr.write(f"winnow: {error}\n")
        return 2
    except BrokenPipeError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
