"""Any spider on the frontier: its callbacks, bodies and meta survive kills; retries wait."""

import json
import sqlite3
import time
from pathlib import Path

import pytest
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.pipelines import page_of
from tests.children import context
from tests.sites import Answer, html, links, serve, story

FORMS = 40


class FormSpider(scrapy.Spider):
    """A spider of a user's own: it fills in forms, and notes what came in a file."""

    name = "forms"

    def __init__(self, url, notes, **arguments):
        super().__init__(**arguments)
        self.start_urls = [url]
        self.notes = notes

    def parse(self, response):
        for number in range(FORMS):
            yield scrapy.FormRequest(
                response.urljoin("/search"),
                formdata={"q": f"Brücke {number}"},
                callback=self.parse_answer,
                errback=self.failed,
                cb_kwargs={"number": number},
                meta={"cookiejar": number % 3, "tags": ["a", number]},
            )

    def parse_answer(self, response, number):
        assert response.meta["tags"] == ["a", number]
        yield page_of(response.replace(url=f"{response.url}?n={number}"), "forms")
        yield {"ordinary": "item"}
        yield response.follow(f"/found/{number}", self.parse_found, meta={"number": number})

    async def parse_found(self, response):
        self.note(f"found {response.meta['number']}")
        yield page_of(response, "forms")

    def failed(self, failure):
        self.note(f"failed {failure.request.cb_kwargs['number']}")

    def note(self, line):
        with Path(self.notes).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def run_spider(spider, db, arguments, settings):
    project = Settings()
    project.setmodule("crawler.settings", priority="project")
    quick = {"WINNOW_PRIVATE_HOSTS": ["127.0.0.1"], "DOWNLOAD_DELAY": 0, "WINNOW_RETRY_DELAY": 0.05,
             "AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "ERROR"}  # fmt: skip
    project.setdict({"WINNOW_DB": str(db), **quick, **settings}, priority="cmdline")
    process = AsyncCrawlerProcess(project)
    process.crawl(spider, **arguments)
    process.start()


@pytest.fixture(scope="module")
def processes():
    return context()


@pytest.fixture
def run(processes, tmp_path):
    """Run a spider in a process of its own; with `kill_after` seconds, kill it then."""
    db = tmp_path / "corpus.db"

    def start(spider, arguments, kill_after=None, **settings):
        child = processes.Process(target=run_spider, args=(spider, db, arguments, settings))
        child.start()
        child.join(kill_after or 60)
        ended = child.exitcode
        child.kill()
        child.join()
        assert kill_after or ended == 0
        return db

    return start


def rows(db, query):
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def slow_forms(path):
    time.sleep(0.05)
    return html(f"<p>Answer to {path}</p>")


def test_the_requests_of_a_users_own_spider_survive_kills(run, tmp_path):
    notes = tmp_path / "notes"
    with serve(slow_forms) as site:
        arguments = {"url": f"{site.url}/", "notes": str(notes)}
        for moment in (0.5, 0.7, 0.6, 0.8):
            run(FormSpider, arguments, kill_after=moment)
        db = run(FormSpider, arguments)
        posted = {one.body for one in site.log if one.method == "POST"}
    assert len(posted) == FORMS, "every form was sent, with its own body"
    assert b"q=Br%C3%BCcke+7" in posted
    assert set(notes.read_text().split("\n")) - {""} == {f"found {n}" for n in range(FORMS)}
    stored = rows(db, "SELECT count(*), count(DISTINCT url) FROM pages")
    assert stored == [(2 * FORMS, 2 * FORMS)]
    assert rows(db, "SELECT DISTINCT state FROM urls") == [("done",)]


def test_a_new_crawl_of_a_users_spider_begins_from_the_start(run, tmp_path):
    with serve(slow_forms) as site:
        arguments = {"url": f"{site.url}/", "notes": str(tmp_path / "notes")}
        run(FormSpider, arguments)
        first = len(site.asked())
        run(FormSpider, arguments)
        assert len(site.asked()) == 2 * first


class ErrorSpider(scrapy.Spider):
    """A spider whose pages fail in every way."""

    name = "errors"

    def __init__(self, url, **arguments):
        super().__init__(**arguments)
        self.start_urls = [url]

    def parse(self, response):
        for path in ("/raises", "/500", "/404", "/good"):
            yield response.follow(path, self.parse_it)
        yield response.follow("/lambda", lambda response: None)

    def parse_it(self, response):
        yield page_of(response, "errors")
        if response.url.endswith("/raises"):
            raise RuntimeError("the page is not what I thought")


def test_every_end_of_a_request_is_noted_with_its_reason(run):
    pages = {path: story(1) for path in ("/", "/raises", "/good", "/lambda")}
    pages["/500"] = Answer(b"", 500)
    with serve(pages) as site:
        db = run(ErrorSpider, {"url": f"{site.url}/"})
    port = site.url.rpartition(":")[2]
    found = {
        url.partition(port)[2]: (state, error)
        for url, state, error in rows(db, "SELECT url, state, error FROM urls")
    }
    assert found == {
        "/": ("done", None),
        "/good": ("done", None),
        "/404": ("failed", "HTTP 404"),
        "/500": ("failed", "HTTP 500 (3 attempts)"),
        "/raises": (
            "failed",
            "the spider failed: RuntimeError: the page is not what I thought",
        ),
    }
    asked = [one.path for one in site.log]
    assert asked.count("/500") == 3
    assert asked.count("/lambda") == 1, "a request that cannot be kept is still made"


def test_too_many_requests_is_obeyed_for_the_whole_host(run):
    times = []

    def busy(path):
        if path == "/":
            return html(links(*(f"/{n}" for n in range(6))))
        if not path[1:].isdigit():
            return None
        times.append(time.monotonic())
        if len(times) == 1:
            return Answer(b"", 429, {"Retry-After": "1"})
        return story(len(times))

    with serve(busy) as site:
        db = run(LinkSpider, {"url": f"{site.url}/"}, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert rows(db, "SELECT count(*) FROM urls WHERE state = 'done'") == [(7,)]
    assert times[1] - times[0] > 0.9, "nothing was asked for while the host wanted to rest"


class LinkSpider(scrapy.Spider):
    """A spider that follows all links."""

    name = "links"

    def __init__(self, url, **arguments):
        super().__init__(**arguments)
        self.start_urls = [url]

    def parse(self, response):
        yield page_of(response, "links")
        yield from response.follow_all(css="a")


def test_a_host_that_asks_for_hours_is_left_for_a_later_crawl(run):
    pages = {"/": html(links("/a", "/b")), "/a": story(1)}
    pages["/b"] = Answer(b"", 503, {"Retry-After": "7200"})
    with serve(pages) as site:
        db = run(LinkSpider, {"url": f"{site.url}/"}, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    ((state, due, error),) = rows(db, "SELECT state, due_at, error FROM urls WHERE url LIKE '%/b'")
    assert (state, error) == ("later", "HTTP 503 Service Unavailable")
    assert due > time.strftime("%Y-%m-%dT%H", time.gmtime(time.time() + 7_000))
    ((counts,),) = rows(db, "SELECT counts FROM runs")
    assert json.loads(counts)["left"] >= 1
