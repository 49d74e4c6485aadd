"""The lines that stand close to the headline, where pages show their date and their byline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from lxml import etree, html

from cleaners.declared import squeeze, words_of

BESIDE = "beside the headline"
MAX_AFTER = 45
MAX_LENGTH = 200
MAX_OPENING = 240
"""Letters of a line that is the first paragraph: what follows it is no byline."""
LEVELS_BEFORE = 3
LEVELS_ABOVE = 5
MAX_DATE = 40
DIGITS = re.compile(r"\d\d")
ANOTHER_ITEM = re.compile(r"Comment|Review|Product|Event|Answer|Rating")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text, the element that it stands in, and the whole line that it is a part of."""

    element: html.HtmlElement
    text: str
    whole: str = ""


def lines_beside(heading: html.HtmlElement | None) -> tuple[Line, ...]:
    """The lines between the headline and the first paragraph, then those just before it."""
    if heading is None:
        return ()
    after = (
        pair for element in islice(following(heading), MAX_AFTER) for pair in texts_of(element)
    )
    lines = takewhile(lambda pair: len(pair[1]) <= MAX_OPENING, after)
    return (*(Line(*pair) for pair in lines if pair[1]), *_before(heading))


def of_another_item(element: html.HtmlElement) -> bool:
    """Whether a microdata property is one of a comment, an answer or a review, not of the page."""
    scopes = (ancestor.get("itemtype") for ancestor in element.iterancestors())
    return bool(ANOTHER_ITEM.search(next(filter(None, scopes), "")))


def following(heading: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The elements behind one, in the order of the page; its own are left out."""
    for level in (heading, *heading.iterancestors()):
        for sibling in level.itersiblings(etree.Element):
            yield from sibling.iter(etree.Element)


def texts_of(element: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    """An element's first text and the text behind it, each with the element."""
    if element.tag not in ("script", "style"):
        yield element, squeeze(element.text)
    yield element, squeeze(element.tail)


def _before(heading: html.HtmlElement) -> Iterator[Line]:
    """Lines before the headline; from further above, as blogs have it, only what may be a date."""
    for number, level in enumerate(islice((heading, *heading.iterancestors()), LEVELS_ABOVE)):
        close = number < LEVELS_BEFORE
        longest = MAX_LENGTH if close else MAX_DATE
        for sibling in level.itersiblings(etree.Element, preceding=True):
            if sibling.tag == "head":
                continue
            text = words_of(sibling, longest + 1)
            if not 0 < len(text) <= longest or not (close or DIGITS.search(text)):
                continue
            yield Line(sibling, text)
            if close:
                parts = [pair for one in sibling.iter(etree.Element) for pair in texts_of(one)]
                parts = [pair for pair in parts if pair[1]]
                yield from (Line(*pair, text) for pair in parts if len(parts) > 1)
