"""The author in what stands around an article: a link to all that somebody wrote, an author box, a
portrait, a self-introduction.

Each of them is asked only where neither declarations nor bylines name anybody, and each speaks only
where it names one person and no second: a page of a team, or of several teasers, names many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from cleaners.declared import Declared, squeeze, words_of
from cleaners.metadata.beside import following, texts_of
from cleaners.metadata.names import bare_name, behind_archive, has_given_name, people
from cleaners.metadata.shown import OTHERS, PROFILE, Authors, hints, lineage
from cleaners.metadata.values import key

OTHER_PEOPLE = re.compile(
    rf"{OTHERS.pattern}|team|member|staff|speaker|guest|review|fact-?check|quote|product|footer",
    re.IGNORECASE,
)
OTHER_ROLE = re.compile(
    r"\b(?:review|fact.?check|illustrat|translat|photograph|interview|e-?mail|phone|tele[fp]|tel\b|"
    r"press|contact|kontakt)",
    re.IGNORECASE,
)
AROUND = re.compile(
    r"^(?:(?:profile |author )?(?:photo|picture|image|portrait|headshot|avatar)|bild|foto|porträt|"
    r"retrato|ritratto)\s+(?:of|von|de|di|av|af|van)\s+|"
    r"(?:['’]s)?\s*\b(?:avatar|headshot|portrait|photo|picture|image|profile)$",
    re.IGNORECASE,
)
"""What the words behind a portrait have beside the name."""
DESCRIBED = re.compile(r"(?:author|writer)\S{0,12}[-_]+(?:descri|bio|about)", re.IGNORECASE)
AUTHOR = re.compile(r"author|writer|byline", re.IGNORECASE)
ARCHIVE_TAGS = ("a", "button", "span", "p", "h2", "h3", "h4", "h5")
INTRODUCING = re.compile(
    r"\b(?:I['’]m|(?i:I am|my name|ich bin|ich heiße|mein name|je suis|je m['’]appelle|soy|"
    r"me llamo|mi nombre|sou|me chamo|meu nome|sono|mi chiamo|ik ben|mijn naam|jag heter|jag är|"
    r"jeg hedder|jeg heter|jeg er|benim adım|nazywam się|меня зовут|мене звати))\b"
)
INTRODUCED = re.compile(
    rf"{INTRODUCING.pattern}(?: is| ist|['’]s| est| es| é| host)?(?: your host,?)? "
    r"((?:Dr\.? )?[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z](?:\.|[\w'’-]+)){1,2})"
)
GREETING = re.compile(
    r"(?:(?i:hi|hello|hey|welcome|hallo|moin|bonjour|salut|hola|olá|ciao|hej|hei|привет|привіт)\b"
    rf"(?: \w+)?\W+)?{INTRODUCING.pattern}"
)
QUOTED = re.compile(r"[“«„][^”»“]{0,600}[”»“]|\"[^\"]{0,600}\"")
MAX_TEXT = 600
MAX_WORDS = 3
MAX_LINE = 120
MAX_NAME = 40
MAX_NEAR = 3
NEAR = 8
LEVELS = 3


def boxed(declared: Declared, outlets: frozenset[str]) -> Authors | None:
    """The one person whom a box, a portrait, an archive or the page's data name as its author."""
    for read, place in (
        (_archives, "link to all posts"),
        (_described, "author box"),
        (_profiles, "link to a profile"),
        (_portraits, "portrait"),
        (_introduced, "self-introduction"),
    ):
        names = {key(name): name for name in islice(read(declared, outlets), NEAR)}
        if len(names) == 1:
            return Authors(tuple(names.values()), place)
    return None


def _archives(declared: Declared, outlets: frozenset[str]) -> Iterator[str]:
    """The names in "All posts by …"."""
    for element in declared.root.iter(*ARCHIVE_TAGS):
        for text in (element.get("title"), element.get("aria-label"), element.text):
            name = behind_archive(squeeze(text)) if text and " " in text.strip() else ""
            if name and not _of_others(element):
                yield from people(name, outlets=outlets)


def _described(declared: Declared, outlets: frozenset[str]) -> Iterator[str]:
    """The names just before what is marked as the description of an author."""
    for element in declared.bylines:
        if not DESCRIBED.search(element.get("class") or "") or _of_others(element):
            continue
        before = element.getprevious()
        text = words_of(before, MAX_NAME + 1) if before is not None else ""
        names = people(text, outlets=outlets) if len(text) <= MAX_NAME else []
        if len(names) == 1 and _whole(names[0], text):
            yield names[0]


def _profiles(declared: Declared, outlets: frozenset[str]) -> Iterator[str]:
    """The names that short paragraphs begin with, linked to a writer's page."""
    for element in declared.root.iter("a"):
        above = element.getparent()
        if not PROFILE.search(element.get("href") or "") or above is None or above.tag != "p":
            continue
        first = element.getprevious() is None and not squeeze(above.text)
        if first and len(words_of(above, MAX_LINE + 1)) <= MAX_LINE and not _of_others(element):
            yield from people(words_of(element, MAX_NAME + 1), outlets=outlets)[:1]


def _introduced(declared: Declared, outlets: frozenset[str]) -> Iterator[str]:
    """The full names that somebody gives as his or her own."""
    for element in declared.root.iter("p", "div", "span", "h2", "h3", "h4", "li", "td"):
        if INTRODUCING.search(element.text or "") is None:
            continue
        text = QUOTED.sub(" ", words_of(element, MAX_TEXT))
        for match in INTRODUCED.finditer(text):
            names = people(match[1], outlets=outlets)
            yield from (bare_name(name) for name in names[:1] if has_given_name(name))


def _portraits(declared: Declared, outlets: frozenset[str]) -> Iterator[str]:
    """The names of pictures beside which the same name stands, or somebody who says "I am".

    Pictures of goods and places are named like that, too: where there are several, nobody is meant.
    """
    found: dict[str, bool] = {}
    for picture in declared.root.iter("img"):
        alt = AROUND.sub("", squeeze(picture.get("alt")))
        if not 0 < len(alt) <= MAX_NAME or " " not in bare_name(alt):
            continue
        behind = (text for one in islice(following(picture), NEAR) for _, text in texts_of(one))
        near = list(islice(filter(None, behind), MAX_NEAR))
        speaks = alt.count(" ") < MAX_WORDS and near and GREETING.match(near[0])
        same = next((text for text in near[:2] if key(text) == key(alt)), alt if speaks else "")
        if same:
            sure = has_given_name(same) or any(AUTHOR.search(one) for one in _close(picture))
            good = sure and not _of_others(picture) and not any(map(OTHER_ROLE.search, near))
            found[same] = found.get(same, True) and good
    for name, good in found.items():
        if good and len(found) == 1 and people(name, outlets=outlets) == [name]:
            yield name


def _close(element: html.HtmlElement) -> Iterator[str]:
    """What an element and those close around it are marked as."""
    return map(hints, islice(lineage(element), LEVELS))


def _of_others(element: html.HtmlElement) -> bool:
    """Whether an element stands in a part of the page that is about other people."""
    return any(
        one.tag in ("nav", "form", "blockquote", "figcaption") or OTHER_PEOPLE.search(hints(one))
        for one in lineage(element)
        if one.tag not in ("body", "html", "article", "main")
    )


def _whole(name: str, text: str) -> bool:
    """Whether a text is a name and hardly more."""
    return len(text) < 2 * len(name)
