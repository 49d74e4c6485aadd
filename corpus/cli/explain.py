"""`winnow explain`: one page, block by block."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text
from sqlite_utils import Database

from cleaners.errors import OperatorError
from cleaners.records import CleanOptions, Document, Page, Rejection
from corpus.choices import load_choices
from corpus.cli.look import shortened
from corpus.cli.options import clean_options, cleaning_options
from corpus.cli.output import emit, say
from corpus.explain import Verdict, verdicts
from corpus.ingest import Plan
from corpus.pages import StoredPage, load_pages, page_ids_of, pages_of_document
from corpus.report import html_report
from corpus.saved import read_pages
from corpus.sites import Sites
from corpus.sources import all_clean_options
from corpus.store import corpus_at
from corpus.workers import CleaningPool, Limits, Task


@click.command()
@click.argument("page", metavar="PATH|URL|ID")
@click.option(
    "--html",
    "report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a report to look at into this file.",
)
@cleaning_options
@click.pass_context
def explain(ctx: click.Context, /, page: str, report: Path | None, **given: Any) -> None:
    """Show which blocks of a saved or stored page are kept or cut, by what, and why.

    A stored page is cleaned with its source's options and with what its site has taught.
    """
    task = find_task(ctx.obj, page, clean_options(given))
    if isinstance(task, Rejection):
        outcome = task
    else:
        with CleaningPool(Limits(workers=1)) as pool:
            ((_, outcome),) = pool.clean([task])
    if isinstance(outcome, Rejection):
        emit({"url": outcome.url, "rejected": outcome.reason, "detail": outcome.detail})
        ctx.exit(1)
    if report is not None:
        report.write_text(html_report(outcome), encoding="utf-8", errors="replace")
        say(f"{report}: {len(outcome.blocks)} blocks kept, {len(outcome.removals)} cuts")
    elif ctx.obj["as_json"]:
        for verdict in verdicts(outcome):
            emit(_record(verdict))
    else:
        _print(outcome)


def find_task(given: dict[str, Any], name: str, options: CleanOptions) -> Task | Rejection:
    """Return how to clean the page that a path or a stored address names."""
    if is_saved(name):
        content = find_page(given["db"], name)
        if isinstance(content, Rejection):
            return content
        return Task(name, content, replace(options, explain=True))
    plan = Plan(options, all_clean_options(given["sources"]))
    with corpus_at(given["db"]) as db:
        stored = find_stored(db, given["db"], name)
        site = Sites(db).stats_for(stored)
        chosen = load_choices(db).refine(
            plan.options(stored.page.source), stored.url_key, stored.site, stored.page.url or ""
        )
    return Task(name, stored.page, replace(chosen, explain=True), site)


def find_page(db_path: Path, name: str) -> Page | Rejection:
    """Return the page that a path or a stored address names, its newest version."""
    if is_saved(name):
        saved = next(islice(read_pages([name]), 1), None)
        if saved is None:
            raise OperatorError(f"{name}: no HTML, text or WARC files there")
        return saved.content
    with corpus_at(db_path) as db:
        return find_stored(db, db_path, name).page


def is_saved(name: str) -> bool:
    """Tell a path, or "-", from an address or id; raise `OperatorError` where it is none."""
    if name == "-" or Path(name).exists():
        return True
    if not name.isdecimal() and not name.startswith(("http://", "https://", "file:", "stdin:")):
        raise OperatorError(f"{name}: no such file, and not an address or a document's id")
    return False


def find_stored(db: Database, db_path: Path, url: str) -> StoredPage:
    """Return the newest stored page of an address, or the page of a document's id."""
    ids = pages_of_document(db, url) if url.isdecimal() else page_ids_of(db, url)
    stored = load_pages(db, ids[:1])
    if not stored:
        raise OperatorError(f"{url}: not in the corpus {db_path}")
    return stored[0]


def _record(verdict: Verdict) -> dict[str, Any]:
    block = verdict.block
    return {
        "index": block.index,
        "kind": block.kind,
        "kept": verdict.kept,
        "text": block.text,
        "path": block.path,
        "link_density": block.link_density,
        "removals": [
            {
                "category": removal.category,
                "stage": removal.stage,
                "rule": removal.rule,
                "evidence": removal.evidence,
                "score": removal.score,
                "span": removal.span,
            }
            for removal in verdict.removals
        ],
    }


def _print(document: Document) -> None:
    """Print the blocks: kept ones plainly, cut ones dimmed with their reason above."""
    console = Console(file=sys.stdout, highlight=False)
    for verdict in verdicts(document):
        block = verdict.block
        for removal in verdict.removals:
            score = f" {removal.score:.2f}" if removal.score is not None else ""
            what = "cut" if not verdict.kept else f"cut {shortened(removal.text, 60)!r}"
            reason = f"{what}: {removal.category} ({removal.stage} {removal.rule}{score})"
            console.print(Text(f"      {reason}: {removal.evidence}", style="red"), soft_wrap=True)
        mark, style = ("+", "") if verdict.kept else ("-", "dim")
        line = f"{mark} {block.index:>3} {block.kind}: {' '.join(block.text.split())}"
        console.print(Text(line, style=style), soft_wrap=True)
