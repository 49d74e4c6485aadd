"""A quality score of a text, out of the heuristics that filters of web corpora use.

After Gopher (Rae et al. 2021) and C4 (Raffel et al. 2020), reduced to what holds in any language:
no word lists, no lengths of words in scripts without spaces.
"""

from __future__ import annotations

import re
from collections import Counter

SENTENCE_END = re.compile(r"[.!?…。！？؟।։።‽][\"'”’»«)\]›」』]*$")
NO_LETTERS = re.compile(r"[\W\d_]+")
SHORT_LETTERS = 600
"""Letters below which a text counts as short: about a hundred words of English."""
LETTERS_EXPECTED = 0.7
"""The share of letters in running prose; scripts with spaces have 0.75 to 0.83, Chinese 0.85."""


def quality(text: str) -> float:
    """Return 0 (noise) to 1 (prose): the product of four shares, rounded to 4 places.

    How much of the text stands in paragraphs that end like sentences; how much of it is not a
    repetition; letters among the characters, against prose; length, against a hundred words.

    >>> quality("Home | News | Sport\\n\\nHome | News | Sport")
    0.0
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    length = sum(map(len, lines))
    if not length:
        return 0.0
    sentences = sum(len(line) for line in lines if SENTENCE_END.search(line[-8:]))
    repeated = sum(len(line) * (number - 1) for line, number in Counter(lines).items())
    letters = len(NO_LETTERS.sub("", text))
    score: float = (
        (sentences / length)
        * (1 - repeated / length)
        * min(1.0, letters / length / LETTERS_EXPECTED)
        * min(1.0, letters / SHORT_LETTERS) ** 0.5
    )
    return round(score, 4)
