"""Sources: what to crawl and how, from sources.toml or from an address on the command line.

The tables are read and checked by `corpus.sources`, which also knows their cleaning options; here
is what fetching needs. Every error names file, table and key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from cronsim import CronSim, CronSimError

from cleaners.errors import ConfigError, OperatorError
from cleaners.records import CleanOptions
from corpus.ranges import LONGEST, MOST, range_problem
from corpus.sources import CleanTable, clean_options, read_table, read_tables, suggestion
from corpus.urls import site_of
from crawler.notices import load_ways

MAX_PAGES = 10_000
MAX_DEPTH = 500
LONGEST_SPAN = 100 * 365 * 86_400
"""The longest time between two crawls, or two fetches of a page, in seconds."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_ANY_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 (each source brings its own zone)


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[SOURCE.follow]`: which links are followed.

    `hosts` belong to the source besides those of its addresses; `allow` and `deny` are regular
    expressions searched in the whole address; `depth` is how many links deep from a start address
    or a feed's or sitemap's entry; where it is not set, a source without start addresses fetches
    the entries and nothing else.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    depth: int | None = None
    max_pages: int = MAX_PAGES


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source's table as it stands in the file."""

    start: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    site_name: str | None = None
    follow: Follow = Follow()
    every: str | None = None
    cron: str | None = None
    timezone: str = "UTC"
    refresh: str = "auto"
    delay: float | None = None
    timeout: float = 30.0
    headers: dict[str, str] = {}
    render: bool = False
    allow_private: bool = False
    languages: tuple[str, ...] = ()
    clean: CleanTable = CleanTable()


@dataclass(frozen=True, slots=True)
class Source:
    """One site, or section of one, to crawl: where to begin, what to follow, how politely.

    `every` is a schedule in seconds or "auto", `cron` five fields in `timezone`. `refresh` is the
    age in seconds at which a page is fetched again, "auto" (by how long it has not changed) or
    "never". `delay` is seconds between requests to one host (None: the settings' own), `timeout`
    seconds for one request.
    """

    name: str
    start: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    site_name: str | None = None
    follow: Follow = field(default_factory=Follow)
    every: float | str | None = None
    cron: str | None = None
    timezone: str = "UTC"
    refresh: float | str = "auto"
    delay: float | None = None
    timeout: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict)
    render: bool = False
    allow_private: bool = False
    clean: CleanOptions = field(default_factory=CleanOptions)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the source names: where it begins, its feeds and sitemaps."""
        return self.start + self.feeds + self.sitemaps

    @property
    def follow_depth(self) -> int:
        """How many links deep the source is followed."""
        own = self.follow.depth
        return own if own is not None else MAX_DEPTH if self.start else 0

    @property
    def hosts(self) -> frozenset[str]:
        """The host names, without ports, that the source names itself."""
        own = {urlsplit(url).hostname or "" for url in self.addresses}
        return frozenset(own | {host.partition(":")[0] for host in self.follow.hosts})


def load_sources(path: Path) -> dict[str, Source]:
    """Return the sources of a file by name, in its order; raise `ConfigError` for any mistake."""
    sources = {name: _source(path, name, table) for name, table in read_tables(path).items()}
    load_ways(path)  # the rest of the file must be right as well
    return sources


def choose_sources(sources: Mapping[str, Source], names: Iterable[str], path: Path) -> list[Source]:
    """Return the named sources, all without names; an unknown name is an `OperatorError`."""
    names = list(dict.fromkeys(names))
    unknown = [name for name in names if name not in sources]
    if unknown:
        raise OperatorError(
            f"{path}: no source named {unknown[0]!r}{suggestion(unknown[0], sources)}"
        )
    return [sources[name] for name in names] if names else list(sources.values())


def sources_of_urls(urls: Iterable[str]) -> list[Source]:
    """Return a source for each site of the addresses, named as the site, that begins at them."""
    starts: dict[str, list[str]] = {}
    for url in urls:
        checked = check_url(url)
        starts.setdefault(site_of(checked), []).append(checked)
    return [Source(name=name, start=tuple(urls)) for name, urls in starts.items()]


def check_url(url: str) -> str:
    """Return an address that can be crawled, with https:// where no scheme was typed.

    Raise `OperatorError` for one that cannot: another scheme, no host, a broken port.

    >>> check_url("example.org/news"), check_url("http://example.org")
    ('https://example.org/news', 'http://example.org/')
    """
    text = url.strip()
    if not text:
        raise OperatorError("an address is empty")
    if not re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        text = "https://" + text
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise OperatorError(f"{url}: is not an address: {error}") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise OperatorError(f"{url}: only http and https addresses can be crawled")
    host = parts.hostname or ""
    if not host or re.search(r"[\s\\<>\"{}|^`]", text) or ".." in host or host.startswith("."):
        raise OperatorError(f"{url}: is not an address: its host {host!r} cannot be one")
    if "." not in host and ":" not in host and host != "localhost":
        raise OperatorError(f"{url}: is not an address: {host!r} is no host name; a typing error?")
    return text if parts.path else urlunsplit(parts._replace(path="/"))


def seconds(text: str) -> float:
    """Return a duration such as "30m", "1.5h" or "1d 12h" in seconds; raise `ValueError`.

    >>> seconds("30m"), seconds("1d 12h")
    (1800.0, 129600.0)
    """
    parts = _DURATION.findall(text.lower())
    if not parts or _DURATION.sub("", text.lower()).strip():
        raise ValueError(f'{text!r} is not a duration such as "30m", "6h" or "1d 12h"')
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _source(path: Path, name: str, data: Mapping[str, Any]) -> Source:
    table = read_table(path, name, data, Table)
    check = _Check(path, name)
    for key in ("start", "feeds", "sitemaps"):
        check.urls(key, getattr(table, key))
    if not table.start + table.feeds + table.sitemaps:
        raise check.error("start", "a source needs start, feeds or sitemaps")
    for key in ("allow", "deny"):
        check.patterns(f"follow.{key}", getattr(table.follow, key))
    check.hosts(table.follow.hosts)
    check.headers(table.headers)
    check.numbers(table)
    check.schedule(table)
    return Source(
        name=name,
        start=tuple(map(check_url, table.start)),
        feeds=tuple(map(check_url, table.feeds)),
        sitemaps=tuple(map(check_url, table.sitemaps)),
        site_name=table.site_name,
        follow=table.follow,
        every=check.duration("every", table.every, "auto") if table.every else None,
        cron=table.cron,
        timezone=table.timezone,
        refresh=check.duration("refresh", table.refresh, "auto", "never"),
        delay=table.delay,
        timeout=table.timeout,
        headers=table.headers,
        render=table.render,
        allow_private=table.allow_private,
        clean=clean_options(path, name, data),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    """What a type cannot say of a source's values; each mistake becomes a `ConfigError`."""

    path: Path
    name: str

    def error(self, key: str, problem: str) -> ConfigError:
        return ConfigError(self.path, f"[{self.name}] {key}", problem)

    def urls(self, key: str, urls: Iterable[str]) -> None:
        for url in urls:
            try:
                check_url(url)
            except OperatorError as error:
                raise self.error(key, str(error)) from None

    def patterns(self, key: str, patterns: Iterable[str]) -> None:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                problem = f"{pattern!r} is not a regular expression: {error}"
                raise self.error(key, problem) from None

    def duration(self, key: str, text: str, *words: str) -> float | str:
        if text in words:
            return text
        try:
            duration = seconds(text)
        except ValueError as error:
            raise self.error(key, f"{error}, nor {' or '.join(map(repr, words))}") from None
        if key == "every" and duration < 1:
            raise self.error(key, f"must be at least a second, not {text!r}")
        if duration > LONGEST_SPAN:
            raise self.error(key, f"must be at most 100 years, not {text!r}")
        return duration

    def numbers(self, table: Table) -> None:
        bounds = (
            ("delay", table.delay or 0, 0, LONGEST),
            ("timeout", table.timeout, 0.1, LONGEST),
            ("follow.depth", table.follow.depth or 0, 0, MOST),
            ("follow.max_pages", table.follow.max_pages, 1, MOST),
        )
        for key, value, least, most in bounds:
            if problem := range_problem(value, least, most):
                raise self.error(key, problem)

    def hosts(self, hosts: Iterable[str]) -> None:
        for host in hosts:
            if not re.fullmatch(r"\*|[^\s/@?#*]+", host):
                problem = f'{host!r} is not a host such as "example.org", nor "*"'
                raise self.error("follow.hosts", problem)

    def headers(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if not _TOKEN.fullmatch(name):
                raise self.error("headers", f"{name!r} is not a header's name")
            if not value.isprintable():
                raise self.error("headers", f"the value of {name!r} is not one printable line")

    def schedule(self, table: Table) -> None:
        if table.every and table.cron:
            raise self.error("cron", "a source has `every` or `cron`, not both")
        try:
            zone = ZoneInfo(table.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.error("timezone", f"no time zone {table.timezone!r}") from None
        if table.cron:
            try:
                CronSim(table.cron, _ANY_DAY.replace(tzinfo=zone))
            except CronSimError as error:
                problem = f"{table.cron!r} is not a cron expression: {error}"
                raise self.error("cron", problem) from None
