"""kill -9 at random moments: nothing is lost, nothing is doubled, the database is whole."""

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from crawler.cleaning import MOST_STARTS, CleanerProcess
from crawler.crawling import Choices, CrawlProgress, crawl
from crawler.sources import Source
from tests.children import context, in_child
from tests.sites import links, serve, story

PAGES = 400
KILLS = 20


def site_of(count):
    """Pages that are found four links at a time, some of them behind redirects that loop back."""
    pages = {"/": story(0, links(*(f"/p/{n}" for n in range(1, 5))))}
    for number in range(1, count):
        further = [f"/p/{n}" for n in range(4 * number + 1, 4 * number + 5) if n < count]
        pages[f"/p/{number}"] = story(number, links("/", *further))
    return pages


def crawl_in_child(db: Path, url: str) -> None:
    crawl(db, [Source("site", (url,), allow_private=True)], Choices(workers=0))


def rows(db, query):
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def processes():
    return context()


def test_a_crawl_killed_twenty_times_has_every_page_once(tmp_path, processes):
    db = tmp_path / "corpus.db"
    moments = random.Random(5)
    fetched = []
    with serve(site_of(PAGES)) as site:
        for _ in range(KILLS):
            child = processes.Process(target=crawl_in_child, args=(db, site.url))
            child.start()
            enough = len(site.log) + moments.randint(1, 30)
            while len(site.log) < enough and child.is_alive():
                time.sleep(0.001)
            child.kill()
            child.join()
            assert rows(db, "PRAGMA integrity_check") == [("ok",)]
            fetched += rows(db, "SELECT count(*) FROM urls WHERE state = 'done'")
        last = processes.Process(target=crawl_in_child, args=(db, site.url))
        last.start()
        last.join(60)
        assert last.exitcode == 0
        asked = site.asked()
    assert rows(db, "SELECT state, count(*) FROM urls GROUP BY state") == [("done", PAGES)]
    assert rows(db, "SELECT count(*), count(DISTINCT url) FROM pages") == [(PAGES, PAGES)]
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]
    assert sorted(set(asked)) == sorted(site.pages)
    assert sum(0 < done < PAGES for (done,) in fetched) >= KILLS // 2, "the kills were mid-crawl"
    assert len(asked) < 2 * PAGES, "only what was on its way is fetched again"


def children() -> list[int]:
    """Return the processes that clean beside this one's crawl."""
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    named = [(int(pid), Path(f"/proc/{pid}/cmdline").read_bytes()) for pid in own]
    return [pid for pid, command in named if b"corpus.following" in command]


def crawl_with_its_cleaner_killed(db: Path, url: str) -> None:
    """Crawl, and kill the process that cleans once it has written something."""
    killed: list[int] = []

    def kill(progress: CrawlProgress) -> None:
        if progress.documents and not killed:
            killed.extend(children())
            os.kill(killed[0], signal.SIGKILL)

    source = Source("site", (url,), allow_private=True)
    progress = crawl(db, [source], Choices(workers=1, show=kill))
    assert killed
    assert progress.documents == 40
    assert progress.cleaning_problem == (
        "the cleaning process was ended by SIGKILL and was started again"
    )


def test_cleaning_that_is_killed_beside_a_crawl_goes_on(tmp_path):
    db = tmp_path / "corpus.db"
    with serve(site_of(40)) as site:
        in_child(crawl_with_its_cleaner_killed, db, site.url)
    assert rows(db, "SELECT count(*), count(DISTINCT url) FROM documents") == [(40, 40)]
    assert rows(db, "SELECT DISTINCT state FROM pages") == [("cleaned",)]
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]


def crawl_that_is_told_to_end_while_it_cleans(db: Path, url: str) -> None:
    def tell(progress: CrawlProgress) -> None:
        if progress.sources[0].reason and not progress.interrupted:
            os.kill(os.getpid(), signal.SIGTERM)

    source = Source("site", (url,), allow_private=True)
    progress = crawl(db, [source], Choices(workers=1, show=tell))
    assert progress.interrupted
    assert progress.sources[0].reason == "finished"


def test_a_wish_to_end_is_heard_while_cleaning_is_waited_for(tmp_path):
    with serve(site_of(3)) as site:
        in_child(crawl_that_is_told_to_end_while_it_cleans, tmp_path / "corpus.db", site.url)
    assert rows(tmp_path / "corpus.db", "SELECT count(*) FROM pages") == [(3,)]


def test_cleaning_that_is_killed_again_and_again_is_given_up_and_says_so(tmp_path):
    with CleanerProcess(tmp_path / "corpus.db", 1, {}) as cleaner:
        for kill in range(1, MOST_STARTS + 1):
            (child,) = children()
            os.kill(child, signal.SIGKILL)
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
            assert cleaner.watch() is (kill < MOST_STARTS)
        assert cleaner.problem == (
            "the cleaning process was ended by SIGKILL; pages may wait for `winnow ingest`"
        )
        cleaner.end("finish")
