"""Pages that need JavaScript: fetched by a browser, through scrapy-playwright (extra `render`).

Playwright's own Chromium is used where it is installed, else the system's. The browser reaches the
network through `gateway` alone; robots.txt, feeds and sitemaps are fetched without it.
"""

from __future__ import annotations

import os
import shutil
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from cleaners.errors import OperatorError
from crawler.gateway import Gateway
from crawler.handlers import AddressRefused, CheckedDownloadHandler
from crawler.requests import KIND

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_MILLISECONDS = 5_000
"""How long a loaded page may go on fetching before it is taken as it is."""


class RenderMiddleware:
    """Marks a source's pages for the browser; a rendered page is never asked for conditionally."""

    def process_request(self, request: Request) -> None:
        """Mark the request unless it is for a feed, a sitemap or robots.txt."""
        if request.meta.get(KIND) not in ("page", "start") or request.method != "GET":
            return
        from scrapy_playwright.page import PageMethod  # noqa: PLC0415 (an extra)

        for header in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(header, None)
        quiet = PageMethod("wait_for_load_state", "networkidle", timeout=QUIET_MILLISECONDS)
        request.meta.update(playwright=True, playwright_page_methods=[quiet])


class RenderingDownloadHandler:
    """Sends marked requests to a browser behind the gateway, all others to the usual handler."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # noqa: PLC0415

        self.plain = CheckedDownloadHandler(crawler)
        self.gateway = Gateway(self.plain.guard)
        self.max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.browser: Any = ScrapyPlaywrightDownloadHandler(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the handler of a crawl."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch; raise `AddressRefused` where the host's addresses may not be connected to."""
        if not request.meta.get("playwright"):
            return await self.plain.download_request(request)
        from playwright.async_api import Error, TimeoutError  # noqa: PLC0415 (an extra)

        proxy = {"server": await self.gateway.open(), "bypass": "<-loopback>"}
        self.browser.config.launch_options["proxy"] = proxy
        try:
            response: Response = await self.browser.download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(str(error)) from error
        except Error as error:
            raise DownloadFailedError(str(error)) from error
        host = urlparse_cached(request).hostname or ""
        if host in self.plain.guard.refused:
            address = self.plain.guard.refused.pop(host)
            raise AddressRefused(f"{host} has the non-public address {address}")
        if len(response.body) > self.max_bytes:
            raise IgnoreRequest("the answer is too big")
        return response

    async def close(self) -> None:
        """End the browser, the gateway and the usual handler's connections."""
        await self.browser.close()
        await self.gateway.close()
        await self.plain.close()


def render_settings(timeout: float) -> dict[str, Any]:
    """Return the settings of a source that is rendered; raise `OperatorError` without a browser."""
    try:
        import scrapy_playwright  # noqa: F401, PLC0415 (an extra)
    except ImportError:
        raise OperatorError(
            "render = true needs the extra `render`: pip install 'winnow-corpus[render]'"
        ) from None
    launch: dict[str, Any] = {"chromium_sandbox": os.geteuid() != 0}
    system = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if system is not None:
        launch["executable_path"] = system
    handler = "crawler.rendering.RenderingDownloadHandler"
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": timeout * 1_000,
    }
