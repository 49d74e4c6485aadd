"""JSON lines, plain or zstd, and CSV that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from operator import itemgetter
from typing import Any

import msgspec

from corpus import zstd
from corpus.export.fields import Field
from corpus.export.shards import Record, Target
from corpus.export.sink import Sink

ZSTD_LEVEL = 3
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula (OWASP: CSV injection)."""


class LinesShard:
    """One JSON object a line, UTF-8."""

    def __init__(self, sink: Sink, target: Target) -> None:
        """Write into the file."""
        self.write: Callable[[Any], int] = sink.write
        self.row = row_of(target.fields)
        self.encode_lines = msgspec.json.Encoder().encode_lines
        self.size = 0

    def add(self, records: list[Record]) -> None:
        """Write records, a line each."""
        data = self.encode_lines([self.row(record) for record in records])
        self.write(data)
        self.size += len(data)

    def close(self) -> None:
        """Do nothing: every line is written."""


class CompressedLinesShard(LinesShard):
    """The same lines, compressed with zstd."""

    def __init__(self, sink: Sink, target: Target) -> None:
        """Write into the file."""
        super().__init__(sink, target)
        self.file = zstd.ZstdFile(sink, "wb", level=ZSTD_LEVEL)
        self.write = self.file.write

    def close(self) -> None:
        """Finish the frame."""
        self.file.close()


def row_of(fields: tuple[Field, ...]) -> Callable[[Record], msgspec.Struct]:
    """Return what makes of a record a row with these fields; it is encoded faster than a dict."""
    row = msgspec.defstruct("Row", [field.name for field in fields])
    values = itemgetter(*(field.name for field in fields))
    if len(fields) == 1:
        return lambda record: row(values(record))
    return lambda record: row(*values(record))


class CsvShard:
    """CSV after RFC 4180, UTF-8, a header first; lists as JSON in a cell."""

    def __init__(self, sink: Sink, target: Target) -> None:
        """Write the header into the file."""
        self.names = [field.name for field in target.fields]
        self.sink = sink
        self.size = 0
        self._write([self.names])

    def add(self, records: list[Record]) -> None:
        """Write records, a row each."""
        self._write([[cell(record[name]) for name in self.names] for record in records])

    def close(self) -> None:
        """Do nothing: every row is written."""

    def _write(self, rows: list[list[Any]]) -> None:
        lines = StringIO(newline="")
        csv.writer(lines).writerows(rows)
        data = lines.getvalue().encode()
        self.sink.write(data)
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
