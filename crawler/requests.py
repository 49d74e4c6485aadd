"""Scrapy's requests as the frontier keeps them, and back.

A request that is only an address is kept as columns; every other (a method, a body, headers,
callbacks, meta …) as MessagePack of `Request.to_dict`, which any reader can decode and which,
unlike a pickle, cannot run code. Tuples come back as lists; objects of other kinds cannot be kept.
"""

from __future__ import annotations

from typing import Any

import msgspec
from scrapy import Request, Spider
from scrapy.utils.request import request_from_dict

from corpus.frontier_records import Found, Leased
from corpus.urls import url_key

KIND = "page_kind"
"""Meta key: what is asked for: `page` (the default), `start`, `feed`, `sitemap`."""
RETRY_IN = "retry_in"
"""Meta key of a request that a middleware puts off: in how many seconds to try again."""
RETRY_WHY = "retry_why"
"""Meta key beside it: the reason, as the frontier shows it."""
ARCHIVE_ANYWAY = "archive_anyway"
"""Meta key: keep the page even where it names another address as its canonical one."""

_VOLATILE = {
    "download_slot",
    "download_latency",
    "depth_reset",
    "is_start_request",
    "retry_times",
    RETRY_IN,
    RETRY_WHY,
    ARCHIVE_ANYWAY,
}
_KEPT_APART = {"depth", KIND}
_CONDITIONS = (b"If-None-Match", b"If-Modified-Since")


class Unserialisable(ValueError):
    """The request holds an object, or a callback that is no method of the spider."""


def found(request: Request, spider: Spider, unique: str = "") -> Found:
    """Return the frontier's record of a request; raise `Unserialisable` where there is none.

    `unique` makes a request that must not be filtered as a duplicate a row of its own.
    """
    meta = {
        name: value
        for name, value in request.meta.items()
        if name not in _VOLATILE and not name.startswith("playwright")
    }
    referer = request.headers.get("Referer")
    plain = (
        request.method == "GET"
        and not request.body
        and request.callback is None
        and request.errback is None
        and not (request.cookies or request.cb_kwargs or request.flags)
        and set(meta) <= _KEPT_APART
        and set(request.headers) <= {b"Referer"}
        and type(request) is Request
    )
    return Found(
        url_key=key(request, spider) + unique,
        url=request.url,
        kind=meta.get(KIND, "page"),
        depth=meta.get("depth", 0),
        priority=request.priority,
        found_on=referer.decode("latin-1") if referer else None,
        request=None if plain else _pack(request, spider, meta),
    )


def key(request: Request, spider: Spider) -> str:
    """Return what requests for the same thing share; raise `ValueError` for a broken address."""
    base = url_key(request.url)
    if request.method == "GET" and not request.body:
        return base
    return (
        f"{base} {request.method} {spider.crawler.request_fingerprinter.fingerprint(request).hex()}"
    )


def request_of(leased: Leased, spider: Spider, *, conditional: bool) -> Request:
    """Return the request for a leased address, `conditional` on a change since the last fetch."""
    if leased.request is None:
        request = Request(leased.url, priority=leased.priority)
        if leased.found_on:
            request.headers["Referer"] = leased.found_on
    else:
        request = request_from_dict(msgspec.msgpack.decode(leased.request), spider=spider)
    request.dont_filter = True
    request.meta["depth"] = leased.depth
    request.meta[KIND] = leased.kind
    if leased.attempts:
        request.meta["retry_times"] = leased.attempts
    if leased.same_as == "":
        request.meta[ARCHIVE_ANYWAY] = True
    if conditional:
        for name, value in zip(_CONDITIONS, (leased.etag, leased.last_modified), strict=True):
            if value:
                request.headers[name] = value
    return request


def _pack(request: Request, spider: Spider, meta: dict[str, Any]) -> bytes:
    try:
        data = request.to_dict(spider=spider)
        data["meta"] = meta
        data["headers"] = {
            name: values for name, values in data["headers"].items() if name not in _CONDITIONS
        }
        return msgspec.msgpack.encode(data)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise Unserialisable(f"{request}: {error}") from error
