"""`winnow crawl` from the command line, on loopback sites."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from corpus.processes import this_process
from tests.children import Winnow
from tests.sites import Answer, html, links, serve, story

ROOT = Path(__file__).parent.parent
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::DeprecationWarning"}


def start(db, *arguments):
    return Winnow(db.parent, "--db", db, *arguments)


def winnow(db, *arguments, code=0):
    done = start(db, *arguments).end()
    assert done.returncode == code, done.stderr + done.stdout
    return done


def rows(db, query, *values):
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def states(db):
    return dict(rows(db, "SELECT state, count(*) FROM urls GROUP BY state"))


def tree(count):
    """A site of `count` pages, each linking to three further ones."""
    pages = {"/": story(0, links("/p/1", "/p/2", "/p/3"))}
    for number in range(1, count):
        further = [f"/p/{n}" for n in range(3 * number + 1, 3 * number + 4) if n < count]
        pages[f"/p/{number}"] = story(number, links("/", *further))
    return pages


def test_a_site_is_fetched_archived_and_cleaned_in_one_go(tmp_path):
    db = tmp_path / "corpus.db"
    with serve(tree(30)) as site:
        done = winnow(db, "crawl", "--url", site.url, "--allow-private")
        assert sorted(site.asked()) == sorted(site.pages)
    assert states(db) == {"done": 30}
    assert rows(db, "SELECT count(*), count(DISTINCT url) FROM documents") == [(30, 30)]
    assert "30 fetched" in done.stdout
    assert "30 documents" in done.stdout
    ((reason, counts),) = rows(db, "SELECT finish_reason, counts FROM runs WHERE kind = 'crawl'")
    assert reason == "finished"
    assert json.loads(counts)["fetched"] == 30


def test_a_second_crawl_asks_only_whether_pages_have_changed(tmp_path):
    db = tmp_path / "corpus.db"
    pages = {"/": story(0, links("/a", "/b"), ETag='"0"')}
    pages |= {f"/{name}": story(n, ETag=f'"{n}"') for n, name in enumerate("ab", 1)}
    with serve(pages) as site:
        arguments = ("crawl", "--url", site.url, "--allow-private", "--workers", 0)
        winnow(db, *arguments)
        site.log.clear()
        winnow(db, *arguments)
        asked = [one for one in site.log if one.path in pages]
        assert sorted(one.path for one in asked) == ["/", "/a", "/b"]
        assert all("if-none-match" in one.headers for one in asked)
        assert rows(db, "SELECT count(*) FROM pages") == [(3,)]
        pages["/a"] = story(99, ETag='"99"')
        winnow(db, *arguments)
    winnow(db, "ingest")
    key = site.url.removeprefix("http://") + "/a"
    kept = rows(db, "SELECT count(*) FROM pages WHERE url_key LIKE ?", f"%{key}")
    assert kept == [(2,)], "the former raw page stays beside the new one"
    assert rows(db, "SELECT count(*) FROM documents") == [(4,)]


def test_a_crawl_whose_addresses_another_one_has_says_so(tmp_path):
    db = tmp_path / "corpus.db"
    with serve(tree(2)) as site:
        arguments = ("crawl", "--url", site.url, "--allow-private", "--workers", 0)
        winnow(db, *arguments, "--max-pages", 1)
        with sqlite3.connect(db) as connection:
            lease = f"1 {this_process()}"
            connection.execute("UPDATE urls SET state = 'leased', lease = ?", (lease,))
        connection.close()
        done = winnow(db, *arguments)
        assert len(site.asked()) == 1
    ending = f"another crawl (process {os.getpid()}) is fetching what is left"
    assert f"4 left - finished; {ending}" in done.stdout


def test_redirects_and_canonical_links_lead_to_one_document(tmp_path):
    db = tmp_path / "corpus.db"
    names = ("/old", "/story?utm_source=mail", "/story?ref=home", "/print/story", "/story/amp")
    canonical = '<link rel=canonical href="/story">'
    pages = {"/": html(links(*names)), "/old": Answer(b"", 301, {"Location": "/story#top"})}
    for path in ("/story", *names[1:]):
        pages[path] = story(1, head=canonical)
    with serve(pages) as site:
        winnow(db, "crawl", "--url", site.url, "--allow-private", "--workers", 0)
    port = site.url.rpartition(":")[2]
    stored = [key.partition(port)[2] for (key,) in rows(db, "SELECT url_key FROM pages")]
    assert sorted(stored) == ["/", "/story"]
    assert rows(db, "SELECT count(*) FROM urls WHERE state = 'failed'") == [(0,)]


def test_a_wrong_canonical_link_does_not_swallow_a_page(tmp_path):
    db = tmp_path / "corpus.db"
    home = '<link rel=canonical href="/">'
    pages = {"/": story(0, links("/a", "/print/b")), "/a": story(1, head=home)}
    pages["/print/b"] = story(2, head='<link rel=canonical href="/b">')
    with serve(pages) as site:
        winnow(db, "crawl", "--url", site.url, "--allow-private", "--workers", 0)
    assert rows(db, "SELECT count(*) FROM pages") == [(3,)]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("crawl", "habour"), "no source named 'habour'; did you mean 'harbour'?"),
        (("crawl", "--url", "htp://a.example"), "only http and https addresses can be crawled"),
        (("crawl", "--url", "http//a.example"), "no host name; a typing error?"),
        (("crawl", "harbour", "--url", "http://a.example"), "not both"),
        (("add", "exa mple.org"), "is not an address"),
    ],
)
def test_an_operators_mistake_is_one_line(tmp_path, arguments, line):
    sources = tmp_path / "sources.toml"
    sources.write_text("[harbour]\nstart = ['http://127.0.0.1:9/']\n")
    done = winnow(tmp_path / "x.db", "--sources", sources, *arguments, code=2)
    assert line in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_host_that_cannot_be_reached_is_one_line(tmp_path):
    url = "http://127.0.0.1:9/"
    arguments = ("crawl", "--url", url, "--allow-private", "--workers", 0)
    done = winnow(tmp_path / "x.db", *arguments, code=1)
    last = done.stderr.splitlines()[-1]
    assert last == f"winnow: 127.0.0.1:9: {url}: the host refused the connection"
    done = winnow(tmp_path / "x.db", "crawl", "--url", url, "--workers", 0, code=1)
    assert "non-public address 127.0.0.1" in done.stderr


def test_max_pages_bounds_a_crawl_and_the_next_goes_on(tmp_path):
    db = tmp_path / "corpus.db"
    with serve(tree(12)) as site:
        arguments = ("crawl", "--url", site.url, "--allow-private", "--max-pages", 7)
        arguments += ("--workers", 0)
        winnow(db, *arguments)
        assert len(site.asked()) == 7
        winnow(db, *arguments)
    assert rows(db, "SELECT finish_reason FROM runs WHERE kind = 'crawl'")[0] == ("max_pages",)
    assert rows(db, "SELECT count(*) FROM pages") == [(12,)]


class Endless(dict):
    """A site without end, whose pages take a moment."""

    def get(self, path):
        time.sleep(0.02)
        number = int(path.rpartition("/")[2] or 0) if path[-1].isdigit() or path == "/" else None
        if number is None:
            return None
        return story(number, links(*(f"/p/{3 * number + n}" for n in (1, 2, 3))))


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.end()
        time.sleep(0.02)


def test_one_ctrl_c_ends_a_crawl_cleanly_and_the_next_goes_on(tmp_path):
    db = tmp_path / "corpus.db"
    with serve(Endless()) as site:
        process = start(db, "crawl", "--url", site.url, "--allow-private")
        wait_for(lambda: len(site.log) > 20, process)
        process.signal(signal.SIGINT)
        done = process.end()
    assert done.returncode == 130
    assert "interrupted; the next crawl goes on" in done.stdout
    assert all(line.startswith("crawling: ") for line in done.stderr.splitlines()), done.stderr
    assert rows(db, "SELECT finish_reason FROM runs WHERE kind = 'crawl'") == [("interrupted",)]
    assert "leased" not in states(db)


def test_two_ctrl_c_end_a_crawl_at_once(tmp_path):
    db = tmp_path / "corpus.db"
    hang = threading.Event()
    with serve(
        lambda path: story(1) if path == "/robots.txt" or not hang.wait(30) else None
    ) as site:
        process = start(db, "crawl", "--url", site.url, "--allow-private", "--workers", 0)
        wait_for(lambda: "/" in site.asked(), process)
        process.signal(signal.SIGINT)
        time.sleep(0.2)
        process.signal(signal.SIGINT)
        try:
            done = process.end(20)
        finally:
            hang.set()
    assert done.returncode == 130
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]


def test_crawling_and_cleaning_can_be_killed_at_any_moment(tmp_path):
    db = tmp_path / "corpus.db"
    moments = random.Random(3)
    with serve(tree(60)) as site:
        for _ in range(3):
            process = start(db, "crawl", "--url", site.url, "--allow-private")
            enough = len(site.log) + moments.randint(1, 25)
            while process.poll() is None and len(site.log) < enough:
                time.sleep(0.002)
            time.sleep(moments.random())
            process.kill()
            assert rows(db, "PRAGMA integrity_check") == [("ok",)]
        winnow(db, "crawl", "--url", site.url, "--allow-private")
    # Cleaning processes whose crawls were killed may still have pages; they end by themselves.
    for _ in range(600):
        winnow(db, "ingest")
        if rows(db, "SELECT DISTINCT state FROM pages") == [("cleaned",)]:
            break
        time.sleep(0.1)
    assert states(db) == {"done": 60}
    assert rows(db, "SELECT count(*), count(DISTINCT url) FROM documents") == [(60, 60)]
    assert rows(db, "SELECT DISTINCT state FROM pages") == [("cleaned",)]


def test_the_same_spider_runs_under_scrapy(tmp_path):
    db = tmp_path / "corpus.db"
    with serve(tree(5)) as site:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "site", "-a", f"url={site.url}", "-a",
             "allow_private=1"],
            capture_output=True, text=True, env={**ENV, "WINNOW_DB": str(db)}, cwd=ROOT,
            timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert rows(db, "SELECT count(*) FROM pages") == [(5,)]
