"""What became of an injected widget: each part cut or not, named or not, and the body's loss.

Both outputs of one extractor are compared, the page without the widget and the page with it, so
that what the page itself holds ("Share", "→") is never taken for the widget's.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.noise.widgets import Widget

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
GRAM = 4
KEPT_SHARE = 0.2  # of a part's token runs: from here on a part counts as kept


@dataclass(frozen=True, slots=True)
class Output:
    """What an extractor gives for a page: its text and its cuts as (category, text)."""

    text: str
    cuts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part's fate: `named` is the category that its removal carries, None where none does."""

    text: str
    kept: bool
    named: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """A widget's parts, and the body's words with how many of them the widget cost."""

    parts: tuple[PartScore, ...]
    body_words: int
    lost_words: int


def tokens(text: str) -> list[str]:
    """Return words in lower case; of Chinese and Japanese, characters."""
    return TOKEN.findall(text.lower())


def compare(widget: Widget, before: Output, after: Output, gold: str | None = None) -> Score | None:
    """Score the widget's parts and the words of the body (the gold's, if given) that went.

    None where the extractor finds no body on the untouched page: nothing can be told from it.
    """
    if not before.text.strip():
        return None
    old, new = _lines(before.text), _lines(after.text)
    lost, extra = _difference(old, new)
    body = Counter(tokens(before.text))
    gone = Counter(tokens(" ".join(lost))) - Counter(tokens(" ".join(extra)))
    if gold is not None:
        known = Counter(tokens(gold))
        gone = (body & known) - ((body - gone) & known)
        body &= known
    kept = _kept_parts(widget, extra)
    cuts = _new_cuts(before, after)
    parts = tuple(
        PartScore(part.text, number in kept, None if number in kept else _name(part.text, cuts))
        for number, part in enumerate(widget.parts)
    )
    named = tuple(_better(part, cuts, widget.category) for part in parts)
    return Score(named, body.total(), gone.total())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _difference(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines that only the old text has, and those that only the new one has."""
    lost: list[str] = []
    extra: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            lost += old[i1:i2]
            extra += new[j1:j2]
    return lost, extra


def _kept_parts(widget: Widget, extra: Sequence[str]) -> set[int]:
    """Return the numbers of the parts that stand in the added lines, the longest first."""
    kept: set[int] = set()
    left = [tokens(line) for line in extra]
    signs = {line.strip(" -|*•") for line in extra}
    parts = [tokens(part.text) for part in widget.parts]
    for number in sorted(range(len(parts)), key=lambda n: -len(parts[n])):
        if not parts[number]:
            if widget.parts[number].text in signs:
                kept.add(number)
        elif any(_take(line, parts[number]) for line in left):
            kept.add(number)
    return kept


def _take(line: list[str], part: list[str]) -> bool:
    """Say whether a line holds a part, and take it out of the line."""
    size = min(GRAM, len(part))
    grams = {tuple(part[i : i + size]) for i in range(len(part) - size + 1)}
    hits = [i for i in range(len(line) - size + 1) if tuple(line[i : i + size]) in grams]
    if len(hits) < max(1, KEPT_SHARE * len(grams)):
        return False
    taken = {i + offset for i in hits for offset in range(size)}
    line[:] = [word for i, word in enumerate(line) if i not in taken]
    return True


def _new_cuts(before: Output, after: Output) -> list[tuple[str, str]]:
    return list((Counter(after.cuts) - Counter(before.cuts)).elements())


def _matches(part: str, cut: str) -> bool:
    one, two = tokens(part), tokens(cut)
    if not one or not two:
        return part.strip() == cut.strip()
    short, long = sorted((one, two), key=len)
    joined = f" {' '.join(long)} "
    return f" {' '.join(short)} " in joined and (short is one or len(one) < 2 * len(two))


def _name(part: str, cuts: Sequence[tuple[str, str]]) -> str | None:
    """Return the category of the first removal that holds the part."""
    return next((category for category, text in cuts if _matches(part, text)), None)


def _better(part: PartScore, cuts: Sequence[tuple[str, str]], wanted: str) -> PartScore:
    """Prefer the right name where several removals hold the same short text."""
    if part.named is None or part.named == wanted:
        return part
    right = any(name == wanted and _matches(part.text, text) for name, text in cuts)
    return PartScore(part.text, part.kept, wanted) if right else part
