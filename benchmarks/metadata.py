"""Titles, dates and authors against pages whose metadata is known, beside two other libraries.

    python -m benchmarks.metadata SUITES_DIR [--half a|b] [--only LIBRARY] [--errors N]

SUITES_DIR/wcxb-dev holds index.json (file, url, kind, meta with title, author and date) and the
pages. Pages without the gold value count for the other values only. Title: letters and digits
equal, case folded. Day: the same day. "either": the gold's day is that of the publication or of the
last change (the gold has one date a page, and sometimes it is the latter; the other libraries give
one date). Authors: F1 over names, counted over all pages with a gold author, in three ways:

- all: every part of the gold's line, degrees and teams included ("Ann Onymous, MD" is two names);
- named: degrees, roles and what is in brackets are no names;
- people: teams, outlets and who bears the site's name are left out of both lists. Winnow never
  gives teams and outlets as authors.

"invented": pages without a gold author for which one is given. `--half` measures on the sites of
one half, so that rules are looked at on one half and measured on the other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import newspaper
from rich.console import Console
from rich.table import Table
from trafilatura.metadata import extract_metadata

from benchmarks.folds import domain_of
from cleaners.declared import read
from cleaners.decode import Decoded, decode
from cleaners.metadata import page_metadata
from cleaners.metadata.values import host_of, key
from cleaners.records import CleanOptions, Page

NO_NAME = re.compile(
    r"^[A-Z][A-Za-z]{0,3}\.?(?:-?[A-Z][A-Za-z]{0,2}\.?)+(?:[ -][A-Z\d]+)*®?$|"
    r"^(?i:jr|sr|inc|llc)\.?$|\b(?i:expert|dietitian|manager|ceo|representative|editor|graduate|specialist)\b"
)
"""Parts of a gold line beside a name that are degrees and roles."""
NO_PERSON = re.compile(
    r"\b(?:staff|team|editors?|editorial|admin|contributors?|anonymous|marketing|newsroom|desk|company|"
    r"inc|llc|hospital|services?|university|department|clinic|agency|store|group|institute|news|blog|"
    r"association|foundation)\b",
    re.IGNORECASE,
)
"""What names of teams and outlets have in them, where the site's address does not tell."""
NAMES = re.compile(r";|,| and |&|\|| with ")
BRACKETS = re.compile(r"\s*\([^)]*\)")
SITE_LENGTH = 5

Answer = tuple[str | None, str | None, list[str], str | None]
"""Title, ISO date, authors, ISO date of the last change."""


@dataclass
class Overlap:
    """Names that are given and wanted."""

    matched: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, given: set[str], wanted: set[str]) -> None:
        """Count one page."""
        self.matched += len(given & wanted)
        self.given += len(given)
        self.wanted += len(wanted)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.matched / max(1, self.given + self.wanted)


@dataclass
class Score:
    """Counts of one library over one set of pages."""

    titles: int = 0
    days: int = 0
    either: int = 0
    every: Overlap = field(default_factory=Overlap)
    named: Overlap = field(default_factory=Overlap)
    people: Overlap = field(default_factory=Overlap)
    invented: int = 0
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("suites", type=Path)
    parser.add_argument("--half", choices=["a", "b"])
    parser.add_argument("--only", choices=list(LIBRARIES))
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    options = parser.parse_args()
    pages = list(articles(options.suites / "wcxb-dev", options.half))
    libraries = {options.only: LIBRARIES[options.only]} if options.only else LIBRARIES
    scores = {name: Score() for name in libraries}
    errors: list[str] = []
    for item, body in pages:
        for name, answer in libraries.items():
            started = time.process_time()
            got = answer(body, item["url"])
            scores[name].seconds.append(time.process_time() - started)
            wrong = add(scores[name], item, got)
            if wrong and name == "winnow":
                errors.append(
                    f"{item['id']} {item['url'][:80]}\n  gold {item['meta']}\n  got  {got}"
                )
    report([item for item, _ in pages], scores)
    print("\n".join(errors[: options.errors]))


def articles(folder: Path, half: str | None) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield the suite's articles that have gold metadata, with their HTML."""
    index = json.loads((folder / "index.json").read_text())
    wanted = [item for item in index if item["kind"] == "article" and item["meta"].get("title")]
    for item in wanted:
        if half in (None, half_of(item["url"])):
            yield item, (folder / item["file"]).read_bytes()


def half_of(url: str) -> str:
    """The half that the site of an address belongs to, the same on every machine."""
    digest = hashlib.md5(f"x{domain_of(url)}".encode(), usedforsecurity=False)
    return "ab"[int(digest.hexdigest(), 16) % 2]


def winnow(body: bytes, url: str) -> Answer:
    """Winnow's metadata, parsing included."""
    page = Page(body, url, content_type="text/html")
    decoded = decode(page, CleanOptions())
    if not isinstance(decoded, Decoded) or decoded.tree is None:
        return None, None, [], None
    found = page_metadata(read(decoded.tree), decoded.tree, page, "")
    return found.title, found.published, list(found.authors), found.modified


def trafilatura(body: bytes, url: str) -> Answer:
    """trafilatura's metadata."""
    found = extract_metadata(body, default_url=url)
    return found.title, found.date, NAMES.split(found.author or ""), None


def newspaper4k(body: bytes, url: str) -> Answer:
    """newspaper4k's metadata."""
    article = newspaper.Article(url, fetch_images=False)
    try:
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
    except Exception:  # whatever a peer raises on a page is an answer of nothing
        return None, None, [], None
    day = article.publish_date
    return article.title, str(day)[:10] if day else None, list(article.authors), None


LIBRARIES: dict[str, Callable[[bytes, str], Answer]] = {
    "winnow": winnow,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
}


def add(score: Score, item: dict[str, Any], got: Answer) -> bool:
    """Count one page; return whether anything in it is wrong."""
    title, day, names, changed = got
    gold = item["meta"]
    right_title = key(title or "") == key(gold["title"])
    right_day = not gold["date"] or (day or "")[:10] == gold["date"]
    score.titles += right_title
    score.days += bool(gold["date"]) and right_day
    either = [(value or "")[:10] for value in (day, changed)]
    score.either += bool(gold["date"]) and gold["date"] in either
    given = {key(name) for name in names if key(name)}
    if not gold["author"]:
        score.invented += bool(given)
        return not (right_title and right_day and not given)
    every, named, people = wanted_names(gold["author"], item["url"])
    score.every.add(given, every)
    score.named.add(given, named)
    score.people.add(given - (named - people), people)
    return not (right_title and right_day and people == given)


def wanted_names(line: str, url: str) -> tuple[set[str], set[str], set[str]]:
    """The compared forms of all parts of a gold line, of its names, of the people among them."""
    parts = [part.strip() for part in NAMES.split(line) if key(part)]
    names = [BRACKETS.sub("", part) for part in parts]
    names = [name for number, name in enumerate(names) if not (number and NO_NAME.search(name))]
    host = host_of(url)
    site = key(host.rsplit(".", 1)[0])
    label = key(domain_of(url).partition(".")[0])
    people = [
        name
        for name in names
        if not NO_PERSON.search(name)
        and key(name) not in site
        and not (len(label) >= SITE_LENGTH and label in key(name))
    ]
    every, named, persons = (
        {key(name) for name in group} - {""} for group in (parts, names, people)
    )
    return every, named, persons


def report(items: list[dict[str, Any]], scores: dict[str, Score]) -> None:
    """Print one row for each library."""
    dated = sum(bool(item["meta"]["date"]) for item in items)
    nameless = sum(not item["meta"]["author"] for item in items)
    table = Table(title=f"{len(items)} articles, {dated} with a date, {nameless} without an author")
    columns = ("title", "day", "either", "authors P", "R", "F1 all", "named", "people", "invented")
    for column in ("", *columns, "ms"):
        table.add_column(column, justify="right")
    for name, score in scores.items():
        values = (
            score.titles / len(items),
            score.days / dated,
            score.either / dated,
            score.every.matched / max(1, score.every.given),
            score.every.matched / max(1, score.every.wanted),
            score.every.f1,
            score.named.f1,
            score.people.f1,
        )
        cells = [f"{value:.3f}" for value in values]
        milliseconds = 1000 * statistics.median(score.seconds)
        table.add_row(name, *cells, f"{score.invented}", f"{milliseconds:.1f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
