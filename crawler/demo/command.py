"""`winnow demo`: the tour, and a summary that a person likes to read."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from corpus.cli.look import shortened
from corpus.cli.output import emit
from crawler.demo.tour import Cuts, Report, tour
from crawler.shown import Shown

EXAMPLE, EVIDENCE = 88, 120
"""Characters of an example, and of its evidence, that are shown."""


@click.command()
@click.option(
    "--keep",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="winnow-demo",
    show_default=True,
    help="The folder for the corpus and the export.",
)
@click.pass_context
def demo(ctx: click.Context, /, folder: Path) -> None:
    """Crawl a bundled news site on this machine, clean it, store it, export it; show what was cut.

    Nothing leaves this machine. Run again, it starts anew in the same folder.
    """
    with Shown() as shown:
        report = tour(folder, shown.show)
    if ctx.obj["as_json"]:
        emit(asdict(report))
        return
    console = Console(file=sys.stdout, highlight=False)
    console.print(Panel(_figures(report), title="winnow demo", title_align="left", expand=False))
    console.print(_cuts(report.cuts))
    console.print(_next(report), soft_wrap=True)


def _figures(report: Report) -> Text:
    lines = [
        ("pages", f"{report.pages} fetched in {report.seconds:.0f} seconds, each raw page kept"),
        (
            "documents",
            f"{report.documents} with {report.words:,} words: {_listed(report.languages)}",
        ),
    ]
    if report.rejections:
        total = sum(report.rejections.values())
        lines.append(("rejected", f"{total} pages: {_listed(report.rejections)}"))
    lines += [("not fetched", f"{urlsplit(url).path}: {why}") for url, why in report.failed.items()]
    lines += [
        ("exported", _exported(report)),
        ("corpus", str(report.db)),
        ("export", str(report.export)),
    ]
    text, former = Text(), ""
    for name, value in lines:
        text.append(f"{'' if name == former else name:<13}", "bold").append(f"{value}\n")
        former = name
    text.rstrip()
    return text


def _exported(report: Report) -> str:
    left_out = [f"{reason} ({number})" for reason, number in report.left_out.items()]
    return f"{report.exported}" + (f", without {', '.join(left_out)}" if left_out else "")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _cuts(cuts: list[Cuts]) -> Table:
    table = Table(
        title="What was cut, and why: every cut is stored and can be restored",
        title_justify="left",
        header_style="bold",
        show_lines=True,
    )
    table.add_column("category", style="bold")
    table.add_column("cuts", justify="right")
    table.add_column("for example")
    for cut in cuts:
        text = Text(shortened(cut.example, EXAMPLE))
        text.append(f"\n{cut.rule}: {shortened(cut.evidence, EVIDENCE)}", "dim")
        table.add_row(cut.category, f"{cut.number:,}", text)
    return table


def _next(report: Report) -> Text:
    text = Text("\nTry next\n", "bold")
    for command, what in _commands(report):
        text.append(f"  {command}\n", "cyan").append(f"      {what}\n", "dim")
    text.append("Your own site: winnow crawl --url, and its address")
    return text


def _commands(report: Report) -> Iterator[tuple[str, str]]:
    db = f"winnow --db {shlex.quote(str(report.db))}"
    yield f"{db} search 'ferry OR Fähre'", "full-text search over titles and texts"
    yield f"{db} removals --category donation --by language,rule", "the donation appeals"
    yield f"{db} explain {report.example_url}", "one page, block by block"
    yield f"{db} stats", "the corpus in figures"
