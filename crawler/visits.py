"""When a page that was found is fetched again. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

FRESH = timedelta(hours=1)
SHARE = 0.5
LONGEST = timedelta(days=30)


def revisit_rule(refresh: float | str | None) -> Callable[[datetime, datetime], datetime | None]:
    """Return the rule for a source's `refresh`: seconds, "auto", "never"; None: when asked for.

    "auto": a page that has not changed for a time is due again after half that time, at most 30
    days; within its first hour with every crawl. So an article that is never edited is asked for
    about twenty times in a year, each time with a conditional request.
    """
    if refresh is None:
        return lambda now, changed: now
    if refresh == "never":
        return lambda now, changed: None
    if isinstance(refresh, str):
        return _auto
    return lambda now, changed: now + timedelta(seconds=refresh)


def _auto(now: datetime, changed: datetime) -> datetime:
    age = now - changed
    return now if age < FRESH else now + min(age * SHARE, LONGEST)
