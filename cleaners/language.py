"""The language of a text: script first, then langdetect on a bounded sample of letters.

Order of attempts: nothing where there is too little text; the script, where it has one language
only; Chinese by its characters; letters that only one language has; langdetect between the
languages of the script, with what the page declares as its prior; a declared language that
langdetect does not know, where the text has its words.

The same text and the same declarations give the same guess in any process: nothing is drawn at
random (see `profiles`). `declared_languages` reads what a page declares, in the order of trust.
Whether a language is welcome is the caller's affair.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from cleaners.declared import Declared
from cleaners.langid import by_langid
from cleaners.profiles import by_profiles
from cleaners.scripts import Script, chinese_or_japanese, writing

UNDETERMINED = "und"
SAMPLE_LETTERS = 800
SAMPLE_PIECES = 8
MIN_LETTERS = 14
MIN_LETTERS_OF_OWN_SCRIPT = 4
MIN_CONFIDENCE = 0.5
MIN_WORDS_SHARE = 0.07
MACRO: Mapping[str, str] = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "fil": "tl",
    "prs": "fa",
    "ji": "yi",
    "mo": "ro",
    "sh": "hr",
    "yue": "zh",
    "cmn": "zh",
}
"""Codes that a page may declare, and the code of the same language that we use."""
NOISE = re.compile(r"https?:\S+|www\.\S+|\S+@\S+|[#@]\w+")
NOT_LETTERS = re.compile(
    r"(?:[\d_]|[^\w\u0300-\u036f\u0590-\u05c7\u0610-\u06ed\u0900-\u109f\u1780-\u17ff])+"
)
"""Runs of what is no letter; vowel signs and tone marks belong to their letters."""
LOCALE_META = (
    "og:locale",
    "content-language",
    "language",
    "dc.language",
    "dcterms.language",
    "inlanguage",
)


Name = Literal["langdetect", "py3langid"]
DETECTORS: Mapping[str, Callable[[str, Script, Sequence[str]], tuple[str, float] | None]] = {
    "langdetect": by_profiles,
    "py3langid": by_langid,
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A BCP 47 tag, "und" where undetermined, and how sure the guess is, 0 to 1."""

    language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Unprofiled:
    """A language that langdetect does not know, and what it is told by."""

    tag: str
    script: str
    letters: frozenset[str]
    share: float
    words: frozenset[str]


def detect(text: str, declared: Sequence[str] = (), detector: Name = "langdetect") -> Guess:
    """Return the language of a text; `declared` are tags that speak for it, the surest first.

    `detector` is asked where script and letters leave a choice; "py3langid" is an extra, and an
    `OperatorError` says so where it is missing.

    >>> detect("403").language
    'und'
    """
    wanted = tuple(dict.fromkeys(tag for tag in map(normal_tag, declared) if tag))
    letters = sample(text)
    found = writing(letters)
    script = found.script
    if script is None or found.counts[script.name] < _enough(script):
        return Guess(UNDETERMINED, 0.0)
    if script.name in ("Han", "Kana"):
        return _guess(chinese_or_japanese(letters, found.counts, wanted))
    if len(script.languages) == 1:
        return _guess((script.languages[0], found.share))
    if detector == "langdetect" and (told := _by_letters(letters, script, wanted)):
        return told
    return _guess(DETECTORS[detector](letters, script, wanted))


def declared_languages(
    declared: Declared, headers: Mapping[str, str], feed: str | None = None
) -> tuple[str, ...]:
    """The tags that a page, its headers and its feed declare, the most trusted first."""
    found = [declared.html_lang, *(value for value, _ in declared.named(*LOCALE_META))]
    for node in declared.nodes:
        language = node.get("inLanguage")
        found += [language] if isinstance(language, str) else []
    found += headers.get("content-language", "").split(",")[:1]
    found.append(feed or "")
    return tuple(dict.fromkeys(tag for tag in map(normal_tag, found) if tag))


def normal_tag(tag: str) -> str:
    """A declared tag as we write languages: "de_AT" and "German" as "de" and "", zh by script.

    >>> normal_tag("zh_TW"), normal_tag("nb-NO"), normal_tag("en_US.UTF-8")
    ('zh-Hant', 'no', 'en')
    """
    parts = re.split(r"[-_.]", tag.strip().lower())
    language = MACRO.get(parts[0], parts[0])
    if not re.fullmatch(r"[a-z]{2,3}", language):
        return ""
    if language == "zh":
        traditional = {"tw", "hk", "mo", "hant"} & set(parts) or parts[0] == "yue"
        return "zh-Hant" if traditional else "zh-Hans"
    return "sr-Latn" if language == "sr" and "latn" in parts else language


def sample(text: str) -> str:
    """Letters and single spaces from pieces spread over the whole text, addresses left out.

    At most about `SAMPLE_LETTERS` characters, however long the text is.
    """
    if len(text) <= 2 * SAMPLE_LETTERS:
        return _letters(text)[:SAMPLE_LETTERS]
    width = SAMPLE_LETTERS // SAMPLE_PIECES
    step = (len(text) - 2 * width) / (SAMPLE_PIECES - 1)
    starts = (int(number * step) for number in range(SAMPLE_PIECES))
    pieces = (_letters(_whole_words(text[start : start + 2 * width])) for start in starts)
    return " ".join(piece[:width] for piece in pieces)


def _letters(text: str) -> str:
    return NOT_LETTERS.sub(" ", NOISE.sub(" ", text)).strip()


def _whole_words(piece: str) -> str:
    _, space, rest = piece.partition(" ")
    rest, _, _ = (rest if space else piece).rpartition(" ")
    return rest or piece


def _enough(script: Script) -> int:
    several = len(script.languages) > 1 and script.name != "Han"
    return MIN_LETTERS if several else MIN_LETTERS_OF_OWN_SCRIPT


def _guess(found: tuple[str, float] | None) -> Guess:
    """A guess that is sure enough to be given."""
    if found is None:
        return Guess(UNDETERMINED, 0.0)
    language, probability = found[0], round(min(1.0, found[1]), 3)
    return Guess(language if probability >= MIN_CONFIDENCE else UNDETERMINED, probability)


def _by_letters(letters: str, script: Script, wanted: Sequence[str]) -> Guess | None:
    """A language that langdetect has no profile of, by letters of its own or declared words."""
    counts = Counter(letters)
    total = sum(counts.values()) - counts[" "]
    words = Counter(letters.casefold().split())
    for other in _unprofiled():
        if other.script != script.name:
            continue
        share = sum(counts[letter] for letter in other.letters) / total
        if (
            other.letters
            and share >= other.share
            and (other.tag in wanted or not _rival(wanted, script))
        ):
            return Guess(other.tag, 0.9)
        if other.words and other.tag in wanted[:1]:
            known = sum(words[word] for word in other.words) / max(1, words.total())
            if known >= MIN_WORDS_SHARE:
                return Guess(other.tag, 0.8)
    return None


def _rival(wanted: Sequence[str], script: Script) -> bool:
    return any(tag in script.languages for tag in wanted[:1])


@cache
def _unprofiled() -> tuple[Unprofiled, ...]:
    table = tomllib.loads(resources.files("cleaners").joinpath("languages.toml").read_text("utf-8"))
    return tuple(
        Unprofiled(
            tag,
            row["script"],
            frozenset(row.get("letters", "")),
            row.get("min", 1) / 100,
            frozenset(row.get("words", "").split()),
        )
        for tag, row in table.items()
    )
