"""The tour: serve the demo site, crawl it, clean it, store it, export it; what came of that.

What is printed of it is `command`'s affair.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from cleaners.errors import OperatorError
from corpus.export.exporting import Job, export_corpus
from corpus.figures import corpus_figures
from corpus.stats import RemovalCount, failed_urls, removal_counts
from corpus.store import corpus_at
from crawler.crawling import Choices, CrawlProgress, crawl
from crawler.demo.server import Visits, serving
from crawler.demo.site import AMP_OF
from crawler.sources import Source

NAME = "almsund"
MARKER = "made-by-winnow-demo.txt"
NOTE = "Made by `winnow demo`, which replaces corpus.db and export/ here when it is run again.\n"
SETTINGS = {
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "WINNOW_RETRY_DELAY": 0.2,
}
"""The site is ours and stands on this machine: nobody is served worse for our haste."""
LAST = ("navigation", "other")
"""Categories that say least; they come at the end."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """What was cut of one category: how often, in how many documents, and an example."""

    category: str
    number: int
    documents: int
    example: str
    rule: str
    evidence: str
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the tour came to.

    `failed` maps addresses to what went wrong with them; `left_out` says why documents are not in
    the export.
    """

    folder: Path
    db: Path
    export: Path
    seconds: float
    pages: int
    documents: int
    words: int
    languages: dict[str, int]
    rejections: dict[str, int]
    failed: dict[str, str]
    cuts: list[Cuts]
    exported: int
    left_out: dict[str, int]
    example_url: str
    visits: list[str] = field(default_factory=list)


def tour(folder: Path, show: Callable[[CrawlProgress], None] = lambda progress: None) -> Report:
    """Run the whole path into `folder`, which is made, or was made by an earlier tour.

    Once in a process, as Scrapy's reactor cannot be started again.
    """
    began = monotonic()
    _prepare(folder)
    path = folder / "corpus.db"
    with serving() as visits:
        progress = crawl(path, [_source(visits)], Choices(settings=SETTINGS, show=show))
    if progress.interrupted:
        raise KeyboardInterrupt
    exported = export_corpus(path, folder / "export", Job())
    with corpus_at(path) as db:
        figures = corpus_figures(db)
        return Report(
            folder=folder,
            db=path,
            export=folder / "export" / "data" / "train-00000-of-00001.jsonl",
            seconds=round(monotonic() - began, 1),
            pages=sum(figures["pages"].values()),
            documents=figures["documents"],
            words=figures["words"],
            languages=figures["languages"],
            rejections=figures["rejections"],
            failed=failed_urls(db),
            cuts=cuts_of(
                removal_counts(db, ("category",)),
                removal_counts(db, ("category", "rule"), limit=10_000),
            ),
            exported=exported.documents,
            left_out=exported.left_out,
            example_url=f"{visits.base}/news/{AMP_OF}/",
            visits=visits.paths,
        )


def cuts_of(totals: Iterable[RemovalCount], by_rule: Iterable[RemovalCount]) -> list[Cuts]:
    """Return counts by category, each with an example of its most frequent rule's."""
    first: dict[str, RemovalCount] = {}
    for count in by_rule:
        first.setdefault(count.group["category"], count)
    cuts = [
        Cuts(
            category=category,
            number=total.removals,
            documents=total.documents,
            example=example.example,
            rule=example.group["rule"],
            evidence=example.evidence,
            url=example.url,
        )
        for total in totals
        for category in [total.group["category"]]
        for example in [first[category]]
    ]
    return sorted(cuts, key=lambda cut: (cut.category in LAST, -cut.number))


def _source(visits: Visits) -> Source:
    return Source(
        NAME,
        start=(f"{visits.base}/",),
        feeds=(f"{visits.base}/feed.xml",),
        sitemaps=(f"{visits.base}/sitemap.xml",),
        delay=0.0,
        allow_private=True,
    )


def _prepare(folder: Path) -> None:
    marker = folder / MARKER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not marker.exists() and any(folder.iterdir()):
            raise OperatorError(
                f"{folder}: is not empty and was not made by a demo; choose another with --keep"
            )
        for old in folder.glob("corpus.db*"):
            old.unlink()
        shutil.rmtree(folder / "export", ignore_errors=True)
        marker.write_text(NOTE, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{folder}: cannot be written: {error.strerror}") from error
