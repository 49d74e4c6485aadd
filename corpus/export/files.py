"""Formats with one file for each document: Markdown, plain text, TEI."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from corpus.export.shards import Record, Target, Written

SLUG_BYTES = 80
Render = Callable[[Record, Target], str]


class FilesWriter:
    """Writes each document into a file of its own, in a folder for each year."""

    def __init__(self, target: Target, form: str, suffix: str, render: Render) -> None:
        """Write files `form`/(split/)year/date-slug-number.`suffix`."""
        self.target, self.form, self.suffix, self.render = target, form, suffix, render
        self.written: list[Written] = []

    def add(self, split: str, records: list[Record]) -> None:
        """Write records of a split."""
        root = self.target.root
        for record in records:
            folder = root / self.form
            if self.target.splitting:
                folder /= split
            folder /= date_of(record)[:4] or "undated"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name_of(record)}.{self.suffix}"
            data = self.render(record, self.target).encode("utf-8")
            path.write_bytes(data)
            name, digest = path.relative_to(root).as_posix(), sha256(data).hexdigest()
            self.written.append(Written(name, self.form, split, 1, len(data), digest))

    def close(self) -> list[Written]:
        """Describe the files."""
        return self.written

    def give_up(self) -> None:
        """Do nothing: no file is open."""


def text_of(record: Record, _: Target) -> str:
    """Return the plain text of a document."""
    return f"{record['text']}\n"


def date_of(record: Record) -> str:
    """Return the day of publication, or the empty string where there is none to trust."""
    published = (record["published"] or "")[:10]
    return published if re.fullmatch(r"\d{4}-\d{2}-\d{2}", published) else ""


def name_of(record: Record) -> str:
    """Return date, slug and number: in order of time, readable, and no two alike.

    >>> name_of({"published": "2026-03-01T10:00:00Z", "title": "Brücke: offen!", "_id": 7})
    '2026-03-01-brücke-offen-7'
    """
    title = record["title"] or _last_part(record.get("url") or "")
    return "-".join(filter(None, (date_of(record), slug(title), str(record["_id"]))))


def slug(title: str) -> str:
    """Return a title as part of a file name, in its own script, of at most SLUG_BYTES bytes."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", title.lower()))
    whole = "-".join(words)
    kept = whole.encode("utf-8", "ignore")[:SLUG_BYTES].decode("utf-8", "ignore")
    if len(kept) < len(whole) and whole[len(kept)] != "-" and "-" in kept:
        kept = kept.rpartition("-")[0]
    return kept.strip("-_")


def _last_part(url: str) -> str:
    """Return the last part of an address's path, which often names what it is about."""
    try:
        parts = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return ""
    return unquote(parts[-1]).rsplit(".", 1)[0] if parts else ""
