"""Notes on authors: who writes, what for and where from, of somebody the story does not speak of.

A note starts with a name, or stands under a line that is one; says what the person does, in the
manner of such notes; and the name is nowhere else in the prose. Where an article portrays several
people nothing is taken for a note, nor is an obituary. Bylines without more are `bylines`' affair.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from cleaners.findings import Finding, excerpt
from cleaners.layout import Layout
from cleaners.segments import word_list
from cleaners.speech import QUOTED
from cleaners.tokens import keys
from cleaners.wording import Reader, Reading

RULE = "author-profile"
ROLE, DOES, SELF, COPULA = "bio_role", "bio_does", "bio_self", "bio_is"
MIN_WORDS, MAX_WORDS = 4, 75
ROLE_POINTS = 1.5
COPULA_POINTS = 0.5
SOON_IS = range(2, 7)
AMID, AT_EDGE, DECLARED = 2.5, 2.0, 1.0
"""The points that are asked of a note amid the prose, at its edge, and on a declared author."""
MANY = 3.0
"""The points of a note whose name may stand before a comma."""
MAX_AMID = 2
TITLE = 40
"""Characters in quotation marks that can be the name of a paper or a book."""
LINE_WORDS = 3
NAME_WORDS = range(2, 5)
MAX_NAME = 6
HEAD, SOON = 4, 12
FEW_ALONE = 2
"""So many paragraphs may stand in a box of their own where that tells anything."""
"""Among so many first words a note without capitals names what the person is."""
PARTICLES = frozenset(
    "de da di do dos du la le van von der den ten ter zu af av bin ibn al el e y i und".split()
)
TITLES = frozenset(
    "dr prof professor professeur professore profesor doktor dott dottoressa mgr inż hab doc drs "
    "ir др проф доктор профессор професор д-р".split()
)
OPENERS = "—–-:"
BOX_TAGS = frozenset({"div", "aside", "section"})


@dataclass(frozen=True, slots=True)
class Notes:
    """What is needed to find notes: the page, its reader, the words of its declared authors."""

    layout: Layout
    reader: Reader
    authors: Sequence[Sequence[str]]

    def findings(self, candidates: Iterable[int], cut: Set[int]) -> Iterator[Finding]:
        """Yield the notes among candidates that are not `cut` already, with their neighbours."""
        wanted = {ROLE, DOES, SELF}
        found = [
            index
            for index in candidates
            if not wanted.isdisjoint(self.reader.read(index).concepts) and self.is_note(index)
        ]
        amid = [index for index in found if not self.layout.is_at_edge(index)]
        if len(amid) > MAX_AMID:
            found = [index for index in found if index not in amid]
        for index in found:
            text = excerpt(self.layout.parts.segments[index].text)
            why = f"tells of a person who is nowhere else in the text: “{text}”"
            if index not in cut:
                yield Finding(index, "author-bio", RULE, why, cut=True)
            for near in self.company(index):
                if near not in cut:
                    about = f"belongs to a note on an author: “{text}”"
                    yield Finding(near, "author-bio", RULE, about, cut=True)

    def is_note(self, index: int) -> bool:
        """Whether a block is a note on somebody whom the prose does not speak of."""
        reading = self.reader.read(index)
        if not self.can_be_note(index, reading):
            return False
        segment, points = self.layout.parts.segments[index], self.scored(reading)
        edge = self.layout.is_at_edge(index)
        if points < (AT_EDGE if edge or self.in_box(index) else AMID):
            return points >= DECLARED and edge and self.is_declared(segment.words)
        if (edge and self.starts_with(index, SELF)) or self.is_announced(index):
            return True
        name = self.name_of(index, reading, edge)
        return bool(name) and not self.is_spoken_of(name, index) and not self.goes_on(index)

    def can_be_note(self, index: int, reading: Reading) -> bool:
        """Whether a block is a short paragraph that tells of a living person."""
        segment = self.layout.parts.segments[index]
        quoted = [len(match.group()) for match in QUOTED.finditer(segment.text)]
        return (
            reading.length in range(MIN_WORDS, MAX_WORDS + 1)
            and segment.kind in ("paragraph", "item")
            and not (reading.quoted and max(quoted, default=0) > TITLE)
            and not self.speaks_of(reading, "died")
            and not (reading.speaks_of("you") and self.scored(reading) < MANY)
        )

    def is_announced(self, index: int) -> bool:
        """Whether a line above a block says that it is about the author."""
        above = index - 1
        return index > 0 and self.layout.lengths[above] <= HEAD and self.starts_with(above, SELF)

    def speaks_of(self, reading: Reading, concept: str) -> bool:
        """Whether a block speaks of a concept in the page's language."""
        return bool(reading.concepts.get(concept, 0) & self.reader.languages)

    def scored(self, reading: Reading) -> float:
        """Return a block's points for what it says that a person is and does."""
        does = reading.times(DOES) if self.speaks_of(reading, DOES) else 0
        points = ROLE_POINTS * self.speaks_of(reading, ROLE) + does
        points += 0.5 * self.speaks_of(reading, "bio") + self.speaks_of(reading, SELF)
        return points + COPULA_POINTS * self.defines(reading)

    def defines(self, reading: Reading) -> bool:
        """Whether a block says soon what somebody is: "Ina Holm is a …"."""
        return self.says(reading, (COPULA,), SOON_IS)

    def says(self, reading: Reading, concepts: Container[str], places: range) -> bool:
        """Whether a block says one of some things at a place, in a language of the page."""
        return any(
            hit.concept in concepts
            and hit.start in places
            and hit.languages & self.reader.languages
            for hit in reading.hits
        )

    def starts_with(self, index: int, concept: str) -> bool:
        """Whether a block starts with a concept's wording."""
        hits = self.reader.read(index).hits
        return any(hit.concept == concept and hit.start == 0 for hit in hits)

    def in_box(self, index: int) -> bool:
        """Whether a block stands in a container of its own, beside little else."""
        layout = self.layout
        if self.is_alone(index):
            body = filter(layout.is_body, range(len(layout.lengths)))
            return sum(map(self.is_alone, body)) <= FEW_ALONE
        node = layout.parts.nodes[layout.parent(index)]
        inside = range(node.first, node.end)
        return len(inside) <= HEAD and all(i == index or not layout.is_body(i) for i in inside)

    def is_alone(self, index: int) -> bool:
        """Whether a block is all that stands in a container, other than its own paragraph."""
        nodes = self.layout.parts.nodes
        if not 0 <= index < len(self.layout.lengths):
            return False
        node = nodes[self.layout.parts.segments[index].node]
        if node.tag == "p" and node.parent >= 0:
            node = nodes[node.parent]
        return node.tag in BOX_TAGS and node.end - node.first == 1

    def is_declared(self, words: Sequence[str]) -> bool:
        """Whether a block names a declared author."""
        return any(set(name) <= set(words) for name in self.authors)

    def name_of(self, index: int, reading: Reading, edge: bool) -> list[str]:
        """Return the words of the name that a note starts with, or that stands above it."""
        segment = self.layout.parts.segments[index]
        above = self.name_above(index)
        if above and self.starts_on(index, above):
            return above
        if not has_case(segment.text):
            near = any(hit.concept == ROLE and hit.start <= HEAD for hit in reading.hits)
            soon = any(hit.concept in (ROLE, DOES) and hit.start <= SOON for hit in reading.hits)
            apart = edge or self.in_box(index)
            return segment.words[:2] if near or (apart and soon) else []
        name, rest = leading_name(segment.text)
        if not name and edge and (role := apposed_name(segment.text)) and self.starts_as(index):
            return role
        if not name and (edge or self.in_box(index)) and self.scored(reading) >= MANY:
            return self.first_name(index)
        apposed = rest[:1] == "," and (edge or self.scored(reading) >= MANY)
        plain = (
            rest[:1].islower() or (edge and rest[:1].isdigit()) or rest[:1] in OPENERS or apposed
        )
        return name if name and plain else []

    def starts_on(self, index: int, name: Sequence[str]) -> bool:
        """Whether a block under a name goes on about that person at once."""
        words = self.layout.parts.segments[index].words
        spoken = self.says(self.reader.read(index), (ROLE, DOES, "said"), range(3))
        return spoken or words[0] in name or not has_case(words[0])

    def starts_as(self, index: int) -> bool:
        """Whether a block starts with what somebody is: "Reporter at the Post, Ina Holm …"."""
        return self.says(self.reader.read(index), (ROLE,), range(3))

    def first_name(self, index: int) -> list[str]:
        """Return the first name that a block starts with, if it tells at once who that is."""
        segment, reading = self.layout.parts.segments[index], self.reader.read(index)
        telling = any(hit.concept in (ROLE, DOES) and hit.start <= 2 for hit in reading.hits)
        first, _, rest = segment.text.partition(" ")
        known = telling and first[:1].isupper() and first.isalpha() and rest[:1].islower()
        return segment.words[:1] if known and not reading.speaks_of("said") else []

    def name_above(self, index: int) -> list[str]:
        """Return the words of a line above a block that is a name and nothing else."""
        if not index:
            return []
        segment = self.layout.parts.segments[index - 1]
        text = segment.text
        if not has_case(text):
            short = 0 < self.layout.lengths[index - 1] <= LINE_WORDS and segment.kind != "item"
            told = self.reader.read(index - 1).hits or self.layout.ends_sentence(index - 1)
            return segment.words[:2] if short and not told else []
        name, rest = leading_name(text)
        return name if not rest else []

    def is_spoken_of(self, name: Sequence[str], index: int) -> bool:
        """Whether other prose of the page speaks of a name."""
        layout, segments = self.layout, self.layout.parts.segments
        others = (i for i in range(len(segments)) if i != index and layout.is_body(i))
        spaced = has_case(segments[index].text)
        if not spaced and len(name[0]) == 1:
            start = "".join(name)
            return any(start in segments[i].text for i in others)
        last = name[-1] if spaced else name[0]
        stem = last[: max(4, len(last) - 2)]
        return any(word.startswith(stem) for i in others for word in segments[i].words)

    def goes_on(self, index: int) -> bool:
        """Whether the next block goes on about somebody: it starts with "she said", "he"."""
        following = index + 1
        if self.layout.is_at_edge(index) or following >= len(self.layout.lengths):
            return False
        return self.says(self.reader.read(following), ("said",), range(1))

    def company(self, index: int) -> Iterator[int]:
        """Yield the name above a note and the short lines on the author below it."""
        layout, segments = self.layout, self.layout.parts.segments
        if self.name_above(index) or self.is_announced(index):
            yield index - 1
        for below in range(index + 1, min(index + 4, len(segments))):
            telling = {"bio", SELF, "network", "follow"} & self.reader.read(below).concepts.keys()
            short = layout.lengths[below] <= HEAD * 2 and not layout.ends_sentence(below)
            few = layout.lengths[below] <= HEAD and not layout.is_text
            if not short or not (telling or few or layout.is_linked(below)):
                return
            if layout.is_heading(below):
                return
            yield below


def has_case(text: str) -> bool:
    """Whether a text is in a script with capital letters."""
    return text.upper() != text.lower()


def leading_name(text: str) -> tuple[list[str], str]:
    """Return the words of the personal name that a text starts with, and the rest of the text.

    >>> leading_name("Dr Ina van Holm covers the islands")
    (['ina', 'van', 'holm'], 'covers the islands')
    """
    label, colon, after = text.partition(":")
    tokens = (after if colon and len(label.split()) <= HEAD else text).split()
    while tokens and tokens[0].rstrip(".").lower() in TITLES:
        del tokens[0]
    name: list[str] = []
    while tokens and (bare := name_part(tokens[0], bool(name))):
        name.append(bare)
        rest = tokens[0][len(bare) :]
        if rest and len(bare) > 1:  # a comma, a full stop: but not that of an initial
            tokens[0] = rest
            break
        del tokens[0]
    capitals = [word for word in name if word[0].isupper() and not word.isupper()]
    if len(capitals) not in NAME_WORDS or len(name) > MAX_NAME:
        return [], text
    return keys([part for word in name for part in word_list(word)]), " ".join(tokens)


def apposed_name(text: str) -> list[str]:
    """Return the words of the name that stands after a text's first comma.

    >>> apposed_name("Lecturer in Hull, Ina Holm studies tides")
    ['ina', 'holm']
    """
    name, rest = leading_name(text.partition(", ")[2])
    return name if rest[:1].islower() else []


def name_part(token: str, started: bool) -> str:
    """Return a word without a comma or full stop if it can be part of a name, else nothing."""
    bare = token.rstrip(",.")
    fits = bare[:1].isupper() or (started and bare.lower() in PARTICLES)
    return bare if fits else ""
