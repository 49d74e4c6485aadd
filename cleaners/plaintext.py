"""Plain text that another scraper left, to segments: a line each, wrapped paragraphs joined."""

from __future__ import annotations

import re
from itertools import pairwise

from cleaners.segments import Node, Segment, Segmentation, word_list

WRAPPED_LINE = range(45, 101)


def segment_text(text: str) -> Segmentation:
    """Return plain text in segments: a line each, hard-wrapped paragraphs joined."""
    root = Node("body", -1, 0, (), False, "", None, 0)
    segments: list[Segment] = []
    for group in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [" ".join(line.split()) for line in group.split("\n") if line.strip()]
        paragraphs = [" ".join(lines)] if is_wrapped(lines) else joined(lines)
        segments += [Segment(line, 0, "paragraph", words=word_list(line)) for line in paragraphs]
    root.end = len(segments)
    return Segmentation([root], segments)


def is_wrapped(lines: list[str]) -> bool:
    """Whether a group of lines is one paragraph broken at a column."""
    body = lines[:-1]
    return (
        len(lines) >= 3
        and all(len(line) in WRAPPED_LINE for line in body)
        and max(map(len, body)) - min(map(len, body)) <= 25
        and all(
            len(line) + 1 + len(after.split(" ", 1)[0]) > max(map(len, lines)) - 4
            for line, after in pairwise(lines)
        )
        and any(not line[0].isupper() for line in lines[1:])
        and sum(line[-1] in ".!?:" for line in body) <= len(body) / 2
    )


def joined(lines: list[str]) -> list[str]:
    """Return lines with those joined that go on, in lower case, where a long one broke off."""
    result: list[str] = []
    for line in lines:
        before = result[-1] if result else ""
        broken = len(before) >= WRAPPED_LINE.start and before[-1] not in ".!?:…"
        if broken and line[0].islower():
            result[-1] = f"{before} {line}"
        else:
            result.append(line)
    return result
