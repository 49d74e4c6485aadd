"""How verbs speak: results on stdout, everything else on stderr, bars only for people."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

HALVES = re.compile("[\ud800-\udfff]")
LINE_SECONDS = 5.0
"""How often a progress line is written where there is no terminal."""


def now() -> datetime:
    """Return the time now, aware, in UTC: the clock that verbs hand down."""
    return datetime.now(UTC)


def emit(value: Any) -> None:
    """Write one JSON value as one line on stdout."""
    click.echo(_whole(json.dumps(value, ensure_ascii=False, default=str)))


def say(line: str) -> None:
    """Write one line for a person on stderr."""
    click.echo(_whole(line), err=True)


def _whole(text: str) -> str:
    """Return text that is valid UTF-8: bytes of a file's name that are not become U+FFFD."""
    return HALVES.sub("\ufffd", text)


def complain(what: str, **details: Any) -> None:
    """Write what went wrong, with its details, as one line for a person on stderr."""
    say(": ".join(["winnow", what, *map(str, details.values())]))


def tell_others(others: Counter[str], pages: int) -> None:
    """Say how many files of folders were passed over, or that there was no page at all."""
    if others:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in others.most_common(3))
        more = ", …" if len(others) > 3 else ""
        say(f"winnow: passed over {others.total():,} files of other kinds ({kinds}{more})")
    if not pages:
        say("winnow: no HTML, text or WARC files there")


def figures(value: int | float | None) -> str:
    """Return a number with thin grouping for a table.

    >>> figures(1234567), figures(None)
    ('1,234,567', '–')
    """
    return "–" if value is None else f"{value:,}"


def table(title: str, columns: dict[str, str], rows: list[list[Any]]) -> None:
    """Print a table; `columns` maps each heading to "left" or "right"."""
    grid = Table(title=title or None, title_justify="left", header_style="bold")
    for heading, side in columns.items():
        grid.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, str) else figures(cell) for cell in row))
    Console(file=sys.stdout, markup=False, highlight=False).print(grid)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None, str], None]]:
    """Show the progress of a long verb; yield the function that takes done, total and a note."""
    if sys.stderr.isatty():
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            shown = bar.add_task(what, total=None, note="")
            yield lambda done, total, note: bar.update(
                shown, completed=done, total=total, note=note
            )
        return
    last = time.monotonic()

    def line(done: int, total: int | None, note: str) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_SECONDS:
            last = time.monotonic()
            say(f"{what} {done:,}" + (f" of {total:,}" if total else "") + f" {note}".rstrip())

    yield line
