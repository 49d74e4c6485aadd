"""Site configurations of other tools: a text file for each host, in ftr-site-config's format.

A line is `key: value`; title, body, author, date, strip and strip_id_or_class are read, other keys
are about fetching or display and are passed over. Configurations are stored in the corpus, and
`choices` hands them to the cleaning of their hosts' pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from lxml import etree
from sqlite_utils import Database

from cleaners.errors import OperatorError
from cleaners.records import SiteRules
from corpus.store import transaction, utc_text

EXPRESSIONS = ("title", "body", "author", "date", "strip")
KEY = re.compile(r"(?P<key>[A-Za-z_]+(?:\([^)]*\))?)\s*:\s?(?P<value>.*)", re.DOTALL)
HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)+(:\d+)?", re.ASCII)
MAX_BYTES = 1_000_000


@dataclass(slots=True)
class Configs:
    """What a folder of configurations gave: rules by host, and problems, a line each."""

    by_host: dict[str, SiteRules] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> Configs:
    """Return the rules of all `HOST.txt` of a folder; what is wrong is told by file and line.

    A name that starts with a dot stands for all hosts under a domain. A wrong line leaves the rest
    of its file in force.
    """
    if not folder.is_dir():
        raise OperatorError(f"{folder}: no such folder")
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise OperatorError(f"{folder}: no site configurations (HOST.txt) there")
    configs = Configs()
    for path in files:
        host = path.name.removesuffix(".txt").lower()
        if not HOST.fullmatch(host):
            continue
        rules = read_file(path, configs.problems)
        if rules is not None:
            configs.by_host[host] = rules
    return configs


def read_file(path: Path, problems: list[str]) -> SiteRules | None:
    """Return the rules of a file, None where it has none that are read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.append(f"{path}: larger than {MAX_BYTES:,} bytes")
            return None
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read: {error}")
        return None
    found: dict[str, list[str]] = {name: [] for name in EXPRESSIONS}
    for number, key, value in entries(path, text, problems):
        name, expression = as_expression(key, value)
        if name is None:
            continue
        if problem := problem_of(expression):
            problems.append(f"{path}:{number}: {key}: {problem}")
        else:
            found[name].append(expression)
    if not any(found.values()):
        return None
    return SiteRules(**{name: tuple(values) for name, values in found.items()}, origin=path.name)


def entries(path: Path, text: str, problems: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield line number, key and value of each entry that has a value."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = KEY.match(stripped)
        if match is None:
            problems.append(f"{path}:{number}: no `key: value`")
        elif value := match["value"].strip():
            yield number, match["key"].lower(), value


def as_expression(key: str, value: str) -> tuple[str | None, str]:
    """Return the kind of rule that an entry is, and its XPath; None for keys that are not read."""
    if key == "strip_id_or_class":
        wanted = literal(value.strip("\"'"))
        return "strip", f"//*[contains(@class, {wanted}) or contains(@id, {wanted})]"
    return (key if key in EXPRESSIONS else None), value


def literal(text: str) -> str:
    """Return a text as an XPath literal.

    >>> literal("ad-box"), literal("it's")
    ("'ad-box'", '"it\\'s"')
    """
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return f"'{text.replace(chr(39), '')}'"


def problem_of(expression: str) -> str | None:
    """Return what is wrong with an expression."""
    try:
        etree.XPath(expression)
    except etree.XPathSyntaxError as error:
        return f"{expression!r} is not XPath: {error}"
    return None


def store_configs(db: Database, configs: Configs, now: datetime) -> int:
    """Store configurations in place of what their hosts had; return how many there are."""
    with transaction(db):
        db.conn.executemany(
            "INSERT OR REPLACE INTO site_configs VALUES (?, ?, ?)",
            [
                (host, json.dumps(asdict(rules), ensure_ascii=False), utc_text(now))
                for host, rules in configs.by_host.items()
            ],
        )
    return len(configs.by_host)
