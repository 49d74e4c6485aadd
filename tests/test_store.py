"""The corpus file: opened, refused, and written whole or not at all."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from cleaners.errors import OperatorError
from cleaners.records import Page
from corpus.pages import add_page, load_pages, page_ids_of
from corpus.store import corpus_at, open_corpus, problems_of, transaction, utc_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_corpus_is_made_once_and_opened_again(tmp_path):
    for _ in range(2):
        with corpus_at(tmp_path / "c.db", create=True) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert "documents_fts" in db.table_names()


def not_sqlite(path):
    path.write_text("[project]\nname = 'something else entirely, and long enough'\n" * 40)


def foreign(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()


def newer(path):
    with corpus_at(path, create=True) as db:
        db.table("_sqlite_migrations").insert(
            {"migration_set": "winnow", "name": "m999_from_the_future", "applied_at": "2099-01-01"}
        )


def a_folder(path):
    path.mkdir()


def missing(path):
    assert not path.exists()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (not_sqlite, "not an SQLite file"),
        (foreign, "another program's tables"),
        (newer, "newer Winnow (m999_from_the_future)"),
        (a_folder, "cannot be opened"),
        (missing, "no such corpus"),
    ],
)
def test_a_file_that_is_no_corpus_of_ours_is_one_clear_line(tmp_path, make, said):
    path = tmp_path / "c.db"
    make(path)
    with pytest.raises(OperatorError, match=str(path)) as caught:
        open_corpus(path, create=False)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_corpus_that_may_not_be_written_is_one_clear_line(tmp_path):
    path = tmp_path / "c.db"
    with corpus_at(path, create=True):
        pass
    uri = f"file:{path}?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    with pytest.raises(OperatorError, match="read-only"), problems_of(path):
        connection.execute("INSERT INTO bodies VALUES ('a', 1, x'00')")
    connection.close()


def add_until_full(path):
    """Add pages in one transaction to a corpus that must not grow."""
    with corpus_at(path) as db:
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        with transaction(db):
            for number in range(100):
                add_page(db, Page(os.urandom(5000), f"https://example.org/{number}"), NOW)


def test_a_full_disk_is_one_clear_line_and_keeps_what_was_there(tmp_path):
    path = tmp_path / "c.db"
    with corpus_at(path, create=True) as db:
        add_page(db, Page(b"<p>first</p>", "https://example.org/first"), NOW)
    with pytest.raises(OperatorError, match="the disk is full"):
        add_until_full(path)
    with corpus_at(path) as db:
        assert db.execute("SELECT url FROM pages").fetchall() == [("https://example.org/first",)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_same_bytes_at_the_same_address_are_one_page(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        first = add_page(db, Page(b"<p>one</p>", "https://example.org/a?utm_source=x"), NOW)
        again = add_page(db, Page(b"<p>one</p>", "https://Example.org/a#top"), NOW)
        changed = add_page(db, Page(b"<p>two</p>", "https://example.org/a"), NOW)
        elsewhere = add_page(db, Page(b"<p>one</p>", "https://example.org/b"), NOW)
        assert (first[1], again, changed[1], elsewhere[1]) == (True, (first[0], False), True, True)
        assert page_ids_of(db, "https://example.org/a") == [changed[0], first[0]]
        assert db.table("bodies").count == 2


def test_a_page_comes_back_as_it_was_stored(tmp_path):
    page = Page(
        body=b"\xff\x00<p>raw</p>",
        url="https://example.org/a",
        requested_url="https://example.org/old",
        source="example",
        status=200,
        headers={"x-robots-tag": "noai"},
        content_type="text/html; charset=utf-8",
        fetched_at=NOW,
    )
    with corpus_at(tmp_path / "c.db", create=True) as db:
        page_id, _ = add_page(db, page, NOW)
        (stored,) = load_pages(db, [page_id, 999])
    assert stored.page == page
    assert (stored.site, stored.state) == ("example.org", "pending")


def test_a_page_with_an_address_that_is_none_is_kept_all_the_same(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        page_id, new = add_page(db, Page(b"x", "https://[broken/a"), NOW)
        assert new
        assert load_pages(db, [page_id])[0].page.url == "https://[broken/a"


def test_a_failed_transaction_leaves_nothing(tmp_path):
    def add_and_fail(db):
        with transaction(db):
            add_page(db, Page(b"x", "https://example.org/a"), NOW)
            raise LookupError

    with corpus_at(tmp_path / "c.db", create=True) as db:
        with pytest.raises(LookupError):
            add_and_fail(db)
        assert (db.table("pages").count, db.table("bodies").count) == (0, 0)


def test_several_writers_wait_for_each_other(tmp_path):
    path = tmp_path / "c.db"
    open_corpus(path).close()
    failures = []

    def write(name):
        try:
            with corpus_at(path) as db:
                for number in range(40):
                    add_page(db, Page(b"x", f"https://example.org/{name}/{number}"), NOW)
        except (OperatorError, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with corpus_at(path) as db:
        assert (failures, db.table("pages").count) == ([], 160)


def test_two_processes_may_make_the_corpus_at_once(tmp_path):
    code = "import sys; from pathlib import Path; from corpus.store import open_corpus;"
    code += "open_corpus(Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", code, str(tmp_path / "c.db")]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate()[1] for process in both] == [b""] * 3


def test_a_time_without_a_zone_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="without a zone"):
        utc_text(datetime(2026, 1, 1))  # noqa: DTZ001
