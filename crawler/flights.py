"""A request on its way, and what comes of it: the one place where answers become outcomes.

Also says, for each way to fail, in words what happened and when to try again in a later crawl.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from cleaners.records import Page
from corpus.frontier_records import Leased, Outcome, Settled
from crawler.requests import RETRY_IN, RETRY_WHY

AGAIN = {404: timedelta(days=7), 410: timedelta(days=30)}
"""After which time a later crawl asks again for what answered with this status; others: at once."""
PROBLEMS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "no whole answer within the time limit"),
    (CannotResolveHostError, "the host's name has no address"),
    (DownloadConnectionRefusedError, "the host refused the connection"),
    (ResponseDataLossError, "the answer ended before its announced length"),
    (DownloadCancelledError, "the answer is too big"),
    (EOFError, "the answer cannot be unpacked"),
    (zlib.error, "the answer cannot be unpacked"),
    (DownloadFailedError, "the connection broke or the answer is not HTTP"),
)


@dataclass(slots=True)
class Flight:
    """A leased address and the request that was made for it; what came back, as it comes back."""

    leased: Leased
    request: Request
    state: Settled | None = None
    status: int | None = None
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    same_as: str | None = None
    unchanged: bool = False
    wait: timedelta | None = None
    attempts: int = 0
    pages: list[Page] = field(default_factory=list)

    def responded(self, response: Response, allowed: Collection[int]) -> None:
        """Take the final response; statuses in `allowed` the spider handles itself."""
        self.status = response.status
        self.etag = _header(response, "ETag")
        self.last_modified = _header(response, "Last-Modified")
        self.unchanged = response.status == 304
        if 200 <= response.status < 300 or self.unchanged or response.status in allowed:
            self.state = "done"
            return
        self.attempts = tries = self.leased.attempts + 1
        self.state = "failed"
        self.error = f"HTTP {response.status}" + (f" ({tries} attempts)" if tries > 1 else "")
        self.wait = AGAIN.get(response.status, timedelta())

    def failed(self, failure: Failure) -> None:
        """Take the error that ended the request."""
        self.state, self.wait = "failed", timedelta()
        self.attempts = self.leased.attempts + 1
        self.error = problem(failure.value)
        if isinstance(failure.value, StopDownload) and failure.value.response is not None:
            self.status = failure.value.response.status

    def put_off(self, request: Request) -> None:
        """Take a middleware's wish to try again later, as its substitute request says."""
        self.state = "later"
        self.wait = timedelta(seconds=request.meta[RETRY_IN])
        self.error = request.meta.get(RETRY_WHY)
        self.attempts = request.meta.get("retry_times", 0)

    def redirected(self, to_key: str, status: object) -> None:
        """Take a redirect: another address stands for this one."""
        self.state, self.same_as = "done", to_key
        self.status = status if isinstance(status, int) else None

    def outcome(self, now: datetime) -> Outcome:
        """Return what is to be written."""
        return Outcome(
            leased=self.leased,
            state=self.state or "failed",
            status=self.status,
            error=self.error if self.state else "no answer",
            etag=self.etag,
            last_modified=self.last_modified,
            same_as=self.same_as,
            pages=tuple(self.pages),
            unchanged=self.unchanged,
            due_at=None if self.wait is None else now + self.wait,
            attempts=self.attempts,
        )

    def counted_as(self, outcome: Outcome) -> str:
        """Return the name under which a run counts an outcome."""
        if outcome.state == "done":
            if outcome.same_as and outcome.status != 200:
                return "redirects"
            return "fetched" if self.leased.kind in ("page", "start") else "lists"
        return "failed" if outcome.state == "failed" else "put_off"


def problem(error: BaseException | None) -> str:
    """Return what went wrong as a reader understands it."""
    if isinstance(error, IgnoreRequest) and "during decompression" in str(error):
        return "the answer is too big once unpacked"
    if isinstance(error, StopDownload | IgnoreRequest) and str(error):
        return str(error)[:500]
    for kind, text in PROBLEMS:
        if isinstance(error, kind):
            detail = _cause(error) if kind is DownloadFailedError else ""
            return f"{text}: {detail}"[:500] if detail else text
    return f"{type(error).__name__}: {error}"[:500]


def _cause(error: BaseException) -> str:
    """Return what Twisted and OpenSSL say of a broken connection, without their wrapping."""
    reasons = getattr(error.__cause__, "reasons", None) or []
    return "; ".join(dict.fromkeys(_said(reason.value) for reason in reasons))


def _said(error: BaseException) -> str:
    if isinstance(error, SSL.Error) and error.args and error.args[0]:
        return ", ".join(f"TLS: {parts[-1]}" for parts in error.args[0])
    return str(error)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
