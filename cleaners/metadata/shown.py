"""Who a page shows as its author: marked bylines, and lines that say so.

What the page declares, and which of the two is believed, is the affair of `authors`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import islice

from lxml import etree, html

from cleaners.declared import Declared, squeeze, words_of
from cleaners.metadata.beside import BESIDE, Line, following, of_another_item, texts_of
from cleaners.metadata.datetimes import parse
from cleaners.metadata.names import has_given_name, names_team, people, read_parts

PROFILE = re.compile(
    r"/(?:authors?|by|people|person|team|contributors?|writers?|profiles?|staff|experts?|reporters?|"
    r"columnists?|journalist(?:s|en|e|es)?|autor(?:en|es|in|a)?|auteurs?|autori|autore|redact\w+|skribent\w*)/"
)
ELSEWHERE = re.compile(
    r"comment|related|recommend|popular|sidebar|footer|(?<![\w-])widget|more-from|trending|reviewed|"
    r"reviewer|(?<!text-)editor|photo|cutline|caption|credit|disqus|reply|teaser|carousel|newsletter|testimonial",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"comment|related|recommend|popular|more-from|trending|disqus|reply|teaser|carousel|testimonial",
    re.IGNORECASE,
)
"""Where even a label names other people than the page's author."""
OTHER_PARTS = frozenset({"aside", "nav", "form", "figure", "figcaption"})
QUOTING = frozenset({"blockquote", "cite", "q", "figure", "figcaption"})
BY = re.compile(
    r"^(?:(?:written|authored|reported) by|(?:words|story|text|article|report|post|column) by|by|"
    r"(?:geschrieben |verfasst )?von|(?:écrit |rédigé )?par|(?:escrit[oa] )?por|"
    r"scritto da|di|a cura di|(?:geschreven )?door|(?:skrevet |skriven )?a[vf]|oleh|yazan|"
    r"autor(?:in|a|e|ka)?|auteur|текст|автор(?:ы|и)?|opracowała?|haber|yazar|"
    r"(?:ein )?(?:gastbeitrag|kommentar) von|"
    r"بقلم|كتبت?|الكاتبة?|إعداد|作者|撰文|著者|執筆者?|글쓴이|작성자)\s*[:：\s]|"
    r"^(?:text|文|文字|取材・文|文・写真|ライター|글|기자)\s*[:：=＝／]|"
    r"^(?:本报|本報)?(?:记者|記者)\s*[\u3400-\u9fff]|"
    r"^[\u3400-\u9fff\uac00-\ud7af]{2,5} (?:기자|記者|记者)\b",
    re.IGNORECASE,
)
BARS = re.compile(r"[|•·｜]")
NAME = re.compile(r"(?:author|byline|writer)\W{0,2}_?-?name|^author$|\bfn\b", re.IGNORECASE)
NO_NAME = re.compile(
    r"descri|bio|role|job|position|avatar|image|img|social|date|time|link-list|count", re.IGNORECASE
)
REVIEWED = re.compile(
    r"\b(?:review|edit(?:ed|or)\b|fact.?check|photo|illustrat|contact|translat|interview(?:ed|s)\b)",
    re.IGNORECASE,
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
INITIALS = re.compile(r"[A-Z]{1,3}")
MAX_MARKED = 40
MAX_BYLINE = 12
MAX_LINE = 160
MAX_LABEL = 40


@dataclass(frozen=True, slots=True)
class Authors:
    """People, and the place that named them."""

    names: tuple[str, ...]
    place: str


def marked(
    declared: Declared, heading: html.HtmlElement | None, outlets: frozenset[str]
) -> Authors | None:
    """The people of the first marked byline, and of those beside it that are marked alike.

    Where the first one names a team or the outlet, nobody is named: later ones are of other
    articles.
    """
    around = {*heading.iterancestors()} if heading is not None else set()
    first: html.HtmlElement | None = None
    names: list[str] = []
    items = [item for item in declared.items.get("author", ()) if not of_another_item(item)]
    for element in [*items, *declared.bylines][:MAX_MARKED]:
        if first is not None and not _like(element, first):
            continue
        hint = element.get("class") or ""
        if NO_NAME.search(hint) or _elsewhere(element, around) or _of_another_role(element):
            continue
        named = bool(NAME.search(hint)) or element.get("rel") == "author"
        parts = _parts(element)
        found = read_parts(parts, outlets=outlets, named=named)
        if not found and first is None and names_team(parts, outlets=outlets):
            return Authors((), _place(element))
        first = element if found and first is None else first
        names += [name for name in found if name not in names]
    return Authors(tuple(names), _place(first)) if first is not None else None


def by_line(lines: Sequence[Line], outlets: frozenset[str]) -> Authors | None:
    """The people of a "By …" line close to the headline."""
    lines = [line for line in lines if not _quoted(line.element) and not line.whole]
    for index, line in enumerate(lines):
        if index and REVIEWED.search(lines[index - 1].text) and BY.fullmatch(f"{line.text} "):
            continue
        if BY.match(f"{line.text} ") and len(line.text) <= MAX_LINE:
            texts_ = [one.text for one in lines[index : index + MAX_BYLINE]]
            if names := read_parts(texts_, outlets=outlets):
                return Authors(tuple(names), BESIDE)
    return None


def bare(lines: Sequence[Line], outlets: frozenset[str]) -> Authors | None:
    """A line close to the headline that is a name: with a date, linked to a writer's page, or a
    common one."""
    previous = ""
    for line in lines:
        before, previous = previous, line.text
        if _quoted(line.element) or (line.whole and not parse(line.whole)):
            continue
        if REVIEWED.search(before) or REVIEWED.search(line.text):
            continue
        linked = line.element.tag == "a" and PROFILE.search(line.element.get("href") or "")
        names = people(line.text, outlets=outlets) if len(line.text) <= MAX_LINE else []
        sure = linked or (names and BARS.search(line.text) and parse(line.text))
        if names and (sure or all(map(has_given_name, names))):
            return Authors(tuple(names), BESIDE)
    return None


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
        if LABEL.fullmatch(text) and len(_parts(element)) == 1:
            if not _elsewhere(element, set(), OTHERS) and (names := _named_next(element, outlets)):
                return Authors(tuple(names), place)
        elif not _elsewhere(element, set()):
            names = read_parts(_parts(element), outlets=outlets)
            return Authors(tuple(names), place) if names else None
    return None


def _named_next(label: html.HtmlElement, outlets: frozenset[str]) -> list[str]:
    """The people whom the first line behind a label names, and those that are marked alike."""
    found: list[str] = []
    first: html.HtmlElement | None = None
    by = squeeze(label.text).rstrip(" :").endswith("by")
    for element in islice(following(label), 2 * MAX_BYLINE):
        for at, text in texts_of(element):
            if not text or INITIALS.fullmatch(text) or (first is not None and not _like(at, first)):
                continue
            if len(text) > MAX_LABEL:
                return found
            names = read_parts([text], outlets=outlets, named=by)
            if not names:
                return found
            first = at
            found += [name for name in names if name not in found]
    return found


def _like(element: html.HtmlElement, first: html.HtmlElement) -> bool:
    """Whether an element is marked like the first and stands close to it."""
    near = {first.getparent()}
    if (above := first.getparent()) is not None:
        near.add(above.getparent())
    parent = element.getparent()
    same = (element.tag, element.get("class")) == (first.tag, first.get("class"))
    return same and parent is not None and (parent in near or parent.getparent() in near)


def _parts(element: html.HtmlElement) -> list[str]:
    found = (squeeze(text) for text in element.itertext(etree.Element))
    return [text for text in found if text][:MAX_BYLINE]


def _elsewhere(
    element: html.HtmlElement, around: Set[html.HtmlElement], hints: re.Pattern[str] = ELSEWHERE
) -> bool:
    """Whether an element stands in a part of the page that names other people.

    What holds the headline, too, is no such part: `around` are the headline's ancestors. The foot
    of the headline's own article is none, either.
    """
    foot = False
    for ancestor in (element, *element.iterancestors()):
        if ancestor in around:
            own = any(one.tag == "article" for one in (ancestor, *ancestor.iterancestors()))
            return foot and not own
        foot = foot or ancestor.tag == "footer"
        if hints is ELSEWHERE and ancestor.tag in OTHER_PARTS and ancestor is not element:
            return True
        if ancestor.tag in ("body", "article", "main"):
            return foot
        if hints.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _of_another_role(element: html.HtmlElement) -> bool:
    """Whether the words just before a name say that somebody else is meant than the writer."""
    before = element.getprevious()
    parent = element.getparent()
    label = parent.text if before is None and parent is not None else ""
    if before is not None:
        label = before.tail if squeeze(before.tail) else words_of(before, MAX_LABEL + 1)
    return bool(REVIEWED.search(squeeze(label)[-MAX_LABEL:]))


def _quoted(element: html.HtmlElement) -> bool:
    return element.tag in QUOTING or any(one.tag in QUOTING for one in element.iterancestors())


def _place(element: html.HtmlElement) -> str:
    if element.get("rel") == "author":
        return "rel=author"
    if element.get("itemprop") == "author":
        return "itemprop author"
    return f"byline ({element.tag}.{squeeze(element.get('class')).split(' ')[0]})"
