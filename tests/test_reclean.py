"""Cleaning again: never fetching, resumable, shown before it is written, and what was, is kept."""

import json
import sqlite3
import time
from datetime import UTC, datetime

import pytest

from benchmarks.storage.sites import made_site
from cleaners.records import CleanOptions, Document, Metadata, Page, Rejection, Removal
from corpus.history import versions
from corpus.ingest import Plan, ingest
from corpus.pages import add_page
from corpus.reclean import Job, Selection, preview, reclean, stale_pages
from corpus.store import corpus_at, transaction
from corpus.workers import CleaningPool, Limits
from tests.children import context
from tests.test_ingest import by_halves
from tests.test_sites import documents

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANY = Plan(CleanOptions(kind="any"))


def clock():
    return NOW


def newer(page, options, site):
    """Clean as `by_halves` does, but cut donations from lines, too, and reject what says so."""
    if options.kind != "any":
        return by_halves(page, options, site)
    if b"reject" in page.body:
        return Rejection(page.url, "not-an-article", "a list")
    body = page.body.replace(b"-Welcome", b"+Welcome").replace(b"+Give", b"-Give")
    document = by_halves(Page(body, page.url), CleanOptions(kind="article"), site)
    if isinstance(document, Rejection):
        return document
    cuts = tuple(
        Removal(cut.block, "related" if cut.text == "More" else cut.category, "rule", "r", "e")
        for cut in document.removals
    )
    return Document(page.url, Metadata(title=options.kind), document.text, document.blocks, cuts)


BODIES = (
    b"+The same.",
    b"+A story.\n+Give now!",
    b"+Another story.\n-Welcome back, which is a long line\n+Give now!\n-More",
    b"+reject me",
    b"-Welcome, for I was left out",
    b"-never anything",
)


@pytest.fixture
def pool():
    with CleaningPool(Limits(workers=2), newer) as workers:
        yield workers


@pytest.fixture
def corpus(tmp_path, pool):
    """A corpus of the bodies, cleaned with the default options."""
    path = tmp_path / "c.db"
    with corpus_at(path, create=True) as db:
        for number, body in enumerate(BODIES):
            add_page(db, Page(body, f"https://site{number}.example/", source=f"s{number % 2}"), NOW)
        ingest(db, pool, clock)
    return path


def job(plan=ANY, **selection):
    return Job(plan, Selection(**selection), clock)


def test_a_preview_shows_what_would_change_and_writes_nothing(corpus, pool):
    with corpus_at(corpus) as db:
        before = documents(db)
        changes = preview(db, pool, job())
        assert documents(db) == before
        assert db.table("document_history").count == 0
    assert changes.counts() == {
        "pages": 6,
        "unchanged": 1,
        "changed": 3,
        "became_documents": 1,
        "became_rejections": 1,
    }
    assert changes.fields["text"] == 2
    assert changes.fields["title"] == 3
    assert changes.categories_before == {"donation": 2}
    assert changes.categories_after == {"donation": 2, "related": 1}
    first, second = changes.largest
    assert (first.url, first.size > second.size) == ("https://site2.example/", True)
    assert second.after == "A story."


def test_what_a_document_was_is_in_its_history(corpus, pool):
    with corpus_at(corpus) as db:
        changes = reclean(db, pool, job())
        assert changes.changed == 3
        old, new = versions(db, "https://site1.example/")
        assert (old.text, new.text) == ("A story.\n\nGive now!", "A story.")
        assert (old.options, new.options) == ("{}", '{"kind": "any"}')
        assert (old.replaced_at is None, new.replaced_at is None) == (False, True)
        (gone,) = versions(db, "https://site3.example/")
        assert (gone.text, gone.replaced_at is None) == ("reject me", False)
        states = [row[0] for row in db.execute("SELECT state FROM pages ORDER BY id")]
        assert states == ["cleaned"] * 3 + ["rejected", "cleaned", "rejected"]
        assert db.table("documents").count + db.table("rejections").count == len(BODIES)


def test_a_second_run_finds_nothing_to_do(corpus, pool):
    with corpus_at(corpus) as db:
        reclean(db, pool, job())
        before = documents(db)
        assert reclean(db, pool, job()).pages == 0
        assert documents(db) == before
        assert reclean(db, pool, job(every=True)).counts()["unchanged"] == 6
        assert db.table("document_history").count == 4


@pytest.mark.parametrize(
    ("selection", "number"),
    [
        ({"site": "site1.example"}, 1),
        ({"source": "s0"}, 3),
        ({"since": "2026-03-01T12:00:00+00:00"}, 6),
        ({"since": "2026-03-02T00:00:00+00:00"}, 0),
    ],
)
def test_a_selection_bounds_what_is_cleaned(corpus, selection, number):
    with corpus_at(corpus) as db:
        assert len(list(stale_pages(db, ANY, Selection(**selection)))) == number
        assert list(stale_pages(db, Plan(), Selection(**selection))) == []


def test_documents_of_an_older_cleaner_are_stale(corpus):
    with corpus_at(corpus) as db:
        db.execute("UPDATE documents SET cleaner_version = '0' WHERE page_id = 1")
        db.execute("UPDATE rejections SET cleaner_version = '0' WHERE page_id = 6")
        assert [page for page, _ in stale_pages(db, Plan(), Selection())] == [1, 6]


def test_new_thresholds_are_applied_to_sites_that_are_known(tmp_path):
    path = tmp_path / "c.db"
    strict = Plan(CleanOptions(template_min_pages=500))
    with CleaningPool(Limits(workers=2)) as pool, corpus_at(path, create=True) as db:
        for item in made_site("el", 12):
            add_page(db, item.page, NOW)
        ingest(db, pool, clock)
        cut = "SELECT count(*) FROM removals WHERE stage = 'template'"
        number = db.execute(cut).fetchone()[0]
        assert number > 12
        learned = documents(db)
        reclean(db, pool, job(strict))
        assert db.execute(cut).fetchone() == (0,)
        reclean(db, pool, job(Plan()))
        assert documents(db) == learned


def reclean_all(path):
    with corpus_at(path) as db, CleaningPool(Limits(workers=1), newer) as pool:
        reclean(db, pool, job())


def recleaned(path):
    connection = sqlite3.connect(path, timeout=30)
    try:
        return connection.execute(
            "SELECT count(*) FROM documents WHERE options != '{}'"
        ).fetchone()[0]
    finally:
        connection.close()


def test_a_reclean_killed_in_the_middle_goes_on_where_it_was(tmp_path, pool):
    path = tmp_path / "c.db"
    number = 480
    with corpus_at(path, create=True) as db:
        with transaction(db):
            for n in range(number):
                url = f"https://site{n}.example/"
                add_page(db, Page(f"+Story {n}.\n+Give now!".encode(), url), NOW)
        ingest(db, pool, clock)
    for _ in range(2):
        reached = recleaned(path)
        process = context().Process(target=reclean_all, args=(path,))
        process.start()
        while recleaned(path) <= reached and process.is_alive():
            time.sleep(0.002)
        process.kill()
        process.join()
    with corpus_at(path) as db:
        assert 0 < recleaned(path) < number
        reclean(db, pool, job())
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert recleaned(path) == number
        assert db.table("document_history").count == number
        assert db.execute("SELECT count(DISTINCT page_id) FROM document_history").fetchone() == (
            number,
        )
        assert reclean(db, pool, job()).pages == 0
        kinds = {json.loads(row[0])["kind"] for row in db.execute("SELECT options FROM documents")}
        assert kinds == {"any"}
