"""Inject noise into clean articles and print what Winnow and trafilatura make of it.

    python -m benchmarks.noise SUITES_DIR [--pages N] [--seed S] [--texts DIR] [--json] [--plain]
        [--kept]

Each copy of an article carries one widget, in its own language where we have wordings for it. The
same suites and seed give the same copies.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import trafilatura
from rich.console import Console

from benchmarks.noise import report
from benchmarks.noise.hosts import (
    PLACES,
    Host,
    append_sentence,
    find_body,
    inject,
    inject_text,
    load_stories,
    load_suites,
    serialise,
)
from benchmarks.noise.scoring import Output, compare
from benchmarks.noise.widgets import (
    MARKUPS,
    SENTENCE,
    TELLING,
    TEXTS,
    Widget,
    load_widgets,
    render,
)
from cleaners import Document, Rejection, clean_html, clean_text

PROCESSES = 2
ENGLISH_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy to make: a widget, its markup and place, and the seed of its variants."""

    widget: Widget
    markup: str
    place: str
    seed: int


def plan(
    hosts: Sequence[Host], widgets: Sequence[Widget], pages: int, seed: int
) -> list[tuple[Host, list[Copy]]]:
    """Return the copies to make of each host, balanced over category, markup and place."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    cells = [
        *itertools.product(TELLING, MARKUPS, PLACES),
        *itertools.product(("related",), (SENTENCE,), PLACES),
    ]
    by_language: defaultdict[str, list[Host]] = defaultdict(list)
    for host in hosts:
        by_language[host.language].append(host)
    copies: defaultdict[Host, list[Copy]] = defaultdict(list)
    for _, (category, markup, place) in zip(range(pages), _rounds(cells, rng), strict=False):
        right = [w for w in widgets if w.category == category]
        if markup == SENTENCE:
            right = [w for w in right if w.one_line]
        host = _host(by_language, {w.language for w in right}, rng)
        fitting = [w for w in right if w.language == host.language]
        copies[host].append(Copy(rng.choice(fitting), markup, place, rng.randrange(1 << 30)))
    return list(copies.items())


def _rounds(
    cells: list[tuple[str, str, str]], rng: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Yield the cells in rounds, each round in another order."""
    while True:
        yield from rng.sample(cells, len(cells))


def _host(hosts: dict[str, list[Host]], speaking: set[str], rng: random.Random) -> Host:
    """Draw one of the languages, English for its share, and a host in it."""
    others = sorted(language for language in hosts if language in speaking - {"en"})
    english = "en" in hosts.keys() & speaking and (not others or rng.random() < ENGLISH_SHARE)
    while True:
        host = rng.choice(hosts["en" if english else rng.choice(others)])
        if has_body(host):
            return host


@cache
def has_body(host: Host) -> bool:
    """Say whether a widget can be put into this page."""
    return find_body(host) is not None


def with_trafilatura(html: str, url: str) -> Output:
    """Return trafilatura's text of a page, in its default mode and without comments."""
    found = trafilatura.bare_extraction(html, url=url, include_comments=False)
    return Output((found.text or "") if found else "")


def with_winnow(html: str, url: str) -> Output:
    """Return Winnow's text and cuts of a page; of a rejected page nothing."""
    return output(clean_html(html, url))


def output(document: Document | Rejection) -> Output:
    """Return a document's text and cuts; of a rejection nothing."""
    if isinstance(document, Rejection):
        return Output("")
    return Output(document.text, tuple((cut.category, cut.text) for cut in document.removals))


EXTRACTORS = {"winnow": with_winnow, "trafilatura": with_trafilatura}


def run_host(job: tuple[Host, list[Copy]]) -> list[report.Result]:
    """Make all copies of one host and score them."""
    host, copies = job
    body = find_body(host)
    assert body is not None, host.id  # noqa: S101 - planned hosts have one
    plain = serialise(body.tree)
    before = {name: extract(plain, host.url) for name, extract in EXTRACTORS.items()}
    results = []
    for one in copies:
        rng = random.Random(one.seed)  # noqa: S311
        elements = render(one.widget, one.markup, rng)
        if one.markup == SENTENCE:
            page = append_sentence(body, elements[0], one.place)
        else:
            page = inject(body, elements, one.place)
        scores = {
            name: compare(one.widget, before[name], extract(page, host.url), host.gold)
            for name, extract in EXTRACTORS.items()
        }
        results.append(report.Result(host.id, one.widget, one.markup, one.place, scores))
    return results


def run_text(job: tuple[Host, list[Copy]]) -> list[report.Result]:
    """Put one host's widgets into its plain text and score Winnow alone."""
    host, copies = job
    gold = inject_text(host.gold or "", (), "end")
    before = output(clean_text(gold))
    results = []
    for one in copies:
        parts = [part.text for part in one.widget.parts]
        text = inject_text(gold, parts, one.place, one.markup == SENTENCE)
        score = compare(one.widget, before, output(clean_text(text)), gold)
        scores = {"winnow": score, "trafilatura": None}
        results.append(report.Result(host.id, one.widget, one.markup, one.place, scores))
    return results


@click.command()
@click.argument("suites", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--pages", default=400, show_default=True, help="Copies of pages to make.")
@click.option("--seed", default=1, show_default=True, help="Another seed, other copies.")
@click.option(
    "--texts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=TEXTS,
    help="Wordings to inject, a file per language.  [default: the reporting set]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--plain", is_flag=True, help="Inject into plain text instead; Winnow alone.")
@click.option("--kept", is_flag=True, help="List on stderr which widgets Winnow kept.")
def main(suites: Path, pages: int, seed: int, texts: Path, **flags: bool) -> None:
    """Inject noise into the articles of the suites under SUITES and report what is cut."""
    hosts = [*load_suites(suites), *load_stories()]
    if flags["plain"]:
        hosts = [host for host in hosts if host.gold]
    jobs = plan(hosts, load_widgets(texts), pages, seed)
    run = run_text if flags["plain"] else run_host
    with ProcessPoolExecutor(PROCESSES) as pool:
        results = list(itertools.chain.from_iterable(pool.map(run, jobs, chunksize=4)))
    if flags["kept"]:
        for line in report.kept_widgets(results):
            click.echo(line, err=True)
    figures = report.figures(results)
    if flags["as_json"]:
        click.echo(json.dumps(figures, indent=1))
    else:
        report.show(figures, Console())


if __name__ == "__main__":
    main()
