"""The raw pages of documents as WARC 1.1, with digests that match.

Bodies are stored as they were after transfer and content decoding, so headers that speak of an
encoding move to `X-Archive-Orig-…` and the length is that of the body. Record numbers and dates
come from the page, not from the clock. Source: ISO 28500:2017.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from corpus import zstd
from corpus.export.shards import Record, Target
from corpus.export.sink import Sink

DECODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
UNKNOWN_TIME = "1970-01-01T00:00:00Z"
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
NOT_IN_URI = re.compile(r"[\x00-\x20\x7f<>]")


class WarcShard:
    """One compressed WARC file: a warcinfo record, then a response for each page."""

    def __init__(self, sink: Sink, _: Target) -> None:
        """Say what is in the file."""
        self.writer = WARCWriter(sink, gzip=True, warc_version="WARC/1.1")
        self.size = 0
        info = b"software: winnow\r\nformat: WARC File Format 1.1\r\n"
        headers = {"WARC-Record-ID": _id(sink.name.encode()), "WARC-Date": UNKNOWN_TIME}
        self.writer.write_record(
            self.writer.create_warc_record(
                "", "warcinfo", BytesIO(info), len(info), warc_headers_dict=headers
            )
        )

    def add(self, records: list[Record]) -> None:
        """Write the pages of records."""
        for record in records:
            self._write(record["_page"])

    def close(self) -> None:
        """Do nothing: every record is whole."""

    def _write(self, page: Record) -> None:
        body = zstd.decompress(page["zstd"])
        self.size += len(body)
        url = NOT_IN_URI.sub(lambda match: f"%{ord(match[0]):02X}", page["url"])
        moment = warc_date(page["fetched_at"] or page["seen_at"])
        http = http_headers(page, len(body)) if url.startswith("http") and page["status"] else None
        about = f"{url} {moment} ".encode() + hashlib.sha256(body).digest()
        headers = {"WARC-Record-ID": _id(about), "WARC-Date": moment}
        record = self.writer.create_warc_record(
            url,
            "response" if http else "resource",
            BytesIO(body),
            len(body),
            "" if http else CONTROL.sub(" ", page["content_type"] or "application/octet-stream"),
            headers,
            http_headers=http,
        )
        self.writer.write_record(record)


def http_headers(page: Record, length: int) -> StatusAndHeaders:
    """Return the status line and headers of a page as they fit its decoded body."""
    headers = []
    for name, value in json.loads(page["headers"]).items():
        title = "-".join(part.capitalize() for part in name.split("-"))
        clean = CONTROL.sub(" ", str(value))
        headers.append((f"X-Archive-Orig-{title}" if name in DECODED else title, clean))
    if page["content_type"] and "content-type" not in json.loads(page["headers"]):
        headers.append(("Content-Type", CONTROL.sub(" ", page["content_type"])))
    headers.append(("Content-Length", str(length)))
    status = int(page["status"])
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    return StatusAndHeaders(f"{status} {phrase}", headers, protocol="HTTP/1.1")


def warc_date(stored: str | None) -> str:
    """Return a stored time as a WARC date.

    >>> warc_date("2026-03-01T10:00:00+00:00")
    '2026-03-01T10:00:00Z'
    """
    if not stored:
        return UNKNOWN_TIME
    return datetime.fromisoformat(stored).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(about: bytes) -> str:
    """Return a record's number, the same for the same page."""
    digest = hashlib.blake2b(about, digest_size=16).digest()
    return f"<urn:uuid:{uuid.UUID(bytes=digest, version=4)}>"
