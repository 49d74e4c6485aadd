"""`winnow import` and `ingest`: pages into the store, and through it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from corpus.cli.options import clean_options, cleaning_options, limits, worker_options
from corpus.cli.output import emit, now, progress, say, tell_others
from corpus.imports import Imported, Origin, import_pages
from corpus.ingest import Counts, Plan, ingest
from corpus.saved import Saved
from corpus.sources import all_clean_options
from corpus.store import corpus_at
from corpus.workers import CleaningPool


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--source", help="The source's name to store with the pages.")
@click.option("--url", help="The address of a page that does not tell its own.")
@click.pass_context
def import_(ctx: click.Context, /, paths: tuple[str, ...], source: str, url: str) -> None:
    """Store saved pages: HTML files, folders, .txt, .warc(.gz), or "-"; clean them with `ingest`.

    Pages that are there already are left as they are. Exit code 1 when some could not be read.
    """
    origin = Origin(source, url)
    with corpus_at(ctx.obj["db"], create=True) as db, progress("importing") as show:

        def report(counts: Imported, unread: Saved | None) -> None:
            if unread is not None and not isinstance(unread.content, bytes):
                rejection = unread.content
                say(f"winnow: {unread.path}: {getattr(rejection, 'detail', '')}")
            show(counts.new + counts.known, None, f"{counts.known} known")

        counts = import_pages(db, paths, now, origin, report)
    tell_others(origin.others, counts.new + counts.known + counts.unreadable)
    if ctx.obj["as_json"]:
        emit(asdict(counts))
    else:
        click.echo(
            f"{counts.new:,} new pages, {counts.known:,} known already"
            + (f", {counts.unreadable:,} not readable" if counts.unreadable else "")
        )
    ctx.exit(1 if counts.unreadable else 0)


@click.command("ingest")
@cleaning_options
@worker_options
@click.pass_context
def ingest_(ctx: click.Context, /, **given: Any) -> None:
    """Clean the pages that are pending; a run that is ended goes on with the next one."""
    plan = Plan(clean_options(given), all_clean_options(ctx.obj["sources"]))
    with (
        corpus_at(ctx.obj["db"]) as db,
        CleaningPool(limits(given)) as pool,
        progress("cleaning") as show,
    ):

        def report(counts: Counts) -> None:
            show(counts.pages, counts.pending, f"{counts.rejections} rejected")

        counts = ingest(db, pool, now, plan, report)
    if ctx.obj["as_json"]:
        emit(asdict(counts))
    else:
        again = f"; {counts.again:,} cleaned again with what their sites taught"
        click.echo(
            f"{counts.documents:,} documents, {counts.rejections:,} rejected pages"
            + (again if counts.again else "")
        )
