"""Wordings: which concepts the words of a block speak of, in which languages.

One TOML file per language (`lexicon/en.toml`, …) maps a concept ("give", "inbox", "you") to its
wordings; `any.toml` holds those that no language owns. What concepts together make of a block is
`wording`'s affair. Only blocks that hold a word out of a triggering concept are looked at.

Wordings stand with commas between them. A wording is a run of words; `*` at the end of a word
stands for any ending, `*` before a single word for any beginning (`*세요`: the forms in which
languages address a reader), `..` for up to four words (twelve characters where words are not
spaced), `^` at the front binds it to the block's start, `$` at the end to its end. `common` holds
no wordings but a language's most frequent words, which tell what language a page is in.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise

from cleaners.errors import ConfigError
from cleaners.segments import word_list
from cleaners.tokens import has_characters, is_character, keys

GAP = ".."
GAP_WORDS = 4
GAP_CHARACTERS = 12
STEM_HEAD = 4
TAIL = 2
"""The last letters that endings are found by."""
COMMON = "common"
SECOND = 0.5
"""A page's languages are the commonest and those that have half of its common words."""
EVIDENT = 3
"""Common words from which a page shows its language at all."""


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
class Hit:
    """A wording found: words `start` to `end` of a block speak of `concept`."""

    concept: str
    languages: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """The wordings that are found by one word, by the neighbour that each must have.

    `followed` and `preceded` are by the word after and before, `free` are those that need none.
    """

    free: tuple[Phrase, ...]
    followed: Mapping[str, tuple[Phrase, ...]]
    preceded: Mapping[str, tuple[Phrase, ...]]
    concepts: frozenset[str]


Found = Mapping[str, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All wordings, by the word that each is found by; stems and endings by some letters."""

    languages: tuple[str, ...]
    exact: Mapping[str, Entry]
    stems: Mapping[str, tuple[tuple[str, Entry], ...]]
    endings: Mapping[str, tuple[tuple[str, Entry], ...]]
    common: Mapping[str, int]

    @property
    def every(self) -> int:
        """The bits of all languages."""
        return (1 << len(self.languages)) - 1

    def bit(self, language: str) -> int:
        """Return the bit of a language, 0 for one that is not here."""
        return 1 << self.languages.index(language) if language in self.languages else 0

    def languages_of(self, blocks: Iterable[list[str]]) -> int:
        """Return the bits of the languages that blocks of words are in; of all, if none shows."""
        found = Counter(map(self.common.get, chain.from_iterable(blocks)))
        del found[None]
        counts: dict[int, int] = {}
        for bits, count in found.items():
            left = bits
            while left:
                bit = left & -left
                counts[bit] = counts.get(bit, 0) + count
                left ^= bit
        most = max(counts.values(), default=0)
        if most < EVIDENT:
            return self.every
        return sum(bit for bit, count in counts.items() if count >= SECOND * most)

    def known(self, words: Iterable[str]) -> dict[str, list[Entry]]:
        """Return those of a page's words that wordings are found by, with these wordings."""
        found: dict[str, list[Entry]] = {}
        exact, stems, endings = self.exact, self.stems, self.endings
        for word in set(words):
            entries = [exact[word]] if word in exact else []
            near = stems.get(word[:STEM_HEAD], ())
            if word >= "\u0590":
                near += stems.get(word[:2], ())
            entries += [of_stem for stem, of_stem in near if word.startswith(stem)]
            for ending, of_ending in endings.get(word[-TAIL:], ()):
                if word.endswith(ending) and len(word) > len(ending):
                    entries.append(of_ending)
            if entries:
                found[word] = entries
        return found


def hits(words: list[str], found: Found) -> list[Hit]:
    """Return the wordings in a block's words (as `keys` gives them) by start, longer first."""
    result = []
    last = len(words)
    keyed = [(at, word) for at, word in enumerate(words) if word in found]
    if has_characters(words):
        joined = (left + right for left, right in pairwise(words))
        keyed += [(at, pair) for at, pair in enumerate(joined) if pair in found]
    for at, key in keyed:
        for entry in found[key]:
            phrases = entry.free
            if entry.followed and at + 1 < last:
                phrases += entry.followed.get(words[at + 1], ())
            if entry.preceded and at:
                phrases += entry.preceded.get(words[at - 1], ())
            for phrase in phrases:
                start = at - phrase.anchor
                if start < 0 or (phrase.first and start):
                    continue
                tokens = phrase.tokens
                end = at + 1 if len(tokens) == 1 else _match(tokens, words, start)
                if end > start and not (phrase.last and end != last):
                    result.append(Hit(phrase.concept, phrase.languages, start, end))
    return sorted(result, key=lambda hit: (hit.start, -hit.end))


def _match(tokens: tuple[str, ...], words: list[str], at: int) -> int:
    """Return where tokens that start at `at` end among the words, -1 where they do not match."""
    for index, token in enumerate(tokens):
        if token == GAP:
            rest = tokens[index + 1 :]
            for skip in range((GAP_CHARACTERS if is_character(rest[0]) else GAP_WORDS) + 1):
                if (end := _match(rest, words, at + skip)) >= 0:
                    return end
            return -1
        if at >= len(words):
            return -1
        word = words[at]
        if not (word.startswith(token[:-1]) if token[-1] == "*" else word == token):
            return -1
        at += 1
    return at


@cache
def lexicon() -> Lexicon:
    """Return the wordings that come with Winnow."""
    folder = files("cleaners") / "lexicon"
    tables = {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }
    return build(tables)


def build(tables: Mapping[str, Mapping[str, str]]) -> Lexicon:
    """Return the lexicon of language → concept → wordings; "any" counts for all languages."""
    languages = tuple(name for name in tables if name != "any")
    exact: dict[str, list[Phrase]] = {}
    stems: dict[str, dict[str, list[Phrase]]] = {}
    endings: dict[str, dict[str, list[Phrase]]] = {}
    common: dict[str, int] = {}
    for language, concepts in tables.items():
        bits = (1 << len(languages)) - 1
        if language != "any":
            bits = 1 << languages.index(language)
        for word in concepts.get(COMMON, "").split(", "):
            common[word.strip()] = common.get(word.strip(), 0) | bits
        for concept, wordings in concepts.items():
            if concept == COMMON:
                continue
            for wording in filter(None, map(str.strip, wordings.split(","))):
                phrase, key = compile_phrase(concept, bits, wording, f"lexicon/{language}.toml")
                if wording.startswith("*"):
                    endings.setdefault(key[-TAIL:], {}).setdefault(key, []).append(phrase)
                elif key.endswith("*"):
                    stem = key[:-1]
                    head = stem[:STEM_HEAD] if len(stem) >= STEM_HEAD else stem[:2]
                    stems.setdefault(head, {}).setdefault(stem, []).append(phrase)
                else:
                    exact.setdefault(key, []).append(phrase)
    words = {key: entry_of(phrases) for key, phrases in exact.items()}
    return Lexicon(languages, words, frozen(stems), frozen(endings), common)


def frozen(
    table: Mapping[str, Mapping[str, list[Phrase]]],
) -> dict[str, tuple[tuple[str, Entry], ...]]:
    """Return stems or endings under the letters that they are found by."""
    return {key: tuple((s, entry_of(p)) for s, p in by.items()) for key, by in table.items()}


def entry_of(phrases: Iterable[Phrase]) -> Entry:
    """Return wordings sorted by the neighbour of the word that they are found by."""
    free: list[Phrase] = []
    followed: dict[str, tuple[Phrase, ...]] = {}
    preceded: dict[str, tuple[Phrase, ...]] = {}
    concepts = set()
    for phrase in phrases:
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
