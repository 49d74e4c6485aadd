"""`winnow clean`: saved pages in, documents out, no database."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import click

from cleaners.records import CleanOptions, Document, Page, Rejection
from corpus.cli.options import clean_options, cleaning_options, limits, worker_options
from corpus.cli.output import emit, now, progress, say, tell_others
from corpus.export.markdown import markdown
from corpus.saved import Saved, read_pages
from corpus.workers import CleaningPool, Outcome, Task


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "text", "md"]),
    default="jsonl",
    show_default=True,
    help="One JSON line each, or the text, or Markdown.",
)
@click.option("--url", help="The address of a page that does not tell its own.")
@cleaning_options
@worker_options
@click.pass_context
def clean(ctx: click.Context, /, paths: tuple[str, ...], form: str, **given: Any) -> None:
    """Clean HTML files, folders, .txt, .warc(.gz) or "-" for standard input.

    Prints one JSON line for each page, in the order of the input. Exit code: 0 when every page gave
    a document, 1 when some were rejected, 2 for a mistake in the command.
    """
    others: Counter[str] = Counter()
    inputs = read_pages(paths, given["url"], others)
    rejected = done = 0
    with CleaningPool(limits(given)) as pool, progress("cleaning") as report:
        for saved, outcome in cleaned(pool, inputs, clean_options(given)):
            write(saved, outcome, form)
            done += 1
            rejected += isinstance(outcome, Rejection)
            report(done, None, f"{rejected} rejected" if rejected else "")
    tell_others(others, done)
    ctx.exit(1 if rejected or not done else 0)


def cleaned(
    pool: CleaningPool, inputs: Iterator[Saved], options: CleanOptions
) -> Iterator[tuple[Saved, Outcome]]:
    """Yield each input with what it was cleaned to; one that could not be read, as it is."""

    def tasks() -> Iterator[Task]:
        for saved in inputs:
            content = saved.content
            page = content if isinstance(content, Page) else Page(b"", content.url)
            yield Task(saved, replace(page, seen_at=now()), options)

    for task, outcome in pool.clean(tasks()):
        unread = task.key.content
        yield task.key, unread if isinstance(unread, Rejection) else outcome


def write(saved: Saved, outcome: Outcome, form: str) -> None:
    """Print an outcome; rejections go to stderr unless the output is JSON."""
    if form == "jsonl":
        emit(record(saved, outcome))
    elif isinstance(outcome, Rejection):
        say(f"winnow: {saved.path}: {outcome.reason}: {outcome.detail}")
    else:
        body = markdown(outcome) if form == "md" else outcome.text
        sys.stdout.write(body.rstrip("\n") + "\n\n")


def record(saved: Saved, outcome: Outcome) -> dict[str, Any]:
    """Return the JSON record of an outcome."""
    if isinstance(outcome, Rejection):
        return {
            "url": outcome.url,
            "path": saved.path,
            "rejected": outcome.reason,
            "detail": outcome.detail,
        }
    return {"url": outcome.url, "path": saved.path, **document_record(outcome)}


def document_record(document: Document) -> dict[str, Any]:
    """Return the JSON record of a document, without its address."""
    return {
        **asdict(document.metadata),
        "text": document.text,
        "removals": [
            {
                "category": removal.category,
                "stage": removal.stage,
                "rule": removal.rule,
                "evidence": removal.evidence,
                "score": removal.score,
                "position": removal.block.index,
                "text": removal.text,
            }
            for removal in document.removals
        ],
        "cleaner_version": document.cleaner_version,
    }
