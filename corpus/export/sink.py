"""A file that is written once, from its beginning to its end: hashed and counted as it goes.

The system is told to bring each piece to the disk at once, so that an export does not wait for all
of it at its end. Which formats write what is their own affair.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

AHEAD = 16_000_000
"""Bytes after which the system is asked to write them."""


class Sink:
    """A binary file to write to, as csv, pyarrow, warcio and zstd take it."""

    def __init__(self, path: Path) -> None:
        """Create the file."""
        self.name = path.name
        self.file = path.open("wb", buffering=0)
        self.bytes = self.asked = 0
        self.hash = hashlib.sha256()
        self.given_up = False

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self.file.closed

    def write(self, data: Any) -> int:
        """Write bytes, all of them; none after the file was given up."""
        view = memoryview(data).cast("B")
        size = view.nbytes
        if self.given_up:
            return size
        self.hash.update(view)
        while view.nbytes:
            view = view[self.file.write(view) :]
        self.bytes += size
        if self.bytes - self.asked >= AHEAD:
            self._ahead()
        return size

    def tell(self) -> int:
        """Return how much was written."""
        return self.bytes

    def flush(self) -> None:
        """Do nothing: no byte waits here."""

    def give_up(self) -> None:
        """Take no more: what a library still wants to finish after a failure goes nowhere."""
        self.given_up = True

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _ahead(self) -> None:
        """Have what is new brought to the disk meanwhile (Linux); it stays in the cache, too."""
        if hasattr(os, "posix_fadvise"):
            number, length = self.file.fileno(), self.bytes - self.asked
            os.posix_fadvise(number, self.asked, length, os.POSIX_FADV_DONTNEED)
        self.asked = self.bytes
