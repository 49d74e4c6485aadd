"""`manifest.json`: every file with its rows and SHA-256, and what makes the same export again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from corpus.export.shards import Record, Written

FORMAT = "winnow-export/1"
GROUPS = ("site", "language", "month", "licence")


@dataclass(slots=True)
class Tally:
    """What an export counts as documents pass: in all, by split, and by what readers ask for."""

    documents: int = 0
    words: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    by: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in GROUPS}
    )
    words_by_language: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    cuts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, split: str, records: Sequence[Record]) -> None:
        """Count documents of a split."""
        self.documents += len(records)
        self.words += sum([record["words"] for record in records])
        self.splits[split] += len(records)
        self.versions.update([record["cleaner_version"] for record in records])
        for record in records:
            self.words_by_language[record["language"]] += record["words"]
        by = self.by
        by["site"].update([record["_site"] for record in records])
        by["language"].update([record["language"] for record in records])
        by["month"].update([(record["published"] or "undated")[:7] for record in records])
        by["licence"].update([record["licence"] or "none stated" for record in records])


COUNTED = ("words", "language", "published", "licence", "cleaner_version")
"""The fields that a tally reads."""


def manifest(
    recipe: Mapping[str, Any], tally: Tally, left_out: Mapping[str, int], files: Sequence[Written]
) -> Iterator[str]:
    """Yield the manifest as JSON, the same for the same corpus and options, a file a line."""
    content = {
        "format": FORMAT,
        "documents": tally.documents,
        "words": tally.words,
        "splits": dict(sorted(tally.splits.items())),
        "left_out": dict(sorted(left_out.items())),
        "cleaner_versions": dict(sorted(tally.versions.items())),
        **recipe,
    }
    yield json.dumps(content, ensure_ascii=False, indent=2).removesuffix("\n}")
    start = ',\n  "files": [\n    '
    for file in sorted(files, key=lambda file: file.path):
        yield start + json.dumps(asdict(file), ensure_ascii=False)
        start = ",\n    "
    yield "\n  ]\n}\n"
