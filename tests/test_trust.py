"""A hostile site: the crawl ends, the good pages are there, and each failure has its reason."""

import gzip
import sqlite3
import time

import pytest

from crawler import handlers
from crawler.addresses import AddressGuard, is_public
from crawler.crawling import Choices, crawl
from crawler.sources import Follow, Source
from tests.children import in_child
from tests.sites import Answer, html, links, serve, story

QUICK = {
    "DOWNLOAD_TIMEOUT": 1.5,
    "DOWNLOAD_MAXSIZE": 12_000_000,
    "WINNOW_RETRY_DELAY": 0.05,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
}


def moved(to, status=302):
    return Answer(b"", status, {"Location": to})


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>and another thing</p>" * 20_000)


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.1)


def endless_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-More: " + b"x" * 1_000 + b"\r\n")


def shorter_than_announced(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n<p>short</p>")


def not_http(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")


def hostile(path):
    if path.startswith("/trap/"):
        number = int(path.removeprefix("/trap/"))
        return html(f"<p>Nothing here yet, look at {number}.</p>" + links(f"/trap/{number + 1}"))
    if path.startswith("/storm/"):
        return Answer(b"broken", 500)
    return PAGES.get(path)


BOMB = gzip.compress(b"\0" * 100_000_000, 9) * 100  # ten gigabytes once unpacked
PAGES = {
    "/": html(
        links(
            "/good/1", "/loop/1", "/self", "/bomb", "/endless", "/drip", "/short", "/long",
            "/headers", "/pdf", "/image", "/deep", "/ssh", "/zip", "/empty", "/elsewhere",
            "/metadata", "/trap/1", "/good/2", "http://[broken", "javascript:alert(1)",
            "mailto:x@example.org", "file:///etc/passwd", "ftp://127.0.0.2/x", "data:text/html,x",
            "/chain/0", *(f"/storm/{n}" for n in range(30)),
        )
    ),
    "/good/1": story(1),
    "/good/2": story(2, links("/good/3")),
    "/good/3": story(3),
    "/loop/1": moved("/loop/2"),
    "/loop/2": moved("/loop/1"),
    "/self": moved("/self"),
    "/bomb": Answer(BOMB, 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}),
    "/zip": Answer(b"\x1f\x8bnot", 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}),
    "/endless": Answer(write=endless),
    "/drip": Answer(write=drip),
    "/short": Answer(write=shorter_than_announced),
    "/long": Answer(write=lambda h: h.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<p>Hello")),
    "/headers": Answer(write=endless_headers),
    "/ssh": Answer(write=not_http),
    "/pdf": Answer(b"%PDF-1.7 \x00\x01", 200, {"Content-Type": "text/html"}),
    "/image": Answer(b"\xff\xd8\xff" * 1_000, 200, {"Content-Type": "image/jpeg"}),
    "/deep": Answer(b"<div>" * 100_000, 200, {"Content-Type": "text/html"}),
    "/empty": Answer(b"", 200, {"Content-Type": "text/html"}),
    "/elsewhere": moved("http://127.0.0.1:9/"),
    "/metadata": moved("http://169.254.169.254/latest/meta-data/"),
    **{f"/chain/{n}": moved(f"/chain/{n + 1}") for n in range(40)},
}  # fmt: skip
REASONS = {
    "/bomb": "too big once unpacked",
    "/zip": "cannot be unpacked",
    "/endless": "too big",
    "/drip": "time limit",
    "/short": "announced length",
    "/headers": "connection broke",
    "/ssh": "connection broke",
    "/pdf": "not-html: PDF",
    "/image": "not-html: declared as image/jpeg",
    "/elsewhere": "redirects off the site",
    "/metadata": "redirects off the site",
    "/storm/7": "HTTP 500 (3 attempts)",
}


def crawl_hostile(db, url):
    follow = Follow(depth=40)
    crawl(
        db,
        [Source("site", (url + "/",), follow=follow, allow_private=True)],
        Choices(workers=0, settings=QUICK),
    )


def treat_as_public(address):
    return address == "127.0.0.2"


def crawl_public(db, url, elsewhere):
    """Crawl as if 127.0.0.2 were a public address, with `elsewhere` as a host of the source."""
    handlers.AddressGuard = lambda hosts: AddressGuard(hosts, treat_as_public)
    follow = Follow(hosts=("127.0.0.3", "localhost", "169.254.169.254", "0x7f.3"))
    source = Source("site", (url,), follow=follow, delay=0)
    settings = {**QUICK, "AUTOTHROTTLE_ENABLED": False}
    crawl(db, [source], Choices(workers=0, settings=settings))


def rows(db, query):
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    db = tmp_path_factory.mktemp("hostile") / "corpus.db"
    with serve(hostile, "127.0.0.2") as site:
        in_child(crawl_hostile, db, site.url)
    return db, site


def test_the_good_pages_of_a_hostile_site_are_all_there(after):
    db, site = after
    stored = {url.removeprefix(site.url) for (url,) in rows(db, "SELECT url FROM pages")}
    assert {"/", "/good/1", "/good/2", "/good/3", "/long", "/deep"} <= stored
    assert not stored & set(REASONS)


@pytest.mark.parametrize("path", REASONS)
def test_each_failure_of_a_hostile_site_has_its_reason(after, path):
    db, site = after
    found = {
        url.removeprefix(site.url): (state, error)
        for url, state, error in rows(db, "SELECT url, state, error FROM urls")
    }
    state, error = found[path]
    assert state == "failed"
    assert REASONS[path] in error


def test_nothing_of_a_hostile_site_is_left_waiting_or_without_a_reason(after):
    db, _ = after
    assert rows(db, "SELECT url FROM urls WHERE state NOT IN ('done', 'failed')") == []
    assert rows(db, "SELECT url FROM urls WHERE state = 'failed' AND error IS NULL") == []
    assert rows(db, "SELECT finish_reason FROM runs") == [("finished",)]


def test_no_address_that_is_not_public_is_connected_to_whatever_leads_there(tmp_path):
    db = tmp_path / "corpus.db"
    with serve({"/": story(1), "/secret": story(2)}, "127.0.0.3") as inside:
        port = inside.url.rpartition(":")[2]
        targets = {
            "/by-address": f"{inside.url}/secret",
            "/by-name": f"http://localhost:{port}/secret",
            "/by-hex": f"http://0x7f.3:{port}/secret",
            "/metadata": "http://169.254.169.254/latest/meta-data/",
        }
        pages = {"/": html(links(*targets, f"{inside.url}/")), "/good": story(3)}
        pages |= {path: moved(target) for path, target in targets.items()}
        with serve(pages, "127.0.0.2") as site:
            in_child(crawl_public, db, f"{site.url}/", inside.url)
        assert inside.log == [], "not even its robots.txt was asked for"
    refused = rows(db, "SELECT url, error FROM urls WHERE state = 'failed'")
    assert len(refused) == 5
    assert all("non-public address" in error for _, error in refused), refused
    assert len(rows(db, "SELECT 1 FROM pages")) == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("not an address", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public
