"""Addresses that cannot be fetched: a wall is alarmed in its first run, dead links never."""

from datetime import UTC, datetime, timedelta

import pytest

from cleaners.records import Page
from corpus.alarms import alarms, check_run
from corpus.condition import site_health
from corpus.frontier import Frontier
from corpus.frontier_records import Found, Outcome
from corpus.runs import finish_run, start_run
from corpus.store import open_corpus

START = datetime(2026, 5, 1, tzinfo=UTC)


class Crawler:
    """Crawls a site by the hour: some new addresses each time, answered with a status."""

    def __init__(self, db):
        self.db, self.now, self.number = db, START, 0

    def crawl(self, statuses, dead=()):
        """Fetch an address for each status, and the dead ones again; the alarms that changed."""
        self.now += timedelta(hours=1)
        run = start_run(self.db, "crawl", self.now, "a")
        frontier = Frontier(self.db, "a", run, lambda now, changed: None)
        frontier.begin(self.now, "due")
        found = {}
        for status in statuses:
            self.number += 1
            found[f"https://a.example/{self.number}"] = status
        frontier.add([Found(url, url) for url in [*found, *dead]])
        taken = frontier.take(1_000, self.now)
        outcomes = [self._outcome(leased, found.get(leased.url, 404)) for leased in taken]
        frontier.settle([], outcomes, self.now)
        finish_run(self.db, run, self.now, "finished", {})
        return [(one.cause, one.closed_at is None) for one in check_run(self.db, run, self.now)]

    def _outcome(self, leased, status):
        if status != 200:
            error = f"HTTP {status} (3 attempts)" if status else "the host refused the connection"
            return Outcome(leased, "failed", status, error, due_at=self.now, attempts=1)
        page = Page(
            body=leased.url.encode(),
            url=leased.url,
            status=200,
            content_type="text/html",
            fetched_at=self.now,
        )
        return Outcome(leased, "done", 200, pages=(page,))


@pytest.fixture
def crawler(tmp_path):
    db = open_corpus(tmp_path / "corpus.db")
    yield Crawler(db)
    db.close()


@pytest.mark.parametrize("status", [403, 500, None])
def test_a_wall_is_one_alarm_in_its_first_run_and_over_when_it_is_gone(crawler, status):
    for _ in range(5):
        assert crawler.crawl([200] * 6) == []
    assert crawler.crawl([status] * 5) == [("failed", True)]
    assert crawler.crawl([status] * 5) == []
    [alarm] = alarms(crawler.db)
    assert alarm.detail.startswith("addresses that could not be fetched (mostly ")
    assert ("HTTP" in alarm.detail) == bool(status)
    assert "attempts" not in alarm.detail
    assert alarm.detail.endswith("100%, before 0%")
    assert alarm.after[0] == "https://a.example/31"
    assert site_health(crawler.db)[0]["alarms"] == ["failed"]
    assert crawler.crawl([200] * 5) == [("failed", False)]


def test_some_failures_in_each_run_are_usual_and_more_of_them_are_not(crawler):
    for run in range(40):
        assert crawler.crawl([404, 200, 200, 200, 200, 200 if run % 3 else 500]) == []
    assert crawler.crawl([200, *[500] * 19]) == [("failed", True)]


def test_a_dead_link_that_is_asked_for_again_and_again_says_nothing(crawler):
    crawler.crawl([200] * 10)
    dead = [f"https://a.example/dead/{number}" for number in range(3)]
    crawler.crawl([200] * 20, dead)
    for _ in range(10):
        assert crawler.crawl([200], dead) == []
    assert crawler.db.execute("SELECT sum(failed) FROM site_fetches").fetchone() == (3,)


def test_single_pages_that_fail_one_a_run_are_alarmed_after_a_few(crawler):
    for _ in range(30):
        assert crawler.crawl([200]) == []
    assert [crawler.crawl([403]) for _ in range(4)].count([("failed", True)]) == 1
