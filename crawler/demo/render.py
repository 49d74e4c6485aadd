"""Articles into HTML pages: the text, and around and between it the furniture of real outlets.

Pure: content and a base address in, HTML out. Which addresses the site has is `site`'s affair.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template as Text
from typing import Any

from crawler.demo.content import Article, Edition, Template, load_page, load_template

LISTS = ("related", "most_read")
MARKS = {"## ": "heading", "> ": "quote", "- ": "item"}
"""The mark at the start of a body part → the widget that writes it; none: a paragraph."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a menu or of a list of articles."""

    href: str
    title: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page shows besides its article: the site's address, menu, and other articles."""

    base: str
    navigation: Sequence[Link]
    footer: Sequence[Link]
    related: Sequence[Link]
    most_read: Sequence[Link]
    words: Mapping[str, Any]
    has_amp: bool = False


def render_article(edition: Edition, number: int, around: Surroundings) -> str:
    """Return the page of the edition's article `number`, furniture and all."""
    article = edition.articles[number]
    template = load_template(edition.template)
    furniture = _furniture(template, edition, article, around)
    body = _body(template, article, _inserted(template, number, furniture))
    return Text(template.page).substitute(
        furniture | _fields(edition, article, around), body="\n".join(body)
    )


def render_amp(edition: Edition, number: int, around: Surroundings) -> str:
    """Return the AMP variant of an article: the same body, and its canonical address."""
    article = edition.articles[number]
    template = load_template(edition.template)
    furniture = _furniture(template, edition, article, around)
    body = _body(template, article, {})
    return Text(load_page("amp")).substitute(
        furniture | _fields(edition, article, around), body="\n".join(body)
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that leads to articles: its title, its own address, teasers, and a pager."""

    title: str
    address: str
    teasers: Sequence[tuple[Link, str]] = ()
    pager: Sequence[Link] = ()
    paragraphs: Sequence[str] = ()


def render_listing(listing: Listing, edition: Edition, around: Surroundings) -> str:
    """Return a home, section or follow-on page, or one about the site."""
    teaser = Text("<div class='teaser'><h3><a href='$href'>$title</a></h3><p>$text</p></div>")
    item = "<li><a href='$href'>$title</a></li>"
    notice = around.words["copyright"].format(name=edition.name)
    return Text(load_page("listing")).substitute(
        language=edition.language,
        title=html.escape(listing.title),
        name=html.escape(edition.name),
        base=around.base,
        canonical=around.base + listing.address,
        teasers="\n".join(
            teaser.substitute(_escaped(link), text=html.escape(text))
            for link, text in listing.teasers
        ),
        paragraphs="\n".join(f"<p>{html.escape(text)}</p>" for text in listing.paragraphs),
        pager=_items("<a href='$href'>$title</a> ", listing.pager),
        navigation=_items(item, around.navigation),
        footer=_items(item, around.footer),
        copyright=f"<p>{html.escape(notice)}</p>",
    )


def _fields(edition: Edition, article: Article, around: Surroundings) -> dict[str, str]:
    canonical = around.base + edition.address(article)
    amp = f'<link rel="amphtml" href="{canonical}amp/">\n'
    plain = {
        "language": edition.language,
        "charset": article.encoding,
        "name": edition.name,
        "path": edition.path,
        "byline": edition.byline,
        "published": edition.published,
        "home": around.words["home"],
        "base": around.base,
        "canonical": canonical,
        "slug": article.slug,
        "title": article.title,
        "author": article.author,
        "date": article.date,
        "section": article.section,
        "dek": article.dek,
        "caption": article.caption,
        "credit": article.credit,
    }
    fields = {key: html.escape(value) for key, value in plain.items()}
    fields["json_ld"] = _json_ld(edition, article, canonical)
    fields["amp_link"] = amp if around.has_amp else ""
    return fields


def _json_ld(edition: Edition, article: Article, canonical: str) -> str:
    return json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            "description": article.dek,
            "datePublished": f"{article.date}T06:00:00+00:00",
            "articleSection": article.section,
            "inLanguage": edition.language,
            "mainEntityOfPage": canonical,
            "author": [{"@type": "Person", "name": article.author}],
            "publisher": {"@type": "Organization", "name": edition.name},
        },
        ensure_ascii=article.encoding != "utf-8",
    ).replace("</", "<\\/")


def _furniture(
    template: Template, edition: Edition, article: Article, around: Surroundings
) -> dict[str, str]:
    words, made = around.words, {}
    names = {"name": edition.name, "author": article.author}
    for widget in ("donation", "donation_again", "adblock", "newsletter", "correction"):
        made[widget] = _widget(template, widget, _lines(words[widget]))
    for widget in ("share", "cookie", "app", "promo"):
        made[widget] = _widget(template, widget, _lines(words[widget]))
    made["social"] = _widget(template, "social", {"text": words["social"]})
    for widget in ("bio", "copyright"):
        made[widget] = _widget(template, widget, {"text": words[widget].format(**names)})
    for widget in LISTS:
        items = _items(template.widgets[f"{widget}_item"], getattr(around, widget))
        made[widget] = _widget(template, widget, {"label": words[widget]}, items)
    made["related_inline"] = Text(template.widgets["related_inline"]).substitute(
        _escaped(around.related[0]), label=html.escape(words["related_inline"])
    )
    made["comments"] = _comments(template, words)
    made["navigation"] = _items(template.widgets["menu_item"], around.navigation)
    made["footer"] = _items(template.widgets["menu_item"], around.footer)
    return made


def _comments(template: Template, words: Mapping[str, Any]) -> str:
    entry = Text(template.widgets["comments_item"])
    items = "\n".join(
        entry.substitute(who=html.escape(who), text=html.escape(text))
        for who, text in words["comment_texts"]
    )
    texts = _lines(words["comment_form"]) | {"label": words["comments"]}
    return _widget(template, "comments", texts, items)


def _inserted(
    template: Template, number: int, furniture: Mapping[str, str]
) -> dict[int, list[str]]:
    places: dict[int, list[str]] = {}
    for insert in template.inserts:
        if number % insert.every == 0:
            places.setdefault(insert.after, []).append(furniture[insert.widget])
    return places


def _body(
    template: Template, article: Article, inserted: Mapping[int, Iterable[str]]
) -> Iterable[str]:
    for count, part in enumerate(article.body, start=1):
        kind, text = _part(part)
        for line in text.split("\n- "):
            yield _widget(template, kind, {"text": line})
        if count < len(article.body):
            yield from inserted.get(count, ())
    for place, widgets in inserted.items():
        if place >= len(article.body):
            yield from widgets


def _part(part: str) -> tuple[str, str]:
    for mark, kind in MARKS.items():
        if part.startswith(mark):
            return kind, part.removeprefix(mark)
    return "paragraph", part


def _widget(template: Template, name: str, texts: Mapping[str, str], items: str = "") -> str:
    escaped = {key: html.escape(text) for key, text in texts.items()}
    return Text(template.widgets[name]).substitute(escaped, items=items)


def _lines(lines: Sequence[str]) -> dict[str, str]:
    return {f"l{number}": line for number, line in enumerate(lines)}


def _items(markup: str, links: Iterable[Link]) -> str:
    item = Text(markup)
    return "\n".join(item.substitute(_escaped(link)) for link in links)


def _escaped(link: Link) -> dict[str, str]:
    return {
        "href": html.escape(link.href),
        "title": html.escape(link.title),
        "date": html.escape(link.date),
    }
