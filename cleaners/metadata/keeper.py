"""The person whose own site a page is of: a site that bears a person's name and says "I".

Firms are named like people, too, and by people. So a name is the keeper's only where it begins with
a common given name, none of its other words stands in lower case in the prose, as the words of
brands do, and the prose is one person's: in the first person, and more often in the singular.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import chain

from cleaners.declared import Declared, squeeze, words_of
from cleaners.metadata.boxes import QUOTED
from cleaners.metadata.names import bare_name, has_given_name, is_person
from cleaners.metadata.site import SEPARATOR
from cleaners.metadata.values import Found, host_of, key

COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)(?: ©)?\W*(?P<year>(?:19|20)\d\d)?[\s\d,–—-]*"
    r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,2}?)"
    r"(?P<end>\W*(?:19|20)\d\d|\W*$|[.,]? (?:all|alle|tous|todos|tutti|[|•·–—-])|, )",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:about|meet|über|à propos de|sobre|acerca de|chi è|over|om|о|об)\s+(.+)", re.IGNORECASE
)
FEED = re.compile(r"\s*(?:»|›|[-–—|:])?\s*(?:feed|rss|atom|blog|posts?)\b.*", re.IGNORECASE)
FEEDS = frozenset({"application/rss+xml", "application/atom+xml"})
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
MIN_WORDS, MAX_WORDS = 2, 3
MIN_SINGULAR = 3
MAX_NAME = 40
MAX_FOOT = 120
FOOT = ("footer", "p", "div", "span", "small", "td", "li")
DIGITS = re.compile(r"\d")
POSSESSIVE = re.compile(r"['’]s$")
OF_FANS = frozenset({"wiki", "fandom", "fan", "fans", "club", "archive", "project"})
EDGES = " .,:;|–—-•·"


def keeper(declared: Declared, site: Found | None, url: str | None) -> Found | None:
    """The person who keeps the site, with the place that names it, or None."""
    host = host_of(url)
    named = chain(_declared(declared, site), _linked(declared, host), _copyrights(declared))
    common: frozenset[str] | None = None
    for text, place in named:
        whole = POSSESSIVE.sub("", text.strip(EDGES))
        first = POSSESSIVE.sub("", whole.rpartition(" ")[0])
        names = [name for name in (whole, first) if _like_a_person(name)]
        if names and common is None:
            common = _common_words(declared)
        for name in names:  # "Jo Reed Pottery" on joreed.example is Jo Reed
            trade = whole.rpartition(" ")[2].casefold() if name is first else ""
            own = not trade or (key(name) in key(host) and trade not in OF_FANS)
            if own and common and not common & {*bare_name(name).casefold().split()[1:]}:
                return Found(name, place)
    return None


def _declared(declared: Declared, site: Found | None) -> Iterator[tuple[str, str]]:
    """What a page declares as its site's name, each with its place."""
    if site:
        yield site.value, "site's name"
    parts = SEPARATOR.split(declared.title)
    if len(parts) > 1:
        yield parts[-1], "title element"
    for link in declared.linked("alternate"):
        if (link.element.get("type") or "").lower() in FEEDS:
            yield FEED.sub("", squeeze(link.element.get("title"))), "feed's title"


def _linked(declared: Declared, host: str) -> Iterator[tuple[str, str]]:
    """The words of links to the front page, and the names in those to a page about somebody."""
    for element in declared.root.iter("a"):
        href, text = element.get("href") or "", element.text or ""
        if href == "/" or (host and href.rstrip("/").endswith(host) and host_of(href) == host):
            yield words_of(element, MAX_NAME + 1), "link to the front page"
            continue
        about = ABOUT.fullmatch(squeeze(text)) if " " in text else None
        if about and key(about[1]) in key(host):
            yield about[1], "link to the keeper"


def _copyrights(declared: Declared) -> Iterator[tuple[str, str]]:
    """The names behind a mark of copyright with a year."""
    for element in declared.root.iter(*FOOT):
        text = element.text or ""
        if "©" in text or "opyright" in text:
            match = COPYRIGHT.search(words_of(element, MAX_FOOT))
            if match and (match["year"] or DIGITS.search(match["end"])):
                yield match["name"], "copyright"


def _like_a_person(name: str) -> bool:
    """Whether a text is written as two or three words of a person's name."""
    words = bare_name(name).split()
    if len(name) > MAX_NAME or not MIN_WORDS <= len(words) <= MAX_WORDS:
        return False
    written = all(word[0].isupper() and not word.isupper() for word in words if len(word) > 2)
    written = written and not any(map(POSSESSIVE.search, words))
    return written and has_given_name(name) and is_person(name, sure=False, outlets=())


def _common_words(declared: Declared) -> frozenset[str]:
    """The words in lower case of the page's prose, none where it is not one person's."""
    language = declared.html_lang.lower().partition("-")[0] or "en"
    singular, plural = (table.get(language) for table in _first_person())
    if singular is None or plural is None:
        return frozenset()
    found: set[str] = set()
    ones = others = 0
    for paragraph in declared.root.iter("p", "li"):
        text = QUOTED.sub(" ", words_of(paragraph)).replace("’", "'")
        for word in WORD.findall(text):
            ones += word.casefold() in singular
            others += word.casefold() in plural
            found.add(word)
    says_i = ones >= max(MIN_SINGULAR, others)
    return frozenset(word for word in found if says_i and word.islower())


@cache
def _first_person() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    table = tomllib.loads(
        resources.files("cleaners.metadata").joinpath("firstperson.toml").read_text("utf-8")
    )
    singular, plural = (
        {language: frozenset(words) for language, words in table[number].items()}
        for number in ("singular", "plural")
    )
    return singular, plural
