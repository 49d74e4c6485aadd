"""Saved pages: HTML and text files, folders of them, web archives, standard input.

Everything becomes a `Page` with the address that it had on the web where the file tells it, or a
`Rejection` where it cannot be read as a page. What is inside a page is `cleaners`' affair.
"""

from __future__ import annotations

import mimetypes
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from cleaners.errors import OperatorError
from cleaners.records import Page, Rejection
from corpus.folders import Found, pages_under
from corpus.mhtml import is_mhtml, read_mhtml
from corpus.warc import is_warc, read_warc

MAX_FILE_BYTES = 200_000_000
"""What is read of one saved page at most: far above what cleaning accepts, far below memory."""
HEAD_BYTES = 262_144
TAG = re.compile(rb"<(?:link|meta)\b[^>]{0,4000}>", re.IGNORECASE)
CANONICAL = re.compile(
    rb"\b(?:rel|property|name)\s*=\s*[\"']?\s*(canonical|og:url)\b", re.IGNORECASE
)
ADDRESS = re.compile(
    rb"\b(?:href|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE
)
SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Saved:
    """One input: the path as it was given or found ("-" for standard input) and what it held."""

    path: str
    content: Page | Rejection


def read_pages(
    paths: Iterable[str | Path], url: str | None = None, others: Counter[str] | None = None
) -> Iterator[Saved]:
    """Read the pages of files, folders and archives, in the order given and by name within folders.

    `url` is the address of a page that does not tell its own; in `others` files of folders that
    are no pages are counted by suffix. A path that does not exist is an
    `OperatorError`, raised before anything is read.
    """
    given = [str(path) for path in paths]
    for path in given:
        if not path:  # which would be the folder that one is in
            raise OperatorError("a path is empty")
        if path != "-" and not Path(path).exists():
            raise OperatorError(f"{path}: no such file or folder")
    for path in given:
        if path == "-":
            body = sys.stdin.buffer.read(MAX_FILE_BYTES)
            told = url or saved_url(body) or f"stdin:{sha256(body).hexdigest()[:16]}"
            yield Saved(path, Page(body, told, content_type=sniffed(body)))
        elif Path(path).is_dir():
            for found in sorted(pages_under(Path(path), Counter() if others is None else others)):
                yield from _unread(found) if found.problem else _read_file(found.path, url)
        else:
            yield from _read_file(Path(path), url)


def saved_url(body: bytes) -> str | None:
    """Return the web address that a saved page tells: where a browser saved it, or its canonical.

    A canonical address that names only the site's root is believed when there is no better one.
    """
    head = body[:HEAD_BYTES]
    if match := SAVED_FROM.search(head[:4096]):
        found = _web_address(match[1])
        if found:
            return found
    claims: dict[bytes, str] = {}
    for tag in TAG.findall(head):
        kind, value = CANONICAL.search(tag), ADDRESS.search(tag)
        if kind and value:
            address = _web_address(next(group for group in value.groups() if group is not None))
            if address:
                claims.setdefault(kind[1].lower(), address)
    ranked = [claims[kind] for kind in (b"canonical", b"og:url") if kind in claims]
    deep = [address for address in ranked if urlsplit(address).path not in ("", "/")]
    return next(iter(deep + ranked), None)


def sniffed(body: bytes) -> str:
    """Return the media type of a body that came without a name: HTML or plain text."""
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    markup = re.search(rb"<(!doctype|html|head|body|title|meta|div|p|article)\b", start)
    return "text/html" if markup or start.startswith(b"<") else "text/plain"


def _unread(found: Found) -> Iterator[Saved]:
    address = found.path.absolute().as_uri()
    yield Saved(str(found.path), Rejection(address, "undecodable", found.problem))


def _read_file(path: Path, url: str | None) -> Iterator[Saved]:
    """Yield the page of a file, or the pages of an archive."""
    name = str(path)
    address = path.absolute().as_uri()
    try:
        with path.open("rb") as file:
            start = file.peek(16)
            if is_warc(path.name, start):
                yield from (Saved(name, content) for content in read_warc(file))
                return
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        yield Saved(
            name, Rejection(url or address, "undecodable", f"not readable: {error.strerror}")
        )
        return
    if len(body) > MAX_FILE_BYTES:
        detail = f"{path.stat().st_size} bytes; at most {MAX_FILE_BYTES} are read"
        yield Saved(name, Rejection(url or address, "too-big", detail))
        return
    if is_mhtml(path.name, start):
        archived = read_mhtml(body, url or address)
        yield Saved(name, archived or Rejection(url or address, "not-html", "no page in the MHTML"))
        return
    kind = mimetypes.guess_type(path.name)[0] or sniffed(body)
    told = url or (saved_url(body) if kind != "text/plain" else None)
    page = Page(body, told or address, requested_url=address, content_type=kind)
    yield Saved(name, page)


def _web_address(raw: bytes) -> str | None:
    """Return an absolute http(s) address, or None."""
    text = unescape(raw.decode("utf-8", "replace")).strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return text if usable and not re.search(r"\s|[\x00-\x1f\ufffd]", text) else None
