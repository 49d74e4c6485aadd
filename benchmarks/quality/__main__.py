"""Print how well Winnow and its peers extract main texts from the suites in a folder.

    python -m benchmarks.quality SUITES [--folds DIR] [--limit N] [--only NAME] [--json]

With `--folds`, the folder that `benchmarks.train --folds` wrote, each page is judged by a model
that has seen no page of its registered domain; without it, by the shipped model.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.folds import fold_of
from benchmarks.peers import installed, quietly
from benchmarks.quality.figures import Figures, figures, interval
from benchmarks.suites import GoldPage, PageScore, load, score, suite_names
from cleaners import CleanOptions, Document, Page, clean
from cleaners.models import Models, default_models

REFERENCE = "trafilatura"
WINNOW = {
    "Winnow": CleanOptions(max_bytes=100_000_000),
    "Winnow strict": CleanOptions(strictness="strict", max_bytes=100_000_000),
    "Winnow recall": CleanOptions(strictness="recall", max_bytes=100_000_000),
    "Winnow article": CleanOptions(kind="article", max_bytes=100_000_000),
    "Winnow any": CleanOptions(kind="any", max_bytes=100_000_000),
}


@cache
def models_of(folder: Path | None, fold: int) -> Models:
    """Return the models for pages of a fold."""
    if folder is None:
        return default_models()
    return Models(folder, f"-{fold}")


def scores_of(task: tuple[GoldPage, tuple[str, ...], Path | None]) -> dict[str, PageScore]:
    """Return the scores of all extractors on one page."""
    page, names, folder = task
    peers = installed()
    found = {}
    for name in names:
        if name in WINNOW:
            models = models_of(folder, fold_of(page.url))
            cleaned = clean(Page(page.html, page.url), WINNOW[name], models=models)
            text = cleaned.text if isinstance(cleaned, Document) else ""
        else:
            text = quietly(peers[name], page.html, page.url)
        found[name] = score(page, text)
    return found


def parts(pages: list[GoldPage]) -> dict[str, list[int]]:
    """Return the rows' names and pages: all, and each kind where there are several."""
    kinds = sorted({page.kind for page in pages})
    rows = {"all": list(range(len(pages)))}
    if len(kinds) > 1:
        rows |= {k: [i for i, page in enumerate(pages) if page.kind == k] for k in kinds}
    return rows


def cell(value: float | None) -> str:
    """Return a figure for the table."""
    return "" if value is None else f"{value:.2f}"


def show(console: Console, title: str, results: dict[str, tuple[Figures, str]]) -> None:
    """Print one table."""
    table = Table(title=title, title_justify="left")
    for name in ("extractor", "word F1", "shingle F1", "snippet F1", "leak %", "against"):
        table.add_column(name, justify="left" if name == "extractor" else "right")
    for name, (found, against) in results.items():
        values = (found.word_f1, found.shingle_f1, found.snippet_f1, found.leak)
        table.add_row(name, *map(cell, values), against)
    console.print(table)


def tables(
    pages: list[GoldPage], found: list[dict[str, PageScore]], names: tuple[str, ...]
) -> dict[str, dict[str, tuple[Figures, str]]]:
    """Return for each part of a suite each extractor's figures and interval against trafilatura."""
    result: dict[str, dict[str, tuple[Figures, str]]] = {}
    for part, places in parts(pages).items():
        rows = {}
        for name in names:
            scores = [found[i][name] for i in places]
            against = ""
            if name != REFERENCE and REFERENCE in names:
                bounds = interval(scores, [found[i][REFERENCE] for i in places])
                against = f"{bounds[0]:+.2f} … {bounds[1]:+.2f}" if bounds else ""
            rows[name] = (figures(scores), against)
        result[part] = rows
    return result


@click.command()
@click.argument("suites", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--folds", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--limit", type=int, help="Only the first N pages of each suite.")
@click.option("--only", multiple=True, help="Only these extractors.")
@click.option("--processes", default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(
    suites: Path,
    folds: Path | None,
    limit: int | None,
    only: tuple[str, ...],
    processes: int,
    as_json: bool,
) -> None:
    """Print the quality table."""
    names = tuple(only) or (*WINNOW, *installed())
    console = Console(width=110 if not sys.stdout.isatty() else None)
    report = {}
    for suite in suite_names(suites):
        pages = list(load(suites, suite))[:limit]
        tasks = [(page, names, folds) for page in pages]
        with Pool(processes) as pool:
            steps = pool.imap(scores_of, tasks, chunksize=4)
            found = list(
                track(steps, suite, len(tasks), console=Console(stderr=True), transient=True)
            )
        report[suite] = tables(pages, found, names)
        if not as_json:
            for part, rows in report[suite].items():
                show(console, f"{suite}, {part}: {rows[names[0]][0].pages} pages", rows)
    if as_json:
        flat = {
            suite: {
                part: {name: asdict(f) | {"against": a} for name, (f, a) in rows.items()}
                for part, rows in by_part.items()
            }
            for suite, by_part in report.items()
        }
        click.echo(json.dumps(flat, indent=2))


if __name__ == "__main__":
    main()
