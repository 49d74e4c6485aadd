"""The articles that widgets are put into, and where in them: the body's container and its places.

A suite is a folder with `index.json` (id, url, file, kind, gold) beside its pages. Articles with
their full text come from there; pages of other languages that have none are measured against what
an extractor keeps of them untouched; `stories.toml` holds one short page for each language.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import lxml.html
import trafilatura
from lxml.html import HtmlElement
from w3lib.encoding import html_to_unicode

STORIES = Path(__file__).parent / "stories.toml"
SUBHEADING = "## "
PLACES = ("start", "middle", "end")
MIN_PARAGRAPHS = 3
LANGUAGE = re.compile(rb"<html[^>]*?\slang=[\"']?([a-zA-Z]{2})\b", re.IGNORECASE)
PROBE = 60  # leading characters by which a paragraph is recognised
PROBE_BYTES = 60  # of UTF-8 that they must have: twenty characters of Chinese say enough

TEMPLATES = (
    """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">
<title>{title} | Ferry Post</title></head><body class="single"><header><a href="/">Ferry Post</a>
<nav><ul><li><a href="/a">A</a></li><li><a href="/b">B</a></li></ul></nav></header>
<main><article><h1>{title}</h1><div class="entry-content">{paragraphs}</div></article></main>
<footer><p><a href="/imprint">Ferry Post</a></p></footer></body></html>""",
    """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">
<title>{title}</title></head><body><div id="top">
<a href="/">Ferry Post</a> <a href="/a">A</a> <a href="/b">B</a></div>
<div id="page"><div class="col2"><ul>
<li><a href="/1">1</a></li><li><a href="/2">2</a></li></ul></div>
<div class="col1"><h2>{title}</h2>{paragraphs}</div></div>
<div id="bottom"><a href="/imprint">Ferry Post</a></div></body></html>""",
    """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:type" content="article"></head><body><div class="css-8xl60i"><header>
<a href="/"><span>Ferry Post</span></a></header><section class="css-1vkm6nb"><h1>{title}</h1>
<time datetime="2026-05-12">2026-05-12</time><div class="css-53u6y8">{paragraphs}</div></section>
<footer><nav><a href="/imprint">Ferry Post</a></nav></footer></div></body></html>""",
)
"""Pages of a blog, an old content system and a site whose class names say nothing."""


@dataclass(frozen=True, slots=True)
class Host:
    """An article to inject into: its page or the file it is in, and its full text where known."""

    id: str
    url: str
    language: str
    html: str = ""
    path: Path | None = None
    gold: str | None = None

    def read(self) -> str:
        """Return the page, decoded."""
        return self.html if self.path is None else html_to_unicode(None, self.path.read_bytes())[1]


def story_page(language: str, title: str, paragraphs: Sequence[str], template: int = 0) -> str:
    """Return an article page around the paragraphs, in one of TEMPLATES."""
    return TEMPLATES[template % len(TEMPLATES)].format(
        language=language,
        title=escape(title),
        paragraphs="\n".join(_paragraph(text) for text in paragraphs),
    )


def _paragraph(text: str) -> str:
    heading = text.startswith(SUBHEADING)
    return f"<h2>{escape(text[3:])}</h2>" if heading else f"<p>{escape(text)}</p>"


def load_stories(path: Path = STORIES) -> list[Host]:
    """Return our own short articles of each language, each in each template."""
    return [
        Host(
            f"story/{language}-{number}/{template}",
            f"https://ferry-post.example/{language}/{number}-{template}",
            language,
            story_page(language, story["title"], story["paragraphs"], template),
            gold="\n\n".join(text.removeprefix(SUBHEADING) for text in story["paragraphs"]),
        )
        for language, stories in tomllib.loads(path.read_text("utf-8")).items()
        for number, story in enumerate(stories)
        for template in range(len(TEMPLATES))
    ]


def load_suites(root: Path) -> Iterator[Host]:
    """Yield the hosts of all suites under a folder: articles with gold, pages not in English."""
    for index in sorted(root.glob("*/index.json")):
        for item in json.loads(index.read_text("utf-8")):
            if item["kind"] != "article":
                continue
            path = index.parent / item["file"]
            language = declared_language(path)
            if item["gold"] or (language and language != "en"):
                name = f"{index.parent.name}/{item['id']}"
                gold = item["gold"] or None
                yield Host(name, item["url"], language or "en", path=path, gold=gold)


def declared_language(path: Path) -> str:
    """Return the two letters that the page's root element names its language by, or ""."""
    with path.open("rb") as page:
        found = LANGUAGE.search(page.read(20_000))
    return found[1].decode("ascii").lower() if found else ""


@dataclass(frozen=True, slots=True)
class Body:
    """A parsed host whose body was found: the children of one element that are its paragraphs."""

    tree: HtmlElement
    container: str
    children: tuple[int, ...]


def find_body(host: Host) -> Body | None:
    """Return where the paragraphs stand that are known to be the article's, or None."""
    page = host.read()
    try:
        tree = lxml.html.document_fromstring(page)
    except (ValueError, lxml.etree.ParserError):
        return None
    for meta in tree.xpath("//meta[@charset or translate(@http-equiv, 'CT', 'ct')='content-type']"):
        meta.drop_tree()  # the page is written as UTF-8 from here on
    gold = host.gold or trafilatura.extract(page, include_comments=False, fast=True) or ""
    lines = {squeeze(line)[:PROBE] for line in gold.splitlines()}
    probes = {line for line in lines if len(line.encode()) >= PROBE_BYTES}
    paragraphs = [
        element
        for element in tree.iter("p", "div", "blockquote", "ul")
        if squeeze(str(element.text_content()))[:PROBE] in probes
    ]
    parents = Counter(p.getparent() for p in paragraphs if p.getparent() is not None)
    if not parents or (best := parents.most_common(1)[0])[1] < MIN_PARAGRAPHS:
        return None
    container = best[0]
    children = tuple(container.index(p) for p in paragraphs if p.getparent() is container)
    return Body(tree, tree.getroottree().getpath(container), children)


def squeeze(text: str) -> str:
    """Return the text with runs of white space as single blanks."""
    return " ".join(text.split())


def serialise(tree: HtmlElement) -> str:
    """Return a tree as an HTML page."""
    return str(lxml.html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))


def inject(body: Body, elements: Sequence[HtmlElement], place: str) -> str:
    """Return the page with the elements before, amid or after the body's paragraphs."""
    tree = copy.deepcopy(body.tree)
    (container,) = tree.getroottree().xpath(body.container)
    first, middle = body.children[0], body.children[len(body.children) // 2]
    at = {"start": first, "middle": middle, "end": body.children[-1] + 1}[place]
    for offset, element in enumerate(elements):
        _insert(container, at + offset, element)
    return serialise(tree)


def _insert(container: HtmlElement, at: int, element: HtmlElement) -> None:
    """Insert without separating an earlier sibling from the text behind it."""
    element.tail = "\n"
    container.insert(at, element)


def append_sentence(body: Body, sentence: HtmlElement, place: str) -> str:
    """Return the page with the sentence at the end of the first, middle or last paragraph."""
    tree = copy.deepcopy(body.tree)
    (container,) = tree.getroottree().xpath(body.container)
    children = [container[at] for at in body.children]
    paragraphs = [child for child in children if child.tag == "p"] or children
    at = {"start": 0, "middle": len(paragraphs) // 2, "end": -1}[place]
    sentence.text = " " + (sentence.text or "")
    paragraphs[at].append(sentence)
    sentence.drop_tag()
    return serialise(tree)


def inject_text(text: str, added: Sequence[str], place: str, sentence: bool = False) -> str:
    """Return a text with paragraphs before, amid or after its own, or with a sentence in one."""
    lines = [line for line in text.splitlines() if line.strip()]
    at = {"start": 0, "middle": len(lines) // 2, "end": len(lines)}[place]
    if sentence:
        at = min(at, len(lines) - 1)
        lines[at] = " ".join([lines[at], *added])
    else:
        lines[at:at] = added
    return "\n\n".join(lines)
