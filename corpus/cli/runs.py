"""`winnow runs`: what was done when, what it came to, and how it ended."""

from __future__ import annotations

from dataclasses import asdict

import click

from corpus.cli.numbers import COUNT
from corpus.cli.output import emit, say, table
from corpus.runs import Run, runs
from corpus.store import corpus_at

COLUMNS = {
    "run": "right",
    "kind": "left",
    "source": "left",
    "started (UTC)": "left",
    "took": "right",
    "ended": "left",
    "counts": "left",
}


@click.command("runs")
@click.option(
    "--limit",
    type=COUNT,
    default=20,
    show_default=True,
    help="Show so many, the latest.",
)
@click.option("--source", help="Show the crawls of this source.")
@click.option("--kind", help="Show runs of this kind, such as crawl, ingest or export.")
@click.pass_context
def runs_(ctx: click.Context, /, limit: int, source: str | None, kind: str | None) -> None:
    """Show the latest runs, newest first: when, what, how long, how they ended, what they did."""
    with corpus_at(ctx.obj["db"]) as db:
        found = runs(db, limit, source, kind)
    if ctx.obj["as_json"]:
        for run in found:
            emit({**asdict(run), "seconds": run.seconds})
    elif found:
        table("", COLUMNS, [_cells(run) for run in found])
    else:
        say("winnow: no such run")


def _cells(run: Run) -> list[str]:
    counts = ", ".join(f"{name} {number:,}" for name, number in run.counts.items() if number)
    return [
        str(run.id),
        run.kind,
        run.source or "–",
        run.started_at[:19].replace("T", " "),
        took(run.seconds),
        run.reason or ("running" if run.running else "cut off"),
        counts,
    ]


def took(seconds: int | None) -> str:
    """Return a duration for people.

    >>> took(None), took(59), took(61), took(7_384)
    ('–', '59 s', '1:01', '2:03:04')
    """
    if seconds is None or seconds < 60:
        return "–" if seconds is None else f"{seconds} s"
    hours, rest = divmod(seconds, 3_600)
    minutes = f"{rest // 60:02}" if hours else f"{rest // 60}"
    return ":".join([*([str(hours)] if hours else []), minutes, f"{rest % 60:02}"])
