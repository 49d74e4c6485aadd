"""`winnow stats`: what a corpus holds, in figures or drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from corpus.cli.numbers import COUNT
from corpus.cli.output import emit, figures, say, table
from corpus.figures import corpus_figures
from corpus.plot import draw
from corpus.store import corpus_at

GROUPS = {
    "by_site": "site",
    "by_language": "language",
    "by_month": "month",
    "by_licence": "licence",
}
COUNTS = {"removals": ("cut, by category", "cuts"), "rejections": ("rejected pages", "pages")}


@click.command()
@click.option("--top", type=COUNT, default=20, show_default=True, help="Sites to list.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also draw the figures, in .svg or .png.",
)
@click.pass_context
def stats(ctx: click.Context, /, top: int, plot: Path | None) -> None:
    """Show the corpus in figures: documents and words by site, language and month; what was cut."""
    with corpus_at(ctx.obj["db"]) as db:
        found = corpus_figures(db, top)
    if plot is not None:
        draw(found, plot)
        say(f"drawn in {plot}")
    if ctx.obj["as_json"]:
        emit(found)
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """Print the figures for a person."""
    for line in summary(found):
        click.echo(line)
    click.echo()
    for name, heading in GROUPS.items():
        rows = [[row["name"], row["documents"], row["words"]] for row in found[name]]
        if rows:
            table("", {heading: "left", "documents": "right", "words": "right"}, rows)
    for name, (heading, unit) in COUNTS.items():
        if found[name]:
            table("", {heading: "left", unit: "right"}, [list(row) for row in found[name].items()])


def summary(found: dict[str, Any]) -> list[str]:
    """Return the figures of the whole corpus, a line each."""
    bodies, pages = found["bodies"], found["pages"]
    states = ", ".join(f"{figures(number)} {state}" for state, number in pages.items())
    return [
        f"{figures(found['documents'])} documents, {figures(found['words'])} words"
        f" (median {figures(found['median_words'])}), {figures(found['sites'])} sites",
        f"{figures(found['duplicates'])} duplicates, {figures(found['former_versions'])} former"
        f" versions, {figures(found['opted_out'])} opted out of mining or training",
        f"{figures(sum(pages.values()))} pages"
        + (f" ({states})" if states else "")
        + f", {bodies['bytes'] / 1e6:,.1f} MB raw in {bodies['stored_bytes'] / 1e6:,.1f} MB",
    ]
