"""Lines anywhere on a page that say who wrote it, and signatures: "By …" and no more."""

from __future__ import annotations

import re
from itertools import islice

from lxml import html

from cleaners.declared import Declared, squeeze, words_of
from cleaners.metadata.beside import following, texts_of
from cleaners.metadata.names import has_given_name, read_parts
from cleaners.metadata.shown import (
    OTHERS,
    Authors,
    elsewhere,
    hints,
    like,
    lineage,
    parts_in,
)

PIECE = r"(?:article|blog|story|post|piece|page|guide|report|review|column|text|words)"
SAYS = (
    rf"\s*(?:(?:th[ei]s? \w+ (?:was |is )?|{PIECE} (?:was )?)?(?:written|authored) by|"
    r"(?:geschrieben|verfasst) von|(?:écrit|rédigé) par|escrit[oa] por|redactado por|scritto da|"
    r"geschreven door|skrevet a[vf]|skriven av)"
)
NAMES = (
    rf"\s*(?:{PIECE} by|(?:about )?the authors?|authors?|author\(s\)|"
    r"autor(?:in|es|en|i)?|auteurs?|autore)"
)
HEADS = frozenset(
    """written authored this the these article blog story post piece page guide report review column
    text words about author authors author(s) autor autorin autores autoren autori auteur auteurs
    autore geschrieben verfasst écrit rédigé escrito escrita redactado scritto geschreven skrevet
    skriven""".split()
)
"""The words that such lines begin with: looked at first, for every text of the page is asked."""
LABEL = re.compile(rf"(?:{SAYS}|{NAMES})\s*:?\s*", re.IGNORECASE)
WRITTEN_BY = re.compile(
    rf"{SAYS}\b|{NAMES}\s*:?\s*$|\s*about the (?:author|writer)\s*:", re.IGNORECASE
)
SAYING = ("p", "div", "span", "h2", "h3", "h4", "h5", "h6", "li", "em", "i", "strong", "b", "td")
MIN_SAID = 5
MAX_HEAD = 14
SIGNED = re.compile(
    r"(?:(?:posted|published) by|by|(?:veröffentlicht |gepostet )?von|(?:publié |posté )?par|"
    r"(?:publicado |postado )?por|(?:pubblicato )?da|(?:geplaatst )?door|"
    r"(?:publicerad |postad )?av|(?:udgivet )?af|opublikowane przez)\s*[:\s]",
    re.IGNORECASE,
)
SIGNING = frozenset(
    """by posted published von veröffentlicht gepostet par publié posté por publicado postado da
    pubblicato door geplaatst av publicerad postad af udgivet opublikowane""".split()
)
ASIDE = frozenset({"aside", "nav", "form", "figure", "figcaption", "blockquote", "q"})
BYLINE = re.compile(r"author|byline|posted", re.IGNORECASE)
MAX_SIGNED = 70
INITIALS = re.compile(r"[A-Z]{1,3}")
MAX_BYLINE = 12
MAX_LABEL = 40


def said(declared: Declared, outlets: frozenset[str]) -> Authors | None:
    """The people of a line that says who wrote the page, wherever on the page it stands, or of
    those behind a label that says no more."""
    for element in declared.root.iter(*SAYING):
        text = element.text
        if not text or len(text) <= MIN_SAID:
            continue
        head = text.lstrip()[:MAX_HEAD].split(maxsplit=1)
        if not head or head[0].rstrip(":").casefold() not in HEADS or not WRITTEN_BY.match(text):
            continue
        place = f"byline ({element.tag})"
        if LABEL.fullmatch(text) and len(parts_in(element)) == 1:
            if not elsewhere(element, set(), OTHERS) and (names := _named_next(element, outlets)):
                return Authors(tuple(names), place)
        elif not elsewhere(element, set()):
            names = read_parts(parts_in(element), outlets=outlets)
            return Authors(tuple(names), place) if names else None
    return None


def signed(declared: Declared, outlets: frozenset[str]) -> Authors | None:
    """The people of the one line on the page that is "By …" and no more but a date.

    Where several such lines name different people, they are of other articles, of comments or of
    works that the article speaks of.
    """
    found: Authors | None = None
    for element in declared.root.iter(*SAYING):
        head = (element.text or "").lstrip()[:MAX_HEAD].split(maxsplit=1)
        if not head or head[0].rstrip(":").casefold() not in SIGNING or _goes_on(element):
            continue
        text = words_of(element, MAX_SIGNED + 1)
        if len(text) > MAX_SIGNED or not SIGNED.match(f"{text} "):
            continue
        if any(one.tag in ASIDE or OTHERS.search(hints(one)) for one in lineage(element)):
            continue
        names = read_parts(parts_in(element), outlets=outlets)
        apart = element.tag == "p" and any(words_of(one) in names for one in element)
        marked = apart or BYLINE.search(hints(element))
        if not names or not (marked or any(map(has_given_name, names))):
            continue
        if found and set(found.names) != set(names):
            return None
        found = Authors(tuple(names), f"byline ({element.tag})")
    return found


def _goes_on(element: html.HtmlElement) -> bool:
    """Whether an element goes on with the words before it."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        return bool(squeeze(before.tail)) or before.tag in ("i", "em", "cite")
    return parent is not None and bool(squeeze(parent.text))


def _named_next(label: html.HtmlElement, outlets: frozenset[str]) -> list[str]:
    """The people whom the first line behind a label names, and those that are marked alike."""
    found: list[str] = []
    first: html.HtmlElement | None = None
    by = squeeze(label.text).rstrip(" :").endswith("by")
    for element in islice(following(label), 2 * MAX_BYLINE):
        for at, text in texts_of(element):
            if not text or INITIALS.fullmatch(text) or (first is not None and not like(at, first)):
                continue
            if len(text) > MAX_LABEL:
                return found
            names = read_parts([text], outlets=outlets, named=by)
            if not names:
                return found
            first = at
            found += [name for name in names if name not in found]
    return found
