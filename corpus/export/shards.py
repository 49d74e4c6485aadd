"""Tabular formats in files of bounded size, named as `datasets` expects: train-00000-of-00002.

What a file holds is its format's affair (`tables`, `parquet`, `warc`); this opens, counts, ends
and names them. `sink` hashes them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from corpus.export.fields import Field
from corpus.export.sink import Sink

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

    def give_up(self) -> None:
        """Write no more: something has failed."""


@dataclass(slots=True)
class Numbered:
    """A file under its unfinished name, and how many documents are in it."""

    path: Path
    sink: Sink
    rows: int = 0


class ShardedWriter:
    """Writes one format in files of bounded size, per split."""

    def __init__(
        self, target: Target, form: str, place: str, opener: Callable[[Sink, Target], Shard]
    ) -> None:
        """Write files of the format `form` into `place`: a folder, a slash and a suffix."""
        self.target, self.form, self.opener = target, form, opener
        self.folder, _, self.suffix = place.partition("/")
        self.open: dict[str, Shard] = {}
        self.files: dict[str, list[Numbered]] = {}

    def add(self, split: str, records: list[Record]) -> None:
        """Write records of a split, and end the file where it has become big enough."""
        files = self.files.setdefault(split, [])
        shard = self.open.get(split)
        if shard is None:
            folder = self.target.root / self.folder
            folder.mkdir(exist_ok=True)
            path = folder / f"{split}-{len(files):05}.{self.suffix}"
            files.append(Numbered(path, Sink(path)))
            shard = self.open[split] = self.opener(files[-1].sink, self.target)
        shard.add(records)
        files[-1].rows += len(records)
        if shard.size >= self.target.shard_bytes:
            self._end(split)

    def close(self) -> list[Written]:
        """Finish all files, give them their names, and describe them."""
        for split in list(self.open):
            self._end(split)
        written = []
        for split, files in self.files.items():
            for number, file in enumerate(files):
                name = f"{split}-{number:05}-of-{len(files):05}.{self.suffix}"
                final = file.path.rename(file.path.with_name(name))
                place = final.relative_to(self.target.root).as_posix()
                size, digest = file.sink.bytes, file.sink.hash.hexdigest()
                written.append(Written(place, self.form, split, file.rows, size, digest))
        return written

    def give_up(self) -> None:
        """Write no more to any file, and close what is open."""
        last = [files[-1].sink for files in self.files.values()]
        for sink in last:
            sink.give_up()
        for shard in self.open.values():
            with suppress(OSError):
                shard.close()
        for sink in last:
            sink.close()

    def _end(self, split: str) -> None:
        """Finish the open file of a split."""
        self.open.pop(split).close()
        self.files[split][-1].sink.close()
