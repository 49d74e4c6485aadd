"""Metadata of a page, each field with the place that it came from.

`page_metadata` asks one module per question and puts the answers together. Language, licence and
opt-outs are left at their defaults: `language`, `licence` and `optout` see to them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import html

from cleaners.declared import Declared, words_of
from cleaners.metadata import fields
from cleaners.metadata.article import article_nodes
from cleaners.metadata.authors import Site, authors
from cleaners.metadata.beside import lines_beside
from cleaners.metadata.dates import dates
from cleaners.metadata.site import outlet_keys, site_name
from cleaners.metadata.title import title
from cleaners.records import Metadata, Page

__all__ = ["page_metadata"]


def page_metadata(
    declared: Declared, tree: html.HtmlElement, page: Page, body_text: str
) -> Metadata:
    """Return what the page says about itself; the tree is left as it is."""
    nodes = article_nodes(declared, page.url, _first_heading(declared))
    site = site_name(declared, nodes)
    outlets = outlet_keys(declared, site, page.url)
    shown = title(declared, nodes, outlets, page.url)
    headline = shown.found
    lines = lines_beside(shown.heading)
    people = authors(declared, nodes, shown.heading, lines, Site(site, outlets, page.url))
    when = dates(declared, tree, nodes, lines, page)
    tags, tags_place = fields.tags(declared, nodes)
    section = fields.section(declared, nodes)
    picture = fields.image(declared, nodes, page.url)
    single = {
        "title": headline,
        "published": when.published,
        "modified": when.modified,
        "dek": fields.dek(declared, nodes, body_text, headline.value if headline else ""),
        "section": section,
        "image": picture,
        "image_caption": picture and fields.image_caption(declared, nodes, tree, picture.value),
        "canonical_url": fields.canonical(declared, page.url),
        "amp_url": fields.amp(declared, page.url),
        "site_name": site,
        "content_type": fields.content_type(
            declared, nodes, section.value if section else "", page.url
        ),
    }
    places = {name: found.place for name, found in single.items() if found}
    places |= {"tags": tags_place} if tags else {}
    places |= {"authors": people.place} if people else {}
    rest = Metadata(
        authors=people.names if people else (),
        tags=tags,
        provenance=places,
    )
    values: dict[str, Any] = {name: found.value for name, found in single.items() if found}
    return replace(rest, **values)


def _first_heading(declared: Declared) -> str:
    return next(filter(None, (words_of(element) for element in declared.headings)), "")
