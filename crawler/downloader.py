"""The downloader: Scrapy's own, telling the frontier's scheduler how each request ended.

Every end of a request passes here, whichever middleware brought it about: a response, an error, or
another request in its place (a redirect, a later try).
"""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.access import frontier_of


class FrontierDownloader(Downloader):
    """Scrapy's downloader; without our scheduler it is only that."""

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        """Fetch a request through the middlewares and report its end to the scheduler."""
        deferred: Deferred[Any] = super().fetch(request)
        scheduler = frontier_of(self.crawler)
        if scheduler is None:
            return deferred

        def ended(result: Response | Request) -> Response | Request:
            if isinstance(result, Request):
                scheduler.replaced(request, result)
            else:
                scheduler.responded(request, result)
            return result

        def failed(failure: Failure) -> Failure:
            scheduler.failed(request, failure)
            return failure

        return deferred.addCallbacks(ended, failed)
