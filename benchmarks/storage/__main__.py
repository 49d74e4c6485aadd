"""`python -m benchmarks.storage`: tables of what learning finds and what it costs."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.storage.learning import ORDERS, learn, pages_of_all_sites
from benchmarks.storage.near import measure


@click.group(invoke_without_command=True)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Measure site templates and near-duplicates; without a command both, at full size."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(sites)
        ctx.invoke(near)


@main.command()
@click.option("--pages", default=300, show_default=True, help="Pages of each of the five sites.")
def sites(pages: int) -> None:
    """Boilerplate left and words lost, with the same pages in several orders."""
    made = pages_of_all_sites(pages)
    table = Table(
        "order", "boilerplate left", "story words lost", "cleaned again", "seconds", "same"
    )
    first = None
    with tempfile.TemporaryDirectory() as folder:
        for order in ORDERS:
            started = time.perf_counter()
            result = learn(Path(folder), made, order)
            seconds = time.perf_counter() - started
            first = first or result
            table.add_row(
                order.name,
                f"{result.left:.2%}",
                f"{result.lost:.3%}",
                f"{result.counts.again:,} of {len(made):,}",
                f"{seconds:.1f}",
                "yes" if result.documents == first.documents else "NO",
            )
    Console().print(table)


@main.command()
@click.option("--share", default=0.1, show_default=True, help="Share of words that are edited.")
@click.argument("sizes", nargs=-1, type=click.IntRange(2000))
def near(share: float, sizes: tuple[int, ...]) -> None:
    """Recall and precision of near-duplicates, and what 1,000 more documents cost."""
    table = Table("documents", "pairs", "recall", "precision", "CPU seconds for 1,000 more")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes or (10_000, 100_000):
            found = measure(Path(folder) / f"{size}.db", size, share)
            table.add_row(
                f"{size:,}",
                f"{found.pairs:,}",
                f"{found.recall:.3f}",
                f"{found.precision:.3f}",
                f"{found.seconds_for_1000:.2f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
