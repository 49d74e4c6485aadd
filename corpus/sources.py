"""sources.toml as far as cleaning needs it: its tables, and how each source's pages are cleaned.

One table per source, named as the source. What is fetched is `crawler.sources`' affair, which
reads the rest of each table through the same functions. Every error names file, table and key.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from cssselect import GenericTranslator, SelectorError
from sqlite_utils import Database

from cleaners.errors import ConfigError
from cleaners.records import CleanOptions, SiteRules
from corpus.store import transaction, utc_text

T = TypeVar("T", bound=msgspec.Struct)
NAME = re.compile(r"[\w.:-]{1,100}")
SETTINGS = "winnow"
"""The one table of a sources file that is no source's."""
_ERROR = re.compile(r"(?P<problem>.*?)(?: - at `\$?\.?(?P<key>.*)`)?")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*)`")
_PLAIN = {"`str`": "a text", "`float`": "a number", "`int`": "a whole number", "`bool`": "true or"
          " false", "`array`": "a list", "`object`": "a table"}  # fmt: skip
"""msgspec's names for what TOML's users call otherwise."""


class CleanTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[SOURCE.clean]`: how a source's pages are cleaned; see `cleaners.records.CleanOptions`."""

    strictness: Literal["balanced", "strict", "recall"] = "balanced"
    kind: Literal["article", "any", "auto"] = "auto"
    keep: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    rules_off: tuple[str, ...] = ()


def read_tables(path: Path) -> dict[str, dict[str, Any]]:
    """Return the sources' tables of a file by name; raise `ConfigError` where it is not one."""
    tables = _all_tables(path)
    own = tables.pop(SETTINGS, {})
    for key in ("start", "feeds", "sitemaps"):
        if key in own:
            problem = "is Winnow's own table; a source needs another name"
            raise ConfigError(path, f"[{SETTINGS}] {key}", problem)
    return tables


def read_settings(path: Path) -> dict[str, Any]:
    """Return the table of what holds for all sources; {} where a file has none."""
    return _all_tables(path).get(SETTINGS, {})


def _all_tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(path, "", "no such file; `winnow add URL` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, "", f"cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, "", f"is not TOML: {error}") from None
    for name, table in data.items():
        if not isinstance(table, dict):
            raise ConfigError(path, name, "stands outside a table; a source begins with [name]")
        if not NAME.fullmatch(name):
            raise ConfigError(path, f"[{name}]", "a source's name is letters, digits, . _ : -")
    return data


def read_table(path: Path, name: str, table: Mapping[str, Any], kind: type[T]) -> T:
    """Return a source's table as a checked record; raise `ConfigError` naming table and key."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        key, problem = key_and_problem(error, kind)
        raise ConfigError(path, f"[{name}] {key}".rstrip(), problem) from None


def key_and_problem(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> tuple[str, str]:
    """Return the key that a table of `kind` is wrong about, and what is wrong, in TOML's words."""
    match = _ERROR.fullmatch(str(error))
    key, problem = (match["key"] or "", match["problem"]) if match else ("", str(error))
    unknown = _UNKNOWN.match(problem)
    if unknown:
        key = f"{key}.{unknown['field']}".lstrip(".")
        problem = "no such key" + suggestion(unknown["field"], _fields(kind))
    problem = problem.replace(" | null`", "`")
    for term, plain in _PLAIN.items():
        problem = problem.replace(term, plain)
    return key, problem


def clean_options(path: Path, name: str, table: Mapping[str, Any]) -> CleanOptions:
    """Return how the pages of the source `name`, whose whole table is given, are cleaned."""
    for key in difflib.get_close_matches("clean", set(table) - {"clean"}, 1):
        raise ConfigError(path, f"[{name}] {key}", "no such key; did you mean 'clean'?")
    options = read_table(path, f"{name}.clean", table.get("clean", {}), CleanTable)
    languages = table.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(tag, str) for tag in languages):
        raise ConfigError(path, f"[{name}] languages", "Expected a list of language tags")
    for key, selectors in (("keep", options.keep), ("cut", options.cut)):
        for selector in selectors:
            _check_selector(path, f"[{name}.clean] {key}", selector)
    rules = SiteRules(keep=options.keep, cut=options.cut, origin=f"{path}: [{name}.clean]")
    return CleanOptions(
        strictness=options.strictness,
        kind=options.kind,
        languages=tuple(languages),
        rules_off=frozenset(options.rules_off),
        site_rules=rules if options.keep or options.cut else None,
    )


def all_clean_options(path: Path) -> dict[str, CleanOptions]:
    """Return the cleaning options of every source of a file, by source; {} where no file is."""
    if not path.exists():
        return {}
    return {name: clean_options(path, name, table) for name, table in read_tables(path).items()}


def saved_source(db: Database, name: str) -> str | None:
    """Return the settings (JSON) with which a source was crawled last, None for a new one."""
    row = db.execute("SELECT settings FROM sources WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def save_source(db: Database, name: str, settings: bytes, now: datetime) -> None:
    """Record the settings (JSON) with which a source is crawled, beside what it brings."""
    with transaction(db):
        db.execute(
            "INSERT OR REPLACE INTO sources (name, settings, updated_at) VALUES (?, ?, ?)",
            (name, settings.decode(), utc_text(now)),
        )


def _check_selector(path: Path, key: str, selector: str) -> None:
    try:
        GenericTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ConfigError(path, key, f"{selector!r} is not a CSS selector: {error}") from None


def _fields(kind: type[msgspec.Struct]) -> list[str]:
    """Return all keys that a table may have, those of its sub-tables too."""
    names = list(kind.__struct_fields__)
    for one in msgspec.structs.fields(kind):
        if isinstance(one.type, type) and issubclass(one.type, msgspec.Struct):
            names += _fields(one.type)
    return names


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return how a message about an unknown word ends: what it may mean, or what there is."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, 1)
    return (
        f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(known) or 'none'}"
    )
