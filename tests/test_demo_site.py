"""The demo site: whole, in many languages, with the furniture and the faults of real outlets."""

import urllib.error
import urllib.request
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.html
import pytest

from crawler.demo.content import load_editions, load_furniture
from crawler.demo.server import serving
from crawler.demo.site import AMP_OF, BARRED, BROKEN, GONE, MOVED, REPORT, build_site

BASE = "http://127.0.0.1:8000"
PAGES = build_site(BASE)
ARTICLES = [
    pytest.param(edition, article, id=article.slug)
    for edition in load_editions()
    for article in edition.articles
]


def tree_of(path):
    response = PAGES[path]
    return lxml.html.fromstring(response.body)


@pytest.mark.parametrize(("edition", "article"), ARTICLES)
def test_an_article_has_five_paragraphs_or_more_and_all_stand_on_its_page(edition, article):
    text = " ".join(tree_of(edition.address(article)).text_content().split())
    paragraphs = [part for part in article.body if not part.startswith(("## ", "> ", "- "))]
    assert len(paragraphs) >= 5
    assert [part for part in paragraphs if " ".join(part.split()) not in text] == []


def test_every_link_leads_to_a_page_of_the_site_or_away_from_it():
    for path, response in PAGES.items():
        if not response.content_type.startswith("text/html") or not response.body:
            continue
        for href in tree_of(path).xpath("//a/@href"):
            target = urlsplit(urljoin(BASE + path, href))
            assert target.netloc != urlsplit(BASE).netloc or target.path in PAGES, (path, href)


def test_there_are_six_languages_and_furniture_in_each():
    furniture = load_furniture()
    languages = {edition.language for edition in load_editions()}
    assert languages == set(furniture) == {"en", "de", "uk", "es", "fr", "ja"}
    assert {frozenset(words) for words in furniture.values()} == {frozenset(furniture["en"])}


def test_the_feed_and_the_sitemap_name_articles_that_exist():
    feed = feedparser.parse(PAGES["/feed.xml"].body)
    assert len(feed.entries) == 20
    linked = [urlsplit(entry.link).path for entry in feed.entries]
    located = lxml.html.fromstring(PAGES["/sitemap.xml"].body).xpath("//loc/text()")
    assert {*linked, *(urlsplit(url).path for url in located)} <= set(PAGES)
    assert len(located) == len(ARTICLES)


def test_the_amp_variant_names_its_canonical_page():
    path = f"/news/{AMP_OF}/"
    assert tree_of(path).xpath("//link[@rel='amphtml']/@href") == [f"{BASE}{path}amp/"]
    assert tree_of(f"{path}amp/").xpath("//link[@rel='canonical']/@href") == [BASE + path]


def status_of(url, headers=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})) as answer:
            return answer.status, answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, None


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), (BARRED, 200), (REPORT, 200), (GONE, 404), (BROKEN, 500)]
)
def test_the_server_answers_with_the_sites_pages_and_remembers_the_visits(path, status):
    with serving() as visits:
        assert status_of(visits.base + path)[0] == status
    assert visits.paths == [path]


def test_a_page_that_has_moved_leads_to_its_new_place():
    with serving() as visits:
        assert status_of(visits.base + MOVED)[0] == 200
    assert visits.paths == [MOVED, "/news/ferry-timetable-winter/"]


def test_a_page_that_is_known_is_not_sent_again():
    with serving() as visits:
        tag = status_of(visits.base)[1]
        assert status_of(visits.base, {"If-None-Match": tag})[0] == 304
