"""Crawl rate, memory and concurrency: `python -m benchmarks.crawl rate|memory|together`.

Each prints a table and exits with 1 where a target is missed. `rate` compares archiving through
the frontier with a bare Scrapy spider that throws the same pages away, both on one loopback site
in one run; `memory` compares a crawl's resident memory at a large frontier with that at a small
one; `together` crawls, cleans, exports and reads one file at the same time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from benchmarks.crawl_site import site
from corpus.frontier import Frontier
from corpus.frontier_records import Found
from corpus.runs import start_run
from corpus.store import corpus_at
from crawler.crawling import Choices, crawl
from crawler.sources import Source

RATE_TARGET = 0.7
MEMORY_TARGET = 150.0
"""Megabytes above a frontier of a thousand addresses."""
CONCURRENCY = {"CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
WINNOW = (sys.executable, "-m", "winnow")


def main() -> int:
    """Run a benchmark; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    rate = verbs.add_parser("rate")
    rate.add_argument("--pages", type=int, default=2_000)
    rate.add_argument("--rounds", type=int, default=3)
    memory = verbs.add_parser("memory")
    memory.add_argument("--small", type=int, default=1_000)
    memory.add_argument("--large", type=int, default=1_000_000)
    together = verbs.add_parser("together")
    together.add_argument("--seconds", type=float, default=120)
    given = vars(parser.parse_args())
    commands: dict[str, Callable[..., bool]] = {
        "rate": measure_rate,
        "memory": measure_memory,
        "together": run_together,
    }
    return 0 if commands[given.pop("verb")](**given) else 1


def in_child(target: Callable[..., None], *arguments: Any) -> Any:
    """Run a function in a process of its own (a reactor runs once); return what it sends."""
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(*arguments, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


# Rate.


class BareSpider(scrapy.Spider):
    """Follows all links and throws the pages away."""

    name = "bare"

    def parse(self, response: Any) -> Iterator[Any]:
        """Follow the links."""
        for href in response.css("a::attr(href)").getall():
            yield response.follow(href)


class ListSpider(scrapy.Spider):
    """Fetches a list of pages that it is given, follows nothing, and throws them away."""

    name = "list"

    def parse(self, response: Any) -> None:
        """Do nothing."""


def crawl_bare(spider: type[scrapy.Spider], urls: list[str], answer: Any) -> None:
    """Crawl with Scrapy's own scheduler; send seconds and responses."""
    settings = Settings({**CONCURRENCY, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR"})
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, start_urls=urls)
    began = time.monotonic()
    process.start()
    count = crawler.stats.get_value("downloader/response_status_count/200")
    answer.send((time.monotonic() - began, count))


def crawl_archiving(url: str, db: Path, answer: Any) -> None:
    """Crawl through the frontier into a corpus; send seconds and responses."""
    source = Source("bench", (url,), allow_private=True)
    began = time.monotonic()
    progress = crawl(db, [source], Choices(workers=0, settings=CONCURRENCY))
    answer.send((time.monotonic() - began, progress.total("fetched")))


def measure_rate(pages: int, rounds: int) -> bool:
    """Compare the rates, round by round in turns; return whether the target is met."""
    rates: dict[str, list[float]] = {"follow": [], "list": [], "archiving": []}
    with site(pages) as url, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            db = Path(folder) / f"{number}.db"
            stories = [f"{url}story/{n}" for n in range(pages)]
            for name, result in (
                ("follow", in_child(crawl_bare, BareSpider, [url])),
                ("list", in_child(crawl_bare, ListSpider, stories)),
                ("archiving", in_child(crawl_archiving, url, db)),
            ):
                seconds, count = result
                rates[name].append(count / seconds)
    best = {name: max(values) for name, values in rates.items()}
    table = Table("crawl of a loopback site", "pages/s", "Winnow's share", title=f"{pages} pages")
    for name, text in (
        ("follow", "bare Scrapy that follows links and throws pages away"),
        ("list", "bare Scrapy that is given a list and throws pages away"),
        ("archiving", "Winnow: links followed, pages archived"),
    ):
        table.add_row(text, f"{best[name]:.0f}", f"{best['archiving'] / best[name]:.2f}")
    Console().print(table)
    return best["archiving"] / best["follow"] >= RATE_TARGET


# Memory.


def fill(db_path: Path, count: int) -> None:
    """Put so many addresses of 50 sections into a new corpus' frontier."""
    with corpus_at(db_path, create=True) as db:
        frontier = Frontier(db, "bench", start_run(db, "fill", datetime.now(UTC)), _never)
        for first in range(0, count, 50_000):
            numbers = range(first, min(count, first + 50_000))
            urls = [
                f"http://127.0.0.1:9/section-{n % 50}/an-article-of-the-day-{n}" for n in numbers
            ]
            frontier.add(Found(url, url) for url in urls)


def crawl_for_memory(url: str, db: Path, answer: Any) -> None:
    """Crawl for some seconds; send the process' peak resident memory in megabytes."""
    settings = {**CONCURRENCY, "CLOSESPIDER_TIMEOUT": 8, "WINNOW_RETRY_DELAY": 60}
    source = Source("bench", (url,), allow_private=True, delay=0)
    progress = crawl(db, [source], Choices(workers=0, settings=settings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    answer.send((peak, progress.total("fetched"), progress.total("left")))


def measure_memory(small: int, large: int) -> bool:
    """Compare the memory of crawls at two sizes of the frontier."""
    table = Table("addresses in the frontier", "fetched", "left", "peak MB", "more", title="memory")
    peaks: list[float] = []
    with site(3_000) as url, tempfile.TemporaryDirectory() as folder:
        for count in (small, large):
            db = Path(folder) / f"{count}.db"
            fill(db, count)
            peak, fetched, left = in_child(crawl_for_memory, url, db)
            peaks.append(peak)
            figures = (f"{count:,}", f"{fetched:,}", f"{left:,}", f"{peak:.0f}")
            table.add_row(*figures, f"{peak - peaks[0]:+.0f}")
    Console().print(table)
    return peaks[1] - peaks[0] <= MEMORY_TARGET


def _never(now: datetime, changed: datetime) -> None:
    return None


# Everything on one file at once.


def run_together(seconds: float) -> bool:
    """Crawl, clean, export, search and read one corpus until the time is over; check it."""
    with site(1_000_000) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = folder / "corpus.db"
        crawling = subprocess.Popen(
            [*WINNOW, "--db", str(db), "crawl", "--url", url, "--allow-private", "--delay", "0.01"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        runs = {"export": 0, "search": 0, "ingest": 0, "reads": 0}
        problems: list[str] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for verb, arguments in (
                ("export", [str(folder / f"out-{runs['export']}")]),
                ("search", ["harbour ferry"]),
                ("ingest", []),
            ):
                done = subprocess.run(
                    [*WINNOW, "--db", str(db), verb, *arguments],
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
                runs[verb] += 1
                if done.returncode not in (0, 2) or "locked" in done.stderr:
                    problems.append(f"{verb}: {done.stderr.strip()[-300:]}")
            runs["reads"] += _read(db)
        crawling.send_signal(signal.SIGINT)
        _, said = crawling.communicate(timeout=60)
        if "locked" in said or "Traceback" in said:
            problems.append(f"crawl: {said[-300:]}")
        subprocess.run([*WINNOW, "--db", str(db), "ingest"], check=True, capture_output=True)
        problems += _check(db)
        table = Table("at once on one file", "", title=f"{seconds:.0f} seconds")
        for verb, count in {**runs, **_sizes(db)}.items():
            table.add_row(verb, f"{count:,}")
        table.add_row("problems", "\n".join(problems) or "none")
        Console().print(table)
    return not problems


def _read(path: Path) -> int:
    """Read as a browser would: counts, the newest documents, one document's removals."""
    if not path.exists():
        return 0
    with corpus_at(path) as db:
        for query in (
            "SELECT site, count(*) FROM documents GROUP BY site",
            "SELECT title, text FROM documents ORDER BY id DESC LIMIT 50",
            "SELECT category, count(*) FROM removals GROUP BY category",
        ):
            db.execute(query).fetchall()
    return 3


def _check(path: Path) -> list[str]:
    """Return what does not add up in a corpus whose pages are all cleaned."""
    with corpus_at(path) as db:
        wrong = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        done, pages, cleaned = db.execute(
            """SELECT (SELECT count(*) FROM urls WHERE state = 'done'),
                (SELECT count(*) FROM pages),
                (SELECT count(*) FROM documents) + (SELECT count(*) FROM rejections)"""
        ).fetchone()
    if not done == pages == cleaned:
        wrong.append(f"{done} addresses done, {pages} pages, {cleaned} documents and rejections")
    return wrong


def _sizes(path: Path) -> dict[str, int]:
    with corpus_at(path) as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("pages", "documents")
        }


if __name__ == "__main__":
    sys.exit(main())
