"""How far a crawl reaches when its source changes, and what it says of what it left out."""

import json
import sqlite3

import msgspec
import pytest

from crawler.crawling import Choices, CrawlProgress, Progress, crawl
from crawler.shown import summary
from crawler.sources import Follow, Source
from tests.children import in_child
from tests.sites import Answer, html, links, serve, story


def crawl_and_tell(db, source):
    progress = crawl(db, [source], Choices(workers=0))
    db.with_suffix(".json").write_bytes(msgspec.json.encode(progress.sources[0]))


@pytest.fixture
def told(tmp_path):
    """Crawl a source in a process of its own; return its progress at the end."""
    db = tmp_path / "corpus.db"

    def told(**choices):
        in_child(crawl_and_tell, db, Source("site", allow_private=True, **choices))
        return msgspec.convert(json.loads(db.with_suffix(".json").read_bytes()), Progress)

    told.db = db
    return told


def lines(progress):
    return "\n".join(summary(CrawlProgress([progress]), "corpus.db"))


def test_where_more_links_are_followed_unchanged_pages_show_theirs(told):
    pages = {"/": html(links("/a"), ETag='"1"'), "/a": story(1)}
    with serve(pages) as site:
        start = (f"{site.url}/",)
        assert told(start=start, follow=Follow(depth=0)).counts["fetched"] == 1
        assert told(start=start, follow=Follow(depth=0)).counts["unchanged"] == 1
        further = told(start=start, follow=Follow(depth=1))
        assert (further.counts["fetched"], further.counts["new"]) == (2, 1)
        again = told(start=start, follow=Follow(depth=1, max_pages=50))
        assert again.counts["unchanged"] == 1, "how many pages says nothing of which"
    with sqlite3.connect(told.db) as db:
        assert db.execute("SELECT count(*) FROM pages").fetchone() == (2,)
    db.close()


def test_what_a_source_leaves_out_from_now_on_is_not_fetched_any_more(told):
    pages = {"/": html(links("/news/1", "/video/1", "/video/2"))}
    pages |= {"/news/1": story(1), "/video/1": story(2), "/video/2": story(3)}
    with serve(pages) as site, serve(pages, "127.0.0.3") as wrong:
        told(start=(f"{wrong.url}/",), follow=Follow(max_pages=3))
        wrong.log.clear()
        start, deny = (f"{site.url}/",), ("/video/",)
        told(start=start, follow=Follow(max_pages=2))
        told(start=start, follow=Follow(deny=deny))
        assert sorted(set(site.asked())) == ["/", "/news/1"]
        assert wrong.asked() == []
        told(start=start)
        assert sorted(set(site.asked())) == sorted(pages)


def test_where_a_start_leads_still_belongs_to_a_source_that_follows_other_links(told):
    with serve({"/": story(0, links("/a")), "/a": story(1)}, "127.0.0.3") as site:
        moved = Answer(b"", 301, {"Location": f"{site.url}/"})
        with serve({"/": moved}) as former:
            start, hosts = (f"{former.url}/",), ("127.0.0.3",)
            told(start=start, follow=Follow(hosts=hosts, depth=0))
            told(start=start, follow=Follow(hosts=hosts, depth=1))
            assert site.asked() == ["/", "/", "/a"]


@pytest.mark.parametrize("refresh", ["never", "auto", 3_600.0])
def test_what_a_source_names_is_asked_for_in_every_crawl(told, refresh):
    items = "<item><link>/1</link></item>"
    feed = Answer(f"<rss><channel>{items}</channel></rss>".encode(), headers={"ETag": '"1"'})
    with serve({"/": story(0), "/feed": feed, "/1": story(1)}) as site:
        choices = {"start": (f"{site.url}/",), "feeds": (f"{site.url}/feed",), "refresh": refresh}
        told(**choices)
        with sqlite3.connect(told.db) as db:  # last changed, as far as is known, a year ago
            db.execute("UPDATE urls SET changed_at = '2025-01-01T00:00:00+00:00'")
        db.close()
        told(**choices)
        site.log.clear()
        told(**choices)
        asked = site.asked()
    assert {"/", "/feed"} <= set(asked)
    assert "/1" not in asked


def test_a_start_page_that_was_not_there_is_asked_for_by_the_next_crawl(told):
    with serve({}) as site:
        assert told(start=(f"{site.url}/",)).start_error == f"{site.url}/: HTTP 404"
        site.pages = {"/": story(0)}
        assert told(start=(f"{site.url}/",)).counts["fetched"] == 1


def test_entries_on_other_sites_and_the_reasons_of_failures_are_told(told):
    entries = ["http://b.example/1", "http://b.example/2", "http://[broken/", "/gone", "/lost"]
    items = "".join(f"<item><link>{link}</link></item>" for link in entries)
    with serve({"/feed": Answer(f"<rss><channel>{items}</channel></rss>".encode())}) as site:
        progress = told(feeds=(f"{site.url}/feed",))
        said = lines(progress)
    assert progress.elsewhere == {"b.example": 2}
    assert "2 entries of feeds and sitemaps lead to other sites (b.example)" in said
    assert f"2 x HTTP 404, such as {site.url}/gone" in said
