"""The demo site as a table: path → what is answered there, the good, the broken and the barred.

Besides articles: listings with pagination, a feed, a sitemap, robots.txt with a barred section, a
page that fails, a dead link, a redirect, a PDF, an AMP variant and a syndicated copy.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crawler.demo.content import Article, Edition, load_editions, load_furniture
from crawler.demo.render import (
    Link,
    Listing,
    Surroundings,
    render_amp,
    render_article,
    render_listing,
)

PER_PAGE = 6
IN_FEED = 20
HTML = "text/html; charset=utf-8"
BARRED = "/internal/"
"""What robots.txt forbids; every page links into it."""
BROKEN, GONE, MOVED, REPORT = "/news/live/", "/news/lost/", "/news/old-ferry/", "/files/budget.pdf"
AMP_OF, SYNDICATED, MOVED_TO = "harbour-seal-count", "mill-street-bridge", "ferry-timetable-winter"
ROBOTS = "User-agent: *\nDisallow: {barred}\nSitemap: {base}/sitemap.xml\n"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
ABOUT = (
    "The newspapers of Almsund come out of two rooms above a bakery.",
    "The town, its people and its papers are made up; they exist to show what Winnow does.",
)
EXTRAS = (
    Link(BROKEN, "Live: the council meeting"),
    Link(GONE, "Lost and found"),
    Link(MOVED, "Ferries: the winter timetable"),
    Link(REPORT, "The town's budget (PDF)"),
)


@dataclass(frozen=True, slots=True)
class Response:
    """What the server answers at one path."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def build_site(base: str) -> dict[str, Response]:
    """Return all pages of the site that stands at `base` ("http://127.0.0.1:8000")."""
    site = _Site(base, load_editions(), load_furniture())
    pages: dict[str, Response] = {}
    for edition in site.editions:
        pages |= site.articles(edition) | site.listings(edition)
    return pages | site.copies() | site.front() | site.specials()


@dataclass(frozen=True, slots=True)
class _Site:
    base: str
    editions: tuple[Edition, ...]
    words: Mapping[str, Mapping[str, Any]]

    def articles(self, edition: Edition) -> dict[str, Response]:
        """Return the articles of an edition."""
        pages = {}
        for number, article in enumerate(edition.articles):
            page = render_article(edition, number, self._around(edition, article))
            pages[edition.address(article)] = _encoded(page, article.encoding)
        return pages

    def listings(self, edition: Edition) -> dict[str, Response]:
        """Return an edition's front page and those with older articles."""
        newest, pages = edition.articles[::-1], {}
        chunks = [newest[at : at + PER_PAGE] for at in range(0, len(newest), PER_PAGE)]
        addresses = [f"/{edition.path}/"]
        addresses += [f"/{edition.path}/page/{n}/" for n in range(2, len(chunks) + 1)]
        words = self.words[edition.language]
        for number, (address, chunk) in enumerate(zip(addresses, chunks, strict=True)):
            pager = [Link(a, words["older"]) for a in addresses[number + 1 : number + 2]]
            pager += [Link(a, words["newer"]) for a in addresses[number - 1 : number] if number]
            teasers = [(_link(edition, article), article.dek) for article in chunk]
            pages[address] = self._listing(Listing(edition.name, address, teasers, pager), edition)
        return pages

    def copies(self) -> dict[str, Response]:
        """Return the AMP variant of one article, and another one as a second outlet has it."""
        edition, blog = self._edition("news"), self._edition("blog")
        number = _number(edition, AMP_OF)
        article = edition.articles[number]
        amp = render_amp(edition, number, self._around(edition, article))
        article = edition.articles[_number(edition, SYNDICATED)]
        notice = self.words["en"]["archive_copy"].format(name=edition.name)
        copy = replace(blog, articles=(replace(article, body=(*article.body, notice)),))
        page = render_article(copy, 0, self._around(blog, blog.articles[0]))
        return {
            f"{edition.address(edition.articles[number])}amp/": _encoded(amp),
            copy.address(copy.articles[0]): _encoded(page),
        }

    def front(self) -> dict[str, Response]:
        """Return the home page and the page about the site."""
        first = self.editions[0]
        teasers = [
            (_link(edition, edition.articles[-1]), edition.articles[-1].dek)
            for edition in self.editions
        ]
        blog, moved = self._edition("blog"), first.articles[_number(first, SYNDICATED)]
        teasers.append((Link(blog.address(moved), moved.title), moved.dek))
        home = Listing("The newspapers of Almsund", "/", teasers, EXTRAS)
        about = Listing("About the newspapers of Almsund", "/about/", paragraphs=ABOUT)
        return {listing.address: self._listing(listing, first) for listing in (home, about)}

    def specials(self) -> dict[str, Response]:
        """Return what is not a page of text: feeds, robots.txt, and everything that goes wrong."""
        new = self._edition("news").articles[_number(self._edition("news"), MOVED_TO)]
        moved_to = self.base + self._edition("news").address(new)
        failed = Response(b"<h1>Internal Server Error</h1>", status=500)
        gone = Response(b"<h1>Not Found</h1>", status=404)
        robots = ROBOTS.format(barred=BARRED, base=self.base)
        return {
            "/robots.txt": Response(robots.encode(), "text/plain"),
            "/sitemap.xml": Response(self._sitemap().encode(), "application/xml"),
            "/feed.xml": Response(self._feed().encode(), "application/rss+xml"),
            BARRED: Response(b"<h1>Editors only</h1><p>Nobody should be reading this.</p>"),
            BROKEN: failed,
            GONE: gone,
            MOVED: Response(b"", status=301, headers={"Location": moved_to}),
            REPORT: Response(PDF, "application/pdf"),
        }

    def _listing(self, listing: Listing, edition: Edition) -> Response:
        around = self._around(edition, edition.articles[0])
        return _encoded(render_listing(listing, edition, around))

    def _around(self, edition: Edition, article: Article) -> Surroundings:
        words = self.words[edition.language]
        at = edition.articles.index(article)
        others = edition.articles[at + 1 :] + edition.articles[:at]
        titles = words["footer"]
        footer = [Link(f"/about/#{number}", title) for number, title in enumerate(titles)]
        return Surroundings(
            base=self.base,
            navigation=[
                Link("/", words["home"]),
                *(Link(f"/{other.path}/", other.name) for other in self.editions),
            ],
            footer=[*footer, Link(BARRED, "Intranet")],
            related=[_link(edition, other) for other in others[:3]],
            most_read=[_link(edition, other) for other in others[-3:]],
            words=words,
            has_amp=article.slug == AMP_OF,
        )

    def _edition(self, path: str) -> Edition:
        return next(edition for edition in self.editions if edition.path == path)

    def _dated(self) -> Iterator[tuple[str, Article]]:
        for edition in self.editions:
            for article in edition.articles:
                yield self.base + edition.address(article), article

    def _sitemap(self) -> str:
        rows = "\n".join(
            f"<url><loc>{html.escape(url)}</loc><lastmod>{article.date}</lastmod></url>"
            for url, article in self._dated()
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?>\n<urlset xmlns="{space}">\n{rows}\n</urlset>\n'

    def _feed(self) -> str:
        newest = sorted(self._dated(), key=lambda pair: pair[1].date, reverse=True)[:IN_FEED]
        items = "\n".join(
            f"<item><title>{html.escape(article.title)}</title>"
            f"<link>{html.escape(url)}?utm_source=rss&amp;utm_medium=feed</link>"
            f"<guid>{html.escape(url)}</guid>"
            f"<description>{html.escape(article.dek)}</description></item>"
            for url, article in newest
        )
        head = f"<title>Almsund</title><link>{self.base}/</link><description>News</description>"
        channel = f"<channel>{head}\n{items}\n</channel>"
        return f'<?xml version="1.0"?>\n<rss version="2.0">{channel}</rss>\n'


def _link(edition: Edition, article: Article) -> Link:
    return Link(edition.address(article), article.title, article.date)


def _number(edition: Edition, slug: str) -> int:
    return next(n for n, article in enumerate(edition.articles) if article.slug == slug)


def _encoded(page: str, encoding: str = "utf-8") -> Response:
    kind = HTML if encoding == "utf-8" else "text/html"
    return Response(page.encode(encoding, "xmlcharrefreplace"), kind)
