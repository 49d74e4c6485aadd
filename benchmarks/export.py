"""How fast an export is, and how much memory it takes: against `sqlite-utils rows --nl`.

Makes a corpus of random words, then runs each command in a process of its own, in turns, so that
whatever else the machine does meanwhile falls on all alike:

    python -m benchmarks.export --documents 200000 --turns 3
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus.store import corpus_at, transaction

VOCABULARY = 20_000
PARAGRAPHS, WORDS = (4, 12), (20, 70)
LANGUAGES = ("en", "de", "fr", "es", "uk", "ja")
BASELINE = "sqlite-utils rows --nl"
FORMATS = ("jsonl", "parquet", "jsonl,parquet", "jsonl.zst")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds, processor seconds, peak resident memory in megabytes."""

    seconds: float
    cpu: float
    megabytes: float


def main() -> None:
    """Make the corpus, run the exports, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=3, help="how often each command runs")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="winnow-export-", dir=given.folder))
    try:
        db = folder / "corpus.db"
        make(db, given.documents)
        turns: list[Mapping[str, Cost]] = [dict(runs(db, folder)) for _ in range(given.turns)]
        show(given.documents, db, turns)
    finally:
        shutil.rmtree(folder)


def runs(db: Path, folder: Path) -> Iterator[tuple[str, Cost]]:
    """Yield what the baseline and each export took."""
    rows = [sys.executable, "-m", "sqlite_utils", "rows", str(db), "documents", "--nl"]
    yield BASELINE, measured(rows, folder / "rows.jsonl")
    (folder / "rows.jsonl").unlink()
    for forms in FORMATS:
        target = folder / "export"
        command = [sys.executable, "-m", "winnow", "--db", str(db)]
        command += ["export", str(target), "--format", forms]
        yield f"winnow export {forms}", measured(command, folder / "log")
        shutil.rmtree(target)


def measured(command: list[str], output: Path) -> Cost:
    """Run a command; return what it took."""
    began = time.monotonic()
    with (
        output.open("wb") as file,
        subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed: {' '.join(command)}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(time.monotonic() - began, cpu, usage.ru_maxrss / 1024)


def show(documents: int, db: Path, turns: list[Mapping[str, Cost]]) -> None:
    """Print the table: seconds and processor seconds, of all turns the least and the median.

    Speeds are relative to the baseline of the same turn.
    """
    title = f"{documents:,} documents, {db.stat().st_size / 1e6:,.0f} MB, {len(turns)} turns"
    table = Table(title=f"{title}; least / median", title_justify="left")
    for heading in ("command", "seconds", "documents/s", "speed", "CPU s", "by CPU", "peak MB"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    for name in turns[0]:
        table.add_row(name, *cells(documents, name, turns))
    Console(width=max(120, Console().width)).print(table)


def cells(documents: int, name: str, turns: list[Mapping[str, Cost]]) -> Iterator[str]:
    """Yield what the table says of a command."""
    seconds, cpu = [turn[name].seconds for turn in turns], [turn[name].cpu for turn in turns]
    yield both(seconds, ".1f")
    yield f"{documents / statistics.median(seconds):,.0f}"
    yield both([turn[BASELINE].seconds / turn[name].seconds for turn in turns], ".2f")
    yield both(cpu, ".1f")
    yield both([turn[BASELINE].cpu / turn[name].cpu for turn in turns], ".2f")
    yield f"{max(turn[name].megabytes for turn in turns):.0f}"


def both(numbers: list[float], form: str) -> str:
    """Return the least and the median."""
    return f"{min(numbers):{form}} / {statistics.median(numbers):{form}}"


def make(path: Path, documents: int) -> None:
    """Fill a new corpus; the full-text index stays empty, as no export here reads it."""
    with corpus_at(path, create=True) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("PRAGMA foreign_keys = OFF")
        with transaction(db):
            for row in made(documents):
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                db.conn.execute(
                    f"INSERT INTO documents ({names}) VALUES ({marks})",  # noqa: S608
                    list(row.values()),
                )


def made(documents: int) -> Iterator[dict[str, Any]]:
    """Yield documents of random words, the same each time."""
    dice = random.Random(7)  # noqa: S311
    letters = "abcdefghijklmnopqrstuvwxyzäöüéñ"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 11))) for _ in range(VOCABULARY)]
    for number in range(documents):
        paragraphs = [
            " ".join(dice.choices(words, k=dice.randint(*WORDS))).capitalize() + "."
            for _ in range(dice.randint(*PARAGRAPHS))
        ]
        text, at, structure = "\n\n".join(paragraphs), 0, []
        for paragraph in paragraphs:
            structure.append(["paragraph", 0, at, at + len(paragraph)])
            at += len(paragraph) + 2
        site = f"site{number % 50}.example.org"
        url = f"https://{site}/articles/{number}"
        yield {
            "page_id": number + 1,
            "url": url,
            "url_key": url,
            "site": site,
            "source": "bench",
            "fetched_at": "2026-03-01T10:00:00+00:00",
            "title": " ".join(dice.choices(words, k=8)),
            "authors": json.dumps([" ".join(dice.choices(words, k=2))]),
            "published": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "language": LANGUAGES[number % len(LANGUAGES)],
            "language_confidence": 0.9,
            "text": text,
            "structure": json.dumps(structure),
            "words": text.count(" ") + 1,
            "text_sha256": sha256(text.encode()).hexdigest(),
            "cleaner_version": "1",
            "options": "{}",
            "cleaned_at": "2026-03-02T10:00:00+00:00",
        }


if __name__ == "__main__":
    main()
