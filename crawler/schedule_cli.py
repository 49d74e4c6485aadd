"""`winnow schedule`: the service that starts crawls when they are due, and what is due next."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from corpus.cli.output import emit, now, say, table
from corpus.schedule_store import State, load_states
from corpus.store import corpus_at, open_corpus, problems_of
from crawler.schedule import INTERRUPTED, known
from crawler.schedule_log import teller
from crawler.schedule_processes import Crawls, Wishes, once, serve
from crawler.schedule_service import Scheduler, SourcesFile
from crawler.sources import Source, load_sources


@click.group()
def schedule() -> None:
    """Start each source's crawl when it is due."""


@schedule.command("run")
@click.option("--once", "only_once", is_flag=True, help="Crawl what is due now, then end.")
@click.option(
    "--at-once",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    metavar="N",
    help="Run at most so many crawls at the same time.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the log's lines on stderr.",
)
@click.pass_context
def run(ctx: click.Context, /, only_once: bool, at_once: int, log_format: str) -> None:
    """Run as a service in the foreground: start crawls when they are due, each in its own process.

    SIGTERM or Ctrl-C ends the crawls so that they can go on, then the service; SIGHUP, or a change
    of the sources file, reads that again.
    """
    path: Path = ctx.obj["db"]
    tell = teller(log_format, now)
    file = SourcesFile(ctx.obj["sources"], tell)
    file.load()
    if not any(source.every or source.cron for source in file.sources.values()):
        say(f"winnow: {file.path}: no source has a schedule; give one `every` or `cron`")
    crawls = Crawls(path, file.path)
    with problems_of(path), closing(open_corpus(path)) as db:
        scheduler = Scheduler(db, file, crawls, tell, at_once)
        wishes = Wishes()
        wishes.listen()
        scheduler.begin(now())
        try:
            tell("scheduler began", sources=len(file.sources), process=scheduler.process)
            if only_once:
                once(scheduler, crawls, wishes, now)
            else:
                serve(scheduler, crawls, wishes, now)
        finally:
            scheduler.end()
    tell("scheduler ended")


@schedule.command("list")
@click.pass_context
def list_(ctx: click.Context, /) -> None:
    """Show when each source was crawled last, how that ended, and when it is due next."""
    sources = load_sources(ctx.obj["sources"])
    states: dict[str, State] = {}
    if ctx.obj["db"].exists():
        with corpus_at(ctx.obj["db"]) as db:
            states = load_states(db)
    rows = [_row(source, states.get(name)) for name, source in sources.items()]
    if ctx.obj["as_json"]:
        for row in rows:
            emit(row)
        return
    columns = dict.fromkeys(rows[0] if rows else (), "left")
    table("", columns, [[_cell(cell) for cell in row.values()] for row in rows])


def _cell(cell: str | None) -> str:
    return "–" if cell is None else cell.replace("+00:00", " UTC")


def _row(source: Source, stored: State | None) -> dict[str, Any]:
    state = known(source, stored, now())
    last = stored.ended_at or stored.started_at if stored else None
    return {
        "source": source.name,
        "schedule": _described(source, state),
        "last": last.isoformat(timespec="seconds") if last else None,
        "result": _result(stored),
        "next": state.due_at.isoformat(timespec="seconds") if state else None,
    }


def _described(source: Source, state: State | None) -> str | None:
    if source.cron:
        return f"cron {source.cron} {source.timezone}"
    if source.every == "auto" and state is not None:
        return f"auto: every {state.interval / 60:.0f} min"
    return f"every {source.every:g} s" if isinstance(source.every, float) else None


def _result(state: State | None) -> str | None:
    if state is None or state.started_at is None:
        return None
    if state.process is not None:
        return "running"
    if state.exit_code is None:
        return "lost; goes on"
    if state.exit_code in INTERRUPTED:
        return "interrupted; goes on"
    if state.exit_code == 0:
        return "well"
    return f"exit code {state.exit_code}, {state.failures} failures in a row"
