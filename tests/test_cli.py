"""The command line over saved pages: results, exit codes, and one clear line for every mistake."""

import gzip
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import winnow

ROOT = Path(__file__).parent.parent
BRIDGE = (
    "The council met on Tuesday and decided to open the old bridge again, after two years of works"
    " that cost more than had been planned."
)
TRAM = (
    "Residents had asked for it for months, and many of them came to watch as the first tram"
    " crossed the river in the early morning."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Bridge opens again</title>
<link rel="canonical" href="https://example.org/bridge"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Bridge opens again</h1><p>{BRIDGE}</p><p>{TRAM}</p></article></body></html>"""


PROGRESS = ("cleaning ", "importing ")
"""How the lines begin that tell of progress every few seconds."""


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Return a function that runs `winnow` with a corpus of the test's own."""
    monkeypatch.setenv("WINNOW_DB", str(tmp_path / "corpus.db"))

    def run_it(*arguments):
        monkeypatch.setattr(sys, "argv", ["winnow", *(str(item) for item in arguments)])
        with pytest.raises(SystemExit) as ended:
            winnow.main()
        streams = capsys.readouterr()
        lines = streams.err.splitlines(keepends=True)
        err = "".join(line for line in lines if not line.startswith(PROGRESS))
        return ended.value.code or 0, streams.out, err

    return run_it


@pytest.fixture
def pages(tmp_path):
    """A folder with a good page, a good text, and an empty file."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(PAGE)
    (folder / "b.txt").write_text(f"{TRAM}\n\n{BRIDGE}\n")
    (folder / "c.html").write_bytes(b"")
    return folder


def test_clean_prints_one_line_for_each_page_in_the_order_of_the_input(run, pages):
    code, out, err = run("clean", pages / "b.txt", pages)
    text, page, again, empty = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert text["text"] == f"{TRAM}\n\n{BRIDGE}"
    assert (page["url"], page["path"]) == ("https://example.org/bridge", str(pages / "a.html"))
    assert page["text"].endswith(f"{BRIDGE}\n\n{TRAM}")
    assert again == text
    assert (empty["rejected"], empty["path"]) == ("empty", str(pages / "c.html"))
    assert empty["url"] == (pages / "c.html").as_uri()
    fields = "url title authors published language language_confidence site_name text removals"
    assert set(fields.split()) <= set(page)


def test_clean_ends_with_0_when_every_page_gave_a_document(run, pages):
    code, out, _ = run("clean", pages / "b.txt", "--format", "text", "--workers", 1)
    assert (code, out) == (0, f"{TRAM}\n\n{BRIDGE}\n\n")


def test_clean_believes_no_date_that_is_still_to_come(run, tmp_path):
    saved = tmp_path / "a.html"
    page = '<meta property="article:published_time" content="{}-01-01"><p>{}</p>'
    for year, published in ((9990, None), (2020, "2020-01-01")):
        saved.write_text(page.format(year, "The walls of the harbour rise again. " * 20))
        _, out, _ = run("clean", saved)
        assert json.loads(out)["published"] == published


def test_clean_says_why_a_page_has_no_text(run, pages):
    code, out, err = run("clean", pages / "c.html", "--format", "md")
    assert (code, out) == (1, "")
    assert err == f"winnow: {pages / 'c.html'}: empty: no bytes\n"


def test_clean_says_when_a_folder_has_no_pages(run, tmp_path):
    code, out, err = run("clean", tmp_path)
    assert (code, out) == (1, "")
    assert err == "winnow: no HTML, text or WARC files there\n"


def test_removals_of_a_category_that_is_none_or_has_none_are_told(run, pages):
    run("import", pages)
    code, out, err = run("removals", "--category", "nonsense")
    assert (code, out) == (2, "")
    assert err.startswith("winnow: removals: --category nonsense: choose from donation, adblock,")
    code, out, err = run("removals", "--category", "donation")
    assert (code, out, err) == (0, "", "winnow: nothing was cut so far\n")


def test_a_name_that_is_no_utf8_comes_out_as_valid_json(run, tmp_path):
    folder = tmp_path / os.fsdecode(b"d\xe9p\xf4t")
    folder.mkdir()
    (folder / "a.txt").write_text(TRAM)
    code, out, _ = run("clean", folder, "--workers", 1)
    page = json.loads(out.encode("utf-8"))
    assert (code, page["path"]) == (0, f"{tmp_path}/d\ufffdp\ufffdt/a.txt")
    assert page["url"].endswith("/d%E9p%F4t/a.txt")


BODIES = {
    "not-html": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + bytes(500),
    "too-big": b"<html><body>" + b"<p>words and words</p>\n" * 2_700_000,
    "too-deep": b"<html><body>" + b"<div>" * 100_000 + b"<p>at the bottom of it all</p>",
    "undecodable": gzip.compress(os.urandom(20_000)),
    "empty": b"",
}


@pytest.mark.parametrize("reason", BODIES)
def test_a_page_that_is_none_is_rejected_with_the_reason(run, tmp_path, reason):
    (tmp_path / "page.html").write_bytes(BODIES[reason])
    code, out, err = run("clean", tmp_path / "page.html")
    record = json.loads(out)
    accepted = {reason, "not-html"} if reason == "undecodable" else {reason}
    assert (code, err, record["path"]) == (1, "", str(tmp_path / "page.html"))
    assert record["rejected"] in accepted
    assert record["detail"]


def test_import_ingest_and_export_account_for_every_page_and_twice_changes_nothing(
    run, pages, tmp_path
):
    assert run("import", pages)[:2] == (0, "3 new pages, 0 known already\n")
    assert run("ingest")[:2] == (0, "2 documents, 1 rejected pages\n")
    code, _, _ = run("export", tmp_path / "out", "--format", "jsonl", "--with-duplicates")
    assert code == 0
    file = Path("data", "train-00000-of-00001.jsonl")
    exported = (tmp_path / "out" / file).read_bytes()
    records = [json.loads(line) for line in exported.splitlines()]
    assert {record["url"] for record in records} == {
        "https://example.org/bridge",
        (pages / "b.txt").as_uri(),
    }
    assert run("import", pages)[:2] == (0, "0 new pages, 3 known already\n")
    assert run("ingest")[:2] == (0, "0 documents, 0 rejected pages\n")
    run("export", tmp_path / "again", "--format", "jsonl", "--with-duplicates")
    assert (tmp_path / "again" / file).read_bytes() == exported


def test_the_corpus_can_be_searched_and_counted(run, pages):
    run("import", pages)
    run("ingest")
    code, out, _ = run("--json", "search", "council", "bridge")
    assert code == 0
    assert {json.loads(line)["site"] for line in out.splitlines()} == {
        "example.org",
        pages.as_uri(),
    }
    assert run("search", "zeppelin") == (0, "", "nothing found\n")
    figures = json.loads(run("--json", "stats")[1])
    assert (figures["documents"], figures["pages"]) == (2, {"cleaned": 2, "rejected": 1})
    assert figures["rejections"] == {"empty": 1}
    assert "2 documents" in run("stats")[1]


def test_a_stored_page_and_a_saved_one_are_explained_block_by_block(run, pages):
    run("import", pages)
    by_path = run("--json", "explain", pages / "a.html")
    by_url = run("--json", "explain", "https://example.org/bridge")
    assert by_path == by_url
    verdicts = [json.loads(line) for line in by_path[1].splitlines()]
    assert [verdict["index"] for verdict in verdicts] == list(range(len(verdicts)))
    assert {BRIDGE, TRAM} <= {verdict["text"] for verdict in verdicts if verdict["kept"]}
    assert all(verdict["removals"] for verdict in verdicts if not verdict["kept"])
    assert f"paragraph: {BRIDGE}" in run("explain", pages / "a.html")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clean", "nowhere.html"], "nowhere.html: no such file or folder"),
        (["import", "nowhere.html"], "nowhere.html: no such file or folder"),
        (["ingest"], "no such corpus"),
        (["stats"], "no such corpus"),
        (["explain", "nowhere.html"], "nowhere.html: no such file, and not an address"),
        (["explain", "https://example.org/"], "no such corpus"),
        (["--db", "readme.txt", "stats"], "not an SQLite file"),
        (["--db", "recipes.db", "import", "."], "another program's tables"),
        (["--db", "no/such/folder/c.db", "import", "."], "cannot be opened"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "readme.txt").write_text("words " * 500)
    with sqlite3.connect(tmp_path / "recipes.db") as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("winnow: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", '"unclosed'], "cannot be read"),
        (["search", " "], "the query is empty"),
        (["removals", "--by", "colour"], "choose from category, rule"),
        (["explain", "https://example.org/unknown"], "not in the corpus"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(run, pages, arguments, said):
    run("import", pages)
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def in_a_process(*arguments, **options):
    command = [sys.executable, "-m", "winnow", *(str(item) for item in arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def test_a_full_disk_is_one_line_and_what_was_stored_stays(run, pages, tmp_path):
    run("import", pages)
    more = tmp_path / "more"
    more.mkdir()
    for number in range(40):
        (more / f"{number}.html").write_text(os.urandom(50_000).hex())

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    arguments = ("--db", tmp_path / "corpus.db", "import", more)
    process = in_a_process(*arguments, preexec_fn=small_files)
    _, err = process.communicate()
    assert process.returncode == 2
    assert "what was stored before is safe" in err
    assert err.count("\n") == 1
    assert json.loads(run("--json", "stats")[1])["pages"] == {"pending": 3}
    assert run("import", more)[:2] == (0, "40 new pages, 0 known already\n")


def test_a_full_disk_under_the_output_is_one_line(pages):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "winnow", "clean", str(pages / "b.txt")]
        ended = subprocess.run(
            command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ended.returncode, ended.stderr) == (2, "winnow: No space left on device\n")


def heeding_ctrl_c():
    """What starts tests in the background may have them ignore it, and so all their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_the_run_and_its_workers(tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number:03}.html").write_text(PAGE * 20)
    process = in_a_process(
        "clean", folder, "--workers", 2, start_new_session=True, preexec_fn=heeding_ctrl_c
    )
    assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert err.splitlines()[-1] == "winnow: interrupted"
    assert "Traceback" not in err
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("processes are left behind")
