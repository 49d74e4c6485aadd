"""Web archives: WARC and ARC files, plain or gzipped, read record by record through warcio."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from cleaners.records import Page, Rejection

MAX_RECORD_BYTES = 100_000_000
"""What is read of one response at most, after decompression."""
TEXTUAL = ("text/html", "application/xhtml+xml", "text/plain")
PIECE = 65_536
SCHEMES = {"response": ("http://", "https://"), "resource": ("http://", "https://", "file:///")}
"""Addresses of pages; our own exports have saved files as resources, others have all sorts."""
ONE_STREAM = "non-chunked gzip"
"""What warcio says of an archive that was gzipped as a whole, not record by record."""


def is_warc(name: str, start: bytes) -> bool:
    """Tell a web archive by its name, or by its first bytes."""
    lowered = name.lower()
    return lowered.endswith((".warc", ".warc.gz", ".arc", ".arc.gz")) or start[:5] == b"WARC/"


def read_warc(file: IO[bytes]) -> Iterator[Page | Rejection]:
    """Yield a page for each response that is a text or a web page; images and the like are passed.

    A damaged archive gives the pages before the damage and then one rejection that says where; one
    without any page gives a rejection that says so.
    """
    found = 0
    try:
        for record in ArchiveIterator(file):
            if record.rec_type in ("response", "resource"):
                content = _content(record)
                if content is not None:
                    found += 1
                    yield content
        if not found:
            yield Rejection(None, "empty", "no web page in this archive")
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error, ValueError) as error:
        reason = " ".join(str(error).split())
        if ONE_STREAM in reason and file.seekable():
            file.seek(0)
            yield from islice(
                read_warc(cast("IO[bytes]", gzip.GzipFile(fileobj=file))), found, None
            )
            return
        shown = "".join(mark if mark.isprintable() else "?" for mark in reason[:200])
        detail = f"damaged archive after {found} pages: {shown or type(error).__name__}"
        yield Rejection(None, "undecodable", detail)


def _content(record: Any) -> Page | Rejection | None:
    """Return the page of one record, or None where it is not a text or has no address."""
    url = record.rec_headers.get_header("WARC-Target-URI", "").strip("<> ")
    if not url.startswith(SCHEMES[record.rec_type]):
        return None
    http = record.http_headers
    headers = {key.lower(): value for key, value in http.headers} if http else {}
    kind = headers.get("content-type") or record.rec_headers.get_header("Content-Type")
    status = int(http.get_statuscode()) if http and http.get_statuscode().isdigit() else None
    if not (kind or "text/html").lower().startswith(TEXTUAL) or (status or 200) != 200:
        return None
    body = _body(record)
    if body is None:
        detail = f"more than {MAX_RECORD_BYTES} bytes when decompressed"
        return Rejection(url, "too-big", detail)
    if _cut_short(record):
        return Rejection(url, "undecodable", "the archive ends in the middle of this response")
    fetched = _time(record.rec_headers.get_header("WARC-Date"))
    return Page(body, url, url, None, status, headers, kind, fetched)


def _body(record: Any) -> bytes | None:
    """Return the decompressed body, or None where it is beyond the limit."""
    stream = record.content_stream()
    pieces, size = [], 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > MAX_RECORD_BYTES:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _cut_short(record: Any) -> bool:
    """Tell whether the file ended before the length that the record states."""
    stream = record.raw_stream
    while stream.read(PIECE):
        pass
    return int(getattr(stream, "limit", 0)) > 0


def _time(text: str | None) -> datetime | None:
    """Return the aware time of a WARC-Date, or None where it has none that can be read."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
