"""What a block says: the concepts its words speak of, and the rule that these satisfy.

A paragraph is an appeal, a notice or a prompt when enough comes together: what it asks, of whom,
for whom. Words inside quotation marks are somebody else's, and reporting ("she said") asks more of
the rest. How far the widget around a block reaches is `widgets`' affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from cleaners.lexicon import Hit, Lexicon, hits
from cleaners.phrases import Entry
from cleaners.ruletable import RuleTable, Wording
from cleaners.segments import WORDS, Segment, Segmentation
from cleaners.speech import POLITE_LANGUAGE, country_apart, is_polite, quoted_words
from cleaners.tokens import keys, length, pairs

SIGNS = dict.fromkeys("©ⓒ", ("rights", "sign")) | dict.fromkeys("€$£₽₴₺₩", ("money",))
LIST_CONCEPTS = frozenset({"related_head", "read_also", "bio_role", "bio_does", "bio_self"})
SPEECH = frozenset({"we", "you", "please", "said"})
"""Concepts of short words that mean something else in another language."""
OWN_LANGUAGE_WORDS = 6
USUAL_TIMES, USUAL_SHARE = 3, 0.005
LINGUA_FRANCA = "en"
"""The language of buttons and labels on pages in any other."""
SHORT_WORDS = 14
LONG_WORDS = 45
REPORT_WORDS = 8
LONG_EXTRA = 1.0
REPORT_EXTRA = 2.5
"""What a long block, and a report, must score above the threshold."""
OUTSIDE_FLOW = 0.75
"""The share of the threshold that is enough in a button, a label or a caption."""
IN_QUOTE = 2.0
LABEL_WORDS = 5
WEAK = 0.45
"""The share of the threshold that makes a block part of a widget it stands next to."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a block says: languages' bits by concept outside quotes, and where the wordings are.

    `length` is the number of words, a character without spaces counting half.
    """

    concepts: Mapping[str, int]
    hits: tuple[Hit, ...]
    length: int
    quoted: bool
    counts: Mapping[str, int]

    def speaks_of(self, concept: str) -> bool:
        """Whether the block speaks of a concept outside quotes, in any language."""
        return concept in self.concepts

    def times(self, concept: str) -> int:
        """How often the block speaks of a concept outside quotes, at most three times."""
        return min(3, max(1, self.counts.get(concept, 1)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A wording rule that a block satisfies to the share `strength` of its threshold."""

    rule: Wording
    strength: float
    evidence: str


@dataclass(slots=True)
class Reader:
    """Reads the blocks of one page as they are asked for."""

    parts: Segmentation
    lexicon: Lexicon
    table: RuleTable
    found: dict[str, list[Entry]] = field(default_factory=dict)
    hot: frozenset[str] = frozenset()
    words: list[list[str]] = field(default_factory=list)
    pairs: list[list[str]] = field(default_factory=list)
    read_: dict[int, Reading] = field(default_factory=dict)
    languages: int = -1
    usual: frozenset[str] = frozenset()
    """Words that are often on the page: they do not show that a block is in another language."""

    def prepare(self) -> None:
        """Look up the page's words and find out its languages."""
        self.words = [keys(country_apart(segment)) for segment in self.parts.segments]
        counts = Counter(chain.from_iterable(self.words))
        everything = set(counts)
        often = max(USUAL_TIMES, USUAL_SHARE * counts.total())
        self.usual = frozenset(word for word, count in counts.items() if count >= often)
        self.languages = self.lexicon.languages_of(self.words)
        if max(everything, default="") >= "\u0e00":
            self.pairs = [pairs(words) for words in self.words]
            everything.update(*self.pairs)
        self.found = self.lexicon.known(everything)
        triggers = self.table.by_concept.keys() | LIST_CONCEPTS
        self.hot = frozenset(
            word
            for word, entries in self.found.items()
            if any(not entry.concepts.isdisjoint(triggers) for entry in entries)
        )

    def candidates(self) -> list[int]:
        """Return the indexes of the blocks that hold a word of a triggering concept."""
        hot = self.hot
        found = {index for index, words in enumerate(self.words) if not hot.isdisjoint(words)}
        found |= {index for index, both in enumerate(self.pairs) if not hot.isdisjoint(both)}
        found |= {
            i
            for i, segment in enumerate(self.parts.segments)
            if "©" in segment.text or "ⓒ" in segment.text
        }
        return sorted(found)

    def read(self, index: int) -> Reading:
        """Return what a block says."""
        if index not in self.read_:
            self.read_[index] = self._read(self.parts.segments[index], self.words[index])
        return self.read_[index]

    def read_apart(self, segment: Segment) -> Reading:
        """Return what a part of a block says by itself."""
        return self._read(segment, keys(segment.words))

    def _read(self, segment: Segment, words: list[str]) -> Reading:
        spoken = hits(words, self.found)
        quoted = quoted_words(segment.text, len(words)) if spoken else []
        concepts: dict[str, int] = {}
        counts: dict[str, int] = {}
        ends: dict[str, int] = {}
        own = self.languages_of(words) if spoken else -1
        common = own | self.lexicon.bit(LINGUA_FRANCA)
        for hit in spoken:
            bits = hit.languages & (own if hit.concept in SPEECH else common)
            if bits and not (quoted and quoted[hit.start]):
                concepts[hit.concept] = concepts.get(hit.concept, 0) | bits
                if hit.start >= ends.get(hit.concept, 0):
                    ends[hit.concept] = hit.end
                    counts[hit.concept] = counts.get(hit.concept, 0) + 1
        if is_polite(segment):
            concepts["you"] = concepts.get("you", 0) | self.lexicon.bit(POLITE_LANGUAGE)
        for concept in (c for sign, found in SIGNS.items() if sign in segment.text for c in found):
            concepts[concept] = self.lexicon.every
            counts[concept] = counts.get(concept, 0) + 1
        return Reading(concepts, tuple(spoken), length(words), any(quoted), counts)

    def languages_of(self, words: list[str]) -> int:
        """Return the bits of a block's languages: the page's, but for a block in another."""
        if len(words) >= OWN_LANGUAGE_WORDS:
            own = self.lexicon.languages_of([words])
            if not own & self.languages:
                own = self.lexicon.languages_of([[w for w in words if w not in self.usual]])
            return self.languages if own & self.languages else own
        return self.languages

    def followed_by_colon(self, index: int, hit: Hit) -> bool:
        """Whether a colon stands right after a wording."""
        segment = self.parts.segments[index]
        places = [match.end() for match in WORDS.finditer(segment.text)]
        if len(places) != len(segment.words):
            return False
        return segment.text[places[hit.end - 1] :].lstrip().startswith((":", "："))

    def verdicts(self, index: int) -> list[Verdict]:
        """Return the rules that a block comes near to, the strongest first."""
        return self.weigh(self.read(index), self.parts.segments[index])

    def weigh(self, reading: Reading, segment: Segment) -> list[Verdict]:
        """Return the rules that what is said comes near to; `segment` is the main block of it."""
        rules = dict.fromkeys(
            rule for concept in reading.concepts for rule in self.table.by_concept.get(concept, ())
        )
        found = []
        for rule in rules:
            strength = self.strength(rule, reading, segment)
            if strength >= WEAK:
                found.append(Verdict(rule, strength, evidence(rule, reading, segment)))
        return sorted(found, key=lambda verdict: -verdict.strength)

    def strength(self, rule: Wording, reading: Reading, segment: Segment) -> float:
        """Return a block's score by a rule as a share of what the rule asks of such a block."""
        if reading.length > rule.max_words or any(map(reading.speaks_of, rule.without)):
            return 0.0
        shared = self.lexicon.every
        for choice in rule.choices:
            bits = 0
            for concept in choice:
                bits |= reading.concepts.get(concept, 0)
            shared &= bits
        if not shared:
            return 0.0
        score, bit = self.score(rule, reading, shared)
        return score / asked(rule, reading, segment, bit)

    def score(self, rule: Wording, reading: Reading, shared: int) -> tuple[float, int]:
        """Return the highest sum of weights in one language, and its bit."""
        concepts = reading.concepts
        own = 0
        for concept in rule.weights:
            bits = concepts.get(concept, 0)
            own |= bits if bits != self.lexicon.every else 0
        bits = shared if shared != self.lexicon.every or not own else own
        best, language = 0.0, 1
        while bits:
            bit = bits & -bits
            bits ^= bit
            total = sum(
                weight * (reading.times(concept) if concept in rule.repeat else 1)
                for concept, weight in rule.weights.items()
                if concepts.get(concept, 0) & bit
            )
            if total > best:
                best, language = total, bit
        return best, language


def asked(rule: Wording, reading: Reading, segment: Segment, bit: int) -> float:
    """Return the score that a rule asks of a block like this one, in the language of a bit."""
    concepts, length = reading.concepts, reading.length
    score = rule.threshold
    if rule.label is not None and length <= LABEL_WORDS and is_label(segment):
        return rule.label
    if rule.short is not None and length <= SHORT_WORDS and segment.kind != "item":
        score = rule.short
    if rule.address and length > SHORT_WORDS and "we" not in concepts and "site" not in concepts:
        score += rule.alone
    if rule.address and length > LONG_WORDS:
        score += LONG_EXTRA
        if "we" not in concepts or ("you" not in concepts and "please" not in concepts):
            score += LONG_EXTRA
    if rule.address and concepts.get("said", 0) & bit and length > REPORT_WORDS:
        score += REPORT_EXTRA if "we" in concepts or "site" in concepts else 2 * REPORT_EXTRA
    if segment.kind == "quote":
        return score * IN_QUOTE
    return score * OUTSIDE_FLOW if segment.kind in ("control", "caption") else score


def is_label(segment: Segment) -> bool:
    """Whether a block is no heading, no list item, and does not end as a sentence does."""
    ends = segment.text.rstrip().endswith((".", "。", "!", "?", ",", ":"))
    return segment.kind not in ("heading", "title", "item") and not ends


def evidence(rule: Wording, reading: Reading, segment: Segment) -> str:
    """Return a sentence with the words that a rule found."""
    places = [match.span() for match in WORDS.finditer(segment.text)]
    wanted = [concept for choice in rule.choices for concept in choice]
    wanted += [concept for concept in rule.weights if concept not in wanted]
    shown: list[str] = []
    if len(places) == len(segment.words):
        by_concept: dict[str, Hit] = {}
        for hit in reading.hits:
            by_concept.setdefault(hit.concept, hit)
        for concept in wanted:
            if concept in by_concept and concept in reading.concepts:
                hit = by_concept[concept]
                words = segment.text[places[hit.start][0] : places[hit.end - 1][1]]
                if not any(words in other for other in shown):
                    shown.append(words)
    told = ", ".join(f"“{words}”" for words in shown[:5])
    return f"{rule.reason}: {told}" if told else rule.reason
