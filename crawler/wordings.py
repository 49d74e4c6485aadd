"""What Scrapy's log says of single requests; a crawl's own log is `log`'s affair."""

from __future__ import annotations

import logging

from scrapy import Request, Spider
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class FailuresApart(LogFormatter):
    """Scrapy's wordings; a download that fails is no error of ours, and the crawl tells its reason.

    The traceback is there for LOG_LEVEL=DEBUG.
    """

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        """Return what is logged of a download that failed for good."""
        told = super().download_error(failure, request, spider, errmsg)
        return {**told, "level": logging.DEBUG}
