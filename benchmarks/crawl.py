"""Crawl rate, memory and concurrency: `python -m benchmarks.crawl rate|memory|together`.

Each prints a table and exits with 1 where a target is missed. `rate` compares archiving through
the frontier with a bare Scrapy spider that throws the same pages away, both on one loopback site
in one run; `memory` compares a crawl's resident memory at a large frontier with that at a small
one; `together` crawls, cleans, exports and reads one file at the same time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from corpus.frontier import Found, Frontier
from corpus.runs import start_run
from corpus.store import corpus_at
from crawler.crawling import Choices, crawl
from crawler.sources import Source

RATE_TARGET = 0.7
MEMORY_TARGET = 150.0
"""Megabytes above a frontier of a thousand addresses."""
CONCURRENCY = {"CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
WORDS = (
    "harbour ferry council bridge winter market library orchestra teacher river budget vote"
    " strike museum tunnel forest mayor hospital railway summer engine garden island letter"
).split()


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


# A site of generated pages, served by a process of its own.


def page(number: int, count: int) -> bytes:
    """Return a page of about 25 kB with a menu, an article and links to further pages."""
    words = random.Random(number)
    paragraphs = "".join(
        f"<p>{' '.join(words.choices(WORDS, k=60)).capitalize()}.</p>" for _ in range(40)
    )
    menu = "".join(f'<li><a href="/section/{n}">{WORDS[n % len(WORDS)]}</a></li>' for n in range(30))
    further = [n for n in range(10 * number + 1, 10 * number + 11) if n < count]
    further += [words.randrange(count) for _ in range(20)]
    related = "".join(f'<li><a href="/story/{n}">Story {n}</a></li>' for n in further)
    head = f"<title>Story {number}</title>"
    return (
        f"<!doctype html><html lang=en><head>{head}</head><body><ul>{menu}</ul><article>"
        f"<h1>Story {number}</h1>{paragraphs}</article><ul>{related}</ul></body></html>"
    ).encode()


def serve_site(count: int, ready: Any) -> None:
    """Serve `count` stories until killed; send the port when it is open."""
    pages = [page(number, count) for number in range(count)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode()
                kind, _, name = path.strip("/").partition("/")
                number = int(name) if kind == "story" and name.isdigit() else 0 if not kind else -1
                found = 0 <= number < count
                body = pages[number] if found else b"<p>not here</p>"
                status = "200 OK" if found else "404 Not Found"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def site(count: int) -> Iterator[str]:
    """Serve a site of `count` stories; yield its address."""
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_site, args=(count, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/"
    finally:
        process.kill()
        process.join()


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


def measure_memory(small: int, large: int) -> bool:
    raise SystemExit


def run_together(seconds: float) -> bool:
    raise SystemExit


if __name__ == "__main__":
    sys.exit(main())
