"""The service as processes: killed in the middle of crawls, started again, stopped."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from tests.sites import Answer, links, serve, story

ROOT = Path(__file__).parent.parent
PAGES = 12
PATIENCE = 90
USERS = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "no_pandas")}
"""The environment of a user, whose machine need not have what tests need."""


def slow(answer):
    """The same answer, after a while, so that a crawl takes long enough to be killed in it."""

    def write(handler):
        time.sleep(0.1)
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(answer.body)}\r\n"
        )
        handler.wfile.write(head.encode() + b"Connection: close\r\n\r\n" + answer.body)

    return Answer(write=write)


def site_of():
    pages = {"/": slow(story(0, links(*(f"/p/{n}" for n in range(1, PAGES)))))}
    return pages | {f"/p/{n}": slow(story(n)) for n in range(1, PAGES)}


def rows(db, query):
    with closing(sqlite3.connect(db, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def until(condition, what):
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def service(folder, *options):
    """Run `winnow schedule run` for the length of a `with` block."""
    names = ["--db", str(folder / "corpus.db"), "--sources", str(folder / "sources.toml")]
    command = [sys.executable, "-m", "winnow", *names, "schedule", "run", *options]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log, env=USERS)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_crawls(db):
    """Kill the crawls that are under way, as a machine that loses its power; return how many."""
    under_way = rows(db, "SELECT process FROM schedule WHERE process IS NOT NULL")
    for (process,) in under_way:
        with suppress(ProcessLookupError):  # it ended, and no scheduler was left to note it
            os.killpg(int(process.partition(":")[0]), signal.SIGKILL)
    return len(under_way)


def tables_of(sites, schedule):
    return "\n".join(
        f'[s{number}]\nstart = ["{site.url}/"]\n{schedule}\ndelay = 0.05\nallow_private = true\n'
        for number, site in enumerate(sites)
    )


def test_three_sources_go_on_after_the_service_was_killed_in_mid_crawl(tmp_path):
    db, sources, log = (tmp_path / name for name in ("corpus.db", "sources.toml", "log"))
    with (
        serve(site_of(), "127.0.0.1") as one,
        serve(site_of(), "127.0.0.2") as two,
        serve(site_of(), "127.0.0.3") as three,
    ):
        sites = (one, two, three)
        sources.write_text(tables_of(sites, 'every = "1s"'))
        with service(tmp_path) as first:
            until(lambda: all(len(site.asked()) > 2 for site in sites), "three crawls under way")
            first.kill()
            first.wait()
        before = rows(db, "SELECT count(*) FROM pages")[0][0]
        killed = kill_crawls(db)
        assert killed
        assert before < 3 * PAGES, "killed in the middle"
        began = log.read_text().count("crawl started")
        with service(tmp_path) as second:
            started = "all three have gone on"
            until(lambda: log.read_text().count("crawl started") >= began + 3, started)
            # from now on none begins anew while the others end
            sources.write_text(tables_of(sites, 'cron = "0 0 1 1 *"'))
            idle = "SELECT count(*) FROM schedule WHERE process IS NULL AND exit_code = 0"
            read = "sources read again"
            until(lambda: read in log.read_text() and rows(db, idle) == [(3,)], "all ended well")
            second.terminate()
            assert second.wait(PATIENCE) == 0
    pages = rows(db, "SELECT count(*), count(DISTINCT url_key) FROM pages")
    assert pages == [(3 * PAGES, 3 * PAGES)]
    assert rows(db, "SELECT count(*) FROM urls WHERE state <> 'done'") == [(0,)]
    assert rows(db, "SELECT * FROM scheduler") == []
    assert log.read_text().count("crawl was lost; it goes on") == killed


def test_a_service_is_watched_and_a_second_one_on_its_corpus_is_refused_in_one_line(tmp_path):
    log = tmp_path / "log"
    (tmp_path / "sources.toml").write_text(
        '[a]\nstart = ["http://127.0.0.1:9/"]\ncron = "0 6 1 1 *"\n'
    )
    with service(tmp_path, "--metrics-port", "0", "--log-format", "json"):
        until(lambda: "scheduler began" in log.read_text(), "the first service")
        events = [json.loads(line) for line in log.read_text().splitlines()]
        assert [event["event"] for event in events] == ["metrics served", "scheduler began"]
        url = events[0]["url"]
        with urlopen(f"{url}/healthz") as answer:
            assert json.load(answer)["status"] == "ok"
        with urlopen(f"{url}/metrics") as answer:
            assert b"\nwinnow_crawls_running 0.0\n" in answer.read()
        with service(tmp_path, "--once") as second:
            assert second.wait(PATIENCE) == 2
    [refused] = log.read_text().splitlines()[2:]
    assert refused.startswith("winnow: another scheduler, process ")
