"""`winnow fixtures`: saved pages as regression cases."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cleaners.cleaning import clean as clean_page
from cleaners.errors import OperatorError
from cleaners.records import Page, Rejection
from corpus.cli.explain import find_page
from corpus.cli.output import emit
from corpus.fixtures.case import Case, find_cases, load_case
from corpus.fixtures.check import Difference, Outcome, compare, field_names
from corpus.fixtures.settings import load_settings
from corpus.fixtures.versions import differences_since, load_version, save_version
from corpus.fixtures.write import add_case, case_name, update_case
from corpus.pages import load_pages, pages_of_document
from corpus.store import corpus_at

STYLES = {"-": "red", "+": "green", "!": "yellow", "…": "dim"}
FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="fixtures",
    show_default=True,
    help="The folder of the cases.",
)


@click.group()
def fixtures() -> None:
    """Saved pages as regression cases: a folder each, with a page and what must come of it."""


@fixtures.command(short_help="Make a case of a stored or saved page.")
@click.argument("page", metavar="URL|PATH|DOCUMENT-ID")
@FOLDER
@click.option("--name", help="The case's name; else the end of the page's address.")
@click.option("--url", help="The address of a page that does not tell its own.")
@click.option("--content-type", help="The header that the page was sent with.")
@click.pass_context
def add(ctx: click.Context, /, page: str, folder: Path, **given: str | None) -> None:
    """Make a case of a stored or saved page, with today's result to be corrected by hand."""
    content = _page(ctx.obj["db"], page)
    if isinstance(content, Rejection):
        raise OperatorError(f"{page}: {content.reason}: {content.detail}")
    content = Page(
        content.body,
        given["url"] or content.url,
        source=content.source,
        content_type=given["content_type"] or content.content_type,
    )
    outcome = clean_page(content, load_settings(ctx.obj["sources"]).options(content))
    name = given["name"]
    if name is not None and (Path(name).name != name or name in ("", "..")):
        raise OperatorError(f"--name {name!r}: a case's name is that of a folder, without slashes")
    path = add_case(folder / (name or case_name(content)), content, outcome)
    if ctx.obj["as_json"]:
        emit({"case": str(path.parent)})
    else:
        click.echo(f"{path}: correct it by hand; then `winnow fixtures check {path.parent}`")


@fixtures.command(short_help="Compare all cases with what comes of them today.")
@click.argument("path", type=click.Path(path_type=Path), default="fixtures")
@click.option("--save", type=click.Path(path_type=Path), help="Write this version's results.")
@click.option("--against", type=click.Path(path_type=Path), help="Compare with a saved version.")
@click.pass_context
def check(ctx: click.Context, /, path: Path, save: Path | None, against: Path | None) -> None:
    """Clean all cases at PATH (a folder of cases, or one) and show what differs; exit code 1 then.

    With --against, differences from a former version's results are shown instead.
    """
    version = load_version(against) if against else None
    results = list(_results(ctx, path))
    if save:
        save_version(save, results)
    differences = [
        difference
        for case, outcome in results
        for difference in (
            differences_since(version, case, outcome) if version else compare(case, outcome)
        )
    ]
    _report(ctx, differences, [case for case, _ in results])
    ctx.exit(1 if differences else 0)


@fixtures.command(short_help="Accept what comes of cases today.")
@click.argument("cases", nargs=-1, metavar="[CASE...]")
@FOLDER
@click.option("--all", "everything", is_flag=True, help="Accept all differences.")
@click.pass_context
def update(ctx: click.Context, /, cases: tuple[str, ...], folder: Path, everything: bool) -> None:
    """Accept today's results: of the named cases, of all, or asking case by case."""
    asks = not cases and not everything
    if asks and not sys.stdin.isatty():
        raise OperatorError("name the cases to accept, or say --all")
    paths = [folder / name for name in cases] or [folder]
    accepted = 0
    for path in paths:
        for case, outcome in _results(ctx, path):
            differences = compare(case, outcome)
            if not differences:
                continue
            if asks:
                _show(differences)
            if not asks or click.confirm(f"{case.name}: accept?"):
                update_case(case, outcome)
                accepted += 1
    if ctx.obj["as_json"]:
        emit({"updated": accepted})
    else:
        click.echo(f"{_number(accepted, 'case')} updated")


def _page(db: Path, name: str) -> Page | Rejection:
    """Return the page that an address, a path, or a document's number names."""
    if not name.isdecimal() or Path(name).exists():
        return find_page(db, name)
    with corpus_at(db) as corpus:
        ids = pages_of_document(corpus, name)
        if not ids:
            raise OperatorError(f"{db}: no document {name}")
        return load_pages(corpus, ids)[0].page


def _results(ctx: click.Context, path: Path) -> Iterator[tuple[Case, Outcome]]:
    settings = load_settings(ctx.obj["sources"])
    for folder in find_cases(path):
        case = load_case(folder)
        yield case, clean_page(case.page, settings.options(case.page))


def _report(ctx: click.Context, differences: list[Difference], cases: list[Case]) -> None:
    fields = sum(len(field_names(case.expected)) for case in cases)
    wrong = len({difference.case for difference in differences})
    if ctx.obj["as_json"]:
        found: list[dict[str, Any]] = [asdict(difference) for difference in differences]
        emit({"cases": len(cases), "fields": fields, "different": wrong, "differences": found})
        return
    _show(differences)
    verdict = f"{wrong} with differences" if wrong else "all as expected"
    click.echo(f"{_number(len(cases), 'case')}, {_number(fields, 'field')}: {verdict}")


def _show(differences: Iterable[Difference]) -> None:
    console = Console(file=sys.stdout, highlight=False, markup=False)
    for difference in differences:
        console.print(Text(f"{difference.case}: {difference.field}", style="bold"), soft_wrap=True)
        for line in difference.lines:
            console.print(Text(f"  {line}", style=STYLES.get(line[0], "")), soft_wrap=True)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
