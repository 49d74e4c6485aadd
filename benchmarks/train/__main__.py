"""Train the block judge from the suites in a folder, with one command and the same file each time.

    python -m benchmarks.train SUITES [--folds DIR] [--to cleaners]

Writes `judge.json` and its model card `JUDGE.md`. With `--folds` it also writes five judges into a
folder, each fitted without the pages of one fold of registered domains: what `benchmarks.quality
--folds` measures with, so that no page is judged by a model that saw its site.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from benchmarks.folds import FOLDS
from benchmarks.suites import suite_names
from benchmarks.train.card import card
from benchmarks.train.dataset import Example, examples
from benchmarks.train.fitting import usable
from benchmarks.train.model import ARTICLE, fit
from benchmarks.train.tables import count


def is_whole_article(example: Example) -> bool:
    """Whether a page is an article of which the whole gold is known and can be trusted."""
    return example.kind == ARTICLE and not example.snippets and usable(example)


@click.command()
@click.argument("suites", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", type=click.Path(path_type=Path, exists=True), default="cleaners")
@click.option("--folds", type=click.Path(path_type=Path, file_okay=False))
@click.option("--processes", default=2, show_default=True)
def main(suites: Path, to: Path, folds: Path | None, processes: int) -> None:
    """Train the judge."""

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    names = suite_names(suites)
    found = examples(suites, names, processes)
    say(f"{len(found)} pages of {', '.join(names)}")
    counts = [
        count([(e, e.labels) for e in found if e.fold == fold and is_whole_article(e)])
        for fold in range(FOLDS)
    ]
    every = list(range(FOLDS))
    if folds is not None:
        folds.mkdir(parents=True, exist_ok=True)
        for fold in every:
            model = fit(found, counts, [other for other in every if other != fold])
            (folds / f"judge-{fold}.json").write_text(model, encoding="utf-8")
            say(f"fold {fold}: {len(model):,} bytes")
    model = fit(found, counts, every)
    (to / "judge.json").write_text(model, encoding="utf-8")
    (to / "JUDGE.md").write_text(card(found, model), encoding="utf-8")
    say(f"{to / 'judge.json'}: {len(model):,} bytes")


if __name__ == "__main__":
    main()
