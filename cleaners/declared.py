"""What a page declares about itself, read once: JSON-LD, meta tags, links, microdata, headings.

Metadata, language, rights and licences all work from the one `Declared` that `read` returns.
Nothing is judged here: which of the declarations is to be believed is the affair of those who ask.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from lxml import etree, html

MAX_NODES = 2_000
MAX_DEPTH = 12
NAMES = ("property", "name", "itemprop", "http-equiv")
DESCRIBING = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*$"
)
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
UNSEEN = frozenset({"script", "style", "noscript", "template", "svg"})
MARKS: Mapping[str, Callable[[str], object]] = {
    "class": re.compile(r"uthor|yline|riter").search,
    "rel": "author".__eq__,
    "href": re.compile("/author").search,
}
"""What marks an element as naming an author: "author", "byline" or "writer" in its class, …"""
TAGS = ("meta", "link", "script", "title", "h1", "time", "a")

Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LinkTag:
    """A `link`, or an `a` with a `rel` or to a licence: relations in lower case, address, place."""

    rels: frozenset[str]
    href: str
    place: str
    element: html.HtmlElement


@dataclass(frozen=True, slots=True)
class Declared:
    """A page's declarations, in the order of the page.

    `nodes` are the JSON-LD objects that can describe the page (members of `@graph` and the like
    included), `by_id` all that others can refer to; `meta` maps names, properties, itemprops and
    http-equivs in lower case to their values; `items` maps microdata properties to the elements
    that carry them; `bylines` are elements that a class, a rel or an address marks as naming an
    author; `headings` are the `h1` elements, `times` the `time` elements; `root` is the whole page,
    `letters` its text in UTF-8, that of scripts too: what is not in there need not be looked for.
    """

    nodes: tuple[Node, ...]
    by_id: Mapping[str, Node]
    meta: Mapping[str, tuple[str, ...]]
    links: tuple[LinkTag, ...]
    items: Mapping[str, tuple[html.HtmlElement, ...]]
    bylines: tuple[html.HtmlElement, ...]
    headings: tuple[html.HtmlElement, ...]
    times: tuple[html.HtmlElement, ...]
    title: str
    html_lang: str
    root: html.HtmlElement
    letters: bytes

    def named(self, *names: str) -> Iterator[tuple[str, str]]:
        """Yield each non-empty meta value under `names`, in their order, with its place."""
        for name in names:
            for value in self.meta.get(name, ()):
                yield value, f"meta {name}"

    def linked(self, rel: str) -> Iterator[LinkTag]:
        """Yield the links with the relation `rel`."""
        return (link for link in self.links if rel in link.rels)


def read(tree: html.HtmlElement) -> Declared:
    """Collect the declarations of a parsed page; the tree is left as it is."""
    seen: dict[str, list[html.HtmlElement]] = {tag: [] for tag in TAGS}
    items: dict[str, list[html.HtmlElement]] = {}
    bylines: list[html.HtmlElement] = []
    for element in tree.iter(etree.Element):
        if element.tag in seen:
            seen[element.tag].append(element)
        for name, value in element.items():
            if name == "itemprop":
                for prop in value.split():
                    items.setdefault(prop, []).append(element)
            elif name in MARKS and MARKS[name](value) and bylines[-1:] != [element]:
                bylines.append(element)
    nodes, by_id = _json_ld(seen["script"], seen["meta"])
    titles = (squeeze(title.text) for title in seen["title"])
    return Declared(
        nodes=nodes,
        by_id=by_id,
        meta=_meta(seen["meta"]),
        links=tuple(_links([*seen["link"], *seen["a"]])),
        items={name: tuple(elements) for name, elements in items.items()},
        bylines=tuple(bylines),
        headings=tuple(seen["h1"]),
        times=tuple(seen["time"]),
        title=next(filter(None, titles), ""),
        root=tree,
        letters=etree.tostring(tree, method="text", encoding="utf-8"),
        html_lang=(tree.get("lang") or tree.get(XML_LANG) or tree.get("xml:lang") or "").strip(),
    )


def squeeze(text: str | None) -> str:
    """Text with every run of white space as one space."""
    return " ".join((text or "").split())


def words_of(element: html.HtmlElement, limit: int = 2_000) -> str:
    """The text of an element, its parts a space apart, without scripts, up to `limit` letters."""
    parts: list[str] = []
    length = 0
    for part in _strings(element):
        parts.append(part)
        length += len(part)
        if length > limit:
            break
    return squeeze(" ".join(parts))[:limit]


def _strings(element: html.HtmlElement) -> Iterator[str]:
    for node in element.iter(etree.Element):
        if node.text and node.tag not in UNSEEN:
            yield node.text
        if node.tail and node is not element:
            yield node.tail


def texts(value: object) -> list[str]:
    """The strings in a JSON-LD value: itself, its members, or their names and `@value`s."""
    if isinstance(value, str):
        text = squeeze(unescape(value) if "&" in value else value)
        return [text] if text else []
    if isinstance(value, list):
        return [text for member in value for text in texts(member)]
    if isinstance(value, dict):
        return texts(value.get("name") or value.get("@value") or value.get("headline"))
    return []


def addresses(value: object) -> list[str]:
    """The addresses in a JSON-LD value: strings, or `url`, `contentUrl` and `@id` of objects."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [address for member in value for address in addresses(member)]
    if isinstance(value, dict):
        return addresses(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return []


def types(node: Node) -> frozenset[str]:
    """The types of a JSON-LD object, without their vocabulary's address."""
    return frozenset(name.rsplit("/", 1)[-1] for name in texts(node.get("@type")))


def _meta(elements: Iterable[html.HtmlElement]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in elements:
        value = squeeze(element.get("content"))
        if value:
            for name in {(element.get(key) or "").strip().lower() for key in NAMES} - {""}:
                found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _links(elements: Iterable[html.HtmlElement]) -> Iterator[LinkTag]:
    """Links with a relation, and those to a Creative Commons licence."""
    for element in elements:
        rel, href = element.get("rel"), element.get("href")
        if href and (rel or "creativecommons.org/" in href):
            place = f"{element.tag} rel={rel.strip().lower()}" if rel else element.tag
            yield LinkTag(frozenset((rel or "").lower().split()), href.strip(), place, element)


def _json_ld(
    scripts: Iterable[html.HtmlElement], metas: Iterable[html.HtmlElement]
) -> tuple[tuple[Node, ...], Mapping[str, Node]]:
    """The objects of scripts, and of the meta tags that one framework makes of them by mistake."""
    nodes: list[Node] = []
    by_id: dict[str, Node] = {}
    said = [script.text for script in scripts if "ld+json" in (script.get("type") or "").lower()]
    said += [meta.get("content") for meta in metas if meta.get("name") == "script:ld+json"]
    for text in filter(None, said):
        _walk(_parsed(text), describes=True, depth=0, found=(nodes, by_id))
    return tuple(nodes), by_id


def _parsed(text: str) -> object:
    """Parse JSON as the web writes it: raw line breaks, comments around it, trailing commas, its
    quotation marks as entities."""
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    for attempt in (text, TRAILING_COMMA.sub("", WRAPPING.sub("", text)).strip().rstrip(";")):
        try:
            value: object = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return value
    return None


def _walk(
    value: object, *, describes: bool, depth: int, found: tuple[list[Node], dict[str, Node]]
) -> None:
    nodes, by_id = found
    if depth > MAX_DEPTH or len(by_id) + len(nodes) > MAX_NODES:
        return
    if isinstance(value, list):
        for member in value:
            _walk(member, describes=describes, depth=depth + 1, found=found)
    elif isinstance(value, dict):
        if describes and "@type" in value:
            nodes.append(value)
        name = value.get("@id")
        if isinstance(name, str) and len(value) > 1:
            by_id.setdefault(name, value)
        for key, member in value.items():
            if isinstance(member, dict | list):
                inner = describes and key in DESCRIBING
                _walk(member, describes=inner, depth=depth + 1, found=found)
