"""`winnow crawl` from the command line, on loopback sites."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.sites import links, serve, story

ROOT = Path(__file__).parent.parent
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::DeprecationWarning"}


def command(db, *arguments):
    return [sys.executable, "-m", "winnow", "--db", str(db), *map(str, arguments)]


def winnow(db, *arguments, code=0):
    done = subprocess.run(
        command(db, *arguments), capture_output=True, text=True, env=ENV, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
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
        winnow(db, "crawl", "--url", site.url, "--allow-private")
        site.log.clear()
        winnow(db, "crawl", "--url", site.url, "--allow-private")
        asked = [one for one in site.log if one.path in pages]
        assert sorted(one.path for one in asked) == ["/", "/a", "/b"]
        assert all("if-none-match" in one.headers for one in asked)
        assert rows(db, "SELECT count(*) FROM documents") == [(3,)]
        pages["/a"] = story(99, ETag='"99"')
        winnow(db, "crawl", "--url", site.url, "--allow-private")
    key = site.url.removeprefix("http://") + "/a"
    kept = rows(db, "SELECT count(*) FROM pages WHERE url_key LIKE ?", f"%{key}")
    assert kept == [(2,)], "the former raw page stays beside the new one"
    assert rows(db, "SELECT count(*) FROM documents") == [(4,)]
