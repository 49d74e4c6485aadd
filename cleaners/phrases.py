"""Wordings as they are written in the tables, and how each of them is found among words.

Wordings stand with commas between them. A wording is a run of words; `*` at the end of a word
stands for any ending, `*` before a single word for any beginning (`*세요`: the forms in which
languages address a reader), `..` for up to four words (twelve characters where words are not
spaced), `^` at the front binds it to the block's start, `$` at the end to its end. What they are
looked up by, and in what, is `lexicon`'s affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from cleaners.errors import ConfigError
from cleaners.segments import word_list
from cleaners.tokens import is_character, keys

GAP = ".."
STEM_HEAD = 4
TAIL = 2
"""The last letters that endings are found by."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording of a concept; `languages` a bit each; `anchor` the token that it is found by."""

    concept: str
    languages: int
    tokens: tuple[str, ...]
    anchor: int
    first: bool
    last: bool

    @property
    def neighbours(self) -> tuple[str | None, str | None]:
        """The words that must stand before and after the anchor; None where any may, or none.

        An anchor that is a character goes by the pair that it begins.
        """
        at, tokens = self.anchor, self.tokens
        if is_character(tokens[at]):
            return None, None
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        return is_word(before), is_word(after)


@dataclass(frozen=True, slots=True)
class Entry:
    """The wordings that are found by one word, by the neighbour that each must have.

    `followed` and `preceded` are by the word after and before, `free` are those that need none.
    """

    free: tuple[Phrase, ...]
    followed: Mapping[str, tuple[Phrase, ...]]
    preceded: Mapping[str, tuple[Phrase, ...]]
    concepts: frozenset[str]


def entry_of(phrases: Iterable[Phrase]) -> Entry:
    """Return wordings sorted by the neighbour of the word that they are found by.

    What several languages say in the same words is one wording of all of them.
    """
    languages: dict[Phrase, int] = {}
    for phrase in phrases:
        alike = replace(phrase, languages=0)
        languages[alike] = languages.get(alike, 0) | phrase.languages
    free: list[Phrase] = []
    followed: dict[str, tuple[Phrase, ...]] = {}
    preceded: dict[str, tuple[Phrase, ...]] = {}
    concepts = set()
    for alike, bits in languages.items():
        phrase = replace(alike, languages=bits)
        concepts.add(phrase.concept)
        before, after = phrase.neighbours
        if after is not None:
            followed[after] = (*followed.get(after, ()), phrase)
        elif before is not None:
            preceded[before] = (*preceded.get(before, ()), phrase)
        else:
            free.append(phrase)
    return Entry(tuple(free), followed, preceded, frozenset(concepts))


def compile_phrase(concept: str, bits: int, wording: str, path: str) -> tuple[Phrase, str]:
    """Return a wording's phrase and the word, stem or pair of characters that it is found by."""
    if wording.startswith("*"):
        ending = wording[1:]
        if len(ending) < TAIL or word_list(ending) != [ending]:
            raise ConfigError(path, concept, f"{wording!r}: an ending is {TAIL} letters or more")
        return Phrase(concept, bits, (ending,), 0, False, False), ending
    tokens: list[str] = []
    for piece in wording.strip("^$").split():
        if piece == GAP:
            tokens.append(GAP)
            continue
        words = keys(word_list(piece.rstrip("*")))
        if words and piece.endswith("*"):
            words[-1] += "*"
        tokens += words
    front = tokens[: tokens.index(GAP)] if GAP in tokens else tokens
    if not front or tokens[-1] == GAP:
        raise ConfigError(path, concept, f"{wording!r} has no word to be found by")
    anchor, key = max(enumerate(front), key=lambda pair: (is_key(pair[1]), len(pair[1])))
    if not is_key(key):
        raise ConfigError(path, concept, f"{wording!r}: a stem needs {STEM_HEAD} letters")
    if is_character(key) and len(front) > 1:
        anchor, key = _pair(front)
    first, last = wording.startswith("^"), wording.endswith("$")
    return Phrase(concept, bits, tuple(tokens), anchor, first, last), key


def is_word(token: str | None) -> str | None:
    """Return a token that stands for one word and no other, else None."""
    return None if token is None or token == GAP or token.endswith("*") else token


def is_key(token: str) -> bool:
    """Whether phrases can be found by a token: a stem must have some letters."""
    if not token.endswith("*"):
        return True
    return len(token) > (STEM_HEAD if ord(token[0]) < 0x590 else 2)


def _pair(tokens: list[str]) -> tuple[int, str]:
    """Return the first pair of characters that has no hiragana, else the first pair."""
    candidates = [(i, a + b) for i, (a, b) in enumerate(pairwise(tokens))]
    telling = [pair for pair in candidates if not any("\u3040" <= c <= "\u309f" for c in pair[1])]
    return (telling or candidates)[0]
