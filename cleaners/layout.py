"""Questions about the shape of a page that several kinds of rules ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from cleaners.findings import KEPT
from cleaners.segments import Node, Segmentation
from cleaners.tokens import length

SENTENCE_ENDS = ".!?…。！？؟।"
CLOSING = "\"'”“’»«)]）」』 "
PAGE_TAGS = frozenset({"html", "body", "main", "article"})
BODY_WORDS = 18
TITLE_WORDS = 20
LEAST_TITLE, LINKED = 4, 0.8
"""Words, and the share of linked characters, of a link that is a title."""
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass
class Layout:
    """A page's segments with the judge's scores and what follows from both."""

    parts: Segmentation
    scores: Sequence[float]

    @cached_property
    def lengths(self) -> list[int]:
        """Words of each segment, a character without spaces counting half."""
        return [
            len(segment.words) if segment.text.isascii() else length(segment.words)
            for segment in self.parts.segments
        ]

    @cached_property
    def totals(self) -> list[int]:
        """Words before each segment, and of the page."""
        return list(accumulate(self.lengths, initial=0))

    @cached_property
    def kept_words(self) -> int:
        """Words that the judge keeps."""
        return sum(
            length for length, score in zip(self.lengths, self.scores, strict=True) if score >= KEPT
        )

    @property
    def is_text(self) -> bool:
        """Whether the page is plain text, without markup."""
        return len(self.parts.nodes) == 1 and self.parts.nodes[0].element is None

    def words_in(self, node: Node) -> int:
        """Return the words in a container."""
        return self.totals[node.end] - self.totals[node.first]

    def kept(self, index: int) -> bool:
        """Whether the judge keeps a segment."""
        return self.scores[index] >= KEPT

    def ends_sentence(self, index: int) -> bool:
        """Whether a segment ends as a sentence does."""
        text = self.parts.segments[index].text.rstrip(CLOSING)
        return bool(text) and text[-1] in SENTENCE_ENDS

    def is_heading(self, index: int) -> bool:
        """Whether a segment is marked up as a heading."""
        return self.parts.segments[index].kind in ("heading", "title")

    def is_titlelike(self, index: int) -> bool:
        """Whether a segment could be a headline: short, and without a full stop."""
        text = self.parts.segments[index].text.rstrip(CLOSING)
        return self.lengths[index] <= TITLE_WORDS and not text.endswith((".", "。", ":", "："))

    @cached_property
    def edges(self) -> tuple[int, int]:
        """The blocks between which the prose of the article stands, its first and last excluded."""
        body = [index for index in range(len(self.lengths)) if self.is_body(index)]
        return (body[0], body[-1]) if len(body) > 2 else (-1, len(self.lengths))

    def is_at_edge(self, index: int) -> bool:
        """Whether a segment is the first or the last of the article's prose, or outside it."""
        first, last = self.edges
        return index <= first or index >= last

    def text_ends_with(self, index: int, *signs: str) -> bool:
        """Whether a segment's text ends with one of some signs."""
        return self.parts.segments[index].text.rstrip().endswith(signs)

    def is_heading_of_prose(self, index: int) -> bool:
        """Whether a segment is a heading, or has no link, and prose follows it at once."""
        return self.is_heading(index) and index + 1 < len(self.lengths) and self.is_body(index + 1)

    def is_linked(self, index: int) -> bool:
        """Whether a segment is mostly a link."""
        return self.parts.segments[index].link_density >= 0.5

    def is_body(self, index: int) -> bool:
        """Whether a segment is prose that the judge keeps: whole sentences, hardly linked."""
        if not self.kept(index):
            return False
        segment = self.parts.segments[index]
        return (
            segment.link_density < 0.4
            and segment.kind not in ("control", "caption")
            and (
                self.lengths[index] >= BODY_WORDS
                or (self.lengths[index] >= 7 and self.ends_sentence(index))
            )
        )

    def is_prose(self, index: int) -> bool:
        """Whether a block is the article's rather than a widget's: long, unlinked and kept."""
        return self.is_body(index) and self.lengths[index] >= BODY_WORDS

    def is_linked_title(self, index: int) -> bool:
        """Whether a block is a link, and as long as a title."""
        linked = self.parts.segments[index].link_density >= LINKED
        return linked and self.lengths[index] >= LEAST_TITLE

    def parent(self, index: int) -> int:
        """Return the container that holds a segment's own element beside its siblings."""
        segment = self.parts.segments[index]
        node = self.parts.nodes[segment.node]
        alone = node.end - node.first == 1
        return node.parent if alone and node.parent >= 0 else segment.node
