"""People's names out of bylines: what stands around them is cut, what is no person is dropped."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from cleaners.metadata.datetimes import month_number
from cleaners.metadata.values import key

MAX_TOKENS = 5
MAX_NAME = 48
MAX_ARCHIVE = 80
PARTICLES = frozenset(
    """van von de der den da das do dos du del della di la le las los el al bin ibn ben af av zu zum
    ter ten te y e i""".split()
)
ADDRESS = re.compile(r"https?:\S+|www\.\S+|\S+@\S+|\[email[^\]]*\]|@\w+|\([^)]*\)|\"[^\"]*\"")
EDGES = " :.,-–—|•·&*：=＝"
DIGIT = re.compile(r"\d")
YEAR = re.compile(r"[\d./-]+|(?:\w+ )?\d{1,2}[:.]\d\d(?: \w+\.?)?")
WORDS = re.compile(r"[^\W\d_]{3,}")
DOTTED = re.compile(r"[a-z]\.\w+\.")
ACCOUNT = re.compile(r"[\w-]+(?:\.[\w-]+)?")
USER_NAME = re.compile(r"\d+|(?=.*[-._\d])[a-z\d._-]+")
"""An account's name or number: nobody's name is written like that."""
OFFICE = re.compile(r"\s(?:of|for|at|für|de|pour|para|per)\s")
JOINT = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ][a-zà-ÿ])")
JOINED = re.compile(r"\b(?:and|und|et|y|e|og|och|en)$")
SPLIT = re.compile(r"\s*(?:[;|•·/\n\t、，；／]|,|\s[–—-]\s|\s>\s)\s*")
UNCASED = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u10ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MAX_DENSE = 12
REPORTER = re.compile(r"^(?:本报|本報)?(?:记者|記者)\s*(?=[\u3400-\u9fff]{2,4}\b)")
"""A label that Chinese puts before a name without anything between."""
NOT_NAMED = re.compile(
    r"報導|报道|报导|報道|撰|摄|攝|編輯|编辑|編集|翻譯|翻译|新聞|新闻|ニュース|뉴스"
)
WHEN = re.compile(r"\s(?:on|am|at|le|el|em|il|op|den|dnia|um|kl\.?)\s+(?:\w+\.?\s)?\d.*", re.DOTALL)
"""What goes on with a date."""
PLACES = frozenset(("de", "da", "do", "di", "del", "della", "dal", "du"))
TOKEN = re.compile(r"[^\W\d_](?:[\w.'’ʼ‘`-]*[\w.])?", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Lore:
    """The word lists of authors.toml and given.toml."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    joins: re.Pattern[str]
    teams: frozenset[str]
    not_people: frozenset[str]
    honours: frozenset[str]
    generations: frozenset[str]
    titles: frozenset[str]
    civil: frozenset[str]
    given: frozenset[str]
    archives: re.Pattern[str]


def people(text: str, *, sure: bool = False, outlets: Collection[str] = ()) -> list[str]:
    """The names of people in one byline, in order, each once.

    `sure` says that the text was declared to be a name, so that one word, or lower case, is enough.
    `outlets` are compared forms (`key`) of names that belong to the site.

    >>> people("By Ann Onymous, MD and Bo Peep | The Daily Duck", outlets={"thedailyduck"})
    ['Ann Onymous', 'Bo Peep']
    """
    lore = _lore()
    text = _unlabelled(ADDRESS.sub(" ", text), lore)
    if _is_outlet(text, outlets):
        return []
    text = WHEN.sub("", text)
    if match := lore.after.search(text):
        text = text[: match.start()]
    found: list[str] = []
    for part in filter(None, map(str.strip, SPLIT.split(text))):
        names = [_without_honours(one.strip(EDGES), lore) for one in lore.joins.split(part)]
        good = [one for one in names if one and is_person(one, sure=sure, outlets=outlets)]
        if found and part.split(" ", 1)[0] in PLACES:  # "Ana Souza, de São Paulo"
            break
        if not good and not found and _of_date(part):
            continue  # a date may go before the name
        if not good and not found:
            break
        if len(good) < len(names):  # "Centre for Light and Sound" does not end in a person
            office = OFFICE.search(names[0]) is not None
            good = [] if office else [one for one in good if " " in one]
        found += good
    if any(" " in name for name in found):
        found = [name for name in found if " " in name or UNCASED.search(name)]
    return list({key(name): name for name in reversed(found)}.values())[::-1]


def _of_date(part: str) -> bool:
    """Whether a part of a byline is a date or a time, or what a comma cuts off a date."""
    return YEAR.fullmatch(part) is not None or any(
        month_number(word) for word in WORDS.findall(part) if DIGIT.search(part)
    )


def is_person(name: str, *, sure: bool, outlets: Collection[str]) -> bool:
    """Whether a text can be one person's name."""
    tokens = name.split()
    longest = MAX_DENSE if DENSE.search(name) else MAX_NAME
    if not 0 < len(tokens) <= MAX_TOKENS or len(name) > longest or len(key(name)) < 2:
        return False
    if _is_outlet(name, outlets) or USER_NAME.fullmatch(name):
        return False
    not_people = _lore().not_people
    if (
        DOTTED.search(name)
        or NOT_NAMED.search(name)
        or any(token.casefold().strip(".,") in not_people for token in tokens)
    ):
        return False
    if not (sure and ACCOUNT.fullmatch(name)) and not all(map(TOKEN.fullmatch, tokens)):
        return False
    if sure or UNCASED.search(name):
        return True
    return len(tokens) > 1 and all(_capital(token) or token in PARTICLES for token in tokens)


def names_team(parts: Iterable[str], *, outlets: Collection[str]) -> bool:
    """Whether a byline, given as its text nodes, names a team, a desk or the outlet."""
    lore = _lore()
    for part in parts:
        text = _unlabelled(part, lore)
        if text and not lore.before.fullmatch(f"{text} "):
            words = {word.casefold().strip(".,") for word in text.split()}
            return _is_outlet(text, outlets) or bool(words & lore.teams)
    return False


def has_given_name(name: str) -> bool:
    """Whether a name begins with a common given name, as a person's own site's name does."""
    bare = bare_name(name)
    if bare != name and " " not in bare:  # "Dr. James": a family name
        return False
    first = bare.split(maxsplit=1)[0].casefold().partition("-")[0]
    return first in _lore().given or _plain(first) in _lore().given


def _plain(word: str) -> str:
    """A word without its accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", word) if one.isalpha())


def behind_archive(text: str) -> str:
    """The name in the words of a link to all that somebody wrote: "View all posts by …"."""
    match = _lore().archives.fullmatch(text) if len(text) <= MAX_ARCHIVE else None
    return match[1] if match else ""


def bare_name(name: str) -> str:
    """A name without "Dr." and the like before it."""
    first, _, rest = name.partition(" ")
    return rest if rest and first.casefold().strip(".") in _lore().titles else name


def read_parts(parts: Iterable[str], *, outlets: Collection[str], named: bool = False) -> list[str]:
    """The names in the text nodes of one byline: up to the first that goes on with other things.

    `named` says that the byline is marked as a name; one word is enough then, as after "By".
    """
    found: list[str] = []
    lore = _lore()
    waiting, sure = True, False
    for part in parts:
        bare = part.strip(EDGES).casefold()
        if not bare:
            waiting = waiting or bool(part.strip(EDGES.replace(",", "")))
            continue
        if lore.joins.fullmatch(f" {bare} ") or lore.before.fullmatch(f"{bare} "):
            waiting, sure = True, True
            continue
        if not waiting:
            break
        rest = WHEN.sub("", lore.before.sub("", part.strip(EDGES))).strip(EDGES)
        labelled = sure or len(rest) < len(part.strip(EDGES))
        one_word = " " not in rest and (named or (labelled and _nickname(rest)))
        names = people(part, sure=one_word, outlets=outlets)
        if not names and not found and len(part) <= MAX_NAME and DIGIT.search(part):
            continue  # the date may go before the name
        if not names:
            break
        found += [name for name in names if name not in found]
        waiting = part.rstrip().endswith((",", "&")) or bool(JOINED.search(part.rstrip()))
    return found


def _nickname(word: str) -> bool:
    return word.isalpha() and word[0].isupper() and not word.isupper()


def _unlabelled(text: str, lore: Lore) -> str:
    text = REPORTER.sub("", text.strip(EDGES))
    text = lore.before.sub("", text.strip(EDGES))
    return lore.before.sub("", text.strip(EDGES))


def _is_outlet(name: str, outlets: Collection[str]) -> bool:
    """Whether a name is the site's and does not begin as a person's does: "JoReed" as "Jo Reed"."""
    spaced = JOINT.sub(" ", name)
    return key(name) in outlets and not (" " in spaced and has_given_name(spaced))


def _capital(token: str) -> bool:
    return token[0].isupper() or (len(token) > 2 and token[1] in "'’" and token[2].isupper())


def _without_honours(name: str, lore: Lore) -> str:
    tokens = name.split()
    while tokens and _is_honour(tokens[-1], lore):
        tokens.pop()
    while len(tokens) > 1 and tokens[0].casefold().strip(".") in lore.civil:
        tokens.pop(0)
    return " ".join(tokens)


def _is_honour(token: str, lore: Lore) -> bool:
    """Whether a word is a degree; "Ma" and "Do" are names, "MA" and "D.O." are not."""
    bare = token.strip(",")
    marked = bare.isupper() or "." in bare or bare[1:] != bare[1:].lower()
    return bare.casefold() in lore.honours and (marked or bare.casefold() in lore.generations)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _lore() -> Lore:
    table, given = _table("authors.toml"), _table("given.toml")
    return Lore(
        before=re.compile(
            rf"^(?:{_any(table['before'])})(?:\s*[:：=＝／]\s*|\s+|$)", re.IGNORECASE
        ),
        after=re.compile(
            rf"(?:^|[\s,(|–-])(?:{_any(table['after'])})\b.*", re.IGNORECASE | re.DOTALL
        ),
        joins=re.compile(rf"\s+(?:{_any(table['joins'])})\s+", re.IGNORECASE),
        teams=frozenset(table["teams"]),
        not_people=frozenset(table["not_people"]) | frozenset(table["teams"]),
        honours=frozenset(table["honours"]) | frozenset(table["generations"]),
        generations=frozenset(table["generations"]),
        titles=frozenset(table["titles"]),
        civil=frozenset(table["civil"]),
        archives=re.compile(
            rf"(?:[\w'’]+ ){{0,3}}(?:{_any(table['archives'])}):?\s+(.+)", re.IGNORECASE
        ),
        given=frozenset(name for names in given.values() for name in names.split()),
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("cleaners.metadata").joinpath(name).read_text("utf-8"))
