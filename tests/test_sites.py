"""What sites teach: the documents that result depend on the set of pages, and nothing else."""

import json
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest

from benchmarks.storage.sites import made_site
from cleaners.marks import page_marks
from cleaners.records import Block, CleanOptions, Page
from corpus.hostfiles import HostFile, save_host_file
from corpus.ingest import Plan, ingest
from corpus.pages import add_page, load_pages
from corpus.sites import Sites, Thresholds, count, note_page, settle, unsettled
from corpus.sitetemplates import Template
from corpus.store import corpus_at, transaction
from corpus.workers import CleaningPool, Limits

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LANGUAGES = ("en", "fi", "el")
PAGES = 30


def clock():
    return NOW


@pytest.fixture(scope="module")
def pool():
    with CleaningPool(Limits(workers=2)) as workers:
        yield workers


@pytest.fixture(scope="module")
def made():
    return [page for language in LANGUAGES for page in made_site(language, PAGES)]


def cleaned(path, pool, batches):
    """Ingest batches of pages one after the other; return all documents as the store has them."""
    with corpus_at(path, create=True) as db:
        for batch in batches:
            with transaction(db):
                for item in batch:
                    add_page(db, item.page, NOW)
            ingest(db, pool, clock)
        return documents(db)


def documents(db):
    """Documents with their removals by address, without ids and times."""
    found = {}
    for row in db.query(
        """SELECT documents.*, other.url AS other FROM documents
        LEFT JOIN documents AS other ON other.id = documents.duplicate_of"""
    ):
        cuts = db.execute(
            """SELECT position, span_start, category, stage, rule, evidence, text FROM removals
            WHERE document_id = ? ORDER BY position, span_start""",
            (row["id"],),
        ).fetchall()
        for name in ("id", "page_id", "duplicate_of", "cleaned_at"):
            del row[name]
        found[row["url"]] = (row, cuts)
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory, pool, made):
    return cleaned(tmp_path_factory.mktemp("whole") / "c.db", pool, [made])


def test_recurring_blocks_go_and_the_stories_stay_in_languages_that_no_rule_knows(whole, made):
    left = boilerplate = lost = words = 0
    for item in made:
        blocks = set(whole[item.page.url][0]["text"].split("\n\n"))
        left += sum(text in blocks for text in item.boilerplate)
        boilerplate += len(item.boilerplate)
        words += sum(len(text.split()) for text in item.body)
        lost += sum(len(text.split()) for text in item.body if text not in blocks)
    assert left <= 0.01 * boilerplate
    assert lost <= 0.001 * words


def test_the_order_of_the_pages_does_not_matter(tmp_path, pool, made, whole):
    shuffled = Random(7).sample(made, len(made))
    assert cleaned(tmp_path / "c.db", pool, [shuffled]) == whole


def test_batches_do_not_matter(tmp_path, pool, made, whole):
    shuffled = Random(8).sample(made, len(made))
    batches = [shuffled[start::5] for start in range(5)]
    assert cleaned(tmp_path / "c.db", pool, batches) == whole


def test_what_was_learned_changes_nothing_when_nothing_is_new(tmp_path, pool, made, whole):
    path = tmp_path / "c.db"
    cleaned(path, pool, [made])
    with corpus_at(path) as db:
        assert unsettled(db) == []
        counts = ingest(db, pool, clock)
        assert (counts.pages, counts.again) == (0, 0)
        assert documents(db) == whole


def marks_of(texts):
    return page_marks([Block(0, "paragraph", text) for text in texts])


def note(db, number, texts, site="example.org", url=None):
    url = url or f"https://{site}/{number}"
    page_id, _ = add_page(db, Page(f"{number} {texts}".encode(), url), NOW)
    (stored,) = load_pages(db, [page_id])
    note_page(db, stored, marks_of(texts), "")
    return stored


def test_a_block_counts_once_for_each_address_whatever_versions_it_has(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        for number in range(4):
            note(db, number, ["Stand with the harbour"])
        for version in range(6):
            note(db, version, ["Stand with the harbour"], url="https://example.org/updated?v=1#x")
        template = count(db, "example.org", Thresholds())
    assert template.pages == 5
    assert template.counts.tolist() == [5]


def test_a_refrain_within_one_page_is_no_template(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        note(db, 0, ["Row, row, row your boat"] * 20)
        for number in range(1, 9):
            note(db, number, [f"A story about {'abcdefghi'[number] * 5}"])
        assert len(count(db, "example.org", Thresholds()).marks) == 0


def test_pages_are_opened_again_only_when_their_own_blocks_cross_the_threshold(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        for number in range(4):
            note(db, number, ["Stand with the harbour"])
        apart = note(db, 4, ["A page of its own"])
        db.execute("UPDATE pages SET state = 'cleaned'")
        assert settle(db, "example.org", Thresholds()) == 0
        note(db, 5, ["Stand with the harbour"])
        db.execute("UPDATE pages SET state = 'cleaned'")
        assert settle(db, "example.org", Thresholds()) == 5
        state = db.execute("SELECT state FROM pages WHERE id = ?", (apart.id,)).fetchone()
        assert state == ("cleaned",)
        assert unsettled(db) == []
        assert Sites(db).template("example.org").counts.tolist() == [5]


def template(texts, pages, count):
    found = np.unique(marks_of(texts)["mark"])
    return Template("example.org", pages, 1, found, np.full(len(found), count, np.uint32))


def test_what_matters_to_a_page_is_only_what_is_said_of_its_blocks():
    known = ["Stand with the harbour", "Share this story"]
    one, grown, rare = (template(known, *n) for n in ((50, 41), (60, 44), (200, 44)))
    mine, others = marks_of(["Stand with the harbour"]), marks_of(["Something else"])
    assert one.applied_to(mine) == grown.applied_to(mine) != rare.applied_to(mine)
    assert "" not in (one.applied_to(mine), rare.applied_to(mine))
    assert one.applied_to(others) == one.applied_to(marks_of([])) == ""


def test_a_loose_mark_more_or_less_says_the_same_of_a_block():
    long = "Nine reporters keep this newsroom open for those who cannot pay for it today"
    whole = template([long], 50, 41)
    loose = marks_of([long])["mark"][1:]
    for number, same in ((9, True), (4, True), (3, False)):
        some = np.sort(loose[:number]).astype(np.uint32)
        part = Template("example.org", 50, 1, some, np.full(number, 41, np.uint32))
        assert (part.applied_to(marks_of([long])) == whole.applied_to(marks_of([long]))) is same


def test_a_sources_threshold_is_the_operators(tmp_path):
    plan = Plan(by_source={"a": CleanOptions(template_min_pages=3, template_min_share=0.5)})
    assert plan.thresholds() == Thresholds(3, 0.2)
    with corpus_at(tmp_path / "c.db", create=True) as db:
        for number in range(3):
            note(db, number, ["Stand with the harbour"])
        assert len(count(db, "example.org", plan.thresholds()).marks) == 1
        assert len(count(db, "example.org", Thresholds()).marks) == 0


def test_cleaning_is_told_of_the_hosts_files(tmp_path):
    file = HostFile("example.org", "/robots.txt", NOW, 200, b"Content-Signal: ai-train=no")
    with corpus_at(tmp_path / "c.db", create=True) as db:
        save_host_file(db, file)
        stored = note(db, 0, ["A story"])
        assert Sites(db).stats_for(stored).files == {"robots.txt": b"Content-Signal: ai-train=no"}


def test_an_ingest_that_was_ended_before_it_settled_is_finished_by_the_next(tmp_path, pool, made):
    path = tmp_path / "c.db"
    finnish = [item for item in made if "//fi." in item.page.url]
    with corpus_at(path, create=True) as db:
        for item in finnish:
            add_page(db, item.page, NOW)

        def stop(counts):
            if counts.pages >= len(finnish):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ingest(db, pool, clock, progress=stop)
        assert json.loads(db.execute("SELECT counts FROM runs").fetchone()[0])["documents"] == PAGES
        ingest(db, pool, clock)
        ended = documents(db)
    assert ended == cleaned(tmp_path / "other.db", pool, [finnish])
