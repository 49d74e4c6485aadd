"""The corpus in figures: counted by hand, and drawn as pictures that can be read."""

import json
import sqlite3
import sys
from datetime import UTC, datetime

import pytest
from lxml import etree

import winnow
from cleaners.records import (
    Block,
    CleanOptions,
    Document,
    Metadata,
    OptOut,
    Page,
    Rejection,
    Removal,
)
from corpus.documents import save_outcome
from corpus.figures import corpus_figures
from corpus.pages import add_page, load_pages
from corpus.plot import Panel, panels, svg
from corpus.store import corpus_at

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
RESERVED = OptOut("tdmrep", "1", "tdmrep.json", True)
ALLOWED = OptOut("robots", "allow", "robots.txt", False)
DOCUMENTS = [
    ("https://a.example/1", Metadata(language="en", published="2026-01-05"), "one two three"),
    ("https://a.example/2", Metadata(language="en", published="2026-02-01T10:00Z"), "one two"),
    ("https://b.example/1", Metadata(language="ja", licence="CC-BY-4.0"), "新聞社の記者"),
    ("https://b.example/2", Metadata(language="de", opt_outs=(ALLOWED, RESERVED)), "eins"),
    ("https://b.example/3", Metadata(language="de", opt_outs=(ALLOWED,)), "eins zwei drei vier"),
]
CUTS = ("donation", "donation", "share")


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Five documents on two sites, one of them twice, and a rejected page."""
    path = tmp_path / "corpus.db"
    monkeypatch.setenv("WINNOW_DB", str(path))
    with corpus_at(path, create=True) as db:
        for number, (url, metadata, text) in enumerate(DOCUMENTS):
            cut = tuple(
                Removal(Block(1, "paragraph", "cut"), category, "rule", "r", "e")
                for category in (CUTS if number == 0 else ())
            )
            document = Document(url, metadata, text, (Block(0, "paragraph", text),), cut)
            put(db, url, document)
        url = DOCUMENTS[0][0]
        put(db, url, Document(url, Metadata(language="en"), "one", (), ()), b"later")
        put(db, "https://c.example/", Rejection("https://c.example/", "empty", "no text"))
        db.execute("UPDATE documents SET duplicate_of = 1 WHERE id = 2")
    return path


def put(db, url, outcome, body=b"body"):
    stored = load_pages(db, [add_page(db, Page(body, url), NOW)[0]])[0]
    save_outcome(db, stored, outcome, CleanOptions(), NOW)


@pytest.fixture
def run(monkeypatch, capsys):
    """Return a function that runs `winnow`."""

    def run_it(*arguments):
        monkeypatch.setattr(sys, "argv", ["winnow", *(str(item) for item in arguments)])
        with pytest.raises(SystemExit) as ended:
            winnow.main()
        streams = capsys.readouterr()
        return ended.value.code or 0, streams.out, streams.err

    return run_it


def row(name, documents, words):
    return {"name": name, "documents": documents, "words": words}


def test_figures_are_what_can_be_counted_by_hand(corpus, run):
    code, out, _ = run("--json", "stats")
    found = json.loads(out)
    assert code == 0
    assert (found["documents"], found["words"], found["sites"]) == (6, 17, 2)
    assert found["median_words"] == 2
    assert (found["duplicates"], found["former_versions"], found["opted_out"]) == (1, 1, 1)
    assert found["by_site"] == [row("a.example", 3, 6), row("b.example", 3, 11)]
    assert found["by_language"] == [row("en", 3, 6), row("de", 2, 5), row("ja", 1, 6)]
    assert found["by_month"] == [
        row("2026-01", 1, 3),
        row("2026-02", 1, 2),
        row("undated", 4, 12),
    ]
    assert found["by_licence"] == [row("none stated", 5, 11), row("CC-BY-4.0", 1, 6)]
    assert found["removals"] == {"donation": 2, "share": 1}
    assert found["rejections"] == {"empty": 1}
    assert found["pages"] == {"cleaned": 6, "rejected": 1}


def test_the_median_agrees_with_sqlite(corpus):
    with sqlite3.connect(corpus) as db:
        lengths = sorted(number for (number,) in db.execute("SELECT words FROM documents"))
    db.close()
    with corpus_at(corpus) as db:
        assert corpus_figures(db)["median_words"] == lengths[(len(lengths) - 1) // 2]


def test_people_get_tables(corpus, run):
    code, out, err = run("stats", "--top", 1)
    assert (code, err) == (0, "")
    assert out.startswith("6 documents, 17 words (median 2), 2 sites\n1 duplicates, 1 former")
    assert "a.example" in out
    assert "b.example" not in out
    assert "donation" in out


def test_an_empty_corpus_has_figures_too(run, tmp_path):
    with corpus_at(tmp_path / "empty.db", create=True):
        pass
    code, out, _ = run("--db", tmp_path / "empty.db", "stats", "--plot", tmp_path / "a.svg")
    assert (code, out.startswith("0 documents, 0 words (median 0), 0 sites\n")) == (0, True)
    assert etree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")


def test_the_drawing_has_a_bar_for_each_number(corpus, run, tmp_path):
    code, _, err = run("stats", "--plot", tmp_path / "figures.svg")
    assert (code, err) == (0, f"drawn in {tmp_path / 'figures.svg'}\n")
    root = etree.parse(tmp_path / "figures.svg").getroot()
    names = {"s": "http://www.w3.org/2000/svg"}
    bars = {
        title.text: float(title.getparent().find("s:rect", names).get("width"))
        for title in root.findall(".//s:g/s:title", names)
    }
    assert {"a.example: 3", "ja: 1", "2026-02: 1", "donation: 2", "empty: 1"} <= set(bars)
    assert bars["donation: 2"] == pytest.approx(2 * bars["share: 1"], abs=0.2)


def test_a_drawing_escapes_what_sites_are_called():
    drawn = svg("a < b", [Panel("x & y", (('<script>"', 1), ("empty", 0)))])
    root = etree.fromstring(drawn)
    assert not root.findall(".//{*}script")
    assert '<script>"' in "".join(root.itertext())


def test_what_has_no_bar_of_its_own_is_drawn_together(corpus):
    with corpus_at(corpus) as db:
        figures = corpus_figures(db)
    days = [f"{2000 + number // 12}-{number % 12 + 1:02}" for number in range(30)]
    figures |= {
        "documents": 60,
        "by_site": [{"name": f"{n}.example", "documents": 2, "words": 5} for n in range(20)],
        "by_month": [{"name": day, "documents": 2, "words": 5} for day in days],
    }
    bars = {panel.heading: panel.bars for panel in panels(figures)}
    assert (len(bars["Documents by site"]), bars["Documents by site"][-1]) == (16, ("others", 30))
    months = bars["Documents by month of publication"]
    assert (len(months), months[0], months[1]) == (25, ("earlier", 12), ("2000-07", 2))


def test_panels_without_bars_are_left_out(corpus):
    with corpus_at(corpus) as db:
        figures = corpus_figures(db) | {"rejections": {}}
    assert "Rejected pages" not in {panel.heading for panel in panels(figures)}


def test_a_png_needs_the_extra_and_says_so(corpus, run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, _, err = run("stats", "--plot", tmp_path / "a.png")
    assert (code, err.count("\n"), "winnow-corpus[plot]" in err) == (2, 1, True)
    code, _, err = run("stats", "--plot", tmp_path / "a.gif")
    assert (code, "name a file in .svg or .png" in err) == (2, True)
    assert run("stats", "--plot", tmp_path / "no" / "a.svg")[0] == 2


def test_a_png_is_drawn_where_matplotlib_is_there(corpus, run, tmp_path):
    pytest.importorskip("matplotlib")
    assert run("stats", "--plot", tmp_path / "a.png")[0] == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
