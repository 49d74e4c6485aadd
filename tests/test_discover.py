"""What a site offers: feeds, sitemaps, links; and the source that `winnow add` writes."""

import gzip
import json
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawler import links as links_module
from crawler.bounds import Bounds
from crawler.discover import feed_links
from crawler.feeds import looks_like_feed, read_feed
from crawler.links import page_links, stands_for
from crawler.sitemaps import MAX_ENTRIES, looks_like_sitemap, read_sitemap
from crawler.sources import Follow, Source, load_sources
from crawler.traps import TrapWatch, endless, shape
from crawler.visits import revisit_rule
from tests.sites import Answer, links, serve, story
from tests.test_crawl import ENV, ROOT

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Hafenblatt</title><language>de</language>
<item><title>One</title><link> /one#comments </link></item>
<item><title>Two</title><link>http://a.example/two</link></item>
<item><title>Broken</title><link>http://[a.example/three</link></item>
<item><title>Nothing</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>
<entry><link rel="alternate" href="http://a.example/x"/></entry></feed>"""
NEWS = """<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://a.example/1</loc><lastmod>2026-03-01</lastmod><news:news>
<news:publication><news:name>Blatt</news:name><news:language>de</news:language></news:publication>
<news:title>Erste</news:title></news:news></url>
<url><loc>ftp://a.example/2</loc></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>http://a.example/s1.xml.gz</loc></sitemap></sitemapindex>"""
ENTITIES = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">
<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<urlset><url><loc>http://a.example/&a;&c;</loc></url></urlset>"""


def test_a_feeds_entries_are_its_links_in_order():
    feed = read_feed(RSS.encode(), "http://a.example/feed")
    assert feed.links == ("http://a.example/one", "http://a.example/two")
    assert (feed.title, feed.language) == ("Hafenblatt", "de")
    assert read_feed(ATOM.encode(), "http://a.example/").links == ("http://a.example/x",)


@pytest.mark.parametrize("cut", [0, 50, 200, 300])
def test_a_broken_feed_gives_what_can_be_read(cut):
    assert len(read_feed(RSS.encode()[: -cut or None], "http://a.example/").links) <= 2


@pytest.mark.parametrize(
    ("head", "feed", "sitemap"),
    [
        (RSS, True, False),
        (ATOM, True, False),
        ("<!-- made by hand -->\n" + ATOM, True, False),
        ("\ufeff" + RSS, True, False),
        (NEWS, False, True),
        (INDEX, False, True),
        ("<?xml-stylesheet href='x'?>" + INDEX, False, True),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN">\n<rss>',
            True,
            False,
        ),
        ("<!---->" * 300 + "<html>", False, False),  # read in one way, not in 2 ** 300
        (ENTITIES, False, False),
        ("<html><body><rss>", False, False),
        ("", False, False),
    ],
)
def test_feeds_and_sitemaps_are_told_by_how_they_begin(head, feed, sitemap):
    assert looks_like_feed(head.encode()) is feed
    assert looks_like_sitemap("http://a.example/x", head.encode()) is sitemap


def test_a_sitemap_is_read_with_its_news_and_within_http():
    (entry,) = read_sitemap(NEWS.encode())
    assert (entry.url, entry.modified) == ("http://a.example/1", "2026-03-01")
    assert (entry.news_title, entry.news_language) == ("Erste", "de")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda b: gzip.compress(b)[:-9]])
def test_an_index_names_sitemaps_gzipped_or_not_or_cut_off(pack):
    assert [e.is_sitemap for e in read_sitemap(pack(INDEX.encode() + b" " * 600))] == [True]


def test_a_sitemap_may_be_a_list_of_addresses():
    lines = b"http://a.example/1\nnonsense\nhttp://a.example/2\n"
    assert [e.url for e in read_sitemap(lines)] == ["http://a.example/1", "http://a.example/2"]


def test_a_sitemap_is_read_no_further_than_the_protocol_allows():
    row = "<url><loc>http://a.example/{}</loc></url>"
    text = "<urlset>" + "".join(row.format(n) for n in range(MAX_ENTRIES + 10)) + "</urlset>"
    assert sum(1 for _ in read_sitemap(text.encode())) == MAX_ENTRIES
    bomb = gzip.compress(b"<urlset>" + b" " * 80_000_000 + row.format(1).encode())
    assert list(read_sitemap(bomb)) == []


def test_entities_in_a_sitemap_are_not_resolved():
    assert all(
        "root:" not in e.url and "bbbb" not in e.url for e in read_sitemap(ENTITIES.encode())
    )


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


def test_when_a_page_is_due_again():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    hours = timedelta(hours=1)
    auto = revisit_rule("auto")
    assert auto(now, now) == now
    assert auto(now, now - 10 * hours) == now + 5 * hours
    assert auto(now, now - 20_000 * hours) == now + timedelta(days=30)
    assert revisit_rule("never")(now, now) is None
    assert revisit_rule(3_600.0)(now, now) == now + hours
    assert revisit_rule(None)(now, now) == now


def test_links_that_are_named_as_feeds_are_looked_at():
    here = ["/rss/all.xml", "/news.rss", "/feeds/", "/index.atom", "/blog/feed", "/export.rdf"]
    others = ["/feedback", "/newsfeeds-explained", "/crossing", "/news?rss", "/a"]
    links = [f"http://www.a.example{path}" for path in (*here, *others)]
    found = feed_links([*links, "http://b.example/rss"], "http://a.example/")
    assert found == links[: len(here)]


def test_add_finds_what_a_site_offers_and_writes_a_source_that_works(tmp_path):
    sources, db = tmp_path / "sources.toml", tmp_path / "corpus.db"
    head = '<link rel=alternate type="application/rss+xml" href="/feed">'
    head += '<meta property="og:site_name" content="Das &quot;Blatt&quot;">'
    with serve({}) as site:
        site.pages = {
            "/": story(0, links("/section"), head=head),
            "/section": story(1, links("/too-deep")),
            "/one": story(2),
            "/news": story(3),
            "/too-deep": story(4),
            "/feed": Answer(RSS.encode(), 200, {"Content-Type": "application/rss+xml"}),
            "/map.xml.gz": Answer(
                gzip.compress(NEWS.replace("http://a.example/1", f"{site.url}/news").encode()),
                200, {"Content-Type": "application/gzip"},
            ),
            "/robots.txt": Answer(b"Sitemap: http://[broken\nSitemap: /map.xml.gz\n"),
        }  # fmt: skip

        def winnow(*arguments):
            return subprocess.run(
                [sys.executable, "-m", "winnow", "--db", db, "--sources", sources, *arguments],
                capture_output=True, text=True, env=ENV, cwd=ROOT, timeout=60, check=False,
            )  # fmt: skip

        said = winnow("--json", "add", site.url, "--allow-private", "--name", "blatt")
        assert json.loads(said.stdout)["found"]["site_name"] == 'Das "Blatt"', said.stderr
        written = load_sources(sources)["blatt"]
        assert written.feeds == (f"{site.url}/feed",)
        assert written.sitemaps == (f"{site.url}/map.xml.gz",)
        again = winnow("add", site.url, "--allow-private", "--name", "blatt")
        assert (again.returncode, "is there already" in again.stderr) == (2, True)
        site.log.clear()
        assert winnow("crawl", "blatt", "--workers", "0").returncode == 0
        assert sorted(site.asked()) == ["/", "/feed", "/map.xml.gz", "/news", "/one", "/section"]


def certificate(folder):
    """Write a certificate that nobody signed and that names no host; return its two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    signed = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files = folder / "certificate.pem", folder / "key.pem"
    for file, content in zip(files, (signed, private), strict=True):
        file.write_bytes(content)
    return files


def test_a_certificate_that_does_not_verify_is_one_line(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"https://127.0.0.1:{server.server_port}/"
        said = subprocess.run(
            [sys.executable, "-m", "winnow", "--sources", tmp_path / "s.toml", "add", url,
             "--allow-private"],
            capture_output=True, text=True, env=ENV, cwd=ROOT, timeout=60, check=False,
        )  # fmt: skip
        server.shutdown()
    assert said.stderr.startswith(f"winnow: {url}: robots.txt: ")
    assert said.stderr.endswith("TLS: certificate verify failed\n")
    assert said.stderr.count("\n") == 1
