"""Tabular formats in files of bounded size, named as `datasets` expects: train-00000-of-00002.

What a file holds is its format's affair (`tables`, `parquet`, `warc`); this opens, counts, ends,
names and hashes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from corpus.export.fields import Field

PIECE = 1 << 20
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an export goes: its unfinished folder, the fields, and the files' size in bytes."""

    root: Path
    fields: tuple[Field, ...]
    shard_bytes: int
    splitting: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file: its path inside the export, documents, bytes and SHA-256."""

    path: str
    format: str
    split: str
    rows: int
    bytes: int
    sha256: str


class Shard(Protocol):
    """An open file of a tabular format."""

    @property
    def size(self) -> int:
        """What counts against the limit of a file: bytes before compression."""

    def add(self, records: list[Record]) -> None:
        """Write records."""

    def close(self) -> None:
        """Finish the file."""


class Writer(Protocol):
    """A format at work."""

    def add(self, split: str, records: list[Record]) -> None:
        """Write records of a split."""

    def close(self) -> list[Written]:
        """Finish all files and describe them."""


class ShardedWriter:
    """Writes one format in files of bounded size, per split."""

    def __init__(
        self, target: Target, form: str, place: str, opener: Callable[[Path, Target], Shard]
    ) -> None:
        """Write files of the format `form` into `place`: a folder, a slash and a suffix."""
        self.target, self.form, self.opener = target, form, opener
        self.folder, _, self.suffix = place.partition("/")
        self.open: dict[str, Shard] = {}
        self.done: dict[str, list[tuple[Path, int]]] = {}

    def add(self, split: str, records: list[Record]) -> None:
        """Write records of a split, and end the file where it has become big enough."""
        done = self.done.setdefault(split, [])
        shard = self.open.get(split)
        if shard is None:
            folder = self.target.root / self.folder
            folder.mkdir(exist_ok=True)
            path = folder / f"{split}-{len(done):05}.{self.suffix}"
            shard = self.open[split] = self.opener(path, self.target)
            done.append((path, 0))
        shard.add(records)
        path, rows = done[-1]
        done[-1] = (path, rows + len(records))
        if shard.size >= self.target.shard_bytes:
            self.open.pop(split).close()

    def close(self) -> list[Written]:
        """Finish all files, give them their names, and describe them."""
        for shard in self.open.values():
            shard.close()
        written = []
        for split, files in self.done.items():
            for number, (path, rows) in enumerate(files):
                name = f"{split}-{number:05}-of-{len(files):05}.{self.suffix}"
                final = path.rename(path.with_name(name))
                written.append(described(self.target.root, final, self.form, split, rows))
        return written


def described(root: Path, path: Path, form: str, split: str, rows: int) -> Written:
    """Return what the manifest says of a finished file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    name = path.relative_to(root).as_posix()
    return Written(name, form, split, rows, size, digest.hexdigest())
