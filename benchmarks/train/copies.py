"""Copies of real articles with widgets of our own in them, and paragraphs that only speak of such
things, for the training of `benchmarks.train.remnants`.

All that is put into a page is of one fold, the page's own, so that the models of that fold saw
nothing of it. Our own stories go with any fold.
"""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement

from benchmarks.folds import FOLDS, fold_of, fold_of_name
from benchmarks.noise.hosts import Body, Host, find_body, serialise
from benchmarks.noise.widgets import Widget, render
from benchmarks.train.wordings import fold_of_widget, kept_lines

TEXT = "text"
"""The markup of a copy that is plain text."""
MARKUPS = ("bare", "bare", "bare", "neutral", "neutral", "telling", TEXT)
ENGLISH_SHARE = 0.3
WIDGETS = (0, 1, 1, 1, 2)
PARAGRAPHS = (0, 1, 1, 2)
"""How many of each may stand in a copy, each number as likely as it stands here."""
HEADING_CHARS, HEADING_SHARE = 60, 0.7
"""Characters of a line that may be a heading, and how many of these are marked up as one."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One page to make: a host, what is put into it, in which markup, the seed, the fold."""

    host: Host
    widgets: tuple[Widget, ...]
    kept: tuple[str, ...]
    markup: str
    seed: int
    fold: int


def plan(
    hosts: Sequence[Host], widgets: Sequence[Widget], folder: Path, count: int, seed: int
) -> list[Copy]:
    """Return the copies to make; on a page stand only texts of its own fold."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    pages: defaultdict[tuple[str, int], list[Host]] = defaultdict(list)
    for host in hosts:
        for fold in range(FOLDS) if host.path is None else (fold_of(host.url),):
            pages[host.language, fold].append(host)
    own: defaultdict[tuple[str, int], list[Widget]] = defaultdict(list)
    for widget in widgets:
        own[widget.language, fold_of_widget(widget)].append(widget)
    lines: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for language, line in kept_lines(folder):
        lines[language, fold_of_name(line)].append(line)
    languages = sorted({language for language, _ in own})
    copies = []
    while len(copies) < count:
        english = rng.random() < ENGLISH_SHARE
        key = "en" if english else rng.choice(languages), rng.randrange(FOLDS)
        if not pages[key] or not own[key]:
            continue
        chosen = rng.sample(own[key], rng.choice(WIDGETS))
        kept = rng.sample(lines[key], min(len(lines[key]), rng.choice(PARAGRAPHS)))
        copies.append(
            Copy(
                rng.choice(pages[key]),
                tuple(chosen),
                tuple(kept),
                rng.choice(MARKUPS),
                rng.randrange(1 << 30),
                key[1],
            )
        )
    return copies


@cache
def body_of(host: Host) -> Body | None:
    """Return where a host's paragraphs stand."""
    return find_body(host)


def paragraphs(tree: HtmlElement, body: Body) -> list[HtmlElement]:
    """Return the body's paragraphs in a tree like the body's own."""
    (container,) = tree.getroottree().xpath(body.container)
    return [container[at] for at in body.children]


def injected(body: Body, one: Copy, rng: random.Random) -> str:
    """Return the page with each widget and each paragraph at a place of its own."""
    tree = copy.deepcopy(body.tree)
    added = [render(widget, one.markup, rng) for widget in one.widgets]
    added += [[dressed(line, rng)] for line in one.kept]
    places = paragraphs(tree, body)
    for elements in added:
        at = rng.choice((0, len(places), rng.randrange(len(places) + 1)))
        for element in elements:
            element.tail = "\n"
            if at < len(places):
                places[at].addprevious(element)
            else:
                after = places[-1]
                tail, after.tail = after.tail, None
                after.addnext(element)
                element.tail = tail or "\n"
                places.append(element)
                at = len(places)
    return serialise(tree)


def dressed(line: str, rng: random.Random) -> HtmlElement:
    """Return a paragraph of the article, a list's item, or what may be a heading of it."""
    if line.startswith(("- ", "• ")):
        holder = lxml.html.Element("ul")
        item = lxml.html.Element("li")
        item.text = line[2:]
        holder.append(item)
        return holder
    short = len(line) < HEADING_CHARS and line[-1] not in ".!?。"
    heads = short and rng.random() < HEADING_SHARE
    element: HtmlElement = lxml.html.Element("h3" if heads else "p")
    element.text = line
    return element
