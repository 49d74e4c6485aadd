"""Train the models of the second look: the classifier of texts and the forest of `remnants`.

    python -m benchmarks.train.noise SUITES FOLDS [--texts DIR] [--copies N] [--to cleaners]

FOLDS is the folder that `benchmarks.train --folds` wrote. Five classifiers and forests, each fitted
without one fold of registered domains and of wordings, go there as well; the shipped ones, and
their model card `REMNANTS.md`, into the folder of `--to`.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import Pool
from pathlib import Path
from typing import TypeVar

import click

from benchmarks.folds import FOLDS
from benchmarks.noise.hosts import load_stories, load_suites
from benchmarks.noise.widgets import load_widgets
from benchmarks.suites import load, suite_names
from benchmarks.train.copies import plan
from benchmarks.train.remnants import Rows, rows_of_copy, rows_of_page
from benchmarks.train.remnants import fit as fit_forest
from benchmarks.train.wordings import ARTICLE, TEXTS, Text, own_texts, real_texts
from benchmarks.train.wordings import fit as fit_classifier
from cleaners.models import CLASSIFIER, REMNANTS

SEED = 1
CHUNK = 8
CARD = """# The second look

`classifier.npz` is a linear model of what texts read like, `remnants.json` a forest of
gradient-boosted trees that says of blocks which the judge keeps whether they are a widget's. Both
are made by `python -m benchmarks.train.noise SUITES FOLDS` and by nothing else (sha256
{classifier} and {forest}; the linear model's last digits depend on the machine's algebra library).

## Data

- Our own wordings, `benchmarks/train/texts`: {widgets:,} texts of widgets and {kept:,} paragraphs
  that speak of the same things, in {languages} languages; written for this, under the project's
  licence.
- {real:,} paragraphs of the suites' articles: trafi (trafilatura's evaluation corpus, Apache-2.0)
  and wcxb-dev (WCXB benchmark, Foley 2026, CC BY 4.0).
- {rows:,} pages: copies of the suites' articles with our widgets and paragraphs in them, and the
  suites' pages as they are.

Of the pages' texts the models hold single words, stems, pairs and triples of characters, with
weights, that occur in at least three texts.

## Limits

The wordings were written by few hands; native idiom differs by language. On pages of shops and
forums, where the site itself speaks to its reader, the second look is less sure.
"""

Task = TypeVar("Task")


@click.command()
@click.argument("suites", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("folds", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--texts", type=click.Path(path_type=Path, exists=True, file_okay=False), default=TEXTS
)
@click.option("--copies", default=9000, show_default=True, help="Copies of pages to make.")
@click.option("--to", type=click.Path(path_type=Path, exists=True), default="cleaners")
@click.option("--processes", default=2, show_default=True)
def main(suites: Path, folds: Path, texts: Path, copies: int, to: Path, processes: int) -> None:
    """Train the classifier of texts and the forest of remnants."""
    names = suite_names(suites)
    own = own_texts(texts)
    learned = [*own, *real_texts(suites, names, folds, processes)]
    say(f"{len(own)} texts of our own, {len(learned) - len(own)} of the suites")
    for fold in (*range(FOLDS), None):
        model = fit_classifier([text for text in learned if text.fold != fold])
        with target(CLASSIFIER, folds, to, fold).open("wb") as stream:
            model.save(stream)
    hosts = [*load_suites(suites), *load_stories()]
    planned = plan(hosts, load_widgets(texts), texts, copies, SEED)
    planned.sort(key=lambda one: one.host.id)
    rows = gathered(rows_of_copy, ((one, folds) for one in planned), processes)
    pages = (page for name in names for page in load(suites, name))
    rows += gathered(rows_of_page, ((page, folds) for page in pages), processes)
    say(f"rows of {len(rows)} pages")
    for fold in (*range(FOLDS), None):
        target(REMNANTS, folds, to, fold).write_text(fit_forest(rows, fold), encoding="utf-8")
    (to / "REMNANTS.md").write_text(card(learned, len(rows), to), encoding="utf-8")


def say(line: str) -> None:
    """Tell how far the training is."""
    print(line, file=sys.stderr, flush=True)


def target(name: str, folds: Path, to: Path, fold: int | None) -> Path:
    """Return the file of a model, of a fold or to be shipped."""
    return to / name.format("") if fold is None else folds / name.format(f"-{fold}")


def gathered(
    make: Callable[[Task], Rows | None], tasks: Iterable[Task], processes: int
) -> list[Rows]:
    """Return the rows of all pages that have some, in their order."""
    with Pool(processes) as pool:
        return [found for found in pool.imap(make, tasks, chunksize=CHUNK) if found is not None]


def card(texts: Sequence[Text], rows: int, folder: Path) -> str:
    """Return the models' card."""
    kinds = Counter(
        "real" if text.real else "kept" if text.category == ARTICLE else "widgets" for text in texts
    )
    classifier, forest = (
        hashlib.sha256((folder / name.format("")).read_bytes()).hexdigest()[:16]
        for name in (CLASSIFIER, REMNANTS)
    )
    languages = len({text.language for text in texts if not text.real})
    return CARD.format(
        classifier=classifier, forest=forest, languages=languages, rows=rows, **kinds
    )


if __name__ == "__main__":
    main()
