"""The process that cleans while a crawl fetches: started, told to finish, and asked how far it is.

The process itself is `corpus.following`. It ends by itself when the crawl is killed.
"""

from __future__ import annotations

import os
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


class CleanerProcess:
    """Cleans the pages of `db` in another process for the length of a `with` block."""

    def __init__(self, db: Path, workers: int, options: Mapping[str, CleanOptions]) -> None:
        self.db = db
        self.orders = Orders(workers, dict(options))
        self.documents = 0
        self.rejections = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self.orders.workers < 1:
            return self
        root = str(Path(corpus.__file__).parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "corpus.following", str(self.db)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._say(msgspec.json.encode(self.orders))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end("stop")

    def end(self, word: str, show: Callable[[], None] = lambda: None) -> None:
        """Tell the process to `finish` (clean what is left) or `stop`, and wait until it has.

        `show` is called once a second meanwhile.
        """
        if self._process is None:
            return
        self._say(word.encode())
        while self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)
            show()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._reader is not None:
            self._reader.join()
        self._process = None

    def _say(self, line: bytes) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended; its own line on stderr says why
                self._process.stdin.write(line + b"\n")
                self._process.stdin.flush()

    def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        for line in self._process.stdout:
            counts = msgspec.json.decode(line)
            self.documents, self.rejections = counts["documents"], counts["rejections"]
