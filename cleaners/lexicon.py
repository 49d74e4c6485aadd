"""Wordings: which concepts the words of a block speak of, in which languages.

One TOML file per language (`lexicon/en.toml`, …) maps a concept ("give", "inbox", "you") to its
wordings; `any.toml` holds those that no language owns. What concepts together make of a block is
`wording`'s affair. Only blocks that hold a word out of a triggering concept are looked at.

How wordings are written is said in `phrases`. `common` holds no wordings but a language's most
frequent words, which tell what language a page is in.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise

from cleaners.phrases import GAP, STEM_HEAD, TAIL, Entry, Phrase, compile_phrase, entry_of
from cleaners.tokens import has_characters, is_character

GAP_WORDS = 4
GAP_CHARACTERS = 12
COMMON = "common"
SECOND = 0.5
"""A page's languages are the commonest and those that have half of its common words."""
EVIDENT = 3
"""Common words from which a page shows its language at all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A wording found: words `start` to `end` of a block speak of `concept`."""

    concept: str
    languages: int
    start: int
    end: int


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
