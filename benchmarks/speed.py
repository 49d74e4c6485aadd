"""CPU time of cleaning a page beside trafilatura and langdetect, and memory over many pages.

    python -m benchmarks.speed SUITES [--pages N] [--json]
    python -m benchmarks.speed SUITES --memory [--pages 5000]

Both sides clean the same pages in the same process, page by page in turn, so that the ratio holds
whatever else the machine does. Peer: `trafilatura.bare_extraction(html, with_metadata=True)`, then
`langdetect.detect_langs(text)`; ours: `cleaners.clean_html(html, url)`, which does both jobs. With
`--memory` one process cleans pages and says how much memory it held after each tenth of them.
"""

from __future__ import annotations

import json
import logging
import resource
import time
from itertools import cycle, islice
from pathlib import Path
from random import Random

import click
import langdetect
import numpy as np
import trafilatura
from langdetect.lang_detect_exception import LangDetectException

from benchmarks.suites import GoldPage, load, suite_names
from cleaners import clean_html

SEED = 1


def sample(suites: Path, count: int) -> list[GoldPage]:
    """Return pages of all suites, chosen by a fixed seed."""
    pages = [page for suite in suite_names(suites) for page in load(suites, suite)]
    return Random(SEED).sample(pages, min(count, len(pages)))  # noqa: S311


def peer(page: GoldPage) -> None:
    """Extract with trafilatura, metadata included, and detect the language of the text."""
    found = trafilatura.bare_extraction(page.html, with_metadata=True)
    text = found.text if found is not None else ""
    try:
        langdetect.detect_langs(text or "")
    except LangDetectException:
        return


def timed(call: object, *arguments: object) -> float:
    """Return the CPU seconds of a call."""
    start = time.process_time()
    call(*arguments)  # type: ignore[operator]
    return time.process_time() - start


def compare(pages: list[GoldPage]) -> dict[str, float]:
    """Return CPU milliseconds per page of both sides, and the ratio of their sums."""
    peer(pages[0])
    clean_html(pages[0].html, pages[0].url)
    rows = []
    for number, page in enumerate(pages):
        if number % 2:
            theirs, ours = timed(peer, page), timed(clean_html, page.html, page.url)
        else:
            ours, theirs = timed(clean_html, page.html, page.url), timed(peer, page)
        rows.append((ours, theirs))
    table = 1000 * np.array(rows)
    return {
        "pages": len(pages),
        "ours_mean_ms": float(table[:, 0].mean()),
        "ours_median_ms": float(np.median(table[:, 0])),
        "ours_p95_ms": float(np.percentile(table[:, 0], 95)),
        "peer_mean_ms": float(table[:, 1].mean()),
        "peer_median_ms": float(np.median(table[:, 1])),
        "ratio": float(table[:, 0].sum() / table[:, 1].sum()),
        "median_ratio": float(np.median(table[:, 0] / table[:, 1])),
    }


def memory(pages: list[GoldPage], count: int) -> dict[str, float]:
    """Return the peak resident size in MiB after each tenth of `count` pages."""
    peaks = {}
    for number, page in enumerate(islice(cycle(pages), count), start=1):
        clean_html(page.html, page.url)
        if number % (count // 10) == 0:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            peaks[f"after_{number}"] = round(peak, 1)
    return peaks


@click.command()
@click.argument("suites", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--pages", default=300, show_default=True)
@click.option("--memory", "of_memory", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
def main(suites: Path, pages: int, of_memory: bool, as_json: bool) -> None:
    """Print CPU time side by side, or memory over time."""
    logging.disable(logging.CRITICAL)
    chosen = sample(suites, pages)
    figures = memory(chosen, pages) if of_memory else compare(chosen)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name:16} {value:10.2f}")


if __name__ == "__main__":
    main()
