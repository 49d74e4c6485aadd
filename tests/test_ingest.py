"""From pending pages to documents: nothing lost, nothing doubled, whatever ends a run."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cleaners.records import Block, CleanOptions, Document, Link, Metadata, Page, Rejection, Removal
from corpus.imports import Origin, import_pages
from corpus.ingest import BATCH, Plan, ingest
from corpus.pages import add_page, load_pages
from corpus.store import corpus_at, transaction
from corpus.workers import CleaningPool, Limits
from tests.children import context

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ROOT = Path(__file__).parent.parent


def clock():
    return NOW


def by_halves(page, options, site):
    """Keep the lines that begin with +, cut the others; reject a page without any."""
    if page.body == b"die":
        os.kill(os.getpid(), signal.SIGSEGV)
    blocks = [
        Block(n, "paragraph", line[1:].strip(), links=(Link(0, 1, "/x"),) if n == 0 else ())
        for n, line in enumerate(page.body.decode().splitlines())
    ]
    signs = [line[:1] for line in page.body.decode().splitlines()]
    kept = tuple(b for b, sign in zip(blocks, signs, strict=True) if sign == "+")
    if not kept:
        return Rejection(page.url, "empty", "nothing kept")
    removals = tuple(
        Removal(b, "donation", "rule", "asks-for-money", "asks for money")
        for b, sign in zip(blocks, signs, strict=True)
        if sign == "-"
    )
    text = "\n\n".join(block.text for block in kept)
    return Document(page.url, Metadata(title=options.kind), text, kept, removals)


def cleaned(db, plan=None, **limits):
    with CleaningPool(Limits(**{"workers": 2, **limits}), by_halves) as pool:
        return ingest(db, pool, clock, plan)


def put(db, *bodies, source=None):
    for number, body in enumerate(bodies):
        add_page(db, Page(body, f"https://example.org/{number}", source=source), NOW)


def dump(path):
    """Everything but runs, as text."""
    with sqlite3.connect(path) as connection:
        lines = [line for line in connection.iterdump() if '"runs"' not in line]
    connection.close()
    return lines


def test_a_page_becomes_a_document_with_its_removals(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        put(db, "+Éin Anfang.\n-Please give.\n+The end.".encode())
        counts = cleaned(db)
        (row,) = db.query("SELECT * FROM documents")
        (cut,) = db.query("SELECT * FROM removals")
        states = db.execute("SELECT state, lease FROM pages").fetchall()
    assert (counts.documents, counts.rejections) == (1, 0)
    assert row["text"] == "Éin Anfang.\n\nThe end."
    assert json.loads(row["structure"]) == [
        ["paragraph", 0, 0, 11, [[0, 1, "/x"]]],
        ["paragraph", 0, 13, 21],
    ]
    assert (row["words"], row["language"], row["options"], row["site"]) == (
        4,
        "und",
        "{}",
        "example.org",
    )
    assert (cut["position"], cut["category"], cut["text"]) == (1, "donation", "Please give.")
    assert states == [("cleaned", None)]


def test_documents_and_rejections_make_up_the_pages_and_a_second_run_changes_nothing(tmp_path):
    path = tmp_path / "c.db"
    with corpus_at(path, create=True) as db:
        put(db, b"+a", b"die", b"-b", *(f"+{n}".encode() for n in range(2 * BATCH)))
        counts = cleaned(db)
        assert (counts.documents, counts.rejections) == (2 * BATCH + 1, 2)
        assert db.execute("SELECT url, reason FROM rejections ORDER BY 1").fetchall() == [
            ("https://example.org/1", "crashed"),
            ("https://example.org/2", "empty"),
        ]
    before = dump(path)
    with corpus_at(path) as db:
        assert cleaned(db).pages == 0
    assert dump(path) == before


def test_options_of_a_source_are_used_and_stored(tmp_path):
    plan = Plan(by_source={"forum": CleanOptions(kind="any", rules_off=frozenset({"b", "a"}))})
    with corpus_at(tmp_path / "c.db", create=True) as db:
        put(db, b"+a", source="forum")
        cleaned(db, plan)
        (row,) = db.query("SELECT title, options FROM documents")
    assert row["title"] == "any"
    assert json.loads(row["options"]) == {"kind": "any", "rules_off": ["a", "b"]}


def test_a_page_that_another_run_has_is_left_to_it_unless_that_is_gone(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        put(db, b"+a", b"+b", b"+c")
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        runs = [(os.getpid(), None), (gone.pid, None), (os.getpid(), "2026-01-01")]
        for page, (pid, finished) in enumerate(runs, 1):
            run = db.execute(
                "INSERT INTO runs (kind, started_at, pid, finished_at) VALUES ('ingest', '', ?, ?)",
                (pid, finished),
            ).lastrowid
            db.execute(
                "UPDATE pages SET lease = ?, lease_until = '2027-01-01' WHERE id = ?", (run, page)
            )
        cleaned(db)
        states = [row[0] for row in db.execute("SELECT state FROM pages ORDER BY id")]
    assert states == ["pending", "cleaned", "cleaned"]


def ingest_all(path):
    with corpus_at(path) as db:
        cleaned(db, workers=1)


def start_ingest(path):
    process = context().Process(target=ingest_all, args=(path,))
    process.start()
    return process


def cleaned_number(path):
    connection = sqlite3.connect(path, timeout=30)
    try:
        return connection.execute("SELECT count(*) FROM pages WHERE state = 'cleaned'").fetchone()[
            0
        ]
    finally:
        connection.close()


def test_an_ingest_killed_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path):
    path = tmp_path / "c.db"
    number = 16 * BATCH
    with corpus_at(path, create=True) as db, transaction(db):
        put(db, *(f"+page {n}\n-give".encode() for n in range(number)))
    reached = 0
    for _ in range(2):
        process = start_ingest(path)
        while cleaned_number(path) <= reached + BATCH and process.is_alive():
            time.sleep(0.002)
        process.kill()
        process.join()
        reached = cleaned_number(path)
    with corpus_at(path) as db:
        cleaned(db)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.table("documents").count == db.table("removals").count == number
        assert db.execute("SELECT count(*) FROM pages WHERE state != 'cleaned'").fetchone() == (0,)


def test_two_ingests_at_once_share_the_pages(tmp_path):
    path = tmp_path / "c.db"
    number = 8 * BATCH
    with corpus_at(path, create=True) as db, transaction(db):
        put(db, *(f"+page {n}\n-give".encode() for n in range(number)))
    both = [start_ingest(path) for _ in "ab"]
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    with corpus_at(path) as db:
        assert db.table("documents").count == db.table("removals").count == number
        counts = [json.loads(row[0]) for row in db.execute("SELECT counts FROM runs")]
        assert sum(count["documents"] for count in counts) == number


def test_an_import_run_again_adds_only_what_is_missing(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.html").write_text(f"<p>{name}</p>")

    def imported(db):
        counts = import_pages(db, [folder], clock, Origin("saved"), lambda counts, saved: None)
        return counts.new, counts.known, counts.unreadable

    with corpus_at(tmp_path / "c.db", create=True) as db:
        assert imported(db) == (3, 0, 0)
        (folder / "d.html").write_text("<p>d</p>")
        assert imported(db) == (1, 3, 0)
        assert {row[0] for row in db.execute("SELECT source FROM pages")} == {"saved"}
        reasons = [row[0] for row in db.execute("SELECT finish_reason FROM runs")]
        assert reasons == ["finished", "finished"]


def test_an_imported_page_is_from_before_its_import(tmp_path):
    (tmp_path / "a.html").write_text("<p>a</p>")
    with corpus_at(tmp_path / "c.db", create=True) as db:
        import_pages(db, [tmp_path / "a.html"], clock, Origin(), lambda counts, saved: None)
        fetched = Page(b"<p>b</p>", "https://example.org/b", fetched_at=NOW - DAY)
        page_id, _ = add_page(db, fetched, NOW)
        (saved, crawled) = load_pages(db, [1, page_id])
    assert (saved.page.fetched_at, saved.page.latest) == (None, NOW)
    assert crawled.page == fetched
