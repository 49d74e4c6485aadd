"""How fast an export is, and how much memory it takes: against `sqlite-utils rows --nl`.

Makes a corpus of random words, then runs each export in a process of its own:

    python -m benchmarks.export --documents 200000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus.store import corpus_at, transaction

VOCABULARY = 20_000
PARAGRAPHS, WORDS = (4, 12), (20, 70)
LANGUAGES = ("en", "de", "fr", "es", "uk", "ja")


def main() -> None:
    """Make the corpus, run the exports, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="winnow-export-", dir=given.folder))
    try:
        db = folder / "corpus.db"
        make(db, given.documents)
        show(given.documents, db, list(runs(db, folder)))
    finally:
        shutil.rmtree(folder)


def runs(db: Path, folder: Path) -> Iterator[tuple[str, float, float, float]]:
    """Yield name, seconds, processor seconds and peak megabytes of the baseline and exports."""
    rows = [sys.executable, "-m", "sqlite_utils", "rows", str(db), "documents", "--nl"]
    yield ("sqlite-utils rows --nl", *measured(rows, folder / "rows.jsonl"))
    (folder / "rows.jsonl").unlink()
    for forms in ("jsonl", "parquet", "jsonl,parquet", "jsonl.zst"):
        target = folder / "export"
        command = [sys.executable, "-m", "winnow", "--db", str(db)]
        command += ["export", str(target), "--format", forms]
        yield (f"winnow export {forms}", *measured(command, folder / "log"))
        shutil.rmtree(target)


def measured(command: list[str], output: Path) -> tuple[float, float, float]:
    """Run a command; return seconds, processor seconds and peak resident memory in megabytes."""
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
    return time.monotonic() - began, cpu, usage.ru_maxrss / 1024


def show(documents: int, db: Path, results: list[tuple[str, float, float, float]]) -> None:
    """Print the table; speeds are relative to the first line."""
    title = f"{documents:,} documents, {db.stat().st_size / 1e6:,.0f} MB"
    table = Table(title=title, title_justify="left")
    for heading in ("command", "seconds", "documents/s", "speed", "CPU s", "by CPU", "peak MB"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    for name, seconds, cpu, megabytes in results:
        speed, by_cpu = results[0][1] / seconds, results[0][2] / cpu
        rate = f"{documents / seconds:,.0f}"
        cells = [f"{seconds:.1f}", rate, f"{speed:.2f}", f"{cpu:.1f}", f"{by_cpu:.2f}"]
        table.add_row(name, *cells, f"{megabytes:.0f}")
    Console().print(table)


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
