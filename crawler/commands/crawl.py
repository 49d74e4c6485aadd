"""`scrapy crawl`, where an operator's mistake is one line and exit code 2, as under `winnow`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from cleaners.errors import OperatorError
from corpus.cli.output import complain
from corpus.store import corpus_at


class Command(crawl.Command):
    """Scrapy's own, but for how a crawl ends that could not begin."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider that the arguments name."""
        if len(args) != 1:
            raise UsageError("scrapy crawl takes the name of one spider")
        try:
            self._crawl(args[0], opts)
        except OperatorError as error:
            complain(str(error))
            self.exitcode = 2

    def _crawl(self, name: str, opts: argparse.Namespace) -> None:
        process = self.crawler_process
        if process is None:
            raise RuntimeError("Scrapy has made no process for the command")
        try:
            crawler = self._create_crawler(name)
        except KeyError as error:
            raise UsageError(f"{error.args[0]}; `scrapy list` shows what there is") from None
        corpus = Path(process.settings["WINNOW_DB"])
        if corpus.exists():
            with corpus_at(corpus):  # one that cannot be opened fails here, not within Scrapy
                pass
        crawling = asyncio.ensure_future(process.crawl(crawler, **opts.spargs))
        process.start()
        self.exitcode = 1 if process.bootstrap_failed else 0
        crawling.result()
