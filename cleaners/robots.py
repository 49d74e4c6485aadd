"""Reading files in the form of robots.txt (RFC 9309) for what they say besides crawl rules.

Fetching by the rules is the crawler's affair; here the file is evidence of what may be done with
a page: groups of agents, their Allow and Disallow rules, and any further lines such as
Content-Signal. ai.txt has the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

MAX_BYTES = 512_000


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its agents in lower case ("*" for all), and its other lines, field and value.

    Lines before the first User-agent belong to a group of "*".
    """

    agents: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


def groups(data: bytes) -> tuple[Group, ...]:
    """The groups of a robots.txt file, in order; nothing is raised for what cannot be read."""
    return _groups(data[:MAX_BYTES])


@lru_cache(maxsize=64)
def _groups(data: bytes) -> tuple[Group, ...]:
    found: list[Group] = []
    agents: list[str] = ["*"]
    lines: list[tuple[str, str]] = []
    for field, value in _lines(data):
        if field == "user-agent":
            if lines:
                found.append(Group(tuple(agents), tuple(lines)))
                agents, lines = [], []
            elif not found and agents == ["*"]:
                agents = []
            agents.append(value.lower())
        else:
            lines.append((field, value))
    if lines:
        found.append(Group(tuple(agents), tuple(lines)))
    return tuple(found)


def comments(data: bytes) -> str:
    """The text of a file's comments."""
    text = data[:MAX_BYTES].decode("utf-8", "replace")
    return " ".join(part.strip() for part in re.findall(r"#+([^\n\r]*)", text))


def allowed(found: Sequence[Group], agent: str, path: str) -> bool | None:
    """Whether the groups that name `agent` allow a path; None where no group names it."""
    named = [group for group in found if agent.lower() in group.agents]
    if not named:
        return None
    rules = [
        (value, field == "allow")
        for group in named
        for field, value in group.lines
        if field in ("allow", "disallow") and value
    ]
    return _decision(rules, path)


def longest_match(rules: Iterable[tuple[str, str]], path: str) -> list[str]:
    """The values of those rules (path pattern, value) whose pattern matches with most letters."""
    matching = [(len(pattern), value) for pattern, value in rules if matches(pattern, path)]
    longest = max((length for length, _ in matching), default=-1)
    return [value for length, value in matching if length == longest]


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern with * and a closing $ matches the beginning of a path (RFC 9309, 2.2.3).

    >>> matches("/a*.html$", "/a/b.html"), matches("/a", "/b")
    (True, False)
    """
    return _compiled(unquote(pattern)).match(unquote(path)) is not None


def path_of(url: str | None) -> str:
    """The path and query of an address, "/" where there is none."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return "/"
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _decision(rules: Sequence[tuple[str, bool]], path: str) -> bool:
    """The longest matching rule decides; of equals the one that allows."""
    matching = [(len(pattern), allows) for pattern, allows in rules if matches(pattern, path)]
    return max(matching, default=(0, True))[1]


@lru_cache(maxsize=4_096)
def _compiled(pattern: str) -> re.Pattern[str]:
    body = pattern.removesuffix("$")
    end = "$" if pattern.endswith("$") else ""
    parts = (re.escape(part) for part in re.split(r"\*+", body))
    return re.compile(".*".join(parts) + end, re.DOTALL)


def _lines(data: bytes) -> Iterator[tuple[str, str]]:
    for line in data.decode("utf-8-sig", "replace").splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield field.strip().lower(), value.strip()
