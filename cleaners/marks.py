"""The marks of a block: what tells that two blocks say the same, or nearly the same.

A block has an exact mark, of its words without case, punctuation and figures, and some loose ones
that blocks of nearly the same wording share (MinHash bands: Broder 1997, "On the resemblance and
containment of documents"). Marks are stored: they are the same on every machine, and a change here
is a new `CLEANER_VERSION`. What recurs where is `template`'s affair.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

Marks = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.uint64]

WORD = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+"
)
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
LOOSE_WORDS = range(6, 201)
"""Blocks of so many words have loose marks: shorter ones say too little to be nearly the same."""
BANDS, ROWS = 16, 3
SIGNIFICANT = 4
"""Letters of a word that counts in a loose mark, where there are enough of them."""
DATE_WORDS = range(3, 7)
"""Short lines of so many words are also marked without the words beside their figures."""
NO_MARKS: Marks = np.empty(0, np.uint32)


def _constants(name: bytes, rows: int, columns: int) -> Numbers:
    """Return odd numbers that are the same on every machine and in every version of NumPy."""
    drawn = hashlib.shake_128(b"winnow template " + name).digest(8 * rows * columns)
    return (np.frombuffer(drawn, "<u8") | np.uint64(1)).astype(np.uint64).reshape(rows, columns)


_FACTORS, _OFFSETS = (
    _constants(b"factors", BANDS * ROWS, 1),
    _constants(b"offsets", BANDS * ROWS, 1),
)
_MIXERS = _constants(b"mixers", BANDS, ROWS)


def masked_words(text: str) -> list[str]:
    """Return the words that a fingerprint sees: no case, no punctuation, every figure a 0.

    >>> masked_words("Already 1,204 readers – join them!")
    ['already', '0', '0', 'readers', 'join', 'them']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return ["0" if any(map(str.isdigit, word)) else word for word in WORD.findall(folded)]


def marks(text: str) -> tuple[Marks, Marks]:
    """Return the exact marks of a block's text and its loose ones; none without letters."""
    words = masked_words(text)
    if all(word == "0" for word in words):
        return NO_MARKS, NO_MARKS
    found = [exact_mark(words)]
    if len(words) in DATE_WORDS and words.count("0") >= 2:
        plain = [_beside_figure(words, at) for at in range(len(words))]
        if any(word not in "0*" for word in plain):
            found.append(exact_mark(plain))
    loose = _loose(words) if len(words) in LOOSE_WORDS else NO_MARKS
    return np.array(found, np.uint32), loose


def page_marks(texts: Iterable[str]) -> Marks:
    """Return the marks of a page's blocks, each once, sorted."""
    found = [kind for text in texts for kind in marks(text)]
    return np.unique(np.concatenate(found)) if found else NO_MARKS


def key_of(mark: int) -> str:
    """Return a mark as `SiteStats.seen` has it: eight hexadecimal digits."""
    return f"{mark:08x}"


def exact_mark(words: Sequence[str]) -> int:
    """Return the mark of just these masked words, 32 bits."""
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=4)
    return int.from_bytes(digest.digest(), "big")


def _beside_figure(words: Sequence[str], at: int) -> str:
    """Return a word, or a star where a figure stands beside it: the name of a month."""
    beside = {words[at - 1], words[min(at + 1, len(words) - 1)]} if at else set()
    return "*" if words[at] != "0" and "0" in beside else words[at]


def _loose(words: Sequence[str]) -> Marks:
    """Return the bands of a MinHash signature; words of unspaced scripts count in pairs."""
    pairs = {a + b for a, b in pairwise(words) if UNSPACED.match(a) and UNSPACED.match(b)}
    units = {word for word in words if not UNSPACED.match(word)} | pairs
    telling = {unit for unit in units if len(unit) >= SIGNIFICANT or unit in pairs}
    units = telling if len(telling) > ROWS else units
    if len(units) <= ROWS:
        return NO_MARKS
    hashes = np.array([crc32(unit.encode("utf-8", "replace")) for unit in units], np.uint64)
    rows = ((hashes * _FACTORS + _OFFSETS) >> np.uint64(20)).min(axis=1).reshape(BANDS, ROWS)
    bands: Marks = ((rows * _MIXERS).sum(axis=1, dtype=np.uint64) >> np.uint64(32)).astype(
        np.uint32
    )
    return bands
