"""What a site offers: feeds, sitemaps, links; and the source that `winnow add` writes."""

import gzip
import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawler.discover import feed_links
from crawler.feeds import looks_like_feed, read_feed
from crawler.sitemaps import MAX_ENTRIES, looks_like_sitemap, read_sitemap
from crawler.sources import load_sources
from crawler.visits import revisit_rule
from tests.children import Winnow
from tests.sites import Answer, links, serve, story

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
            return Winnow(tmp_path, "--db", db, "--sources", sources, *arguments).end()

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
        arguments = ("--sources", tmp_path / "s.toml", "add", url, "--allow-private")
        said = Winnow(tmp_path, *arguments).end()
        server.shutdown()
    assert said.stderr.startswith(f"winnow: {url}: robots.txt: ")
    assert said.stderr.endswith("TLS: certificate verify failed\n")
    assert said.stderr.count("\n") == 1
