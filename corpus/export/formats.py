"""The table of formats: how each is written, and what it needs of a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cleaners.errors import OperatorError
from corpus.export.files import FilesWriter, text_of
from corpus.export.markdown import page
from corpus.export.shards import ShardedWriter, Target, Writer
from corpus.export.tables import CompressedLinesShard, CsvShard, LinesShard
from corpus.export.tei import tei
from corpus.export.warc import WarcShard


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written; `needs` are fields that it uses whatever fields are chosen.

    `tabular` formats have a column for each chosen field and can be loaded by `datasets`; `raw`
    ones hold the pages, not the documents.
    """

    open: Callable[[Target], Writer]
    needs: tuple[str, ...] = ()
    tabular: bool = False
    raw: bool = False


def _parquet(target: Target) -> Writer:
    """Import pyarrow only when it is asked for: it takes longer than a small export."""
    from corpus.export.parquet import ParquetShard  # noqa: PLC0415

    return ShardedWriter(target, "parquet", "data/parquet", ParquetShard)


NAMED = ("url", "title", "published", "text")
FORMATS: dict[str, Format] = {
    "jsonl": Format(lambda t: ShardedWriter(t, "jsonl", "data/jsonl", LinesShard), tabular=True),
    "jsonl.zst": Format(
        lambda t: ShardedWriter(t, "jsonl.zst", "data/jsonl.zst", CompressedLinesShard),
        tabular=True,
    ),
    "parquet": Format(_parquet, tabular=True),
    "csv": Format(lambda t: ShardedWriter(t, "csv", "data/csv", CsvShard), tabular=True),
    "md": Format(lambda t: FilesWriter(t, "md", "md", page), (*NAMED, "structure")),
    "txt": Format(lambda t: FilesWriter(t, "txt", "txt", text_of), NAMED),
    "tei": Format(
        lambda t: FilesWriter(t, "tei", "xml", tei),
        (
            *NAMED,
            "structure",
            "authors",
            "site_name",
            "section",
            "tags",
            "licence",
            "language",
            "fetched_at",
            "cleaner_version",
        ),
    ),
    "warc": Format(lambda t: ShardedWriter(t, "warc", "warc/warc.gz", WarcShard), raw=True),
}


def parse(texts: Sequence[str]) -> tuple[str, ...]:
    """Read "jsonl,parquet", given once or several times; an unknown name is an `OperatorError`."""
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        what = ", ".join(unknown) or "names none"
        raise OperatorError(f"export: --format {what}: choose from {', '.join(FORMATS)}")
    return tuple(dict.fromkeys(names))
