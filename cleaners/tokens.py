"""Words as wordings are compared with them, and characters of scripts that set no spaces.

`segments.word_list` cuts a text into words, and Japanese, Chinese and Thai into characters.
"""

from __future__ import annotations

from itertools import pairwise

ARABIC_ARTICLES = ("وال", "بال", "فال", "كال", "ال", "لل")


def keys(words: list[str]) -> list[str]:
    """Return a block's words as wordings are written: Arabic without articles and variants.

    >>> keys(["والتبرعات", "الآن"])
    ['تبرعات', 'آن']
    """
    if words and max(words) >= "\u0600" and any("\u0600" <= w[0] <= "\u06ff" for w in words):
        return [_arabic(word) for word in words]
    return words


def _arabic(word: str) -> str:
    for article in ARABIC_ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            return word[len(article) :]
    return word[1:] if word[0] == "و" and len(word) >= 5 else word


def pairs(words: list[str]) -> list[str]:
    """Return the pairs of neighbouring characters of scripts without spaces."""
    if not has_characters(words):
        return []
    return [left + right for left, right in pairwise(words) if is_character(left)]


def has_characters(words: list[str]) -> bool:
    """Whether some words are single characters of a script without spaces."""
    return bool(words) and max(words) >= "\u0e00" and any(map(is_character, words))


def is_character(word: str) -> bool:
    """Whether a word is one character of a script without spaces: kana, Han, Thai."""
    return len(word) == 1 and ("\u3040" <= word <= "\u9fff" or "\u0e00" <= word <= "\u0e7f")


def length(words: list[str]) -> int:
    """Return the number of words, characters of scripts without spaces counting half."""
    if not has_characters(words):
        return len(words)
    characters = sum(map(is_character, words))
    return len(words) - characters + (characters + 1) // 2
