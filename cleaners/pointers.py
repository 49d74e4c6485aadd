"""Pointers to other articles at the end of a paragraph, told by what they read like.

A last sentence that is a few words, a colon and a link to the paragraph's end may say "Go deeper:
…" in any words. Those that are known for it are `lists`' affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cleaners.classifier import TextClassifier, noise_odds, text_features
from cleaners.findings import Finding, excerpt
from cleaners.layout import Layout
from cleaners.ruletable import Learned
from cleaners.segments import Segment, link_spans, word_list
from cleaners.tokens import keys
from cleaners.wording import Reader

LEAD_WORDS = 6
TITLE_LEAST = 3
PROSE_LEAST = 8
"""Words that stand before such a sentence: less is a widget's own line."""
ODDS = 0.5
LEADING = (":", "：", "»", "›", "▶", "→")
"""What a lead ends with: sentences that go on into a link are the text's own."""
BEFORE = re.compile(r"[.!?…。！？][\"”»)\]]*\s*$")
RELATED = "related"


@dataclass
class Pointers:
    """The last sentences of a page's kept blocks."""

    layout: Layout
    reader: Reader
    classifier: TextClassifier
    table: Mapping[str, Learned]

    def findings(self, cut: Mapping[int, Finding]) -> Iterator[Finding]:
        """Yield the sentences that point to another article, in blocks that are not `cut`."""
        for index, segment in enumerate(self.layout.parts.segments):
            if not segment.anchors or index in cut or not self.layout.kept(index):
                continue
            start = last_sentence(segment)
            if start is None:
                continue
            sentence = segment.text[start:]
            if self.odds(sentence, segment) < ODDS:
                continue
            rule = self.table[RELATED]
            why = f"{rule.reason}: “{excerpt(sentence)}”"
            span = start, len(segment.text)
            yield Finding(index, rule.category, rule.id, why, cut=True, span=span)

    def odds(self, sentence: str, segment: Segment) -> float:
        """Return the log odds that a sentence reads like noise; its shape says of what kind."""
        words = word_list(sentence)
        alone = Segment(sentence, segment.node, segment.kind, words=words)
        reading = self.reader.read_apart(alone)
        scores = self.classifier.scores([text_features(sentence, keys(words), reading)])
        return float(noise_odds(scores)[0])


def last_sentence(segment: Segment) -> int | None:
    """Return where a last sentence of some words and a link starts, None where there is none."""
    spans = link_spans(segment)
    text = segment.text
    end = len(text.rstrip(" .!…"))
    if not spans or spans[-1].end < end:
        return None
    link = spans[-1]
    head = text[: link.start]
    lead = re.split(r"(?<=[.!?…。！？])[\"”»)\]]*\s*", head)[-1]
    start = link.start - len(lead)
    known = BEFORE.search(head[:start]) and len(word_list(head[:start])) >= PROSE_LEAST
    few = lead.rstrip().endswith(LEADING) and 1 <= len(word_list(lead)) <= LEAD_WORDS
    title = text[link.start : link.end]
    titled = len(word_list(title)) >= TITLE_LEAST and (" " in title or not title.isascii())
    return start if known and few and titled else None
