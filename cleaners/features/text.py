"""Columns from each segment's own text: length, links, punctuation, capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from cleaners.segments import Segment

Column = npt.NDArray[np.float64]
Columns = dict[str, Column]

HEAD = 300
UPPER = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁЂ-Џ]")
ENDS = tuple('.!?…。！？”"»)')

MEASURES: dict[str, Callable[[Segment], float]] = {
    "words": lambda s: len(s.words),
    "chars": lambda s: len(s.text),
    "link_density": lambda s: s.link_density,
    "bold": lambda s: min(1.0, s.bold_chars / len(s.text)),
    "images": lambda s: min(s.images, 5),
    "links": lambda s: s.links,
    "broken": lambda s: s.broken,
    "level": lambda s: s.level,
    "commas": lambda s: sum(map(s.text.count, ",、،，")) / max(1, len(s.words)),
    "ends_sentence": lambda s: s.text.endswith(ENDS),
    "upper": lambda s: len(UPPER.findall(s.text, 0, HEAD)) / min(HEAD, len(s.text)),
    "word_length": lambda s: len(s.text) / max(1, len(s.words)),
    "pipes": lambda s: sum(map(s.text.count, "|·•/")),
    "questions": lambda s: s.text.count("?"),
    "exclamations": lambda s: s.text.count("!"),
}
"""Column → what it measures of one segment. What moved no score in training is not measured."""


def text_columns(segments: Sequence[Segment]) -> Columns:
    """Return a column for each of `MEASURES`."""
    return {
        name: np.array([measure(segment) for segment in segments], dtype=np.float64)
        for name, measure in MEASURES.items()
    }
