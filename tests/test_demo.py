"""The demo from the command line to the export: whole bodies, no furniture, nothing forbidden."""

import json
import re
import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

from corpus.stats import RemovalCount
from crawler.demo.content import load_editions, load_furniture
from crawler.demo.site import BARRED, BROKEN, GONE
from crawler.demo.tour import cuts_of
from tests.children import Winnow

ARTICLES = {
    edition.address(article): article for edition in load_editions() for article in edition.articles
}


def winnow(folder, *arguments):
    with TemporaryDirectory() as streams:
        return Winnow(streams, *arguments, cwd=folder).end()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo that has been run: its folder, its report, and the documents of an export by path."""
    folder = tmp_path_factory.mktemp("demo")
    done = winnow(folder, "--json", "demo")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (folder / report["export"]).is_file()
    exported = winnow(folder, "--db", report["db"], "export", "whole", "--with-duplicates")
    assert exported.returncode == 0, exported.stderr
    file = folder / "whole" / "data" / "train-00000-of-00001.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    return folder, report, {urlsplit(d["url"]).path: d for d in map(json.loads, lines)}


def squeezed(text):
    return " ".join(text.split())


def test_every_article_is_a_document_with_its_whole_body(demo):
    _, _, documents = demo
    missing = {
        path: lost
        for path, article in ARTICLES.items()
        if (
            lost := [
                line
                for part in article.body
                for line in re.sub(r"^(## |> |- )", "", part).split("\n- ")
                if squeezed(line) not in squeezed(documents.get(path, {"text": ""})["text"])
            ]
        )
    }
    assert missing == {}


def test_no_document_asks_for_donations_or_speaks_of_the_readers_ad_blocker(demo):
    _, _, documents = demo
    wordings = [
        line
        for words in load_furniture().values()
        for widget in ("donation", "donation_again", "adblock")
        for line in words[widget]
        if len(line) > 15
    ]
    assert len(wordings) > 30
    left = [
        (path, wording)
        for path, document in documents.items()
        for wording in wordings
        if wording in document["text"]
    ]
    assert left == []


def test_donation_appeals_and_ad_blocker_notices_are_named_as_such(demo):
    _, report, _ = demo
    cuts = {cut["category"]: cut for cut in report["cuts"]}
    assert {"donation", "adblock", "newsletter", "related", "correction"} <= set(cuts)
    assert all(cut["rule"] and cut["evidence"] and cut["example"] for cut in cuts.values())
    assert len(cuts["donation"]["example"]) > 100  # the appeal itself, not its button


def test_what_robots_txt_forbids_is_not_fetched(demo):
    _, report, _ = demo
    assert "/robots.txt" in report["visits"]
    assert [path for path in report["visits"] if path.startswith(BARRED)] == []


def test_what_cannot_be_fetched_is_reported_with_its_reason(demo):
    _, report, _ = demo
    reasons = {urlsplit(url).path: why for url, why in report["failed"].items()}
    assert set(reasons) == {BARRED, BROKEN, GONE}
    assert "500" in reasons[BROKEN]
    assert "404" in reasons[GONE]


def test_run_again_in_its_folder_it_says_what_was_cut_and_its_commands_work_as_printed(demo):
    folder, first, _ = demo
    done = winnow(folder, "demo", "--keep", str(Path(first["db"]).parent))
    assert done.returncode == 0, done.stderr
    assert f" {first['documents']} with {first['words']:,} words" in done.stdout
    assert "What was cut" in done.stdout
    commands = re.findall(r"^  winnow (--db .*)$", done.stdout, re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        printed = winnow(folder, *shlex.split(command))
        assert (printed.returncode, printed.stderr) == (0, ""), command
        assert printed.stdout


def test_the_demo_leaves_a_folder_alone_that_is_in_use(tmp_path):
    (tmp_path / "corpus.db").write_text("mine")
    refused = winnow(tmp_path, "demo", "--keep", ".")
    assert refused.returncode == 2
    assert refused.stderr.startswith("winnow: .: is not empty")
    assert (tmp_path / "corpus.db").read_text() == "mine"


def counted(category, rule, number):
    return RemovalCount({"category": category, "rule": rule}, number, 1, f"{rule} text", "e", "u")


def test_a_category_is_shown_with_an_example_of_its_most_frequent_rule():
    by_rule = [counted("other", "o", 9), counted("donation", "a", 3), counted("donation", "b", 1)]
    totals = [counted("other", "", 9), counted("donation", "", 4)]
    donation, other = cuts_of(totals, by_rule)
    assert (donation.category, donation.number, donation.rule) == ("donation", 4, "a")
    assert other.category == "other"
