"""Tables of telling words, counted fold by fold so that no page is judged by its own words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.train.dataset import Example
from cleaners.features.lexicon import Lexicon, lexicon_columns, tokens
from cleaners.segments import Segmentation

MIN_DOMAINS = 6
MIN_ODDS = 0.25
SMOOTHING = 4.0
PREFIX = "lex"

Labels = npt.NDArray[np.float64]
Count = tuple[float, float, int]
"""How often a token stood outside and inside articles, each page sharing out one; domains."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Token counts of one fold: of short texts, and of class and id names."""

    text: Mapping[str, Count]
    names: Mapping[str, Count]


def names_of(parts: Segmentation, node: int) -> set[str]:
    """Return the class and id words of a container and all around it."""
    found: set[str] = set()
    while node >= 0:
        found.update(parts.nodes[node].tokens)
        node = parts.nodes[node].parent
    return found


def count(pages: Iterable[tuple[Example, Labels]]) -> Counts:
    """Count the tokens of pages, each with a label for every segment (negative: not known).

    A page counts once for a token, split by where the token stood.
    """
    text: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    names: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    domains: tuple[dict[str, set[str]], dict[str, set[str]]] = (
        defaultdict(set),
        defaultdict(set),
    )
    for example, labels in pages:
        found = tallies(example, labels)
        for which, (tally, own) in enumerate(zip((text, names), found, strict=True)):
            for token, (outside, inside) in own.items():
                tally[token][0] += outside / (outside + inside)
                tally[token][1] += inside / (outside + inside)
                domains[which][token].add(example.domain)
    return Counts(
        {token: (a, b, len(domains[0][token])) for token, (a, b) in text.items()},
        {token: (a, b, len(domains[1][token])) for token, (a, b) in names.items()},
    )


def merged(one: Counts, other: Counts) -> Counts:
    """Return the counts of two sets of pages; a domain of which both hold pages counts twice."""

    def both(a: Mapping[str, Count], b: Mapping[str, Count]) -> dict[str, Count]:
        total = dict(a)
        for token, (outside, inside, domains) in b.items():
            known = total.get(token, (0.0, 0.0, 0))
            total[token] = (known[0] + outside, known[1] + inside, known[2] + domains)
        return total

    return Counts(both(one.text, other.text), both(one.names, other.names))


def tallies(example: Example, labels: Labels) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return how often a page's tokens stood outside and inside its article."""
    text: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    names: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    around: dict[int, set[str]] = {}
    for segment, label in zip(example.parts.segments, labels, strict=True):
        if label < 0:
            continue
        inside = int(label >= 0.5)
        for token in tokens(segment.words):
            text[token][inside] += 1
        if segment.node not in around:
            around[segment.node] = names_of(example.parts, segment.node)
        for token in around[segment.node]:
            names[token][inside] += 1
    return text, names


def table(counts: list[Mapping[str, Count]]) -> dict[str, float]:
    """Return the log odds of the tokens of several folds that stand on enough domains."""
    total: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for fold in counts:
        for token, values in fold.items():
            for at, value in enumerate(values):
                total[token][at] += value
    outside = sum(row[0] for row in total.values())
    inside = sum(row[1] for row in total.values())
    prior = inside / (outside + inside)
    mean = math.log(prior / (1 - prior))
    odds = {}
    for token, (a, b, domains) in sorted(total.items()):
        if domains >= MIN_DOMAINS:
            value = math.log((b + SMOOTHING * prior) / (a + SMOOTHING * (1 - prior))) - mean
            if abs(value) > MIN_ODDS:
                odds[token] = round(value, 2)
    return odds


def lexicon(counts: list[Counts]) -> Lexicon:
    """Return the tables of several folds together."""
    return Lexicon(table([c.text for c in counts]), table([c.names for c in counts]))


def add_columns(examples: list[Example], words: Lexicon) -> None:
    """Give each example the columns that the tables make."""
    for example in examples:
        example.columns |= {
            name: values.astype(np.float32)
            for name, values in lexicon_columns(
                example.parts, example.headings, words, PREFIX
            ).items()
        }


def crossed(examples: list[Example], counts: list[Counts], folds: list[int]) -> None:
    """Give the examples of each of `folds` the columns of a table made of the other folds."""
    for fold in folds:
        others = [counts[other] for other in folds if other != fold]
        add_columns([e for e in examples if e.fold == fold], lexicon(others))


def stacked(examples: list[Example], name: str) -> npt.NDArray[np.float32]:
    """Return one column of all examples, end to end."""
    return np.concatenate([example.columns[name] for example in examples]).astype(np.float32)
