"""The frontier's own promises, without a crawler."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from cleaners.records import Page
from corpus.frontier import Frontier, crawl_cycle
from corpus.frontier_records import Found, Outcome
from corpus.frontier_report import crawled_by
from corpus.processes import is_alive, process_name, this_process
from corpus.runs import finish_run, start_run
from corpus.store import open_corpus
from corpus.urls import url_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at_once(now, changed):
    return now


@pytest.fixture
def db(tmp_path):
    database = open_corpus(tmp_path / "corpus.db")
    yield database
    database.close()


def frontier(db, now=NOW, renew=None, revisit=at_once):
    made = Frontier(db, "s", start_run(db, "crawl", now, "s"), revisit)
    made.begin(now, renew)
    return made


def found(*urls, **fields):
    return [Found(url_key(url), url, **fields) for url in urls]


def page(url, body=b"<p>x"):
    return Page(body, url, url, "s", 200, {}, "text/html", NOW)


def states(db):
    return dict(db.execute("SELECT url, state FROM urls").fetchall())


def test_an_address_is_known_once_however_it_is_written(db):
    one = frontier(db)
    assert one.add(found("http://a.example/x?b=1&a=2", "http://a.example:80/x?a=2&b=1#top")) == 1
    assert one.add(found("http://a.example/x?a=2&b=1&utm_source=mail")) == 0


def test_hosts_take_turns_however_much_one_of_them_has(db):
    one = frontier(db)
    one.add(found(*(f"http://big.example/{n}" for n in range(1_000))))
    one.add(found("http://small.example/", "http://tiny.example/"))
    taken = [leased.host for leased in one.take(9, NOW)]
    assert taken.count("small.example") == taken.count("tiny.example") == 1
    assert taken.count("big.example") <= 7


def test_a_host_that_rests_is_passed_over(db):
    one = frontier(db)
    one.add(found("http://a.example/", "http://b.example/"))
    assert [leased.host for leased in one.take(5, NOW, {"a.example"})] == ["b.example"]


def test_more_important_addresses_come_first_and_then_older_ones(db):
    one = frontier(db)
    one.add(found("http://a.example/1", "http://a.example/2"))
    one.add(found("http://a.example/start", priority=9))
    taken = [leased.url[-1] for leased in one.take(3, NOW)]
    assert taken == ["t", "1", "2"]


def test_what_a_fetch_brings_is_written_whole_or_not_at_all(db):
    one = frontier(db)
    one.add(found("http://a.example/"))
    (leased,) = one.take(1, NOW)
    fine = Outcome(leased, "done", 200, pages=(page("http://a.example/"),))
    with pytest.raises(ValueError, match="without an address"):
        one.settle(
            found("http://a.example/b"), [fine, Outcome(leased, "done", pages=(Page(b""),))], NOW
        )
    assert states(db) == {"http://a.example/": "leased"}
    assert db.execute("SELECT count(*) FROM pages").fetchone() == (0,)
    assert one.settle(found("http://a.example/b"), [fine], NOW) == 1
    assert states(db) == {"http://a.example/": "done", "http://a.example/b": "waiting"}


def test_the_leases_of_a_dead_run_are_taken_back_and_those_of_a_living_one_are_not(db):
    one = frontier(db)
    one.add(found("http://a.example/1", "http://a.example/2"))
    first, second = one.take(2, NOW)
    db.execute("UPDATE urls SET lease = '1 999999:1' WHERE id = ?", (first.id,))
    two = frontier(db)
    assert [leased.id for leased in two.take(5, NOW)] == [first.id]
    assert states(db)[second.url] == "leased"


def test_a_process_is_not_taken_for_another_with_its_number():
    pid, _, started = this_process().partition(":")
    assert is_alive(this_process())
    assert not is_alive(f"{pid}:{int(started or 0) + 1}")
    assert not is_alive("nonsense")


def test_what_is_put_off_waits_for_its_time(db):
    one = frontier(db)
    one.add(found("http://a.example/"))
    (leased,) = one.take(1, NOW)
    one.settle([], [Outcome(leased, "later", 503, "HTTP 503", due_at=NOW + HOUR, attempts=1)], NOW)
    assert one.take(1, NOW) == []
    assert one.next_due() == NOW + HOUR
    (again,) = one.take(1, NOW + HOUR)
    assert (again.url, again.attempts) == ("http://a.example/", 1)


def settle_all(one, now, **fields):
    for leased in one.take(50, now):
        one.settle([], [Outcome(leased, "done", 200, **fields)], now)


def test_a_new_crawl_fetches_again_only_what_is_due(db):
    one = frontier(db, revisit=lambda now, changed: now + 2 * HOUR)
    one.add(found("http://a.example/"))
    settle_all(one, NOW)
    assert frontier(db, NOW + HOUR, "due").take(1, NOW + HOUR) == []
    assert len(frontier(db, NOW + 2 * HOUR, "due").take(1, NOW + 2 * HOUR)) == 1


def test_a_new_crawl_told_to_fetches_everything_again(db):
    one = frontier(db, revisit=lambda now, changed: None)
    one.add(found("http://a.example/"))
    settle_all(one, NOW)
    assert len(frontier(db, NOW + HOUR, "all").take(1, NOW + HOUR)) == 1


def test_nothing_is_fetched_twice_in_one_crawl(db):
    one = frontier(db)
    one.add(found("http://a.example/"))
    settle_all(one, NOW)
    assert one.add(found("http://a.example/")) == 0
    continued = Frontier(db, "s", start_run(db, "crawl", NOW, "s"), at_once)
    continued.begin(NOW, "due")
    assert continued.take(1, NOW + HOUR) == []


def test_pages_speak_for_themselves_when_their_canonical_address_fails(db):
    one = frontier(db)
    one.add(found("http://a.example/print/x", "http://a.example/x"))
    variant, canonical = one.take(2, NOW)
    one.settle([], [Outcome(variant, "done", 200, same_as=canonical.url_key)], NOW)
    one.settle([], [Outcome(canonical, "failed", 404, "HTTP 404", due_at=NOW)], NOW)
    (again,) = one.take(5, NOW)
    assert (again.url, again.same_as) == ("http://a.example/print/x", "")


@pytest.mark.parametrize(
    ("reasons", "hours"),
    [
        ([], None),
        (["finished"], None),
        ([None], 1),
        (["finished", None, "interrupted"], 2),
        ([None, "max_pages"], None),
        (["finished", None, None, None], 3),
    ],
)
def test_a_crawl_goes_on_with_the_runs_that_did_not_finish(db, reasons, hours):
    """The runs began an hour after each other, the last an hour ago."""
    for number, reason in enumerate(reasons):
        began = NOW - HOUR * (len(reasons) - number)
        run = start_run(db, "crawl", began, "s")
        if reason:
            finish_run(db, run, began, reason, {})
    expected = (NOW, False) if hours is None else (NOW - HOUR * hours, True)
    assert crawl_cycle(db, "s", NOW, 86_400) == expected


def test_an_interrupted_crawl_of_last_week_is_begun_anew(db):
    start_run(db, "crawl", NOW - timedelta(days=7), "s")
    assert crawl_cycle(db, "s", NOW, 86_400) == (NOW, False)


def test_another_process_that_crawls_the_same_source_is_known_while_it_lives(db):
    one = frontier(db)
    one.add(found("http://a.example/1", "http://a.example/2"))
    first, _ = one.take(2, NOW)
    assert crawled_by(db, "s") is None, "the leases are our own"
    for lease, holder in (("1 999999:1", None), (f"1 {process_name(os.getppid())}", os.getppid())):
        db.execute("UPDATE urls SET lease = ? WHERE id = ?", (lease, first.id))
        assert crawled_by(db, "s") == (holder and str(holder))
