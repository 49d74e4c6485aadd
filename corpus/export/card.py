"""`README.md`: the data card, with the YAML header that Hugging Face reads."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.export.fields import Field, Type
from corpus.export.formats import FORMATS
from corpus.export.manifest import Tally
from corpus.export.markdown import escaped
from corpus.export.shards import Written
from corpus.export.yamltext import yaml

NAME = "Web corpus, cleaned by Winnow"
TOP = 50
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
LICENCES = {
    "CC-BY-4.0": "cc-by-4.0",
    "CC-BY-3.0": "cc-by-3.0",
    "CC-BY-2.0": "cc-by-2.0",
    "CC-BY-SA-4.0": "cc-by-sa-4.0",
    "CC-BY-SA-3.0": "cc-by-sa-3.0",
    "CC-BY-NC-4.0": "cc-by-nc-4.0",
    "CC-BY-NC-SA-4.0": "cc-by-nc-sa-4.0",
    "CC-BY-NC-ND-4.0": "cc-by-nc-nd-4.0",
    "CC-BY-ND-4.0": "cc-by-nd-4.0",
    "CC0-1.0": "cc0-1.0",
}
"""SPDX identifiers and what the Hub calls them; where documents differ it is "other"."""
DTYPES = {
    "int": "int64",
    "float": "float64",
    "bool": "bool",
    "text": "string",
    "time": "timestamp[us, tz=UTC]",
}
LOADED = ("parquet", "jsonl", "jsonl.zst", "csv")
"""Of several formats the first here is what `datasets` loads; it takes but one from a folder."""
REASONS = {
    "opted out": "reserved by their publishers against mining or training",
    "duplicates": "duplicates or former versions of another document",
    "beyond --limit": "beyond the limit that was set",
}


def card(
    recipe: Mapping[str, Any],
    tally: Tally,
    left_out: Mapping[str, int],
    fields: Sequence[Field],
    files: Sequence[Written],
) -> str:
    """Return the data card."""
    parts = [
        f"---\n{yaml(_header(recipe, tally, fields, files))}---\n",
        f"# {NAME}\n",
        f"{tally.documents:,} documents, {tally.words:,} words, from {len(tally.by['site']):,}"
        f" sites. The text is the body of each web page without the site's furniture.\n",
        *_files(files),
        *_fields(recipe, fields),
        *_selection(recipe, left_out),
        *_cuts(tally),
        *_counts(tally),
        "## Rights\n",
        "The texts belong to their authors and publishers. `licence` is what each page states;"
        " where it states none, none was granted. `opt_outs` are the signals of publishers about"
        " mining and training, as found at the time of fetching.\n",
        "## How to make it again\n",
        f"With the same corpus, the same Winnow ({recipe['winnow']}) and:\n"
        if not recipe["since"]
        else "This holds what was new at the time, so the command gives the same once only: with"
        f" the corpus as it was before, the same Winnow ({recipe['winnow']}) and:\n",
        f"```\n{shlex.join(recipe['command'])}\n```\n",
        "the files are the same, byte for byte; `manifest.json` has their SHA-256.",
    ]
    return "\n".join(parts) + "\n"


def _header(
    recipe: Mapping[str, Any], tally: Tally, fields: Sequence[Field], files: Sequence[Written]
) -> dict[str, Any]:
    """Return what the Hub reads: name, languages, licence, size, and which files are what."""
    languages = sorted({tag.split("-")[0] for tag in tally.by["language"]} - {"und"})
    licences = set(tally.by["licence"])
    licence = LICENCES.get(next(iter(licences)), "other") if len(licences) == 1 else "other"
    size = next((name for limit, name in SIZES if tally.documents < limit), "100M<n<1B")
    loaded = next((form for form in LOADED if form in recipe["formats"]), None)
    splits = sorted({file.split for file in files if file.format == loaded})
    config = {
        "config_name": "default",
        "data_files": [{"split": name, "path": f"data/{name}-*.{loaded}"} for name in splits],
    }
    header: dict[str, Any] = {"pretty_name": NAME}
    if languages:
        header["language"] = languages
    header |= {"license": licence, "size_categories": [size]}
    header["task_categories"] = ["text-generation"]
    if loaded is None:
        return header
    features = [feature(field.name, field.type, loaded == "csv") for field in fields]
    return header | {"configs": [config], "dataset_info": {"features": features}}


def feature(name: str, type_: Type, flat: bool = False) -> dict[str, Any]:
    """Return what `datasets` has to know of a column; in a `flat` table lists and times are text.

    Without it a column that happens to be empty would have no type in JSON lines.
    """
    if isinstance(type_, tuple):
        members = [feature(member, inner) for member, inner in type_]
        return {"name": name, "dtype": "string"} if flat else {"name": name, "list": members}
    if type_ == "texts":
        return {"name": name, "dtype": "string"} if flat else {"name": name, "sequence": "string"}
    return {"name": name, "dtype": "string" if flat and type_ == "time" else DTYPES[type_]}


def _files(files: Sequence[Written]) -> list[str]:
    """Return the table of formats and splits."""
    groups: dict[tuple[str, str], list[Written]] = {}
    for file in files:
        groups.setdefault((file.format, file.split), []).append(file)
    rows = [
        [form, split, len(group), sum(f.rows for f in group), sum(f.bytes for f in group)]
        for (form, split), group in sorted(groups.items())
    ]
    return ["## Files\n", _table(["format", "split", "files", "documents", "bytes"], rows)]


def _fields(recipe: Mapping[str, Any], fields: Sequence[Field]) -> list[str]:
    """Return the table of columns, where a format has columns."""
    if not any(FORMATS[form].tabular for form in recipe["formats"]):
        return []
    rows = [[field.name, _type(field), field.about] for field in fields]
    return ["## Fields\n", _table(["field", "type", "is"], rows)]


def _selection(recipe: Mapping[str, Any], left_out: Mapping[str, int]) -> list[str]:
    """Return the filters, and how many documents they left out."""
    filters = recipe["filters"]
    lines = ["## Selection\n"]
    lines += [f"- {escaped(f'{name}: {_plain(value)}')}" for name, value in filters.items()]
    lines += [
        f"- left out: {number:,} {REASONS.get(reason, reason)}"
        for reason, number in sorted(left_out.items())
    ]
    if recipe["since"]:
        lines.append(f"- only what was cleaned since the export that went up to {recipe['since']}")
    if recipe["redacted"]:
        lines.append(f"- replaced in texts: {', '.join(recipe['redacted'])}")
    return [*(lines if len(lines) > 1 else [*lines, "- every document of the corpus"]), ""]


def _cuts(tally: Tally) -> list[str]:
    """Return what the cleaners cut from these documents."""
    rows = [
        [category, stage, number]
        for (category, stage), number in sorted(
            tally.cuts.items(), key=lambda item: (-item[1], item[0])
        )
    ]
    about = (
        "Each page was cut into blocks, and each block judged. These blocks, or parts of blocks,"
        " were taken out: by `extractor` (trafilatura leaves it out), `rule` (its words or markup"
        " name it), `template` (it recurs on the site's pages) or `judge` (a trained score).\n"
    )
    versions = ", ".join(f"{name} ({number:,})" for name, number in sorted(tally.versions.items()))
    found = _table(["category", "stage", "cuts"], rows) if rows else "Nothing was cut.\n"
    return ["## What was cut\n", about, found, f"Cleaner versions (documents): {versions}.\n"]


def _counts(tally: Tally) -> list[str]:
    """Return the documents by site, language, month and licence."""
    parts = []
    for name, counts in tally.by.items():
        parts += [f"## By {name}\n", _counted(name, counts, tally)]
    return parts


def _counted(name: str, counts: Counter[str], tally: Tally) -> str:
    """Return one table of counts, the most frequent first and months in order."""
    if name == "month":
        rows: list[list[Any]] = [[month, counts[month]] for month in sorted(counts)]
        return _table([name, "documents"], rows)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if name == "language":
        words = tally.words_by_language
        rows = [[tag, number, words[tag]] for tag, number in ranked]
        return _table([name, "documents", "words"], rows)
    rows = [[item, number] for item, number in ranked[:TOP]]
    if len(ranked) > TOP:
        rest = ranked[TOP:]
        rows.append([f"{len(rest):,} others", sum(number for _, number in rest)])
    return _table([name, "documents"], rows)


def _table(heads: list[str], rows: list[list[Any]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for row in rows:
        cells = (f"{cell:,}" if isinstance(cell, int) else _cell(cell) for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return escaped(" ".join(text.split())).replace("|", "\\|")


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, (list, tuple)) else str(value)


def _type(field: Field) -> str:
    return "list of records" if isinstance(field.type, tuple) else field.type
