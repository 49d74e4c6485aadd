"""Pages that need JavaScript, by a real browser; skipped only where there is none."""

import shutil
import sqlite3

import pytest

from crawler.crawling import Choices, crawl
from crawler.rendering import CHROMIUMS
from crawler.sources import Source
from tests.children import in_child
from tests.sites import Answer, html, serve, story

pytest.importorskip("scrapy_playwright")
pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, CHROMIUMS)), reason="no Chromium on this machine"
)

SHELL = """<body><main id="app"></main><script>
fetch('/text.json').then(answer => answer.json()).then(data => {
  document.getElementById('app').innerHTML = '<p>' + data.text + '</p><a href="/next">on</a>';
});
fetch('INSIDE').catch(() => 0);
</script></body>"""


def crawl_rendered(db, url):
    source = Source("site", (url,), render=True, allow_private=True, timeout=20)
    crawl(db, [source], Choices(workers=0))


def test_a_page_is_stored_as_its_scripts_leave_it(tmp_path):
    db = tmp_path / "corpus.db"
    with serve({"/": story(9)}, "127.0.0.3") as inside:
        pages = {
            "/": html(SHELL.replace("INSIDE", inside.url)),
            "/text.json": Answer(
                b'{"text": "The ferry sailed."}', 200, {"Content-Type": "application/json"}
            ),
            "/next": Answer(b"", 302, {"Location": f"{inside.url}/"}),
        }
        with serve(pages, "127.0.0.2") as site:
            in_child(crawl_rendered, db, f"{site.url}/", seconds=90)
            agents = {one.headers["user-agent"] for one in site.log}
        assert inside.log == [], "neither a script nor a redirect reached another private host"
    connection = sqlite3.connect(db)
    states = dict(connection.execute("SELECT url, state FROM urls").fetchall())
    (zipped,) = connection.execute("SELECT sha256 FROM pages").fetchall()
    connection.close()
    assert states == {f"{site.url}/": "done", f"{site.url}/next": "failed"}
    assert all(agent.startswith("Winnow/") for agent in agents)
    assert zipped
