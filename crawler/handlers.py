"""The download handler for http and https: Scrapy's own, connecting to checked addresses only.

What is checked is `addresses`' affair. The handler also bounds the size of response headers, which
Scrapy leaves open.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IAddress
from twisted.logger import globalLogBeginner
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol
from twisted.web.client import Agent

from crawler.addresses import AddressGuard


class AddressRefused(IgnoreRequest):
    """The host has no address that may be connected to."""


class CheckedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with the crawl's address guard between name and connection."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.guard = AddressGuard(crawler.settings.getlist("WINNOW_PRIVATE_HOSTS"))
        limit = crawler.settings.getint("WINNOW_MAX_HEADER_BYTES")
        self._pool._factory = partial(_BoundedFactory, limit)  # type: ignore[assignment]

    async def download_request(self, request: Request) -> Response:
        """Fetch; raise `AddressRefused` where the host's addresses may not be connected to."""
        agent = _CheckedAgent(
            guard=self.guard,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except CannotResolveHostError:
            host = urlparse_cached(request).hostname or ""
            address = self.guard.refused.pop(host, None)
            if address is None:
                raise
            raise AddressRefused(f"{host} has the non-public address {address}") from None


def quieten_twisted() -> None:
    """Leave Twisted's log to Python's, which Scrapy passes it on to; once in a process.

    By itself Twisted would write what it takes for critical to stderr as well, stacks and all: a
    certificate without a name, say.
    """
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
    logging.getLogger("twisted").addFilter(_says_more)


def _says_more(record: logging.LogRecord) -> bool:
    """Return whether a log record says more than that a certificate is refused.

    Twisted adds its own stack to it; for a reader it is the failure of the request.
    """
    return not record.getMessage().startswith("while verifying certificate")


class _CheckedAgent(_ScrapyAgent):
    """An agent whose connections go through the guard; those to a proxy of the user's do not."""

    def __init__(self, *, guard: AddressGuard, **options: Any) -> None:
        super().__init__(**options)
        self._guard = guard

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent = super()._get_agent(request, timeout)
        if not request.meta.get("proxy"):
            endpoints = agent._endpointFactory
            endpoints._reactor = self._guard.reactor(endpoints._reactor)
        return agent


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Ends a connection whose response headers do not."""

    max_header_bytes = 0
    _head = 0

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        parser = self._parser
        if parser is None or parser.state not in (STATUS, HEADER):
            return
        self._head += len(data)
        if self._head > self.max_header_bytes and self.transport is not None:
            self.transport.abortConnection()


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def __init__(self, limit: int, *arguments: Any) -> None:
        super().__init__(*arguments)  # type: ignore[no-untyped-call]
        self._limit = limit

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        protocol = _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.max_header_bytes = self._limit
        return protocol
