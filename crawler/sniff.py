"""What a response really is: by its declared type before the body comes, then by its first bytes.

Images, films, archives and the like are not downloaded to the end and not stored.
"""

from __future__ import annotations

import re
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers

from crawler.requests import KIND

MEDIA = re.compile(
    r"(image|audio|video|font|model)/|application/(pdf|zip|gzip|x-tar|x-rar|x-7z|msword"
    r"|vnd\.(ms-|openxml|oasis)|epub|java-archive|x-shockwave|wasm)"
)
"""Declared types that no page has. `octet-stream` is not among them: servers say it of anything."""
TEXT_IMAGES = ("image/svg+xml",)
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "RIFF media"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"Rar!", "RAR archive"),
    (b"\x7fELF", "program"),
    (b"ID3", "MP3 audio"),
    (b"OggS", "Ogg media"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"\xd0\xcf\x11\xe0", "Office document"),
)
_CONTROL = bytes({*range(1, 9), *range(14, 27)})
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
HEAD = 1_024
XML_PROLOG = rb"(?>(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*>)\s*)*+"
"""What may stand before a document's first element (with `re.DOTALL`). Atomic: a page that begins
with fifty comments must not be tried in every way in which they can be read as fewer."""


class NotAPage(StopDownload):
    """The response is of a type that is no page; the download ends."""

    def __init__(self, reason: str) -> None:
        super().__init__(fail=True)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class ContentSniffer:
    """Ends downloads of what is declared as media, for spiders that have `text_only = True`."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension and connect it."""
        sniffer = cls()
        crawler.signals.connect(sniffer.headers_received, signals.headers_received)
        return sniffer

    def headers_received(self, headers: Headers, request: Request, spider: Spider) -> None:
        """Raise `NotAPage` where the declared type is no page's; sitemaps may be gzip archives."""
        if not getattr(spider, "text_only", False) or request.meta.get(KIND) == "sitemap":
            return
        declared = (headers.get("Content-Type") or b"").decode("latin-1").strip().lower()
        if MEDIA.match(declared) and not declared.startswith(TEXT_IMAGES):
            raise NotAPage(f"not-html: declared as {declared.partition(';')[0]}")


def binary_kind(body: bytes) -> str | None:
    """Return what a body is by its first bytes where it is no text, else None.

    >>> binary_kind(b"%PDF-1.7 ..."), binary_kind(b"<p>Hello"), binary_kind(b"\\x00\\x01\\x02")
    ('PDF', None, 'binary data')
    """
    head = body[:HEAD]
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp":
        return "MP4 media"
    if head.startswith(_UTF16):
        return None
    control = len(head) - len(head.translate(None, _CONTROL))
    zeros = head.count(0)
    # UTF-16 without a byte order mark has a zero in every other place, so zeros alone say nothing.
    if control > len(head) * 0.1 or (zeros and not _looks_like_utf16(head, zeros)):
        return "binary data"
    return None


def _looks_like_utf16(head: bytes, zeros: int) -> bool:
    even, odd = head[::2].count(0), head[1::2].count(0)
    return zeros > len(head) * 0.2 and min(even, odd) < zeros * 0.1
