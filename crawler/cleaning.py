"""The process that cleans while a crawl fetches: started, told to finish, and asked how far it is.

The process itself is `corpus.following`. It ends by itself when the crawl is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

import corpus
from cleaners.records import CleanOptions
from corpus.orders import Orders

OPERATOR_MISTAKE = 2
"""Its exit code where it could not work; its line on stderr says why."""
MOST_STARTS = 4
"""How often the process is started in one crawl: what ends it each time would end it again."""
READER_SECONDS = 1.0
"""How long an ended process' last counts are waited for; its workers hold its stdout a while."""


class CleanerProcess:
    """Cleans the pages of `db` in another process for the length of a `with` block."""

    def __init__(self, db: Path, workers: int, options: Mapping[str, CleanOptions]) -> None:
        self.db = db
        self.orders = Orders(workers, dict(options))
        self.documents = 0
        self.rejections = 0
        self.problem: str | None = None
        self._starts = 0
        self._word = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self.orders.workers > 0:
            self._start()
        return self

    def _start(self) -> None:
        self._starts += 1
        root = str(Path(corpus.__file__).parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "corpus.following", str(self.db)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._say(msgspec.json.encode(self.orders))
        if self._word:
            self._say(self._word.encode())
        so_far = (self.documents, self.rejections)
        self._reader = threading.Thread(target=self._read, args=so_far, daemon=True)
        self._reader.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end("stop")

    def watch(self) -> bool:
        """Start the process again where it was ended from outside; return whether it runs.

        `problem` says what happened to it. What it had not written is pending still.
        """
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        if self._word == "stop" or (self._word and code == 0):
            return False  # as it was told
        how = _how_it_ended(code)
        self._let_go()
        if self._starts >= MOST_STARTS or code == OPERATOR_MISTAKE:
            self.problem = f"the cleaning process {how}; pages may wait for `winnow ingest`"
            return False
        self.problem = f"the cleaning process {how} and was started again"
        self._start()
        return True

    def end(self, word: str, show: Callable[[], None] = lambda: None) -> None:
        """Tell the process to `finish` (clean what is left) or `stop`, and wait until it has.

        `show` is called once a second meanwhile.
        """
        self._word = word
        self._say(word.encode())
        while self.watch():
            if self._process is not None:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(1.0)
            show()
        self._let_go()

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._reader is not None:
            self._reader.join(READER_SECONDS)
        self._process = self._reader = None

    def _say(self, line: bytes) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended; its own line on stderr says why
                self._process.stdin.write(line + b"\n")
                self._process.stdin.flush()

    def _read(self, documents: int, rejections: int) -> None:
        if self._process is None or self._process.stdout is None:
            return
        with self._process.stdout as lines:
            for line in lines:
                counts = msgspec.json.decode(line)
                self.documents = documents + counts["documents"]
                self.rejections = rejections + counts["rejections"]


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
