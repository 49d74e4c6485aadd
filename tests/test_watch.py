"""`/metrics` and `/healthz`, and the log: what whoever watches a service reads."""

import io
import json
import logging
import socket
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cleaners.errors import OperatorError
from corpus.runs import finish_run, start_run
from corpus.schedule_store import State, save_state
from corpus.store import open_corpus, transaction
from crawler.log import logged, teller
from crawler.metrics import Figures
from crawler.watch import SILENT, Pulse, served

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
URL = "INSERT INTO urls (source, url_key, url, host, state) VALUES ('a', ?, ?, 'a.example', ?)"


class Clock:
    """Seconds that go forward when a test says so."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def corpus(tmp_path):
    db = open_corpus(tmp_path / "corpus.db")
    yield tmp_path / "corpus.db", db
    db.close()


def ask(url):
    """Status and text of an answer."""
    try:
        with urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def samples(text):
    """(name, labels as sorted pairs) → value."""
    return {
        (one.name, *sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def fill(db):
    for number, state in enumerate(["done", "done", "failed", "waiting", "later", "leased"]):
        url = f"https://a.example/{number}"
        db.execute(URL, (url, url, state))
    for reason, fetched in (("finished", 5), ("finished", 0), ("error: disk full", 0)):
        run = start_run(db, "crawl", NOW, "a")
        finish_run(db, run, NOW, reason, {"fetched": fetched})
    start_run(db, "crawl", NOW, "a")
    save_state(db, State("a", "every 60", NOW, 60, NOW, NOW, 1, failures=2, process="1:1"))
    save_state(db, State("gone", "every 60", NOW, 60))
    db.execute(
        """INSERT INTO alarms (site, cause, detail, opened_at, closed_at, before, after) VALUES
        ('a.example', 'failed', '', '', NULL, '[]', '[]'), ('b.example', 'cut', '', '', 'x', '', '')"""
    )


def test_metrics_tell_the_corpus_and_the_schedule(corpus):
    path, db = corpus
    fill(db)
    figures = Figures(path, lambda: {"a"}, Clock())
    with served("127.0.0.1", 0, figures, Pulse(Clock())) as url:
        status, text = ask(f"{url}/metrics")
    assert status == 200
    found = samples(text)
    source = ("source", "a")
    expected = {
        ("winnow_documents",): 0,
        ("winnow_frontier_urls", ("state", "done")): 2,
        ("winnow_frontier_urls", ("state", "failed")): 1,
        ("winnow_frontier_urls", ("state", "later")): 1,
        ("winnow_frontier_urls", ("state", "leased")): 1,
        ("winnow_frontier_urls", ("state", "waiting")): 1,
        ("winnow_runs_total", ("kind", "crawl"), ("result", "finished")): 2,
        ("winnow_runs_total", ("kind", "crawl"), ("result", "error")): 1,
        ("winnow_crawls_running",): 1,
        ("winnow_source_running", source): 1,
        ("winnow_source_next_due_timestamp_seconds", source): NOW.timestamp(),
        ("winnow_source_last_start_timestamp_seconds", source): NOW.timestamp(),
        ("winnow_source_last_success_timestamp_seconds", source): NOW.timestamp(),
        ("winnow_source_failures", source): 2,
        ("winnow_alarms_open", ("cause", "failed"), ("site", "a.example")): 1,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert ("winnow_source_failures", ("source", "gone")) not in found
    [build] = [dict(name[1:]) for name in found if name[0] == "winnow_build_info"]
    assert build["cleaner_version"]
    assert found["winnow_database_bytes",] > 0


def test_a_census_that_takes_long_is_taken_seldom(corpus):
    path, db = corpus
    clock = Clock()
    figures = Figures(path, set, clock)

    def count():
        return samples_of(figures)["winnow_frontier_urls", ("state", "done")]

    def samples_of(collector):
        return {
            (one.name, *sorted(one.labels.items())): one.value
            for family in collector.collect()
            for one in family.samples
        }

    figures.clock = lambda: setattr(clock, "now", clock.now + 1) or clock.now  # a second a look
    db.execute(URL, ("1", "1", "done"))
    assert count() == 1
    db.execute(URL, ("2", "2", "done"))
    assert count() == 1, "counted a moment ago, which took a second"
    clock.now += 30
    assert count() == 2


def test_metrics_are_served_while_a_crawl_writes(corpus):
    path, db = corpus
    figures = Figures(path, set, Clock())
    with served("127.0.0.1", 0, figures, Pulse(Clock())) as url, transaction(db):
        db.execute(URL, ("1", "1", "done"))
        assert ask(f"{url}/metrics")[0] == 200


def test_health_is_bad_once_the_loop_has_not_stepped_for_long(corpus):
    clock = Clock()
    pulse = Pulse(clock)
    pulse.beat()
    with served("127.0.0.1", 0, Figures(corpus[0], set, clock), pulse) as url:
        assert ask(f"{url}/healthz")[0] == 200
        clock.now += SILENT + 1
        status, text = ask(f"{url}/healthz")
        assert (status, json.loads(text)["status"]) == (503, "stuck")
        pulse.beat()
        assert ask(f"{url}/healthz?x=1")[0] == 200
        assert ask(f"{url}/other")[0] == 404


def test_a_corpus_that_cannot_be_read_is_no_metrics(corpus, tmp_path):
    clock = Clock()
    with served("127.0.0.1", 0, Figures(tmp_path / "none.db", set, clock), Pulse(clock)) as url:
        status, text = ask(f"{url}/metrics")
    assert status == 503
    assert "no such corpus" in text


@pytest.mark.parametrize("host", ["127.0.0.1", "no such host"])
def test_an_address_that_cannot_be_had_is_one_line(corpus, host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        figures, pulse = Figures(corpus[0], set, Clock()), Pulse(Clock())
        with (
            pytest.raises(OperatorError, match=f"--metrics-port {port}: {host}:{port} cannot"),
            served(host, port, figures, pulse),
        ):
            pass


def work(tell):
    """What a command may come to tell."""
    with logged(tell):
        tell("crawl started", source="a", files=("ä",))
        try:
            raise KeyError("x")
        except KeyError:
            logging.getLogger("some.library").exception("this %s went wrong", "thing")
        logging.getLogger("some.library").info("all is well")
        raise OperatorError("sources.toml: no such file")


def test_a_json_log_has_one_object_a_line_whatever_it_is_about(capsys):
    with pytest.raises(SystemExit) as ended:
        work(teller("json", lambda: NOW))
    assert ended.value.code == 2
    lines = [json.loads(line) for line in io.StringIO(capsys.readouterr().err)]
    assert [line["event"] for line in lines] == ["crawl started", "log", "error"]
    assert {line["time"] for line in lines} == {"2026-05-01T12:00:00.000+00:00"}
    assert (lines[0]["source"], lines[0]["files"]) == ("a", ["ä"])
    assert lines[1]["text"] == "this thing went wrong"
    assert "KeyError" in lines[1]["traceback"]
    assert lines[2]["problem"] == "sources.toml: no such file"
