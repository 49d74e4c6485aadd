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
from itertools import islice, pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cleaners.records import Block

Marks = npt.NDArray[np.uint32]
PageMarks = npt.NDArray[np.void]
PAGE_MARKS = np.dtype([("mark", "<u4"), ("block", "<u2"), ("loose", "u1")])
"""One mark of a page: the mark, the number of its block, and 1 where it is a loose one."""
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
SHORT_WORDS = LOOSE_WORDS.start - 1
PLACE_STEPS = 3
"""Containers, counted from the block outwards, that are the place of a short block."""
DATE_WORDS = 3
"""Short lines of so many words are also marked without the words beside their figures."""
MAX_BLOCKS = 2**16
LITERAL = frozenset({"table", "code", "quote"})
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


def masked_words(text: str, literal: bool = False) -> list[str]:
    """Return the words that a mark sees: no case, no punctuation, every figure a 0 or `literal`.

    >>> masked_words("Already 1,204 readers – join them!")
    ['already', '0', '0', 'readers', 'join', 'them']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = WORD.findall(folded)
    return words if literal else ["0" if any(map(str.isdigit, w)) else w for w in words]


def marks(block: Block) -> tuple[Marks, Marks]:
    """Return the exact marks of a block and its loose ones; none without letters.

    Figures are what a table, code or a quotation says: there they count as they stand. A few words
    say the same only in the same place: "Home" in a menu is not "Home" in a story.
    """
    literal = block.kind in LITERAL
    words = masked_words(block.text, literal)
    if not re.search(r"[^\W\d_]", block.text) or not words:
        return NO_MARKS, NO_MARKS
    if literal:
        return np.array([exact_mark(words)], np.uint32), NO_MARKS
    if len(words) in LOOSE_WORDS:
        return np.array([exact_mark(words)], np.uint32), _loose(words)
    if len(words) > SHORT_WORDS:
        return np.array([exact_mark(words)], np.uint32), NO_MARKS
    place = "/".join(block.path.split("/")[-PLACE_STEPS:])
    found = [exact_mark([*words, place])]
    if len(words) >= DATE_WORDS and words.count("0") >= 2:
        plain = [_beside_figure(words, at) for at in range(len(words))]
        if any(word not in "0*" for word in plain):
            found.append(exact_mark([*plain, place]))
    return np.array(found, np.uint32), NO_MARKS


def page_marks(blocks: Iterable[Block]) -> PageMarks:
    """Return the marks of all blocks of a page, each with its block's number and its kind."""
    rows = [
        (mark, number, kind)
        for number, block in enumerate(islice(blocks, MAX_BLOCKS))
        for kind, found in enumerate(marks(block))
        for mark in found.tolist()
    ]
    return np.array(rows, PAGE_MARKS)


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
