"""`winnow reclean` and `history`: stored pages cleaned again, and what documents were before."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import click

from cleaners.errors import OperatorError
from corpus.cli.options import clean_options, cleaning_options, limits, worker_options
from corpus.cli.output import emit, figures, now, progress, table
from corpus.history import Version, versions
from corpus.ingest import Plan
from corpus.reclean import Changes, Job, Selection, TextChange, as_record, preview
from corpus.reclean import reclean as clean_again
from corpus.sources import all_clean_options
from corpus.store import corpus_at, utc_text
from corpus.workers import CleaningPool

CONTEXT_LINES = 1
LONGEST_LINE = 200


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--site", help="Only pages of this site, such as example.org.")
@click.option("--source", help="Only pages of this source.")
@click.option("--since", help="Only pages fetched at or after this date or time (ISO 8601).")
@click.option("--all", "every", is_flag=True, help="Also pages that are up to date.")
@cleaning_options
@worker_options
@click.pass_context
def reclean(ctx: click.Context, /, dry_run: bool, **given: Any) -> None:
    """Clean stored pages again whose rules, options or site's template are not today's.

    Nothing is fetched. What a document was before is kept: see `winnow history URL`.
    """
    selection = Selection(given["site"], given["source"], since(given["since"]), given["every"])
    plan = Plan(clean_options(given), all_clean_options(ctx.obj["sources"]))
    with (
        corpus_at(ctx.obj["db"]) as db,
        CleaningPool(limits(given)) as pool,
        progress("cleaning again") as show,
    ):

        def report(changes: Changes) -> None:
            show(changes.pages, None, f"{changes.changed} changed")

        run = preview if dry_run else clean_again
        changes = run(db, pool, Job(plan, selection, now, report))
    if ctx.obj["as_json"]:
        emit({"dry_run": dry_run, **as_record(changes)})
    else:
        show_changes(changes, dry_run)


@click.command()
@click.argument("url")
@click.option("--diff", is_flag=True, help="Show how the text changed from version to version.")
@click.pass_context
def history(ctx: click.Context, /, url: str, diff: bool) -> None:
    """Show the documents that an address has and had, oldest first."""
    with corpus_at(ctx.obj["db"]) as db:
        found = versions(db, url)
    if not found:
        raise OperatorError(f"{url}: no document of this address in {ctx.obj['db']}")
    if ctx.obj["as_json"]:
        for version in found:
            emit(asdict(version))
        return
    columns = {"fetched": "left", "until": "left", "cleaner": "right", "words": "right"}
    rows: list[list[Any]] = [
        [v.fetched_at or "–", until(v, found), v.cleaner_version, v.words, v.title or "–"]
        for v in found
    ]
    table("", columns | {"title": "left"}, rows)
    if diff:
        for old, new in pairwise(found):
            show_diff(TextChange(0, new.url, old.text, new.text))


def until(version: Version, found: list[Version]) -> str:
    """Return when a document was replaced, or what has followed it."""
    return version.replaced_at or ("now" if version is found[-1] else "newer page")


def since(text: str | None) -> str | None:
    """Return a date or time as the store writes it; one without a zone is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise OperatorError(f"--since {text}: not a date or time like 2026-03-01") from None


def show_changes(changes: Changes, dry_run: bool) -> None:
    """Print what changed, or would: counts, fields, categories, the largest differences of text."""
    verb = "would change" if dry_run else "changed"
    click.echo(
        f"{figures(changes.pages)} pages cleaned again: {figures(changes.changed)} documents"
        f" {verb}, {figures(changes.unchanged)} are as they were,"
        f" {figures(changes.became_documents)} new documents,"
        f" {figures(changes.became_rejections)} now rejected"
    )
    if changes.fields:
        rows = [[name, number] for name, number in changes.fields.most_common()]
        table("", {"field": "left", "documents": "right"}, rows)
    before, after = Counter(changes.categories_before), Counter(changes.categories_after)
    if before != after:
        names = sorted(name for name in before | after if before[name] != after[name])
        columns = {"cut as": "left", "before": "right", "after": "right"}
        table("", columns, [[name, before[name], after[name]] for name in names])
    if dry_run:
        for change in changes.largest:
            show_diff(change)


def show_diff(change: TextChange) -> None:
    """Print how a text changes, paragraph by paragraph."""
    lines = difflib.unified_diff(
        change.before.splitlines(),
        change.after.splitlines(),
        lineterm="",
        n=CONTEXT_LINES,
    )
    click.echo(f"\n{change.url}")
    for line in list(lines)[2:]:
        if line.strip():
            shown = line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
            colour = {"+": "green", "-": "red"}.get(line[0])
            click.echo(click.style(shown, fg=colour))
