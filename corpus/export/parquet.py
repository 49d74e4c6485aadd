"""Parquet as `datasets`, pandas and DuckDB read it: typed columns, row groups, zstd."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.export.fields import Field, Type
from corpus.export.shards import Record, Target
from corpus.export.sink import Sink

GROUP_BYTES = 32_000_000
GROUP_ROWS = 8_192
ZSTD_LEVEL = 3
TYPES: dict[str, Any] = {
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
}


class ParquetShard:
    """One Parquet file; row groups are written as soon as they are big enough.

    They are compressed in a thread while the next documents are read; one waits at most.
    """

    def __init__(self, sink: Sink, target: Target) -> None:
        """Begin the file."""
        self.fields = target.fields
        self.schema = schema(self.fields)
        self.writer = pq.ParquetWriter(
            sink,
            self.schema,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_dictionary=[field.name for field in self.fields if field.few] or False,
            write_page_index=True,
        )
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.writing: Future[None] | None = None
        self.waiting: list[Any] = []
        self.rows = self.bytes = self.size = 0

    def add(self, records: list[Record]) -> None:
        """Take records; write a row group where enough have gathered."""
        columns = [column([record[f.name] for record in records], f) for f in self.fields]
        batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
        self.waiting.append(batch)
        self.rows += batch.num_rows
        self.bytes += batch.nbytes
        self.size += batch.nbytes
        if self.bytes >= GROUP_BYTES or self.rows >= GROUP_ROWS:
            self._write()

    def close(self) -> None:
        """Write what is left and the footer."""
        self._write()
        self._wait()
        self.thread.shutdown()
        self.writer.close()

    def _write(self) -> None:
        """Have what is waiting written, after what was before it."""
        self._wait()
        if self.waiting:
            table = pa.Table.from_batches(self.waiting)
            self.writing = self.thread.submit(self.writer.write_table, table, table.num_rows)
        self.waiting, self.rows, self.bytes = [], 0, 0

    def _wait(self) -> None:
        """Wait for the row group that is being written; what went wrong with it is raised here."""
        if self.writing is not None:
            self.writing.result()
        self.writing = None


def schema(fields: tuple[Field, ...]) -> Any:
    """Return the Arrow schema of the fields, each with what it holds."""
    return pa.schema(
        [
            pa.field(field.name, arrow(field.type), metadata={"description": field.about})
            for field in fields
        ]
    )


def arrow(type_: Type) -> Any:
    """Return the Arrow type of a field's type."""
    if isinstance(type_, tuple):
        return pa.list_(pa.struct([(name, arrow(member)) for name, member in type_]))
    return TYPES[type_]


def column(values: list[Any], field: Field) -> Any:
    """Return the values as an Arrow array."""
    if field.type == "time":
        values = [datetime.fromisoformat(value) if value else None for value in values]
    return pa.array(values, type=arrow(field.type))
