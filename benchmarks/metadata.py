"""Titles, dates and authors against pages whose metadata is known, beside two other libraries.

    python -m benchmarks.metadata SUITES_DIR [--half a|b] [--errors N]

SUITES_DIR/wcxb-dev holds index.json (file, url, kind, meta with title, author and date) and the
pages. Title: letters and digits equal, case folded. Date: the same day. Authors: F1 over names,
counted once over all names of the gold lists ("all") and once over those that name a person
("people": teams, outlets and degrees left out, which Winnow never gives as authors). "invented":
pages without a gold author for which one is given. `--half` measures on every other page, so
that rules are looked at on one half and measured on the other.
"""

from __future__ import annotations

import argparse
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

from cleaners.declared import read
from cleaners.decode import Decoded, decode
from cleaners.metadata import page_metadata
from cleaners.metadata.values import host_of, key
from cleaners.records import CleanOptions, Page

NO_PERSON = re.compile(
    r"\b(staff|team|editors?|editorial|admin|contributors?|anonymous|marketing|newsroom|company|"
    r"inc|llc|hospital|services?|university|department|expert|store)\b|^(m\.?d|ph\.?d|rn|rd|rdn|ms|"
    r"mph|ma|mba|cpa|cssd|fand|ldn|jr|sr|dds|do|np|e-ryt 200)\.?$",
    re.IGNORECASE,
)
NAMES = re.compile(r";|,| and |&|\|")

Answer = tuple[str | None, str | None, list[str]]
"""Title, ISO date, authors."""


@dataclass
class Score:
    """Counts of one library over one set of pages."""

    titles: int = 0
    days: int = 0
    matched: int = 0
    given: int = 0
    wanted: int = 0
    people_matched: int = 0
    people_wanted: int = 0
    invented: int = 0
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("suites", type=Path)
    parser.add_argument("--half", choices=["a", "b"])
    parser.add_argument("--errors", type=int, default=0, metavar="N")
    options = parser.parse_args()
    pages = list(articles(options.suites / "wcxb-dev", options.half))
    scores = {name: Score() for name in LIBRARIES}
    errors: list[str] = []
    for item, body in pages:
        for name, answer in LIBRARIES.items():
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
    step = slice({"a": 0, "b": 1, None: 0}[half], None, 2 if half else 1)
    for item in wanted[step]:
        yield item, (folder / item["file"]).read_bytes()


def winnow(body: bytes, url: str) -> Answer:
    """Winnow's metadata, parsing included."""
    page = Page(body, url, content_type="text/html")
    decoded = decode(page, CleanOptions())
    if not isinstance(decoded, Decoded) or decoded.tree is None:
        return None, None, []
    found = page_metadata(read(decoded.tree), decoded.tree, page, "")
    return found.title, found.published, list(found.authors)


def trafilatura(body: bytes, url: str) -> Answer:
    """trafilatura's metadata."""
    found = extract_metadata(body, default_url=url)
    return found.title, found.date, NAMES.split(found.author or "")


def newspaper4k(body: bytes, url: str) -> Answer:
    """newspaper4k's metadata."""
    article = newspaper.Article(url, fetch_images=False)
    try:
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
    except Exception:  # whatever a peer raises on a page is an answer of nothing
        return None, None, []
    day = article.publish_date
    return article.title, str(day)[:10] if day else None, list(article.authors)


LIBRARIES: dict[str, Callable[[bytes, str], Answer]] = {
    "winnow": winnow,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
}


def add(score: Score, item: dict[str, Any], got: Answer) -> bool:
    """Count one page; return whether anything in it is wrong."""
    title, day, names = got
    gold = item["meta"]
    right_title = key(title or "") == key(gold["title"])
    right_day = not gold["date"] or (day or "")[:10] == gold["date"]
    score.titles += right_title
    score.days += bool(gold["date"]) and right_day
    given = {key(name) for name in names if key(name)}
    if not gold["author"]:
        score.invented += bool(given)
        return not (right_title and right_day and not given)
    parts = [part for part in NAMES.split(gold["author"]) if key(part)]
    wanted = {key(part) for part in parts}
    site = key(host_of(item["url"]).rsplit(".", 1)[0].replace(".", ""))
    people = {
        key(part) for part in parts if not NO_PERSON.search(part.strip()) and key(part) not in site
    }
    score.matched += len(wanted & given)
    score.given += len(given)
    score.wanted += len(wanted)
    score.people_matched += len(people & given)
    score.people_wanted += len(people)
    return not (right_title and right_day and wanted == given)


def report(items: list[dict[str, Any]], scores: dict[str, Score]) -> None:
    """Print one row for each library."""
    dated = sum(bool(item["meta"]["date"]) for item in items)
    nameless = sum(not item["meta"]["author"] for item in items)
    table = Table(title=f"{len(items)} articles, {dated} with a date, {nameless} without an author")
    for column in ("", "title", "date", "authors P", "R", "F1", "F1 people", "invented", "ms"):
        table.add_column(column, justify="right")
    for name, score in scores.items():
        values = (
            score.titles / len(items),
            score.days / dated,
            score.matched / max(1, score.given),
            score.matched / max(1, score.wanted),
            2 * score.matched / max(1, score.given + score.wanted),
            2 * score.people_matched / max(1, score.given + score.people_wanted),
        )
        cells = [f"{value:.3f}" for value in values]
        milliseconds = 1000 * statistics.median(score.seconds)
        table.add_row(name, *cells, f"{score.invented}", f"{milliseconds:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
