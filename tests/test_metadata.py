"""What a page says about itself: titles, people, dates and the smaller fields, with places."""

from datetime import datetime

import pytest
from lxml import etree, html

from cleaners.declared import read
from cleaners.metadata import page_metadata
from cleaners.records import Metadata, Page

URL = "https://www.harbour-gazette.example/2026/03/tide-walls"


def metadata(markup: str, url: str = URL, fetched_at: datetime | None = None) -> Metadata:
    tree = html.document_fromstring(markup)
    before = etree.tostring(tree)
    found = page_metadata(read(tree), tree, Page(b"", url, fetched_at=fetched_at), "Body text.")
    assert etree.tostring(tree) == before, "the shared tree was changed"
    return found


def ld(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>Tide walls rise | Harbour Gazette</title>",
            "<h1>Tide walls rise</h1>",
            "Tide walls rise",
        ),
        ("<title>Tide walls rise - Harbour Gazette</title>", "<p>x</p>", "Tide walls rise"),
        (
            '<meta property="og:title" content="Tide walls rise"><title>Harbour Gazette</title>',
            "<h1>Harbour Gazette</h1>",
            "Tide walls rise",
        ),
        ("<title>News</title>", "<h1>News</h1><h1>Why the walls of our harbour rise</h1>", "News"),
        ("", "<h1>Walls &amp; tides</h1>", "Walls & tides"),
        ("", "<p>No heading at all.</p>", None),
    ],
)
def test_titles_come_without_the_name_of_the_site(head: str, body: str, title: str | None) -> None:
    assert metadata(f"<html><head>{head}</head><body>{body}</body></html>").title == title
