"""The archive pipeline: every raw page that a spider yields goes into the corpus, nothing else.

Pages are written by the scheduler, in the same transaction as the state of the request that
brought them. Cleaning them is `corpus.ingest`'s affair.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from cleaners.records import Page
from crawler.access import frontier_of

PRIVATE_HEADERS = {"set-cookie", "set-cookie2"}
"""Response headers that are not kept."""


class ArchivePipeline:
    """Hands `Page` items to the scheduler's batch; other items pass unchanged."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawl."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Refuse to run without the scheduler that writes pages."""
        if frontier_of(self.crawler) is None:
            raise NotConfigured("ArchivePipeline needs SCHEDULER crawler.scheduler")

    def process_item(self, item: Any) -> Any:
        """Archive a page."""
        scheduler = frontier_of(self.crawler)
        if isinstance(item, Page) and scheduler is not None:
            scheduler.archive(item)
        return item


def page_of(response: Response, source: str) -> Page:
    """Return a response as the record that is stored; its time is now."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    chain = response.request.meta.get("redirect_urls") if response.request else None
    return Page(
        body=response.body,
        url=response.url,
        requested_url=chain[0] if chain else response.url,
        source=source,
        status=response.status,
        headers={name: text for name, text in headers.items() if name not in PRIVATE_HEADERS},
        content_type=headers.get("content-type"),
        fetched_at=datetime.now(UTC),
    )
