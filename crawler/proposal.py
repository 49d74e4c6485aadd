"""From what a site offers to the source that `winnow add` writes, and the lines it shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.discover import Discovery, Found

LANGUAGE_LENGTH = 35
"""The longest language tag that RFC 5646 asks programs to take."""


def table_of(found: Discovery, *, allow_private: bool) -> dict[str, Any]:
    """Return the table for a site.

    With a feed or a news sitemap, new articles come from there and from the links of the start
    page; without, the links are followed all through the site.
    """
    news = [one.url for one in found.sitemaps if one.news]
    feeds = [one.url for one in found.feeds]
    sitemaps = news or [one.url for one in found.sitemaps]
    table: dict[str, Any] = {}
    if found.site_name:
        table["site_name"] = found.site_name[:200]
    if found.url not in feeds:
        table["start"] = [found.url]
    if feeds:
        table["feeds"] = feeds
    if sitemaps:
        table["sitemaps"] = sitemaps
    if allow_private:
        table["allow_private"] = True
    if (feeds or news) and "start" in table:
        table["follow"] = {"depth": 1}
    return table


def described(found: Discovery) -> Iterator[str]:
    """Yield the lines that tell a reader what was found and where."""
    yield f"{found.site_name or found.url} ({(found.language or 'und')[:LANGUAGE_LENGTH]})"
    for kind, all_of_kind in (("feed", found.feeds), ("sitemap", found.sitemaps)):
        for one in all_of_kind:
            yield f"  {kind:8} {one.url}  {_about(one)}"
    if not found.feeds and not found.sitemaps:
        yield "  no feed and no sitemap: its links will be followed"


def _about(one: Found) -> str:
    kind = "news, " if one.news else ""
    title = f"{one.title}, " if one.title else ""
    return f"({title}{kind}{one.entries:,} entries, from {one.place})"
