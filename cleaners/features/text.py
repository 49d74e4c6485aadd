"""Columns from each segment's own text: length, links, punctuation, capitals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from cleaners.segments import Segment

Column = npt.NDArray[np.float64]
Columns = dict[str, Column]

HEAD = 300
"""Characters of a text in which capitals are counted."""
CAPITALS = ("AZ", "ÀÖ", "ØÞ", "ĀŽ", "ΑΩ", "АЯ", "ЁЁ", "ЂЏ")
"""Ranges of letters, the first and the last of each."""
SIGNS = {"commas": ",、،，", "pipes": "|·•/", "questions": "?", "exclamations": "!"}
ENDS = tuple('.!?…。！？”"»)')


def text_columns(segments: Sequence[Segment]) -> Columns:
    """Return what is measured of each segment; what moved no score in training is not measured."""
    texts = [segment.text for segment in segments]
    words = column([len(segment.words) for segment in segments])
    chars = column([len(text) for text in texts])
    columns = {
        "words": words,
        "chars": chars,
        "link_density": column([segment.link_density for segment in segments]),
        "bold": np.minimum(1.0, column([segment.bold_chars for segment in segments]) / chars),
        "images": np.minimum(5.0, column([segment.images for segment in segments])),
        "links": column([segment.links for segment in segments]),
        "broken": column([segment.broken for segment in segments]),
        "level": column([segment.level for segment in segments]),
        "ends_sentence": column([text.endswith(ENDS) for text in texts]),
        "word_length": chars / np.maximum(1.0, words),
    }
    columns |= sign_columns(texts, chars)
    columns["commas"] /= np.maximum(1.0, words)
    return columns


def sign_columns(texts: Sequence[str], chars: Column) -> Columns:
    """Return how many of some signs each text holds, and the share of capitals at its head."""
    starts = list(accumulate((len(text) for text in texts[:-1]), initial=0))
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    columns: Columns = {}
    for name, signs in SIGNS.items():
        found = np.zeros(len(codes), dtype=bool)
        for sign in signs:
            found |= codes == ord(sign)
        columns[name] = np.add.reduceat(found, starts, dtype=np.float64)
    capital = np.zeros(len(codes), dtype=bool)
    for first, last in map(tuple, CAPITALS):
        capital |= (codes >= ord(first)) & (codes <= ord(last))
    for start, text in zip(starts, texts, strict=True):
        if len(text) > HEAD:
            capital[start + HEAD : start + len(text)] = False
    upper = np.add.reduceat(capital, starts, dtype=np.float64)
    columns["upper"] = upper / np.minimum(float(HEAD), chars)
    return columns


def column(values: Sequence[float]) -> Column:
    """Return numbers as a column."""
    return np.array(values, dtype=np.float64)
