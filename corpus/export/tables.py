"""JSON lines, plain or zstd, and CSV that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from corpus import zstd
from corpus.export.shards import Record, Target

ZSTD_LEVEL = 6
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula (OWASP: CSV injection)."""


class LinesShard:
    """One JSON object a line, UTF-8."""

    def __init__(self, path: Path, target: Target) -> None:
        """Open the file; a name in .zst is compressed."""
        self.names = [field.name for field in target.fields]
        self.file = (
            cast("IO[bytes]", zstd.ZstdFile(path, "wb", level=ZSTD_LEVEL))
            if path.suffix == ".zst"
            else path.open("wb")
        )
        self.encode = msgspec.json.Encoder().encode
        self.size = 0

    def add(self, records: list[Record]) -> None:
        """Write records, a line each."""
        names, encode = self.names, self.encode
        lines = [encode({name: record[name] for name in names}) for record in records]
        data = b"\n".join(lines) + b"\n"
        self.file.write(data)
        self.size += len(data)

    def close(self) -> None:
        """Finish the file."""
        self.file.close()


class CsvShard:
    """CSV after RFC 4180, UTF-8, a header first; lists as JSON in a cell."""

    def __init__(self, path: Path, target: Target) -> None:
        """Open the file and write its header."""
        self.names = [field.name for field in target.fields]
        self.file = path.open("wb")
        self.size = 0
        self._write([self.names])

    def add(self, records: list[Record]) -> None:
        """Write records, a row each."""
        self._write([[cell(record[name]) for name in self.names] for record in records])

    def close(self) -> None:
        """Finish the file."""
        self.file.close()

    def _write(self, rows: list[list[Any]]) -> None:
        lines = StringIO(newline="")
        csv.writer(lines).writerows(rows)
        data = lines.getvalue().encode()
        self.file.write(data)
        self.size += len(data)


def cell(value: Any) -> Any:
    """Return what stands in a cell: text that a spreadsheet would compute gets an apostrophe.

    >>> cell('=HYPERLINK("x")'), cell(["Ada"]), cell(-1), cell(None)
    ('\\'=HYPERLINK("x")', '["Ada"]', -1, '')
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return msgspec.json.encode(value).decode()
    if isinstance(value, str):
        value = value.replace("\0", "")
        return f"'{value}" if value.startswith(FORMULA) else value
    return value
