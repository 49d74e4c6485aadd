"""Exports from the command line: whole, repeatable, filtered, and read back by other programs."""

import csv
import errno
import gc
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

import winnow
from cleaners.errors import OperatorError
from cleaners.records import Block, CleanOptions, Document, Link, Metadata, OptOut, Page, Removal
from corpus.documents import save_outcome
from corpus.export import reading, sink
from corpus.export.exporting import Job, export_corpus
from corpus.export.sink import Sink
from corpus.pages import add_page, load_pages
from corpus.store import corpus_at
from tests.children import Winnow

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
RESERVED = OptOut("tdmrep", "1", "tdmrep.json", True)
APPEAL = Block(2, "paragraph", "Please give to our paper.", path="div/p")
LONG = "The council met on Tuesday and decided to open the old bridge again. " * 12

DOCUMENTS = {
    "https://example.org/bridge": Metadata(
        title="Bridge: open *again*",
        authors=("Ada Kern", "Bo Lind"),
        published="2026-03-01T10:00:00+01:00",
        section="City",
        tags=("bridges", "works"),
        site_name="The Example",
        language="en-GB",
        language_confidence=0.9,
        licence="CC-BY-4.0",
    ),
    "https://news.example.org/ferry": Metadata(
        title='=HYPERLINK("http://bad.example","x")',
        published="2026-02-11",
        language="en",
        language_confidence=0.4,
        licence="CC-BY-SA-4.0",
    ),
    "https://zeitung.example.com/fähre": Metadata(
        title="Die Fähre fährt wieder",
        published="2025-12-31",
        language="de",
        language_confidence=0.99,
        opt_outs=(OptOut("robots", "allow", "robots.txt", False),),
    ),
    "https://zeitung.example.com/reserved": Metadata(
        title="Vorbehalten", language="de", opt_outs=(RESERVED,)
    ),
}
LINKS = (Link(4, 12, "/plan"),)
STRUCTURE = (
    Block(
        0, "paragraph", "See the plan, or write to ada@example.org.", links=(Link(4, 12, "/plan"),)
    ),
    Block(1, "heading", "What comes # next", level=2),
    Block(2, "item", "paint", level=1),
    Block(3, "item", "red * or <b>", level=2),
    Block(4, "item", "open", level=1),
    Block(5, "quote", "1. We waited.\nLong."),
    Block(6, "code", "if x < 1:\n    print('`')"),
    Block(7, "table", "Year | Cost"),
    Block(8, "table", "2026 | 3_000 | approx"),
    Block(9, "paragraph", LONG.strip()),
)


def put(db, url, metadata, blocks, *, at=NOW, body=None):
    """Store a page and its document."""
    headers = {"content-type": "text/html; charset=utf-8", "content-encoding": "br"}
    raw = body or f"<html><title>{metadata.title}</title>{url}</html>".encode()
    page = Page(raw, url, url, "papers", 200, headers, headers["content-type"], at)
    stored = load_pages(db, [add_page(db, page, at)[0]])[0]
    text = "\n\n".join(block.text for block in blocks)
    cut = (Removal(APPEAL, "donation", "rule", "give", "asks for money"),)
    document = Document(url, metadata, text, tuple(blocks), cut)
    save_outcome(db, stored, document, CleanOptions(), at)


@pytest.fixture
def corpus(tmp_path):
    """A corpus of four documents, one of them reserved."""
    path = tmp_path / "corpus.db"
    with corpus_at(path, create=True) as db:
        for number, (url, metadata) in enumerate(DOCUMENTS.items()):
            short = (Block(0, "paragraph", f"Document {number}. It says little."),)
            put(db, url, metadata, STRUCTURE if number == 0 else short)
    return path


@pytest.fixture
def run(monkeypatch, capsys, corpus):
    """Return a function that runs `winnow` on the corpus."""
    monkeypatch.setenv("WINNOW_DB", str(corpus))

    def run_it(*arguments):
        monkeypatch.setattr(sys, "argv", ["winnow", *(str(item) for item in arguments)])
        with pytest.raises(SystemExit) as ended:
            winnow.main()
        streams = capsys.readouterr()
        return ended.value.code or 0, streams.out, streams.err

    return run_it


@pytest.fixture
def exported(run, tmp_path):
    """Return a function that exports JSON lines and returns the records."""

    def export(*options):
        folder = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
        code, _, err = run("export", folder, *options)
        assert code == 0, err
        return [
            json.loads(line)
            for path in sorted(folder.glob("data/*.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]

    return export


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def paths(records):
    return [record["url"].rpartition("/")[2] for record in records]


ALL = ["bridge", "ferry", "fähre", "reserved"]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ([], ["bridge", "ferry", "fähre"]),
        (["--include-opted-out"], ALL),
        (["--source", "papers,others"], ["bridge", "ferry", "fähre"]),
        (["--site", "example.org"], ["bridge", "ferry"]),
        (["--site", "www.example.org", "--site", "zeitung.example.com"], ALL[:3]),
        (["--language", "en"], ["bridge", "ferry"]),
        (["--language", "EN-gb,de"], ["bridge", "fähre"]),
        (["--min-confidence", "0.9"], ["bridge", "fähre"]),
        (["--since", "2026-02"], ["bridge", "ferry"]),
        (["--since", "2025", "--until", "2025-12"], ["fähre"]),
        (["--until", "2026-02-11"], ["ferry", "fähre"]),
        (["--section", "city"], ["bridge"]),
        (["--min-words", "20"], ["bridge"]),
        (["--max-words", "20"], ["ferry", "fähre"]),
        (["--min-quality", "0.5"], ["bridge"]),
        (["--licence", "cc-by-*"], ["bridge", "ferry"]),
        (["--licence", "CC-BY-4.0"], ["bridge"]),
        (["--licence", "any", "--language", "en"], ["bridge", "ferry"]),
        (["--query", "council bridge"], ["bridge"]),
        (["--query", "council OR 2"], ["bridge", "fähre"]),
        (["--where", "words > 20 -- long"], ["bridge"]),
        (["--where", "language = 'de' OR 1"], ["bridge", "ferry", "fähre"]),
        (["--where", "EXISTS (SELECT 1 FROM json_each(tags) WHERE value = 'works')"], ["bridge"]),
        (["--limit", "2"], ["bridge", "ferry"]),
    ],
)
def test_a_filter_takes_what_it_says(exported, options, left):
    assert paths(exported(*options)) == left


def test_reserved_documents_stay_out_and_that_is_said(run, tmp_path):
    code, out, err = run("export", tmp_path / "out")
    assert (code, err) == (
        0,
        "winnow: left out: 1 opted out (reserved against mining or training;"
        " --include-opted-out)\n",
    )
    assert out.startswith("3 documents, ")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["left_out"] == {"opted out": 1}
    assert "left out: 1 reserved by their publishers" in (tmp_path / "out/README.md").read_text()


def test_only_the_last_version_of_an_address_goes_out(exported, corpus):
    url = "https://example.org/bridge"
    with corpus_at(corpus) as db:
        later = (Block(0, "paragraph", "Now it is closed."),)
        put(db, url, DOCUMENTS[url], later, at=NOW + timedelta(hours=1), body=b"closed")
    assert [r["text"] for r in exported("--section", "City")] == ["Now it is closed."]
    assert len(exported("--section", "City", "--with-duplicates")) == 2


def test_of_duplicates_the_best_goes_out_or_the_first_that_is_asked_for(exported, corpus):
    with sqlite3.connect(corpus) as db:
        db.execute("UPDATE documents SET duplicate_of = 1 WHERE id IN (2, 4)")
        db.execute("UPDATE documents SET duplicate_of = 2 WHERE id = 3")
    db.close()
    assert paths(exported("--include-opted-out")) == ["bridge"]
    assert paths(exported("--language", "de,en", "--until", "2026-02-28")) == ["ferry"]
    assert paths(exported("--language", "de")) == ["fähre"]
    assert paths(exported("--with-duplicates")) == ["bridge", "ferry", "fähre"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "jsonl,doc"], "--format doc: choose from jsonl, jsonl.zst, parquet"),
        (["--fields", "url,colour"], "--fields: no field 'colour'; choose from id, url"),
        (["--where", "colour = 1"], "--where: no such column: colour"),
        (["--where", "words >"], "--where: "),
        (["--where", "1) OR (1"], "--where: "),
        (["--where", "1 LIMIT 1"], "--where: "),
        (["--where", "1; DROP TABLE documents"], "--where: "),
        (["--where", "load_extension('x')"], "--where: "),
        (["--where", "json_extract(title, '$.x') = 1"], "malformed JSON"),
        (["--where", " "], "--where is empty"),
        (["--where", "words > 1000000"], "no document matches; nothing was written"),
        (["--where", "title = 'Vorbehalten'"], "no document is left: 1 opted out"),
        (["--query", '"unclosed'], "unterminated string"),
        (["--since", "yesterday"], "--since 'yesterday': give a date"),
        (["--until", "2026-13-01"], "--until '2026-13-01': give a date"),
        (["--split", "0.9/0.2"], "--split '0.9/0.2': give two or three shares"),
        (["--source", ","], "export: --source names none"),
        (["--redact", ""], "export: --redact names none: choose from emails, ips, phones"),
        (["--where", "randomblob(9999999999)"], "export: --where: string or blob too big"),
        (["--where", "json_extract(title, '$')"], "export: --where: malformed JSON"),
        (["--query", "\udcff"], "export: --query: is not valid UTF-8"),
        (["--where", "1 \udcff"], "export: --where: is not valid UTF-8"),
        (["--redact", "names"], "--redact names: choose from emails, ips, phones"),
        (["--redact", "emails", "--format", "warc"], "holds raw pages"),
        (["--with-removals", "--format", "txt"], "needs a format with columns"),
        (["--shard-size", "big"], "--shard-size 'big': give a size"),
        (["--since-last", "--limit", "1"], "contradict each other"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(run, tmp_path, options, said):
    code, out, err = run("export", tmp_path / "out", *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("winnow: ")
    assert said in err
    assert [path.name for path in tmp_path.iterdir() if "corpus.db" not in path.name] == []


def test_an_sql_condition_cannot_write(run, tmp_path, corpus):
    before = corpus.read_bytes()
    for where in ("(DELETE FROM documents)", "1 IN (PRAGMA user_version = 3)", "writefile('x', 1)"):
        assert run("export", tmp_path / "out", "--where", where)[0] == 2
    assert corpus.read_bytes() == before


def test_the_same_corpus_and_options_give_the_same_bytes(run, tmp_path):
    forms = ("--format", "jsonl,jsonl.zst,parquet,csv,md,txt,tei,warc", "--with-removals")
    for name in ("one", "two"):
        assert run("export", tmp_path / name, *forms, "--seed", 5, "--split", "0.5/0.5")[0] == 0
        time.sleep(1.1)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_manifest_has_the_hash_of_every_file(run, tmp_path):
    run("export", tmp_path / "out", "--format", "jsonl,md", "--format", "parquet")
    files = contents(tmp_path / "out")
    manifest = json.loads(files.pop(Path("manifest.json")))
    assert {f["path"]: f["sha256"] for f in manifest["files"]} == {
        path.as_posix(): sha256(data).hexdigest() for path, data in files.items()
    }
    rows = {f["path"]: f["rows"] for f in manifest["files"]}
    assert rows["data/train-00000-of-00001.parquet"] == 3
    assert manifest["documents"] == 3


def test_a_folder_in_use_is_left_alone(run, tmp_path):
    folder = tmp_path / "out"
    assert run("export", folder, "--limit", 1)[0] == 0
    before = contents(folder)
    code, _, err = run("export", folder)
    assert (code, err) == (2, f"winnow: {folder}: exists; --force replaces this former export\n")
    assert contents(folder) == before
    (folder / "notes.txt").write_text("mine")
    code, _, err = run("export", folder, "--force")
    assert (code, "notes.txt, which no export wrote" in err) == (2, True)
    (folder / "notes.txt").unlink()
    assert run("export", folder, "--force")[0] == 0
    assert json.loads((folder / "manifest.json").read_text())["documents"] == 3
    other = tmp_path / "mine"
    other.mkdir()
    (other / "a.txt").write_text("mine")
    code, _, err = run("export", other, "--force")
    assert (code, "exists and is no former export" in err) == (2, True)
    code, _, err = run("export", other / "a.txt")
    assert (code, err) == (2, f"winnow: {other / 'a.txt'}: is a file or a link, not a folder\n")
    assert run("export", tmp_path / "made" / "too")[0] == 0


def test_a_full_disk_is_one_line_and_leaves_nothing(run, corpus, tmp_path):
    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    with corpus_at(corpus) as db, db.atomic():
        for number in range(70):
            put(db, f"https://e.org/{number}", Metadata("T"), (Block(0, "paragraph", LONG),))
    command = [sys.executable, "-m", "winnow", "--db", corpus, "export", tmp_path / "out"]
    done = subprocess.run(
        [*map(str, command), "--where", "1", "--format", "txt,csv,parquet"],
        cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=small_files,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("out: File too large; nothing was written")
    assert [path.name for path in tmp_path.iterdir() if "corpus.db" not in path.name] == []


@pytest.mark.parametrize("form", ["jsonl", "jsonl.zst", "parquet", "csv", "warc"])
def test_a_file_that_cannot_be_written_ends_every_format_quietly(corpus, tmp_path, form):
    def no_space(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sink, "_ahead", no_space)
        patch.setattr(sink, "AHEAD", 100)
        job = Job(formats=("parquet", "jsonl.zst", form))
        with pytest.raises(OperatorError, match="No space left on device; nothing was written"):
            export_corpus(corpus, tmp_path / "out", job)
    gc.collect()
    assert not (tmp_path / "out").exists()


def test_raw_pages_can_be_imported_again(run, corpus, tmp_path):
    run("export", tmp_path / "out", "--format", "warc", "--include-opted-out")
    again = tmp_path / "again.db"
    code, out, _ = run("--db", again, "import", *(tmp_path / "out" / "warc").iterdir())
    assert (code, out) == (0, "4 new pages, 0 known already\n")
    query = "SELECT url, status, fetched_at, sha256 FROM pages ORDER BY url"
    before, after = sqlite3.connect(corpus), sqlite3.connect(again)
    assert after.execute(query).fetchall() == before.execute(query).fetchall()
    before.close()
    after.close()


def test_an_empty_folder_is_taken(run, tmp_path):
    (tmp_path / "out").mkdir()
    assert run("export", tmp_path / "out")[0] == 0


def test_since_last_takes_what_is_new_or_changed(exported, run, corpus, tmp_path):
    assert paths(exported("--since-last")) == ["bridge", "ferry", "fähre"]
    card = (tmp_path / "out-1" / "README.md").read_text(encoding="utf-8")
    assert "With the same corpus, the same Winnow" in card
    code, out, _ = run("export", tmp_path / "none", "--since-last")
    assert (code, out) == (0, "nothing new since the last export; nothing was written\n")
    assert not (tmp_path / "none").exists()
    blocks = (Block(0, "paragraph", "It is new."),)
    with corpus_at(corpus) as db:
        put(
            db, "https://example.org/late", Metadata("Late"), blocks, at=NOW - timedelta(seconds=30)
        )
        put(db, "https://example.org/new", Metadata("New"), blocks, at=NOW + timedelta(hours=1))
    assert paths(exported("--since-last")) == ["late", "new"]
    assert len(exported("--since-last", "--language", "en")) == 2
    assert len(exported()) == 5


def test_since_last_leaves_out_a_copy_of_what_went_out_before(exported, run, corpus, tmp_path):
    assert len(exported("--language", "en")) == 2
    blocks = (Block(0, "paragraph", "It is a copy."),)
    with corpus_at(corpus) as db:
        for name, language in (("copy", "en"), ("other", "en"), ("kopie", "de")):
            url, metadata = f"https://e.org/{name}", Metadata("T", language=language)
            put(db, url, metadata, blocks, at=NOW + timedelta(hours=1))
        copies = "UPDATE documents SET duplicate_of = 1 WHERE url LIKE '%/copy' OR url LIKE '%ie'"
        db.execute(copies)
    code, out, err = run("export", tmp_path / "out", "--since-last", "--language", "en")
    assert (code, out.partition(" documents")[0]) == (0, "1")
    assert err == "winnow: left out: 1 duplicates (or former versions; --with-duplicates)\n"


def test_splits_stay_as_the_corpus_grows(run, corpus, tmp_path):
    def split_of(folder):
        run("export", folder, "--split", "0.5/0.25/0.25", "--fields", "url")
        return {
            json.loads(line)["url"]: path.name.partition("-")[0]
            for path in folder.glob("data/*.jsonl")
            for line in path.read_text().splitlines()
        }

    def grow(numbers):
        with corpus_at(corpus) as db:
            for number in numbers:
                url = f"https://example.org/{number}"
                put(db, url, Metadata("T"), (Block(0, "paragraph", f"Text {number}."),))

    grow(range(40))
    small = split_of(tmp_path / "small")
    grow(range(40, 60))
    large = split_of(tmp_path / "large")
    assert set(small.values()) == {"train", "validation", "test"}
    assert small.items() <= large.items()


def test_a_split_by_site_keeps_sites_together(exported, run, tmp_path):
    run("export", tmp_path / "out", "--split", "0.5/0.5", "--split-by", "site")
    sites = [
        {json.loads(line)["site"] for line in path.read_text().splitlines()}
        for path in (tmp_path / "out" / "data").iterdir()
    ]
    assert sum(map(len, sites)) == len(set().union(*sites))


def test_a_seed_shuffles_and_samples(exported):
    orders = {tuple(paths(exported("--seed", seed))) for seed in range(8)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("bridge", "ferry", "fähre")}
    assert exported("--seed", 3, "--limit", 2) == exported("--seed", 3)[:2]


def test_redaction_reaches_every_text(exported, run, tmp_path):
    record = exported("--redact", "emails", "--fields", "text,structure,text_sha256")[0]
    assert "or write to [email].\n\nWhat comes" in record["text"]
    spans = [record["text"][s["start"] : s["end"]] for s in record["structure"]]
    assert "\n\n".join(spans) == record["text"]
    assert record["text_sha256"] == sha256(record["text"].encode()).hexdigest()
    run("export", tmp_path / "md", "--format", "md,tei,txt,csv,parquet", "--redact", "emails")
    assert not any(b"ada@example.org" in data for data in contents(tmp_path / "md").values())


def test_removals_come_with_their_reasons(exported):
    record = exported("--with-removals", "--section", "City")[0]
    (removal,) = record["removals"]
    assert removal["text"] == APPEAL.text
    assert (removal["category"], removal["rule"]) == ("donation", "give")
    assert removal["evidence"] == "asks for money"


def test_big_exports_are_cut_into_files(run, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 1)
    run("export", tmp_path / "out", "--format", "jsonl,parquet", "--shard-size", "100")
    names = sorted(path.name for path in (tmp_path / "out" / "data").iterdir())
    assert names == [
        f"train-{number:05}-of-00003.{form}" for number in range(3) for form in ("jsonl", "parquet")
    ]


def test_an_export_reads_one_state_while_others_write(corpus, tmp_path):
    def write(*_):
        with sqlite3.connect(corpus) as other:
            other.execute("UPDATE documents SET text = 'later', published = NULL")
            other.execute("DELETE FROM removals")
        other.close()

    export_corpus(corpus, tmp_path / "out", Job(with_removals=True), report=write)
    lines = (tmp_path / "out/data/train-00000-of-00001.jsonl").read_text().splitlines()
    assert len(lines) == 3
    assert not any(json.loads(line)["text"] == "later" for line in lines)


def test_a_killed_export_leaves_the_former_one(run, corpus, tmp_path, tmp_path_factory):
    folder = tmp_path / "out"
    run("export", folder)
    before = contents(folder)
    with corpus_at(corpus) as db, db.atomic():
        for number in range(700):
            url = f"https://example.org/{number}"
            put(db, url, Metadata("T"), (Block(0, "paragraph", f"Text {number}."),))
    arguments = ("--db", corpus, "export", folder, "--force", "--format", "jsonl,md")
    streams = tmp_path_factory.mktemp("streams")
    for files in (1, 300, 600):
        process = Winnow(streams, *arguments)
        while process.poll() is None:
            if sum(len(names) for _, _, names in os.walk(tmp_path)) > files + len(before):
                process.kill()
            time.sleep(0.002)
        assert process.poll() == -signal.SIGKILL
        assert contents(folder) == before
    assert Winnow(streams, *arguments).end().returncode == 0
    assert json.loads((folder / "manifest.json").read_text())["documents"] == 703
    assert {path.name for path in tmp_path.iterdir() if "corpus.db" not in path.name} == {"out"}


def test_csv_is_read_back_and_harmless(run, tmp_path):
    run("export", tmp_path / "out", "--format", "csv")
    with (tmp_path / "out/data/train-00000-of-00001.csv").open(encoding="utf-8", newline="") as f:
        bridge, ferry, _ = list(csv.DictReader(f))
    assert ferry["title"] == '\'=HYPERLINK("http://bad.example","x")'
    assert json.loads(bridge["authors"]) == ["Ada Kern", "Bo Lind"]
    assert bridge["text"].endswith(LONG.strip())
