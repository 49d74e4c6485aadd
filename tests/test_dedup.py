"""Duplicates: linked to the best version, whatever the order in which they come."""

from datetime import UTC, datetime
from itertools import permutations
from random import Random

import pytest

from benchmarks.storage.near import measure
from benchmarks.storage.texts import edited, english, made_text
from cleaners.records import CleanOptions, Document, Metadata, Page
from corpus.dedup import drop_document, index_document
from corpus.documents import save_outcome
from corpus.pages import add_page, load_pages
from corpus.similar import LEAST_WORDS, resemblance, shingles, signature
from corpus.store import corpus_at

WORDS = english()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def text(seed, length=300):
    return made_text(Random(seed), WORDS, length)


def near(original, seed=1, share=0.05):
    return edited(Random(seed), original, WORDS, share)


def store(db, url, body, day=5, published=None):
    """Store and index a document that was fetched on a day of January."""
    fetched = datetime(2026, 1, day, tzinfo=UTC)
    page_id, _ = add_page(db, Page(body.encode(), url, fetched_at=fetched), NOW)
    (page,) = load_pages(db, [page_id])
    document = Document(url, Metadata(published=published), body, (), ())
    document_id = save_outcome(db, page, document, CleanOptions(), NOW)
    index_document(db, document_id, signature(body))
    return document_id


def links(db):
    """Address → the address that it is a duplicate of, and how similar."""
    rows = db.execute(
        """SELECT copy.url, other.url, copy.similarity FROM documents AS copy
        JOIN documents AS other ON other.id = copy.duplicate_of"""
    )
    return {copy: (other, similarity) for copy, other, similarity in rows}


def linked(tmp_path, *documents):
    """Links after storing (address, text, day) in this order."""
    path = tmp_path / "c.db"
    path.unlink(missing_ok=True)
    with corpus_at(path, create=True) as db:
        for url, body, day in documents:
            store(db, url, body, day)
        return links(db)


STORY = text(1)
CASES = (
    ("https://first.example/a", STORY, 3),
    ("https://wire.example/b", near(STORY), 5),
    ("https://third.example/c", STORY.upper(), 7),
    ("https://other.example/d", text(2), 1),
)


@pytest.mark.parametrize("order", list(permutations(CASES)), ids=lambda order: order[0][0][8:12])
def test_copies_point_to_the_earliest_of_the_most_complete_in_any_order(tmp_path, order):
    found = linked(tmp_path, *order)
    assert found["https://third.example/c"] == ("https://first.example/a", 1.0)
    target, similarity = found["https://wire.example/b"]
    assert target == "https://first.example/a"
    assert 0.6 < similarity < 1
    assert len(found) == 2


def test_a_fuller_version_is_the_one_that_others_point_to_though_it_came_later(tmp_path):
    full = STORY + " " + text(3, 120)
    found = linked(
        tmp_path,
        ("https://a.example/", STORY, 1),
        ("https://b.example/", near(STORY), 2),
        ("https://c.example/", full, 9),
    )
    assert {target for target, _ in found.values()} == {"https://c.example/"}
    assert set(found) == {"https://a.example/", "https://b.example/"}


def test_versions_of_one_address_are_history_and_only_the_newest_takes_part(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        store(db, "https://copy.example/", near(STORY, 2), day=4)
        store(db, "https://news.example/", STORY, day=1)
        assert links(db)["https://copy.example/"][0] == "https://news.example/"
        store(db, "https://news.example/", text(4), day=6)
        assert links(db) == {}
        store(db, "https://news.example/", near(STORY, 3), day=2)
        assert links(db) == {}


def test_when_the_best_is_gone_the_next_best_takes_its_place(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        ids = [
            store(db, f"https://{name}.example/", STORY, day=n) for n, name in enumerate("abc", 1)
        ]
        store(db, "https://d.example/", near(STORY), day=9)
        drop_document(db, ids[0])
        found = {copy[8]: target[8] for copy, (target, _) in links(db).items()}
        assert found == {"c": "b", "d": "b"}
        drop_document(db, ids[1])
        found = {copy[8]: target[8] for copy, (target, _) in links(db).items()}
        assert found == {"d": "c"}
        assert db.execute("SELECT count(DISTINCT document_id) FROM bands").fetchone() == (2,)


def test_a_document_that_changed_is_linked_anew(tmp_path):
    with corpus_at(tmp_path / "c.db", create=True) as db:
        store(db, "https://a.example/", STORY, 1)
        copy = store(db, "https://b.example/", near(STORY), 2)
        db.execute("UPDATE documents SET text = 'x', text_sha256 = 'x' WHERE id = ?", (copy,))
        index_document(db, copy, signature(text(5)))
        assert links(db) == {}


def test_short_texts_are_duplicates_only_when_they_are_equal(tmp_path):
    short = " ".join(WORDS[: LEAST_WORDS - 2])
    found = linked(
        tmp_path,
        ("https://a.example/", short, 1),
        ("https://b.example/", short.title() + ".", 2),
        ("https://c.example/", short + " harbour", 3),
    )
    assert found == {"https://b.example/": ("https://a.example/", 1.0)}


def test_a_signature_is_the_same_everywhere_and_always():
    assert signature(STORY) == signature(STORY.upper() + " !")
    assert signature("A harbour town").text_key.hex() == "6a16cffd2777f9ac019a79086d5fc2c4"
    assert signature(STORY).minima[:8].hex() == "15f9a40672a79914"


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (STORY, STORY, 1.0, 1.0),
        (STORY, near(STORY, 4, 0.1), 0.55, 0.85),
        (STORY, text(6), 0.0, 0.15),
        ("", STORY, 0.0, 0.0),
    ],
)
def test_resemblance_tells_edited_texts_from_unrelated_ones(one, other, least, most):
    assert least <= resemblance(signature(one).minima, signature(other).minima) <= most


def test_thai_letters_count_in_runs_of_four():
    assert shingles(list("กขคงจ")) == ["กขคง", "ขคงจ"]


def test_pairs_with_a_tenth_of_the_words_edited_are_found_among_others(tmp_path):
    figures = measure(tmp_path / "c.db", 1500)
    assert figures.pairs == 150
    assert figures.recall >= 0.95
    assert figures.precision >= 0.98
