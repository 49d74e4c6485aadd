"""An export from beginning to end: choose, read, redact, split, write, describe, rename.

One snapshot of the corpus, one pass over the documents for all formats, and a folder that takes
its name only when everything in it is complete. The clock and the terminal are the caller's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaners.errors import OperatorError
from corpus.export.card import card
from corpus.export.choosing import Chosen, Mark, Sample, choose, mark_of
from corpus.export.fields import FIELDS, Field, chosen
from corpus.export.folder import MANIFEST, check_target, whole_folder
from corpus.export.formats import FORMATS
from corpus.export.manifest import COUNTED, Tally, manifest
from corpus.export.reading import chunks, cut_counts, snapshot
from corpus.export.redact import redacted
from corpus.export.selection import Selection
from corpus.export.shards import Record, Target, Written
from corpus.export.split import Split

SHARD_BYTES = 500_000_000
"""The size of the Hub's own shards, before compression."""
CARD = "README.md"


@dataclass(frozen=True, slots=True)
class Job:
    """What to export and how. `command` is what the data card says makes it again."""

    formats: tuple[str, ...] = ("jsonl",)
    selection: Selection = field(default_factory=Selection)
    sample: Sample = field(default_factory=Sample)
    split: Split = field(default_factory=Split)
    fields: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    with_removals: bool = False
    shard_bytes: int = SHARD_BYTES
    since: Mark | None = None
    command: tuple[str, ...] = ("winnow", "export", "DIR")
    winnow: str = ""

    def recipe(self) -> dict[str, Any]:
        """Return what the manifest and the data card say of how this was made."""
        return {
            "winnow": self.winnow,
            "command": list(self.command),
            "formats": list(self.formats),
            "fields": [field.name for field in chosen(self.fields, self.with_removals)],
            "filters": self.selection.given(),
            "since": self.since.up_to if self.since else None,
            "sample": asdict(self.sample),
            "split": asdict(self.split),
            "redacted": list(self.redact),
        }


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export: documents, files, what was left out, and how far it went."""

    documents: int
    words: int
    splits: dict[str, int]
    left_out: dict[str, int]
    files: tuple[Written, ...]
    mark: Mark


def export_corpus(
    db: Path,
    folder: Path,
    job: Job,
    force: bool = False,
    report: Callable[[int, int | None, str], None] = lambda *_: None,
) -> Exported:
    """Export the corpus in the file `db` into `folder`, whole or not at all.

    An `OperatorError` says what is wrong with the options, the folder, or that nothing matches;
    where an incremental export finds nothing new, no folder is made and no documents are returned.
    """
    fields = chosen(job.fields, job.with_removals)
    _check(job)
    check_target(folder, force)
    with snapshot(db) as connection:
        found = choose(
            connection, job.selection, job.sample, job.since, lambda n: report(n, None, "choosing")
        )
        mark = mark_of(connection)
        if not found.ids:
            if job.since is None:
                raise OperatorError(f"export: {_nothing(found)}")
            return Exported(0, 0, {}, dict(found.left_out), (), mark)
        with whole_folder(folder, force) as part:
            target = Target(part, fields, job.shard_bytes, len(job.split.shares) > 1)
            tally = Tally()
            files = _write(connection, found.ids, job, target, (tally, report))
            recipe = job.recipe()
            text = card(recipe, tally, found.left_out, fields, files)
            files.append(_put(part / CARD, text.encode("utf-8")))
            with (part / MANIFEST).open("w", encoding="utf-8") as file:
                file.writelines(manifest(recipe, tally, found.left_out, files))
    splits = {name: tally.splits[name] for name in job.split.names}
    left_out = dict(found.left_out)
    return Exported(tally.documents, tally.words, splits, left_out, tuple(files), mark)


def _write(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    job: Job,
    target: Target,
    counting: tuple[Tally, Callable[[int, int | None, str], None]],
) -> list[Written]:
    """Pass the documents through all formats at once; return the finished files."""
    tally, report = counting
    writers = [FORMATS[name].open(target) for name in job.formats]
    raw = any(FORMATS[name].raw for name in job.formats)
    read = _needed(target.fields, job.formats)
    try:
        for chunk in chunks(connection, ids, read, raw):
            tally.cuts += cut_counts(connection, [record["_id"] for record in chunk])
            for split, records in _by_split(chunk, job, tally):
                for writer in writers:
                    writer.add(split, records)
            report(tally.documents, len(ids), "documents")
        return [file for writer in writers for file in writer.close()]
    except BaseException:
        for writer in writers:
            writer.give_up()
        raise


def _put(path: Path, data: bytes) -> Written:
    """Write the data card; return what the manifest says of it."""
    path.write_bytes(data)
    return Written(path.name, "card", "", 0, len(data), sha256(data).hexdigest())


def _by_split(chunk: list[Record], job: Job, tally: Tally) -> Iterator[tuple[str, list[Record]]]:
    """Redact and count the documents, and yield them by split in their order."""
    if job.redact:
        chunk = [redacted(record, job.redact) for record in chunk]
    parts: dict[str, list[Record]] = {}
    for record in chunk:
        split = job.split.of(record["_url_key"], record["_site"])
        parts.setdefault(split, []).append(record)
    for split, records in parts.items():
        tally.add(split, records)
        yield split, records


def _needed(fields: Sequence[Field], formats: Sequence[str]) -> list[Field]:
    """Return the fields to read: the chosen ones, and what the formats and the card need."""
    names = dict.fromkeys(field.name for field in fields)
    for name in formats:
        names |= dict.fromkeys(FORMATS[name].needs)
    names |= dict.fromkeys((*COUNTED, "text"))
    return [FIELDS[name] for name in names]


def _check(job: Job) -> None:
    """Refuse options that contradict each other."""
    raw = [name for name in job.formats if FORMATS[name].raw]
    if job.redact and raw:
        raise OperatorError(f"export: --redact cannot reach into {raw[0]}, which holds raw pages")
    columns = [name for name in job.formats if FORMATS[name].tabular]
    if job.with_removals and not columns:
        tabular = ", ".join(name for name, form in FORMATS.items() if form.tabular)
        raise OperatorError(f"export: --with-removals needs a format with columns: {tabular}")


def _nothing(found: Chosen) -> str:
    """Return why no document is left to export."""
    if not found.left_out:
        return "no document matches; nothing was written"
    counts = ", ".join(f"{number:,} {reason}" for reason, number in found.left_out.items())
    return f"no document is left: {counts}; --include-opted-out and --with-duplicates take them in"
