"""Who a page shows as its author: marked bylines, and lines close to the headline.

Lines that say so elsewhere on the page are the affair of `said`, boxes about the author that of
`boxes`; what the page declares, and which of all is believed, that of `authors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from lxml import etree, html

from cleaners.declared import Declared, squeeze, words_of
from cleaners.metadata.beside import BESIDE, Line, of_another_item
from cleaners.metadata.datetimes import month_number, parse
from cleaners.metadata.names import has_given_name, names_team, people, read_parts
from cleaners.metadata.values import key

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
TITLES = frozenset({"i", "em", "cite"})
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
NAME = re.compile(r"(?:author|byline|writer)[\W_]{0,3}name|^author$|\bfn\b", re.IGNORECASE)
NO_NAME = re.compile(
    r"descri|bio|role|job|position|avatar|image|img|social|date|time|link-list|count", re.IGNORECASE
)
REVIEWED = re.compile(
    r"\b(?:review|edit(?:ed|or)\b|fact.?check|photo|illustrat|contact|translat|interview(?:ed|s)\b)",
    re.IGNORECASE,
)
MAX_MARKED = 40
CLOSE = 3
CARDS = 2
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
        if first is not None and not like(element, first):
            continue
        hint = element.get("class") or ""
        if NO_NAME.search(hint) or elsewhere(element, around) or _of_another_role(element):
            continue
        named = bool(NAME.search(hint)) or element.get("rel") == "author"
        parts = parts_in(element)
        found = read_parts(parts, outlets=outlets, named=named)
        if not found and first is None and names_team(parts, outlets=outlets):
            return Authors((), _place(element))
        first = element if found and first is None else first
        names += [name for name in found if name not in names]
    if first is None or _of_a_card(first, declared, heading):
        return None
    return Authors(tuple(names), _place(first))


def _of_a_card(
    first: html.HtmlElement, declared: Declared, heading: html.HtmlElement | None
) -> bool:
    """Whether the first byline, far from the headline, is one of several on cards."""
    close = [*islice(heading.iterancestors(), CLOSE)] if heading is not None else []
    parts = {one for one in close if one.tag not in ("main", "body", "html")}
    if any(ancestor in parts for ancestor in first.iterancestors()):
        return False
    alike = (one for one in declared.bylines[:MAX_MARKED] if _same_mark(one, first))
    others = {key(words_of(one, MAX_LABEL)) for one in alike if not like(one, first)}
    return len(others - {"", key(words_of(first, MAX_LABEL))}) >= CARDS


def by_line(lines: Sequence[Line], outlets: frozenset[str]) -> Authors | None:
    """The people of a "By …" line close to the headline."""
    lines = [line for line in lines if not _quoted(line.element) and not line.whole]
    for index, line in enumerate(lines):
        if index and REVIEWED.search(lines[index - 1].text) and BY.fullmatch(f"{line.text} "):
            continue
        if BY.match(f"{line.text} ") and len(line.text) <= MAX_LINE and not _of_a_work(line):
            texts_ = [one.text for one in lines[index : index + MAX_BYLINE]]
            if names := read_parts(texts_, outlets=outlets):
                return Authors(tuple(names), BESIDE)
    return None


def bare(lines: Sequence[Line], outlets: frozenset[str]) -> Authors | None:
    """A line close to the headline that is a name: with a date, linked to a writer's page, or a
    common one."""
    texts = [line.text for line in lines]
    for index, line in enumerate(lines):
        before = texts[index - 1] if index else ""
        if _quoted(line.element) or (line.whole and not parse(line.whole)):
            continue
        if REVIEWED.search(before) or REVIEWED.search(line.text):
            continue
        linked = line.element.tag == "a" and PROFILE.search(line.element.get("href") or "")
        names = people(line.text, outlets=outlets) if len(line.text) <= MAX_LINE else []
        if names and (_in_prose(line.element) or _of_a_work(line)):
            continue
        common = [has_given_name(name) for name in names]
        sure = linked or (names and BARS.search(line.text) and parse(line.text))
        near = texts[max(0, index - 1) : index + 2]
        if names and (sure or all(common) or (any(common) and any(map(parse, near)))):
            return Authors(tuple(names), BESIDE)
        if _first_name(line.text) and any(map(parse, near)):
            return Authors((line.text,), BESIDE)
    return None


def like(element: html.HtmlElement, first: html.HtmlElement) -> bool:
    """Whether an element is marked like the first and stands close to it."""
    near = {first.getparent()}
    if (above := first.getparent()) is not None:
        near.add(above.getparent())
    parent = element.getparent()
    return (
        _same_mark(element, first)
        and parent is not None
        and (parent in near or parent.getparent() in near)
    )


def _same_mark(one: html.HtmlElement, other: html.HtmlElement) -> bool:
    return bool((one.tag, one.get("class")) == (other.tag, other.get("class")))


def parts_in(element: html.HtmlElement) -> list[str]:
    found = (squeeze(text) for text in element.itertext(etree.Element))
    return [text for text in found if text][:MAX_BYLINE]


def elsewhere(
    element: html.HtmlElement, around: Set[html.HtmlElement], others: re.Pattern[str] = ELSEWHERE
) -> bool:
    """Whether an element stands in a part of the page that names other people.

    What holds the headline, too, is no such part: `around` are the headline's ancestors. The foot
    of the headline's own article is none, either.
    """
    foot = False
    for ancestor in lineage(element):
        if ancestor in around:
            own = any(one.tag == "article" for one in lineage(ancestor))
            return foot and not own
        foot = foot or ancestor.tag == "footer"
        if others is ELSEWHERE and ancestor.tag in OTHER_PARTS and ancestor is not element:
            return True
        if ancestor.tag in ("body", "article", "main"):
            return foot
        if others.search(hints(ancestor)):
            return True
    return False


def lineage(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """An element and all that it stands in."""
    yield element
    yield from element.iterancestors()


def hints(element: html.HtmlElement) -> str:
    """What the class and the id of an element say of it."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _of_another_role(element: html.HtmlElement) -> bool:
    """Whether the words just before a name say that somebody else is meant than the writer."""
    before = element.getprevious()
    parent = element.getparent()
    label = parent.text if before is None and parent is not None else ""
    if before is not None:
        label = before.tail if squeeze(before.tail) else words_of(before, MAX_LABEL + 1)
    return bool(REVIEWED.search(squeeze(label)[-MAX_LABEL:]))


def _quoted(element: html.HtmlElement) -> bool:
    return any(one.tag in QUOTING for one in lineage(element))


def _in_prose(element: html.HtmlElement) -> bool:
    """Whether an element is a part of a paragraph that is longer than a byline."""
    above = element.getparent()
    return above is not None and above.tag == "p" and len(words_of(above, MAX_LINE + 1)) > MAX_LINE


def _first_name(text: str) -> bool:
    """Whether a text is one common given name and no name of a month."""
    return text.isalpha() and text.istitle() and has_given_name(text) and not month_number(text)


def _of_a_work(line: Line) -> bool:
    """Whether a line goes on behind words in italics: the title of a book, and who wrote that."""
    named = any(one.tag in TITLES for one in (line.element, *line.element))
    return named and squeeze(line.element.tail) == line.text


def _place(element: html.HtmlElement) -> str:
    if element.get("rel") == "author":
        return "rel=author"
    if element.get("itemprop") == "author":
        return "itemprop author"
    return f"byline ({element.tag}.{squeeze(element.get('class')).split(' ')[0]})"
