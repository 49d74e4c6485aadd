"""The widgets that are injected: their texts, and the three markups that they are dressed in.

Texts live in `texts/<language>.toml`: category → list of widgets → list of parts, each part one
key (its kind) with its text. In an `inline` part the text after "|" is a link.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from lxml.html import HtmlElement

TEXTS = Path(__file__).parent / "texts"
MARKUPS = ("telling", "neutral", "bare")
SENTENCE = "sentence"  # at the end of a paragraph of the body; only of one-line widgets
KINDS = frozenset({"heading", "text", "button", "link", "field", "caption", "inline"})

TELLING: Mapping[str, tuple[str, ...]] = {
    "donation": ("donation-box", "support-us-banner", "c-donate", "membership-appeal"),
    "adblock": ("adblock-notice", "adb-message", "anti-adblock-modal"),
    "newsletter": ("newsletter-signup", "nl-subscribe-form", "mailing-list-widget"),
    "related": ("related-posts", "read-more-box", "also-like", "recommended-articles"),
    "correction": ("report-error", "typo-notice", "correction-request"),
    "share": ("share-buttons", "social-sharing", "share-bar"),
    "social": ("follow-us", "social-follow", "social-links"),
    "comments": ("comments-area", "comment-respond", "comment-prompt"),
    "author-bio": ("author-bio", "about-author", "author-box"),
    "cookie": ("cookie-consent", "consent-placeholder", "cookie-notice"),
    "paywall": ("paywall", "subscriber-gate", "regwall"),
    "promo": ("ad-slot", "advertisement", "affiliate-disclosure"),
    "app": ("app-download", "app-banner", "get-the-app"),
    "copyright": ("copyright-notice", "republish", "rights"),
}
NEUTRAL = ("block-7", "c-xyz", "css-1q2w3e", "m-12", "wrap_b", "sc-hKgILt", "elementor-row-4", "x9")

Texts = dict[str, list[list[dict[str, str]]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a widget as a reader sees it; `link` is the linked end of its text."""

    kind: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """A piece of noise: its category, language, number within both, and its parts in order."""

    category: str
    language: str
    number: int
    parts: tuple[Part, ...]

    @property
    def one_line(self) -> bool:
        """Whether it is a single line that ends in a link, such as "Read also: …"."""
        return len(self.parts) == 1 and bool(self.parts[0].link)


def load_widgets(folder: Path = TEXTS) -> tuple[Widget, ...]:
    """Return all widgets; raise ValueError where a file holds an unknown category or kind."""
    return tuple(
        Widget(category, path.stem, number, tuple(_part(raw, path) for raw in parts))
        for path in sorted(folder.glob("*.toml"))
        for category, widgets in _checked(tomllib.loads(path.read_text("utf-8")), path).items()
        for number, parts in enumerate(widgets)
    )


def _checked(table: Texts, path: Path) -> Texts:
    if unknown := table.keys() - TELLING.keys():
        raise ValueError(f"{path}: unknown categories {sorted(unknown)}")
    return table


def _part(raw: dict[str, str], path: Path) -> Part:
    ((kind, text),) = raw.items()
    if kind not in KINDS:
        raise ValueError(f"{path}: unknown kind {kind!r}")
    if kind != "inline":
        return Part(kind, text)
    lead, _, link = text.partition("|")
    return Part(kind, lead + link, link)


def render(widget: Widget, markup: str, rng: random.Random) -> list[HtmlElement]:
    """Return a widget's elements in one of MARKUPS or SENTENCE, drawing variants from `rng`."""
    if markup == SENTENCE:
        (part,) = widget.parts
        return [_anchor(part.link, part.text.removesuffix(part.link))]
    if markup == "bare":
        linked = rng.random() < 0.5
        return [_element("p", content=_bare(part, linked)) for part in widget.parts]
    name = rng.choice(TELLING[widget.category] if markup == "telling" else NEUTRAL)
    box = _element(rng.choice(("div", "aside", "section") if markup == "telling" else ("div",)))
    box.set("class", name)
    build = _telling if markup == "telling" else _neutral
    for part in widget.parts:
        box.append(build(part, name, rng))
    return [box]


def _element(tag: str, content: HtmlElement | str | None = None) -> HtmlElement:
    element = lxml.html.Element(tag)
    if isinstance(content, str):
        element.text = content
    elif content is not None:
        for child in content:
            element.append(child)
        element.text = content.text
    return element


def _anchor(text: str, lead: str = "", tag: str = "a") -> HtmlElement:
    """Return a holder: the lead as its text and, behind it, the linked text."""
    holder = lxml.html.Element("span")
    holder.text = lead
    link = lxml.html.Element(tag)
    link.text = text
    if tag == "a":
        link.set("href", f"/p/{sum(map(ord, text)) % 9973}")
    holder.append(link)
    return holder


def _bare(part: Part, linked: bool) -> HtmlElement | str:
    if not linked or part.kind in {"text", "heading", "caption", "field"}:
        return part.text
    link = part.link or part.text
    return _anchor(link, part.text.removesuffix(link))


def _telling(part: Part, name: str, rng: random.Random) -> HtmlElement:
    link = part.link or part.text
    match part.kind:
        case "heading":
            return _element(rng.choice(("h2", "h3", "h4")), part.text)
        case "button" | "link":
            tag = "button" if part.kind == "button" and rng.random() < 0.5 else "a"
            row = _element(rng.choice(("p", "div", "li")), _anchor(part.text, tag=tag))
            row.set("class", f"{name}__{part.kind}")
            return row
        case "field":
            return _element("label", part.text)
        case "inline":
            return _element("p", _anchor(link, part.text.removesuffix(link)))
        case _:
            return _element("p", part.text)


def _neutral(part: Part, name: str, rng: random.Random) -> HtmlElement:
    link = part.link or part.text
    tag = rng.choice(("p", "p", "div"))
    match part.kind:
        case "heading":
            row = _element(rng.choice(("div", "h3", "p")), _anchor(part.text, tag="strong"))
        case "button" | "link" | "inline":
            row = _element(tag, _anchor(link, part.text.removesuffix(link)))
        case _:
            row = _element(tag, part.text)
    row.set("class", f"{name}-{rng.randrange(9)}")
    return row
