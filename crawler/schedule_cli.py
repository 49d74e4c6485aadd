"""`winnow schedule`: the service that starts crawls when they are due, and what is due next."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import click

from corpus.cli.numbers import PROCESSES, Whole
from corpus.cli.output import emit, now, table
from corpus.schedule_store import State, load_states
from corpus.store import corpus_at, open_corpus, problems_of
from crawler.log import Tell, log_option, logged, teller
from crawler.metrics import Figures
from crawler.notices import COMMAND, WEBHOOK, chosen_ways, notice_options
from crawler.schedule import INTERRUPTED, known
from crawler.schedule_processes import Crawls, Wishes, once, serve
from crawler.schedule_service import Scheduler, SourcesFile
from crawler.sources import Source, load_sources
from crawler.watch import Pulse, served


@click.group()
def schedule() -> None:
    """Start each source's crawl when it is due."""


@schedule.command("run", short_help="Run as a service in the foreground.")
@click.option("--once", "only_once", is_flag=True, help="Crawl what is due now, then end.")
@click.option(
    "--at-once",
    type=PROCESSES,
    default=4,
    show_default=True,
    metavar="N",
    help="Run at most so many crawls at the same time.",
)
@click.option(
    "--metrics-port",
    type=Whole(0, 65_535),
    metavar="PORT",
    help="Serve /metrics (for Prometheus) and /healthz at this port; by default not at all.",
)
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="The machine's address that they are served at.",
)
@notice_options
@log_option("text")
@click.pass_context
def run(ctx: click.Context, /, **given: Any) -> None:
    """Run as a service in the foreground: start crawls when they are due, each in its own process.

    SIGTERM or Ctrl-C ends the crawls so that they can go on, then the service; SIGHUP, or a change
    of the sources file, reads that again.
    """
    tell = teller(given["log_format"], now)
    with logged(tell if given["log_format"] == "json" else None):
        file = SourcesFile(ctx.obj["sources"], tell)
        file.load()
        chosen_ways(file.path, given["webhook"], given["alarm_command"])  # a mistake ends us now
        with closing(file):
            _run(ctx.obj["db"], file, tell, given)


def _run(path: Path, file: SourcesFile, tell: Tell, given: dict[str, Any]) -> None:
    if not any(source.every or source.cron for source in file.sources.values()):
        tell("no source has a schedule; give one `every` or `cron`", file=str(file.path))
    ways = {WEBHOOK: given["webhook"], COMMAND: given["alarm_command"]}
    environment = {name: value for name, value in ways.items() if value is not None}
    crawls = Crawls(path, file.for_crawls, given["log_format"], environment)
    pulse = Pulse(time.monotonic)
    with problems_of(path), closing(open_corpus(path)) as db, ExitStack() as stack:
        scheduler = Scheduler(db, file, crawls, tell, given["at_once"], pulse.beat)
        if given["metrics_port"] is not None:
            figures = Figures(path, lambda: file.sources, time.monotonic)
            pulse.beat()
            place = (given["metrics_host"], given["metrics_port"])
            tell("metrics served", url=stack.enter_context(served(*place, figures, pulse)))
        wishes = Wishes()
        wishes.listen()
        scheduler.begin(now())
        stack.callback(scheduler.end)
        tell("scheduler began", sources=len(file.sources), process=scheduler.process)
        (once if given["only_once"] else serve)(scheduler, crawls, wishes, now)
    tell("scheduler ended")


@schedule.command("list", short_help="Show last and next crawls.")
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
