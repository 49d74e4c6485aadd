"""What careless scrapers leave in plain text: the headline, captions, paragraphs twice, orphans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaners.findings import Finding, excerpt
from cleaners.layout import Layout
from cleaners.wording import Reader

HEADLINE_LINES = 8
HEADLINE_WORDS = 30
CAPTION_WORDS = 60
CREDIT_WORDS = 8
DUPLICATE_WORDS = 8
ORPHAN_WORDS = 8


def findings(layout: Layout, reader: Reader) -> Iterator[Finding]:
    """Yield headlines, captions and repeated paragraphs."""
    taken: set[int] = set()
    for finding in (*headlines(layout), *captions(layout, reader), *duplicates(layout)):
        if finding.index not in taken:
            taken.add(finding.index)
            yield finding


def headlines(layout: Layout) -> Iterator[Finding]:
    """Yield the first line where it is a headline, and the lines that repeat it."""
    segments = layout.parts.segments
    if len(segments) < 3 or layout.lengths[0] > HEADLINE_WORDS:
        return
    words = segments[0].words
    again = [i for i in range(1, min(HEADLINE_LINES, len(segments))) if segments[i].words == words]
    for index in again:
        yield Finding(index, "other", "headline", "repeats the first line, the headline", cut=True)
    unfinished = not layout.ends_sentence(0) and layout.lengths[0] <= HEADLINE_WORDS
    if again or (unfinished and any(layout.is_body(i) for i in (1, 2))):
        why = "the headline: a first line that recurs" if again else "the headline: a first line"
        yield Finding(0, "other", "headline", why, cut=True)


def captions(layout: Layout, reader: Reader) -> Iterator[Finding]:
    """Yield lines that end with, or are, a picture's credit, and the copies of their captions."""
    segments = layout.parts.segments
    for index, segment in enumerate(segments):
        if layout.lengths[index] > CAPTION_WORDS or not is_credited(layout, reader, index):
            continue
        why = f"ends with a picture's credit: “{excerpt(segment.text[-60:])}”"
        yield Finding(index, "caption", "caption-credit", why, cut=True)
        for near in (index - 1, index + 1):
            if not 0 <= near < len(segments) or not segments[near].words:
                continue
            other = segments[near].words
            if len(other) >= 3 and other == segment.words[: len(other)]:
                text = f"the caption of “{excerpt(segment.text)}” once more"
                yield Finding(near, "caption", "caption-copy", text, cut=True)


def is_credited(layout: Layout, reader: Reader, index: int) -> bool:
    """Whether a line is a credit, or its last sentence is one: "Source: …", "Photo: …"."""
    segment = layout.parts.segments[index]
    count = len(segment.words)
    for hit in reader.read(index).hits:
        if hit.concept != "credit" or count - hit.start > CREDIT_WORDS + 1:
            continue
        if hit.end < count and reader.followed_by_colon(index, hit):
            return True
    return False


def duplicates(layout: Layout) -> Iterator[Finding]:
    """Yield paragraphs that stood before."""
    seen: set[tuple[str, ...]] = set()
    for index, segment in enumerate(layout.parts.segments):
        words = tuple(segment.words)
        if len(words) >= DUPLICATE_WORDS and words in seen:
            why = "a paragraph that stands on the page already"
            yield Finding(index, "other", "duplicate", why, cut=True)
        seen.add(words)


def orphans(layout: Layout, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield short lines without a sentence after the end of the article, among what is cut."""
    cut = {finding.index for finding in found if finding.cut and finding.span is None}
    body = [i for i in range(len(layout.lengths)) if i not in cut and layout.is_body(i)]
    if not body:
        return
    for index in range(body[-1] + 1, len(layout.lengths)):
        if index in cut or not any(near in cut for near in (index - 1, index + 1)):
            continue
        if layout.lengths[index] <= ORPHAN_WORDS and not layout.ends_sentence(index):
            cut.add(index)
            why = "a short line after the article, beside what is cut"
            yield Finding(index, "other", "orphan", why, cut=True)
