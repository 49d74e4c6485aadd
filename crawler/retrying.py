"""Retries that survive a crash: what fails for a time is put off in the frontier.

Answers that say "later" (429, 503 with Retry-After) leave their whole host in peace until then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from corpus.urls import host_of
from crawler.access import frontier_of
from crawler.flights import problem
from crawler.requests import RETRY_IN, RETRY_WHY

BUSY = (429, 503)


class RetryLaterMiddleware(RetryMiddleware):
    """Scrapy's rules for what is tried again, with a delay that doubles and is kept on disk."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Put a request off whose answer says that another try may succeed."""
        if request.meta.get("dont_retry") or response.status not in self.retry_http_codes:
            return response
        wish = time_asked_for(response, self.crawler.settings.getfloat("WINNOW_RETRY_AFTER_MAX"))
        return self._later(request, f"HTTP {response_status_message(response.status)}", wish) or (
            response
        )

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """Put a request off whose connection failed."""
        if isinstance(exception, self.exceptions_to_retry) and not request.meta.get("dont_retry"):
            return self._later(request, problem(exception), 0.0)
        return None

    def _later(self, request: Request, reason: str, wish: float) -> Request | None:
        tries = request.meta.get("retry_times", 0) + 1
        if tries > request.meta.get("max_retry_times", self.max_retry_times):
            return None
        delay = self.crawler.settings.getfloat("WINNOW_RETRY_DELAY") * 2 ** (tries - 1)
        delay = max(delay, wish)
        scheduler = frontier_of(self.crawler)
        if wish and scheduler is not None:
            until = datetime.now(UTC) + timedelta(seconds=delay)
            scheduler.rest(host_of(request.url), until)
        self.crawler.stats.inc_value("retry/count")
        meta = {**request.meta, "retry_times": tries, RETRY_IN: delay, RETRY_WHY: reason}
        return request.replace(dont_filter=True, meta=meta)


def time_asked_for(response: Response, longest: float) -> float:
    """Return for how many seconds a busy host asks to be left in peace, at most `longest`."""
    if response.status not in BUSY:
        return 0.0
    header = response.headers.get("Retry-After") or b""
    return min(longest, retry_after(header.decode("latin-1"), datetime.now(UTC)))


def retry_after(value: str, now: datetime) -> float:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3); 0 for none.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> retry_after("Thu, 01 Jan 2026 00:01:00 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    60.0
    """
    text = value.strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
