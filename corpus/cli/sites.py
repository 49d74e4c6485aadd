"""`winnow sites`: each site's health and alarms; what operators decide about a site."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cleaners.errors import OperatorError
from corpus.alarms import Alarm, accept, alarms
from corpus.cli.output import emit, now, say, table
from corpus.condition import site_health
from corpus.siteconfigs import read_folder, store_configs
from corpus.store import corpus_at

COLUMNS = {
    "site": "site",
    "pages": "pages",
    "yield": "yield",
    "words": "median_words",
    "cut": "cut",
    "no title": "no_title",
    "no date": "no_date",
    "no author": "no_author",
    "languages": "languages",
    "rejected": "rejections",
    "tried": "tried",
    "failed": "failed",
    "alarms": "alarms",
}
"""Heading → figure; the others are for programs."""
NUMBERS = {"pages", "yield", "words", "cut", "no title", "no date", "no author", "tried", "failed"}


@click.group(invoke_without_command=True)
@click.pass_context
def sites(ctx: click.Context, /) -> None:
    """Show each site's health over its latest pages, and its open alarms."""
    if ctx.invoked_subcommand is not None:
        return
    with corpus_at(ctx.obj["db"]) as db:
        rows, open_ = site_health(db), alarms(db)
    if ctx.obj["as_json"]:
        for row in rows:
            own = [asdict(alarm) for alarm in open_ if alarm.site == row["site"]]
            emit({**row, "alarms": own})
        return
    if not rows:
        say("winnow: no site has been judged so far; that is done after each crawl")
        return
    columns = {name: "right" if name in NUMBERS else "left" for name in COLUMNS}
    table("", columns, [[_cell(row[name]) for name in COLUMNS.values()] for row in rows])
    for alarm in open_:
        show(alarm)


@sites.command("alarms", short_help="Show alarms, those that are over too.")
@click.argument("site", required=False)
@click.pass_context
def alarms_(ctx: click.Context, /, site: str | None) -> None:
    """Show the alarms of a site, or of all, those that are over too; newest first."""
    with corpus_at(ctx.obj["db"]) as db:
        found = alarms(db, site, closed=True)
    for alarm in found:
        if ctx.obj["as_json"]:
            emit(asdict(alarm))
        else:
            show(alarm)
    if not found:
        say("winnow: no alarm so far")


@sites.command("accept", short_help="Take what an alarm tells of as the new normal.")
@click.argument("site")
@click.pass_context
def accept_(ctx: click.Context, /, site: str) -> None:
    """Take what a site is like since its alarms opened as the new normal; close them."""
    with corpus_at(ctx.obj["db"]) as db:
        closed = accept(db, site, now())
    if not closed:
        raise OperatorError(f"{site}: has no open alarm; see `winnow sites`")
    if ctx.obj["as_json"]:
        emit({"site": site, "closed": closed})
    else:
        click.echo(f"{site}: {closed} alarms closed; its latest pages are the new normal")


@sites.command("import", short_help="Store site configurations (HOST.txt).")
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_context
def import_(ctx: click.Context, /, folder: Path) -> None:
    """Store the site configurations (HOST.txt, as of ftr-site-config) of a folder.

    They hold from the next cleaning on; `winnow reclean` applies them to stored pages. Exit code 1
    when lines could not be read.
    """
    configs = read_folder(folder)
    for problem in configs.problems:
        say(f"winnow: {problem}")
    with corpus_at(ctx.obj["db"], create=True) as db:
        count = store_configs(db, configs, now())
    if ctx.obj["as_json"]:
        emit({"hosts": count, "problems": configs.problems})
    else:
        click.echo(f"{count:,} sites' configurations stored")
    ctx.exit(1 if configs.problems else 0)


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:,}" for name, number in value.items())
    return ", ".join(value) if isinstance(value, list) else value


def show(alarm: Alarm) -> None:
    """Print an alarm with its examples."""
    until = f", over since {alarm.closed_at}" if alarm.closed_at else ""
    click.echo(f"{alarm.site}: {alarm.cause}: {alarm.detail} (since {alarm.opened_at}{until})")
    for name, urls in (("before", alarm.before), ("after", alarm.after)):
        for url in urls:
            click.echo(f"  {name}: {url}")
