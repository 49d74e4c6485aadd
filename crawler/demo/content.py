"""The demo site's articles, the furniture around them, and the templates: package data as values.

What is read here is our own writing about a town that does not exist. How it becomes pages is
`render`'s affair.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

EDITIONS = ("en", "de", "uk", "es", "fr", "ja", "notebook")
"""Content files, in the order of the home page."""

ADDRESSES = {
    "press": "/{path}/{slug}/",
    "portal": "/{path}/{slug}.html",
    "journal": "/{path}/{year}/{month}/{slug}/",
}
"""Template → the shape of its articles' addresses."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article: `body` is its parts, each a line of text whose mark says what it is."""

    slug: str
    section: str
    title: str
    author: str
    date: str
    caption: str
    credit: str
    dek: str
    body: tuple[str, ...]
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Edition:
    """A newspaper of the demo town: its language, its template, and its articles, oldest first."""

    language: str
    name: str
    path: str
    template: str
    byline: str
    published: str
    articles: tuple[Article, ...]

    def address(self, article: Article) -> str:
        """Return the path under which `article` stands."""
        year, month, _ = article.date.split("-")
        shape = ADDRESSES[self.template]
        return shape.format(path=self.path, slug=article.slug, year=year, month=month)


@dataclass(frozen=True, slots=True)
class Insert:
    """A widget in the flow of an article: after how many parts, on every which article."""

    after: int
    widget: str
    every: int = 1


@dataclass(frozen=True, slots=True)
class Template:
    """A site template: the page around an article, its widgets' markup, and where they stand."""

    page: str
    widgets: Mapping[str, str]
    inserts: tuple[Insert, ...]


def load_editions() -> tuple[Edition, ...]:
    """Return all editions with their articles."""
    return tuple(_edition(_toml("articles", name)) for name in EDITIONS)


def load_furniture() -> Mapping[str, Mapping[str, Any]]:
    """Return the furniture's wording: language → widget → text, lines, or pairs of lines."""
    return _toml("articles", "furniture")


def load_template(name: str) -> Template:
    """Return the template `name`: "press", "portal" or "journal"."""
    table = _toml("templates", name)
    inserts = tuple(Insert(**insert) for insert in table["insert"])
    return Template(load_page(name), table["widgets"], inserts)


def load_page(name: str) -> str:
    """Return the text of the page template `name`."""
    return _data("templates", f"{name}.html").decode()


def _edition(table: dict[str, Any]) -> Edition:
    articles = tuple(
        Article(**{**article, "body": tuple(article["body"].strip().split("\n\n"))})
        for article in table.pop("article")
    )
    return Edition(articles=articles, **table)


def _toml(folder: str, name: str) -> dict[str, Any]:
    return tomllib.loads(_data(folder, f"{name}.toml").decode())


def _data(folder: str, name: str) -> bytes:
    return files(__package__).joinpath(folder, name).read_bytes()
