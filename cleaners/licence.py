"""The licence of a page: what it declares, links, or says in so many words.

Order of attempts: JSON-LD of the article, rel=license, microdata, meta tags, a Creative Commons
link or sentence that speaks of the page and not of a picture. Creative Commons comes as an SPDX
identifier ("CC-BY-SA-4.0"), anything else as the address or text that the page gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree, html

from cleaners.declared import Declared, addresses, squeeze, texts, types, words_of
from cleaners.metadata.article import ARTICLES, PAGES
from cleaners.metadata.fields import absolute
from cleaners.metadata.values import Found

META = (
    "dcterms.license",
    "dc.license",
    "license",
    "licence",
    "dc.rights.license",
    "copyright-license",
)
RIGHTS_META = ("dcterms.rights", "dc.rights", "rights")
CC_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<terms>(?:by|nc|nd|sa|-)+)/(?P<version>\d\.\d)"
    r"|publicdomain/(?P<domain>zero|mark)/)",
    re.IGNORECASE,
)
CC_CODE = re.compile(r"\bCC[ -](?P<terms>BY(?:[ -](?:NC|ND|SA))*|0)(?:[ -](?P<version>\d\.\d))?\b")
CC_WORDS = re.compile(
    r"Creative[ -]Commons\W{0,3}(?:licen[cs]e\W{0,3})?(?P<terms>"
    r"(?:Attribution|Namensnennung|Paternité|Atribuci[oó]n|Attribuzione)[^.;!?]{0,90})(?P<rest>.{0,3})"
)
VERSION = re.compile(r"\b\d\.\d\b")
LICENSED = re.compile(
    r"licen[cs]ed|licen[cs]e|lizenz|licencia|licença|licenza|licentie|republish|public domain",
    re.IGNORECASE,
)
PICTURE = re.compile(
    r"\b(?:photos?|images?|pictures?|foto|bild|bilder|illustrations?|icons?|credit|via|wikimedia)\b",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"\b(?:this|the|our|all) (?:work|article|page|site|website|content|text|story|post|blog)s?\b"
    r"|\bexcept where\b|\bunless otherwise\b|dieser? (?:artikel|text|beitrag|seite)|cet article"
    r"|este artículo",
    re.IGNORECASE,
)
WORDS = {
    "NC": ("noncommercial", "nichtkommerziell", "nocomercial", "noncommerciale"),
    "ND": ("noderiv", "keinebearbeitung", "sinderiv", "nonoperederivate"),
    "SA": ("sharealike", "weitergabe", "compartirigual", "condividi"),
}
MENTIONS = (b"Creative Commons", b"CC BY", b"CC-BY")
SAYING = etree.XPath(
    "//body//*[text()[contains(.,'Creative Commons') or contains(.,'CC BY') or"
    " contains(.,'CC-BY')]]"
)
MAX_SENTENCE = 500
MAX_PLACES = 8


def licence(
    declared: Declared, tree: html.HtmlElement, base: str | None = None
) -> tuple[str, str] | None:
    """The licence and the place that names it, or None; `base` makes addresses absolute."""
    found = next(_declared(declared), None) or next(_said(declared, tree), None)
    if found is None:
        return None
    path = found.value.startswith("/") or (" " not in found.value and "/" in found.value)
    return (absolute(found.value, base) if path else None) or found.value, found.place


def named(text: str) -> str:
    """A licence by its identifier where it is a Creative Commons one, else as it is written.

    >>> named("https://creativecommons.org/licenses/by-nc/4.0/deed.en")
    'CC-BY-NC-4.0'
    """
    if match := CC_ADDRESS.search(text):
        if match["domain"]:
            return "CC0-1.0" if match["domain"].lower() == "zero" else "CC-PDM-1.0"
        return f"CC-{match['terms'].upper()}-{match['version']}"
    return _from_words(text) or squeeze(text)


def _from_words(text: str) -> str | None:
    if match := CC_CODE.search(text):
        terms = re.sub(r"[ -]", "-", match["terms"])
        return (
            "CC0-1.0" if terms == "0" else "-".join(filter(None, ("CC", terms, match["version"])))
        )
    if match := CC_WORDS.search(text):
        plain = re.sub(r"[\s–-]", "", match["terms"].lower())
        parts = [code for code, words in WORDS.items() if any(word in plain for word in words)]
        version = VERSION.search(match["terms"] + match["rest"])
        return "-".join(["CC", "BY", *parts, *([version[0]] if version else [])])
    return None


def _declared(declared: Declared) -> Iterator[Found]:
    for node in declared.nodes:
        if types(node) & (ARTICLES | PAGES):
            value = node.get("license")
            for text in (*addresses(value), *texts(value)):
                yield Found(named(text), "JSON-LD license")
    for link in declared.linked("license"):
        if not _in_figure(link.element):
            yield Found(named(link.href), link.place)
    for element in declared.items.get("license", ()):
        text = element.get("href") or element.get("content") or words_of(element, MAX_SENTENCE)
        if text:
            yield Found(named(text), "itemprop license")
    yield from _in_meta(declared)


def _in_meta(declared: Declared) -> Iterator[Found]:
    for text, place in declared.named(*META):
        yield Found(named(text), place)
    for text, place in declared.named(*RIGHTS_META):
        if CC_ADDRESS.search(text) or _from_words(text):
            yield Found(named(text), place)


def _said(declared: Declared, tree: html.HtmlElement) -> Iterator[Found]:
    """Creative Commons links and sentences that speak of the whole page."""
    links = [link for link in declared.links if CC_ADDRESS.search(link.href)]
    for link in links[:MAX_PLACES]:
        parent = link.element.getparent()
        sentence = words_of(link.element if parent is None else parent, MAX_SENTENCE)
        if _of_the_page(link.element, sentence):
            yield Found(named(link.href), "link to Creative Commons")
    if not any(words in declared.letters for words in MENTIONS):
        return
    for element in cast("list[html.HtmlElement]", SAYING(tree))[:MAX_PLACES]:
        sentence = words_of(element, MAX_SENTENCE)
        found = _from_words(sentence)
        if found and WHOLE.search(sentence) and LICENSED.search(sentence):
            yield Found(found, "text")


def _of_the_page(link: html.HtmlElement, sentence: str) -> bool:
    """Whether a sentence licenses the page: it says so, or stands in the footer, of no picture."""
    if _in_figure(link):
        return False
    if WHOLE.search(sentence):
        return True
    footer = any(
        ancestor.tag == "footer"
        or "footer" in f"{ancestor.get('class')} {ancestor.get('id')}".lower()
        for ancestor in link.iterancestors()
    )
    return footer and not PICTURE.search(sentence)


def _in_figure(element: html.HtmlElement) -> bool:
    return any(ancestor.tag in ("figure", "figcaption") for ancestor in element.iterancestors())
