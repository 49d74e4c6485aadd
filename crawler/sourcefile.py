"""Writing a source into sources.toml, whose other lines stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cleaners.errors import ConfigError
from corpus.sources import SETTINGS, read_tables
from crawler.sources import load_sources


def write_source(path: Path, name: str, table: Mapping[str, Any]) -> None:
    """Add a source's table at the end of a file, whose other lines stay as they are.

    Raise `ConfigError` where the file is broken or has a source of that name. The new file takes
    the old one's place whole or not at all.
    """
    if name == SETTINGS:
        raise ConfigError(path, f"[{name}]", "is Winnow's own table; choose another with --name")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if path.exists() and name in read_tables(path):
        raise ConfigError(path, f"[{name}]", "is there already; choose another with --name")
    added = f"[{_toml_key(name)}]\n{_toml_lines(table)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            added += f"\n[{_toml_key(name)}.{key}]\n{_toml_lines(value)}"
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(f"{text.rstrip()}\n\n{added}".lstrip("\n"), encoding="utf-8")
    load_sources(draft)  # what is written can be read
    draft.replace(path)


def _toml_lines(table: Mapping[str, Any]) -> str:
    lines = []
    for key, value in table.items():
        if isinstance(value, list | tuple) and len(value) > 1:
            inner = "".join(f"    {_toml(one)},\n" for one in value)
            lines.append(f"{key} = [\n{inner}]\n")
        elif not isinstance(value, Mapping):
            lines.append(f"{key} = {_toml(value)}\n")
    return "".join(lines)


def _toml(value: Any) -> str:
    """Return a value in TOML, whose strings, numbers, booleans and lists are JSON's."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)
