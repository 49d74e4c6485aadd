"""Bylines: short lines before or after the prose that name the page's declared authors.

Who the authors are is `metadata`'s affair; here a line is only recognised as naming one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cleaners.declared import Declared, texts
from cleaners.findings import Finding
from cleaners.segments import Segmentation, word_list

AUTHOR_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator")
PROSE = 12
EXTRA = 4
"""Words that a byline may have beside the names: "Words and pictures", "Harbour correspondent"."""
MAX_NAME = 5
KINDS = frozenset({"paragraph", "item", "heading"})


def declared_authors(declared: Declared) -> list[list[str]]:
    """Return the words of each name that the page declares as an author's."""
    values = [value for value, _ in declared.named(*AUTHOR_META)]
    values += [text for node in declared.nodes for text in texts(node.get("author"))]
    names = (word_list(value) for value in dict.fromkeys(values) if "/" not in value)
    return [words for words in names if 2 <= len(words) <= MAX_NAME]


def find_bylines(
    parts: Segmentation, kept: Sequence[int], authors: Iterable[Sequence[str]]
) -> list[Finding]:
    """Return a cut for each kept line outside the prose that names an author and says no more."""
    names = list(authors)
    long = [i for i in kept if len(parts.segments[i].words) >= PROSE]
    prose = [i for i in long if parts.segments[i].kind != "heading"]
    if not names or not prose:
        return []
    cuts = []
    for index in kept:
        segment = parts.segments[index]
        outside = index < prose[0] or index > prose[-1]
        if outside and segment.kind in KINDS and is_byline(segment.words, names):
            why = "names the page's author, outside its prose"
            cuts.append(Finding(index, "author-bio", "byline", why, cut=True))
    return cuts


def is_byline(words: Sequence[str], names: Iterable[Sequence[str]]) -> bool:
    """Whether words are names with little beside them.

    >>> is_byline(["by", "ina", "holm"], [["ina", "holm"]])
    True
    """
    rest = list(words)
    for name in names:
        for at in range(len(rest) - len(name) + 1):
            if rest[at : at + len(name)] == list(name):
                del rest[at : at + len(name)]
                break
    return len(rest) < len(words) and len(rest) <= EXTRA
