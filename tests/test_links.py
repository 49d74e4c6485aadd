"""Where a page leads: its links, which of them are within a source's bounds, and traps."""

import pytest

from crawler import links as links_module
from crawler.bounds import Bounds
from crawler.links import page_links, stands_for
from crawler.sources import Follow, Source
from crawler.traps import TrapWatch, endless, shape

PAGE = """<html lang="de-CH"><head><base href="/dir/"><title> The \n Page </title>
<link rel="canonical" href="/story"><link rel="next" href="?page=2">
<link rel="alternate" type="application/rss+xml" href="/feed">
<meta property="og:site_name" content="Blatt"><meta name="robots" content="noindex, nofollow">
</head><body><a href="one">1</a><a href=" /two#top ">2</a><a href="//b.example/x">3</a>
<a href="javascript:x()">4</a><a href="http://[bad">5</a><a href="one">1</a><a>6</a>
<a href="/a\n/b">7</a><a href="../up">8</a></body></html>"""


def test_a_page_says_where_it_leads():
    read = page_links(PAGE.encode(), "http://a.example/x/y", "text/html; charset=utf-8")
    assert read.links == (
        "http://a.example/dir/?page=2",
        "http://a.example/dir/one",
        "http://a.example/two",
        "http://b.example/x",
        "http://a.example/a/b",
        "http://a.example/up",
    )
    assert read.canonical == "http://a.example/story"
    assert read.feeds == ("http://a.example/feed",)
    assert (read.site_name, read.title, read.language) == ("Blatt", "The Page", "de-CH")
    assert not read.follow


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "windows-1252"),
        ("shift_jis", "shift_jis"),
        ("shift_jis", "utf-8"),
        ("euc_jp", "utf-8"),
        ("euc_jp", "euc-jp"),
        ("utf-8", "x-nonsense"),
    ],
)
def test_a_page_that_declares_a_wrong_encoding_leads_where_its_readers_go(encoding, declared):
    said = "港の事務所は今週も多くの船を数えた。" * 20
    page = f'<title>港</title><p>{said}</p><a href="/港/一">一</a>'.encode(encoding)
    read = page_links(page, "http://a.example/", f"text/html; charset={declared}")
    assert (read.title, read.links) == ("港", ("http://a.example/港/一",))


@pytest.mark.parametrize(
    ("directives", "nofollow"),
    [
        ("noindex, NoFollow", True),
        ("none", True),
        ("unavailable_after: 2027-01-01; nofollow", True),
        ("noindex,noarchive", False),
        ("", False),
    ],
)
def test_a_page_may_ask_not_to_follow_its_links(directives, nofollow):
    page = f'<meta name="robots" content="{directives}"><meta name="robots" content="noarchive">'
    assert page_links(page.encode(), "http://a.example/").follow is not nofollow


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"<a href=", b"<div>" * 50_000, b"\xff\xfe<"])
def test_a_page_that_is_none_leads_nowhere(body):
    assert page_links(body, "http://a.example/").links == ()


def test_the_links_of_one_page_are_bounded():
    body = b"".join(b'<a href="/%d">x</a>' % n for n in range(links_module.MAX_LINKS + 5))
    assert len(page_links(body, "http://a.example/").links) == links_module.MAX_LINKS


@pytest.mark.parametrize(
    ("url", "canonical", "believed"),
    [
        ("http://a.example/story?ref=x", "http://a.example/story", True),
        ("http://a.example/amp/story", "http://a.example/story", True),
        ("http://a.example/story/amp", "http://a.example/story", True),
        ("http://amp.a.example/news/long-slug", "http://a.example/2026/long-slug", True),
        ("http://a.example/story", "http://a.example/story", False),
        ("http://a.example/story", "http://a.example/story#top", False),
        ("http://a.example/story", "http://a.example/", False),
        ("http://a.example/story", "http://a.example/another", False),
        ("http://a.example/story", "http://b.example/story", False),
        ("http://a.example/?p=1", "http://a.example/", True),
        ("http://a.example/story", "http://[bad", False),
        ("http://a.example/story", None, False),
    ],
)
def test_which_canonical_links_are_believed(url, canonical, believed):
    assert (stands_for(url, canonical) is not None) is believed


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://www.a.example/news/1", True),
        ("https://a.example/news/1", True),
        ("http://b.example/news/1", False),
        ("http://sub.a.example/news/1", False),
        ("http://extra.example/news/1", True),
        ("http://extra.example:8080/news/1", True),
        ("http://a.example:8080/news/1", False),
        ("http://a.example/sport/1", False),
        ("http://a.example/news/1?print=1", False),
        ("http://a.example/news/photo.JPG", False),
        ("http://a.example/news/v1.2", True),
        ("mailto:news/x@a.example", False),
        ("http://[bad/news/", False),
    ],
)
def test_which_links_are_within_a_sources_bounds(url, inside):
    follow = Follow(allow=("/news/",), deny=("print=",), hosts=("extra.example",))
    assert Bounds(Source("s", ("http://a.example/",), follow=follow)).contain(url) is inside


def test_a_host_in_another_script_is_the_same_as_its_encoded_name():
    bounds = Bounds(Source("s", ("https://bücher.example/",)))
    assert bounds.contain("https://www.xn--bcher-kva.example/news")


@pytest.mark.parametrize(
    ("url", "trap"),
    [
        ("http://a.example/news/2026/03/story", False),
        ("http://a.example/a/b/a/b/a/b/a/b", True),
        ("http://a.example/1/1/1/1/1", False),
        ("http://a.example/" + "x/" * 30, True),
        ("http://a.example/?" + "&".join(f"p{n}=1" for n in range(20)), True),
    ],
)
def test_an_address_that_is_endless_by_itself(url, trap):
    assert (endless(url) is not None) is trap


def test_shapes_blur_numbers_and_values():
    assert shape("http://a.example/c/2026/11?b=1&a=x") == shape("http://a.example/c/1/2?a=&b=9")
    assert shape("http://a.example/c/2026?a=1") != shape("http://a.example/c/2026?b=1")


def test_an_empty_calendar_is_noticed_and_reported():
    watch = TrapWatch()
    for month in range(200):
        url = f"http://a.example/calendar?year={2026 + month // 12}&month={month % 12}"
        if watch.refuses(url):
            break
        watch.saw(
            url, b"<h1>Mar %d</h1><a href='?month=%d'>next</a>No events" % (month, month), month
        )
    assert month < 60
    assert "calendar" in next(iter(watch.reasons))


def test_pages_with_words_of_their_own_are_no_trap():
    watch = TrapWatch()
    for number in range(2_000):
        url = f"http://a.example/story/{number}"
        assert not watch.refuses(url)
        watch.saw(url, b"<p>Harbour " + b"x" * number, number)
    assert not watch.reasons


def test_endless_combinations_of_parameters_are_noticed():
    watch = TrapWatch()
    urls = [f"http://a.example/shop?colour={n}&size={n}" for n in range(1_500)]
    assert not watch.refuses(urls[0])
    assert sum(map(watch.refuses, urls[1:])) == 500
