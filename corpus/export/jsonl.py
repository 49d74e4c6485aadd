"""Documents as JSON lines: one object each, in the order of the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

FIELDS = (
    "url site source title authors published modified dek section tags image canonical_url"
    " site_name content_type language language_confidence licence opt_outs text words"
    " text_sha256 cleaner_version fetched_at"
).split()
NESTED = {"authors", "tags", "opt_outs"}


def export_jsonl(db: Database, folder: Path) -> int:
    """Write `documents.jsonl` into a folder, whole or not at all; return the number of lines."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / ".documents.jsonl.part"
    count = 0
    with unfinished.open("w", encoding="utf-8") as file:
        for record in records(db):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    unfinished.replace(folder / "documents.jsonl")
    return count


def records(db: Database) -> Iterator[dict[str, Any]]:
    """Yield the documents as records, by their pages' order in the store."""
    names = ", ".join(FIELDS)
    for row in db.execute(f"SELECT {names} FROM documents ORDER BY page_id"):  # noqa: S608
        yield {
            name: json.loads(value) if name in NESTED else value
            for name, value in zip(FIELDS, row, strict=True)
        }
