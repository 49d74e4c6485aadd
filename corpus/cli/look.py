"""`winnow search` and `removals`: what is in the corpus, and what was cut from it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from corpus.cli.numbers import COUNT
from corpus.cli.output import emit, say, table
from corpus.search import MARKS, Hit
from corpus.search import search as find
from corpus.stats import GROUPS, removal_counts
from corpus.store import corpus_at

EXAMPLE_CHARACTERS = 160


@click.command()
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@click.option("--limit", type=COUNT, default=20, show_default=True, help="Documents to list.")
@click.pass_context
def search(ctx: click.Context, /, query: tuple[str, ...], limit: int) -> None:
    """Find documents: words, "a phrase", OR, NOT, prefix*, title: word."""
    with corpus_at(ctx.obj["db"]) as db:
        hits = find(db, " ".join(query), limit)
    if ctx.obj["as_json"]:
        for hit in hits:
            plain = hit.snippet.translate({ord(mark): None for mark in MARKS})
            emit({**asdict(hit), "snippet": plain})
        return
    console = Console(file=sys.stdout, highlight=False)
    for hit in hits:
        _print_hit(console, hit)
    if not hits:
        say("nothing found")


@click.command()
@click.option(
    "--by",
    default="category",
    show_default=True,
    metavar="NAMES",
    help=f"Count by one or more, with commas: {', '.join(GROUPS)}.",
)
@click.option("--category", help="Only removals of this category.")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="Rows to list.")
@click.pass_context
def removals(ctx: click.Context, /, by: str, category: str | None, limit: int) -> None:
    """Count what was cut, with an example of each."""
    names = tuple(name.strip() for name in by.split(",") if name.strip())
    with corpus_at(ctx.obj["db"]) as db:
        counts = removal_counts(db, names, category, limit)
    if ctx.obj["as_json"]:
        for count in counts:
            emit({**count.group, **{k: v for k, v in asdict(count).items() if k != "group"}})
        return
    if not counts:
        say("winnow: nothing was cut so far")
        return
    columns = dict.fromkeys(names, "left") | {"cuts": "right", "documents": "right"}
    rows: list[list[Any]] = [
        [*count.group.values(), count.removals, count.documents, shortened(count.example)]
        for count in counts
    ]
    table("what was cut", columns | {"for example": "left"}, rows)


def shortened(text: str, length: int = EXAMPLE_CHARACTERS) -> str:
    """Return the text on one line, with an ellipsis where it is longer than `length`."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _print_hit(console: Console, hit: Hit) -> None:
    """Print a hit: title, address and date, and the text around the match."""
    console.print(Text(hit.title or "(no title)", style="bold"))
    about = [fact for fact in (hit.url, hit.published, hit.language) if fact]
    console.print(Text("  ".join(about), "dim"), soft_wrap=True)
    line = Text()
    for piece in " ".join(hit.snippet.split()).split(MARKS[0]):
        match, _, rest = piece.rpartition(MARKS[1])
        line.append(match, style="bold yellow").append(rest)
    console.print(line, soft_wrap=True)
    console.print()
