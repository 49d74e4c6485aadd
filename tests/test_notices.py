"""Alarms sent out: to a webhook, to a command, each once, again when it failed."""

import json
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cleaners.errors import ConfigError, OperatorError
from corpus.notices import next_notice, sent
from corpus.store import open_corpus
from crawler.notices import Ways, chosen_ways, load_ways
from crawler.sourcefile import write_source
from crawler.sources import load_sources
from crawler.telling import post, run_command, tell_alarms
from tests.sites import Answer, serve

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SOURCE = '\n[a]\nstart = ["https://a.example/"]\n'


def corpus_with(tmp_path, *sites):
    """A corpus with an open alarm for each site."""
    path = tmp_path / "corpus.db"
    db = open_corpus(path)
    for site in sites:
        open_alarm(db, site)
    return path, db


def open_alarm(db, site):
    db.execute(
        """INSERT INTO alarms (site, cause, detail, opened_at, before, after)
        VALUES (?, 'no-date', 'no date: 90%, before 3%', '2026-05-01T11:00:00+00:00', '[]', ?)""",
        (site, json.dumps([f"https://{site}/1"])),
    )


def close_alarm(db, site):
    moment = "2026-05-01T12:00:00+00:00"
    db.execute("UPDATE alarms SET closed_at = ? WHERE site = ?", (moment, site))


def told(path, ways):
    """Tell what there is to tell; the problems."""
    problems = []
    tell_alarms(path, ways, lambda: NOW, lambda event, **fields: problems.append(fields))
    return problems


def posted(site):
    return [(one["event"], one["site"]) for one in (json.loads(ask.body) for ask in site.log)]


def test_an_alarm_is_posted_once_when_it_opens_and_once_when_it_is_over(tmp_path):
    path, db = corpus_with(tmp_path, "a.example", "b.example")
    with serve({"/hook": Answer(b"ok")}) as hook:
        ways = Ways(f"{hook.url}/hook", {"Authorization": "Bearer 1"})
        assert told(path, ways) == []
        assert told(path, ways) == []
        close_alarm(db, "a.example")
        assert told(path, ways) == []
        assert told(path, ways) == []
    assert posted(hook) == [
        ("opened", "a.example"),
        ("opened", "b.example"),
        ("closed", "a.example"),
    ]
    ask = hook.log[0]
    assert (ask.method, ask.path) == ("POST", "/hook")
    assert ask.headers["content-type"] == "application/json"
    assert ask.headers["authorization"] == "Bearer 1"
    record = json.loads(ask.body)
    assert record["text"] == (
        "alarm: a.example: no date: 90%, before 3%; such as https://a.example/1"
    )
    assert (record["cause"], record["closed_at"]) == ("no-date", None)
    assert json.loads(hook.log[2].body)["closed_at"]


def test_what_could_not_be_sent_is_sent_after_the_next_crawl_in_order(tmp_path):
    path, db = corpus_with(tmp_path, "a.example", "b.example")
    with serve({"/hook": Answer(status=500)}) as hook:
        ways = Ways(f"{hook.url}/hook")
        assert told(path, ways) == [{"to": "the webhook", "problem": "HTTP 500"}]
        assert len(hook.log) == 1, "one failure is enough for one crawl"
        close_alarm(db, "a.example")
        hook.pages = {"/hook": Answer(b"ok")}
        hook.log.clear()
        assert told(path, ways) == []
    assert posted(hook) == [
        ("opened", "a.example"),
        ("closed", "a.example"),
        ("opened", "b.example"),
    ]


def test_a_new_way_is_told_of_open_alarms_and_not_of_those_long_over(tmp_path):
    path, db = corpus_with(tmp_path, "a.example", "b.example")
    db.execute("UPDATE alarms SET closed_at = '2026-04-01T00:00:00+00:00' WHERE site = 'a.example'")
    with serve({"/hook": Answer(b"ok")}) as hook:
        told(path, Ways(f"{hook.url}/hook"))
    assert posted(hook) == [("opened", "b.example")]


def test_two_crawls_that_end_at_once_do_not_send_one_alarm_twice(tmp_path):
    _, db = corpus_with(tmp_path, "a.example")
    mine = next_notice(db, "w", NOW)
    assert next_notice(db, "w", NOW + timedelta(minutes=1)) is None, "somebody is sending it"
    again = next_notice(db, "w", NOW + timedelta(minutes=11))
    assert again == mine, "whoever was to send it has died"
    sent(db, "w", mine, NOW)
    assert next_notice(db, "w", NOW + timedelta(days=1)) is None


def test_a_command_gets_the_alarm_on_its_stdin(tmp_path):
    path, _ = corpus_with(tmp_path, "a.example")
    code = (
        f"import sys, pathlib; pathlib.Path({str(tmp_path / 'got')!r}).write_text(sys.stdin.read())"
    )
    assert told(path, Ways(command=(sys.executable, "-c", code))) == []
    assert json.loads((tmp_path / "got").read_text())["site"] == "a.example"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("import time; time.sleep(60)", "has not ended within 1 seconds"),
    ],
)
def test_a_command_that_fails_or_hangs_is_named(code, problem):
    assert run_command(Ways(command=(sys.executable, "-c", code), timeout=1), {}) == problem


def test_a_command_that_is_not_there_is_named():
    assert "no-such-command" in run_command(Ways(command=("/no-such-command",)), {})


def test_a_webhook_that_redirects_hangs_or_is_not_there_is_named():
    done = threading.Event()
    pages = {
        "/moved": Answer(status=302, headers={"Location": "/hook"}),
        "/slow": Answer(write=lambda handler: done.wait(30)),
    }
    with serve(pages) as hook:
        assert post(Ways(f"{hook.url}/moved"), {}) == "HTTP 302"
        assert post(Ways(f"{hook.url}/gone"), {}) == "HTTP 404"
        problem = post(Ways(f"{hook.url}/slow", timeout=0.2), {})
        done.set()
        address = hook.url
    assert problem in ("no answer within 0.2 seconds", "timed out")
    assert "refused" in post(Ways(address), {})


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('[winnow.alarms]\nwebhook = "ftp://a.example/"', "[winnow.alarms] webhook", "only http"),
        ('[winnow.alarms]\nwebhook = "https://"', "[winnow.alarms] webhook", "not an address"),
        (
            '[winnow.alarms]\nwebhook = "https://a:b@c.example/"',
            "[winnow.alarms] webhook",
            "headers",
        ),
        ("[winnow.alarms]\ncommand = []", "[winnow.alarms] command", "no command"),
        ("[winnow.alarms]\ncommand = '\"a'", "[winnow.alarms] command", "split"),
        ("[winnow.alarms]\ntimeout = 0", "[winnow.alarms] timeout", "at least 0.1"),
        ("[winnow.alarms]\nwebhok = 'x'", "[winnow] alarms.webhok", "did you mean 'webhook'"),
        ("[winnow.alarm]\nwebhook = 'x'", "[winnow] alarm", "did you mean 'alarms'"),
        ("[winnow]\nstart = ['https://a.example/']", "[winnow] start", "another name"),
    ],
)
def test_a_mistake_in_the_settings_names_file_table_and_key(tmp_path, text, where, words):
    path = tmp_path / "sources.toml"
    path.write_text(text + SOURCE)
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    assert str(path) in str(caught.value)
    assert where in str(caught.value)
    assert words in str(caught.value)


def test_settings_are_no_source_and_the_command_line_is_over_them(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(
        '[winnow.alarms]\nwebhook = "http://127.0.0.1:1/x"\nheaders = { A = "b" }\n'
        'command = "mail -s alarm me"\ntimeout = 3\n' + SOURCE
    )
    assert list(load_sources(path)) == ["a"]
    ways = load_ways(path)
    assert ways == Ways("http://127.0.0.1:1/x", {"A": "b"}, ("mail", "-s", "alarm", "me"), 3)
    assert chosen_ways(path, None, None) == ways
    other = chosen_ways(path, "https://b.example/", "beep 'two words'")
    assert other == Ways("https://b.example/", {}, ("beep", "two words"), 3)
    with pytest.raises(OperatorError, match="--webhook: 'file:///etc/passwd': only http"):
        chosen_ways(path, "file:///etc/passwd", None)
    assert load_ways(Path(tmp_path / "none.toml")) == Ways()


def test_no_source_can_be_added_under_the_settings_name(tmp_path):
    with pytest.raises(ConfigError, match=r"\[winnow\]: is Winnow's own table"):
        write_source(tmp_path / "sources.toml", "winnow", {"start": ["https://a.example/"]})
