"""Whose words a block's are: what stands in quotation marks is somebody else's, and capitals tell
"us" from "US" and the "Sie" that a German reader is addressed by from "sie".
"""

from __future__ import annotations

import re

from cleaners.segments import WORDS, Segment, word_list

QUOTED = re.compile(
    r'"[^"]{2,}"|“[^”“]{2,}[”“]|„[^“”"]{2,}[“”"]|«[^»]{2,}»|»[^«]{2,}«|”[^”]{2,}”|「[^」]{2,}」'
    r"|『[^』]{2,}』|‘[^‘]{8,}?’(?!\w)|^[\s]*“[^”]+$"
)
POLITE = re.compile(r"(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b")
POLITE_WORDS = frozenset({"sie", "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "ihres"})
POLITE_LANGUAGE = "de"


def is_polite(segment: Segment) -> bool:
    """Whether a block addresses its reader in the German polite form, outside quotation marks."""
    if POLITE_WORDS.isdisjoint(segment.words):
        return False
    return POLITE.search(QUOTED.sub(" ", segment.text)) is not None


def country_apart(segment: Segment) -> list[str]:
    """Return a segment's words, with "usa" for a "US" that is not written so among capitals.

    "The US" is a country and not the site that speaks.
    """
    if "US" not in segment.text or segment.text.isupper():
        return segment.words
    written = WORDS.findall(segment.text)
    if len(written) != len(segment.words):
        return segment.words
    return [
        "usa" if now == "US" else word for now, word in zip(written, segment.words, strict=True)
    ]


def quoted_words(text: str, count: int) -> list[bool]:
    """Return for each word whether it stands in quotation marks; [] where none, or all, do."""
    flags: list[bool] = []
    at = 0
    for match in QUOTED.finditer(text):
        flags += [False] * len(word_list(text[at : match.start()]))
        flags += [True] * len(word_list(match.group()))
        at = match.end()
    if not flags:
        return []
    flags += [False] * len(word_list(text[at:]))
    return flags if len(flags) == count else []
