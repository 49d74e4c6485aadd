"""A call that is made once after a while, however often it is asked for meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from scrapy.utils.asyncio import CallLaterResult, call_later


class Alarm:
    """Makes its call `seconds` after the first asking; then it can be asked for again."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._set: CallLaterResult | None = None

    def ring_in(self, seconds: float) -> None:
        """Make the call in so many seconds, unless it is to be made already."""
        if self._set is None:
            self._set = call_later(seconds, self._ring)

    def cancel(self) -> None:
        """Do not make the call that is to be made, if any."""
        if self._set is not None:
            self._set.cancel()
            self._set = None

    def _ring(self) -> None:
        self._set = None
        self._call()
