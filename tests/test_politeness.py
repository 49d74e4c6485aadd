"""Robots, delays and identity: what a crawl owes to the sites that it visits."""

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.crawling import Choices, crawl
from crawler.retrying import retry_after
from crawler.sources import Source
from tests.children import in_child
from tests.sites import Answer, html, links, serve, story

QUICK = {"WINNOW_RETRY_DELAY": 0.05, "LOG_LEVEL": "ERROR"}


def crawl_source(db, source, settings):
    crawl(db, [source], Choices(workers=0, settings={**QUICK, **settings}))


def rows(db, query):
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture
def visit(tmp_path):
    """Crawl a site once; return the database."""
    db = tmp_path / "corpus.db"

    def visit(site, settings=None, **choices):
        source = Source("site", (f"{site.url}/",), allow_private=True, **choices)
        in_child(crawl_source, db, source, settings or {})
        return db

    return visit


def robots(text, status=200):
    return Answer(text.encode(), status, {"Content-Type": "text/plain"})


def test_what_robots_txt_forbids_is_not_asked_for_and_says_so(visit):
    pages = {"/": html(links("/open", "/closed/a")), "/open": story(1), "/closed/a": story(2)}
    pages["/robots.txt"] = robots(
        "User-agent: Winnow\nDisallow: /closed\n\nUser-agent: *\nAllow: /"
    )
    with serve(pages) as site:
        db = visit(site)
        assert site.asked() == ["/", "/open"]
        assert site.asked(furniture=True)[0] == "/robots.txt"
    found = rows(db, "SELECT state, error FROM urls WHERE url LIKE '%closed%'")
    assert found == [("failed", "robots.txt forbids it")]


def test_a_byte_order_mark_does_not_hide_a_rule(visit):
    rules = robots("\ufeffUser-agent: *\nDisallow: /closed")
    pages = {"/": html(links("/open", "/closed/a")), "/open": story(1), "/robots.txt": rules}
    with serve(pages) as site:
        visit(site)
        assert site.asked() == ["/", "/open"]


def test_a_robots_txt_that_asks_for_time_gets_it(visit):
    busy = Answer(b"", 503, {"Retry-After": "600"})
    with serve({"/": story(0), "/robots.txt": busy}) as site:
        db = visit(site)
        assert site.asked(furniture=True) == ["/robots.txt"]
    ((due, asked),) = rows(db, "SELECT due_at, fetched_at FROM urls")
    waits = datetime.fromisoformat(due) - datetime.fromisoformat(asked)
    assert timedelta(minutes=9) < waits < timedelta(minutes=11)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (" 120 ", 120),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("Thursday, 01-Jan-26 00:01:00 GMT", 60),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Thu, 01 Jan 99999999999 00:00:00 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
    ],
)
def test_what_retry_after_asks_for(header, seconds):
    assert retry_after(header, datetime(2026, 1, 1, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_robots_txt_that_is_not_there_allows_everything(visit, status):
    with serve({"/": story(0), "/robots.txt": robots("", status)}) as site:
        visit(site)
        assert site.asked() == ["/"]


def test_a_robots_txt_that_fails_means_wait_and_then_leave_for_later(visit):
    with serve({"/": story(0), "/robots.txt": robots("", 503)}) as site:
        db = visit(site)
        assert site.asked() == []
        assert site.asked(furniture=True).count("/robots.txt") == 3
    assert rows(db, "SELECT state, error FROM urls") == [("later", "robots.txt answers HTTP 503")]


def test_a_robots_txt_that_fails_once_only_delays_the_crawl(visit):
    class Recovering(dict):
        def get(self, path):
            if path == "/robots.txt" and not any(one.path == path for one in site.log[:-1]):
                return robots("", 500)
            return super().get(path)

    with serve(
        Recovering({"/": story(0), "/robots.txt": robots("User-agent: *\nAllow: /")})
    ) as site:
        db = visit(site)
    assert rows(db, "SELECT state FROM urls") == [("done",)]


def test_a_crawl_delay_longer_than_ours_is_obeyed(visit):
    times = []

    class Timed(dict):
        def get(self, path):
            if path not in ("/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"):
                times.append(time.monotonic())
            return super().get(path)

    pages = {"/": html(links("/a", "/b")), "/a": story(1), "/b": story(2)}
    pages["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 0.4")
    with serve(Timed(pages)) as site:
        visit(site)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) == 2
    assert min(gaps) > 0.35, "a lower bound: how long a site is left alone"


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("https://crawls.example/about", "(+https://crawls.example/about)"),
        ("", "(contact not set)"),
    ],
)
def test_the_agent_says_how_to_reach_its_operator_or_that_nobody_said(contact, said):
    code = "from crawler.settings import USER_AGENT; print(USER_AGENT)"
    root = Path(__file__).parent.parent
    agent = subprocess.check_output(
        [sys.executable, "-c", code], env={"WINNOW_CONTACT": contact}, cwd=root, text=True
    )
    assert agent.startswith("Winnow/")
    assert agent.strip().endswith(said)


def test_the_crawler_says_who_it_is_and_sends_a_sources_headers(visit):
    with serve({"/": story(0)}) as site:
        visit(site, headers={"Accept-Language": "de"})
        agents = {one.headers["user-agent"] for one in site.log}
        assert all(agent.startswith("Winnow/") for agent in agents)
        (page,) = [one for one in site.log if one.path == "/"]
        assert page.headers["accept-language"] == "de"


def test_the_files_in_which_a_host_reserves_rights_are_kept(visit):
    pages = {"/": story(0), "/robots.txt": robots("User-agent: *\nContent-Signal: ai-train=no")}
    pages["/.well-known/tdmrep.json"] = Answer(b'[{"location": "/", "tdm-reservation": 1}]')
    with serve(pages) as site:
        db = visit(site)
    kept = dict(rows(db, "SELECT name, CAST(body AS TEXT) FROM host_files WHERE status = 200"))
    assert kept == {
        "/robots.txt": "User-agent: *\nContent-Signal: ai-train=no",
        "/.well-known/tdmrep.json": '[{"location": "/", "tdm-reservation": 1}]',
    }


def test_a_second_crawl_asks_for_robots_txt_conditionally(visit):
    pages = {"/": story(0, ETag='"p"')}
    pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /x", 200, {"ETag": '"r"'})
    with serve(pages) as site:
        visit(site)
        site.log.clear()
        visit(site)
        assert {one.path for one in site.log} == {"/robots.txt", "/"}
        assert all("if-none-match" in one.headers for one in site.log)
