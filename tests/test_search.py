"""Search: words, phrases, scripts without spaces, and questions that cannot be read."""

from datetime import UTC, datetime

import pytest

from cleaners.errors import OperatorError
from cleaners.records import CleanOptions, Document, Metadata, Page
from corpus.documents import save_outcome
from corpus.pages import add_page, load_pages
from corpus.search import MARKS, search
from corpus.store import corpus_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = {
    "bridge": ("The old bridge opens", "Residents crossed the bridge by tram; covid-19 was over."),
    "market": ("Market day", "Nobody crossed the river to the market, where trams do not go."),
    "wien": ("Straßenbahn in Wien", "Die Brücke über die Donau wurde eröffnet."),
    "tokyo": ("橋が再び開通", "市議会は火曜日に橋を再び開くことを決めた。"),
}


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    with corpus_at(tmp_path_factory.mktemp("search") / "c.db", create=True) as corpus:
        for name, (title, text) in TEXTS.items():
            page_id, _ = add_page(corpus, Page(text.encode(), f"https://example.org/{name}"), NOW)
            (stored,) = load_pages(corpus, [page_id])
            document = Document(stored.page.url, Metadata(title=title), text, (), ())
            save_outcome(corpus, stored, document, CleanOptions(), NOW)
        yield corpus


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bridge", ["bridge"]),
        ("crossed the", ["bridge", "market"]),
        ("crossed NOT market", ["bridge"]),
        ('"crossed the river"', ["market"]),
        ("tram*", ["bridge", "market"]),
        ("title: market", ["market"]),
        ("covid-19", ["bridge"]),
        ("it's here", []),
        ("brucke", ["wien"]),
        ("STRASSENBAHN", []),
        ("straßenbahn", ["wien"]),
        ("火曜日 橋", ["tokyo"]),
        ("水曜日", []),
        ("zeppelin", []),
    ],
)
def test_a_query_finds_the_documents_that_match(db, query, found):
    names = sorted(hit.url.rpartition("/")[2] for hit in search(db, query))
    assert names == found


def test_the_match_is_marked_in_its_surroundings(db):
    (hit,) = search(db, "Donau")
    assert "{}Donau{}".format(*MARKS) in hit.snippet
    (hit,) = search(db, "議会")
    assert hit.snippet == "市{}議会{}は火曜日に橋を再び開くことを決めた。".format(*MARKS)


def test_a_limit_bounds_what_is_found(db):
    assert len(search(db, "the", limit=1)) == 1


@pytest.mark.parametrize("query", ['"unclosed', "colour: red", "NEAR(", "AND", "  "])
def test_a_query_that_cannot_be_read_is_one_clear_line(db, query):
    with pytest.raises(OperatorError, match="search: ") as caught:
        search(db, query)
    assert "\n" not in str(caught.value)
