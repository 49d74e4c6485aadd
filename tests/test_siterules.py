"""Rules for single sites: selectors, imported configurations, and what operators put back."""

import json

import pytest
from click.testing import CliRunner

from cleaners import CleanOptions, clean_html
from cleaners.records import SiteRules
from corpus.choices import Choices, Decision
from corpus.siteconfigs import read_folder
from winnow import cli

LONG = (
    "The ferry to the outer islands will sail twice a day again from May, the harbour board said, "
    "after three winters in which the islanders had to make do with the mail boat on weekdays."
)
PAGE = f"""<html><head><title>Site title</title></head><body>
<div class="head"><h1 class="headline">The ferry is back</h1><p class="by">Ina Holm</p></div>
<div id="story"><p>{LONG}</p><p class="odd">{LONG.replace("May", "June")}</p>
<p>{LONG.replace("May", "July")}</p><p>Support our newsroom: please donate now.</p></div>
<div class="more"><p>{LONG.replace("ferry", "bus")}</p></div></body></html>"""


def cleaned(**rules):
    return clean_html(PAGE, options=CleanOptions(site_rules=SiteRules(origin="test", **rules)))


@pytest.mark.parametrize(
    ("rules", "gone", "rule"),
    [
        ({"cut": ("p.odd",)}, "June", "site-cut"),
        ({"strip": ("//p[@class='odd']",)}, "June", "site-strip"),
        ({"body": ("//div[@id='story']",)}, "The bus", "site-body"),
    ],
)
def test_a_site_s_rule_cuts(rules, gone, rule):
    document = cleaned(**rules)
    assert gone not in document.text
    assert "July" in document.text
    removal = next(r for r in document.removals if gone in r.text)
    assert (removal.stage, removal.rule) == ("rule", rule)
    assert removal.evidence.startswith("test: ")


def test_what_is_to_be_kept_is_kept_whatever_a_rule_says():
    assert "donate now" not in cleaned().text
    assert "donate now" in cleaned(keep=("#story > p",)).text


def test_a_site_s_rules_find_title_and_authors():
    found = cleaned(title=("//h1[@class='headline']",), author=("//p[@class='by']/text()",))
    assert found.metadata.title == "The ferry is back"
    assert found.metadata.authors == ("Ina Holm",)
    assert found.metadata.provenance["title"].startswith("test: ")


def test_an_expression_that_fails_on_a_page_says_nothing():
    assert cleaned(strip=("//p[unknown-function(.)]",)).text == cleaned().text


CONFIG = """# a comment
title: //h1
body: //div[@id='story']
strip: //p[@class='odd']
strip_id_or_class: teaser
prune: no
test_url: https://ferry.example/a
strip: //p[
only words
"""


def test_a_folder_of_configurations_is_read_and_errors_name_file_and_line(tmp_path):
    (tmp_path / "ferry.example.txt").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "README.txt").write_text("not a host", encoding="utf-8")
    (tmp_path / ".islands.example.txt").write_text("strip: //aside", encoding="utf-8")
    configs = read_folder(tmp_path)
    assert set(configs.by_host) == {"ferry.example", ".islands.example"}
    rules = configs.by_host["ferry.example"]
    assert rules.body == ("//div[@id='story']",)
    assert rules.strip == (
        "//p[@class='odd']",
        "//*[contains(@class, 'teaser') or contains(@id, 'teaser')]",
    )
    assert [problem.split(": ")[0].rpartition("/")[2] for problem in configs.problems] == [
        "ferry.example.txt:8",
        "ferry.example.txt:9",
    ]


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("ferry.example", "own"),
        ("www.ferry.example", "own"),
        ("news.islands.example", "domain"),
        ("islands.example", "domain"),
        ("other.example", None),
    ],
)
def test_a_host_has_its_own_configuration_or_its_domain_s(host, found):
    configs = {
        "ferry.example": SiteRules(origin="own"),
        ".islands.example": SiteRules(origin="domain"),
    }
    config = Choices(configs=configs).config_for(host)
    assert (config.origin if config else None) == found


def test_decisions_hold_where_they_were_made():
    page = Decision("page", "https://a.example/1", "block", "f1")
    site = Decision("site", "a.example", "rule", "r1")
    choices = Choices({(d.scope, d.target): (d,) for d in (page, site)})
    options = CleanOptions()
    here = choices.refine(options, "https://a.example/1", "a.example", "https://a.example/1")
    assert here.restored_blocks == {"f1"}
    assert here.restored_rules == {"r1"}
    there = choices.refine(options, "https://a.example/2", "a.example", "https://a.example/2")
    assert (there.restored_blocks, there.restored_rules) == (frozenset(), {"r1"})
    assert choices.refine(options, "https://b.example/", "b.example", "x") is options


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    db = tmp_path / "corpus.db"
    run(db, "import", str(path), "--url", "https://ferry.example/a")
    run(db, "ingest", "--workers", "1")
    return db


def run(db, *arguments, code=0):
    result = CliRunner().invoke(cli, ["--db", str(db), "--json", *arguments])
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def text_of(db):
    blocks = run(db, "explain", "https://ferry.example/a")
    return "\n".join(block["text"] for block in blocks if block["kept"])


def test_a_block_that_is_put_back_stays_after_cleaning_again(corpus):
    blocks = run(corpus, "explain", "https://ferry.example/a")
    number = next(b["index"] for b in blocks if "donate now" in b["text"] and not b["kept"])
    run(corpus, "restore", "https://ferry.example/a", "--block", str(number))
    run(corpus, "reclean", "--all", "--workers", "1")
    assert "donate now" in text_of(corpus)
    run(corpus, "restore", "https://ferry.example/a", "--block", "999", code=1)
    assert [d["scope"] for d in run(corpus, "restore")] == ["page"]
    run(corpus, "restore", "https://ferry.example/a", "--block", str(number), "--undo")
    assert "donate now" not in text_of(corpus)
    assert run(corpus, "restore") == []


def test_a_rule_s_cuts_are_put_back_and_taken_away_again(corpus):
    (found,) = [c for c in run(corpus, "removals", "--by", "rule") if "donation" in c["rule"]]
    run(corpus, "restore", "ferry.example", "--rule", found["rule"])
    assert "donate now" in text_of(corpus)
    run(corpus, "restore", "ferry.example", "--rule", found["rule"], "--undo")
    assert "donate now" not in text_of(corpus)


def test_imported_configurations_hold_for_their_hosts(corpus, tmp_path):
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "ferry.example.txt").write_text("strip: //p[@class='odd']\n", encoding="utf-8")
    assert run(corpus, "sites", "import", str(folder)) == [{"hosts": 1, "problems": []}]
    changed = run(corpus, "reclean", "--workers", "1")
    assert changed[0]["changed"] == 1
    assert "June" not in text_of(corpus)


def test_the_report_is_a_page_of_its_own_and_runs_nothing(tmp_path):
    path = tmp_path / "bad.html"
    evil = PAGE.replace("twice a day", "&lt;script&gt;alert(1)&lt;/script&gt;")
    path.write_text(evil, encoding="utf-8")
    report = tmp_path / "report.html"
    run(tmp_path / "none.db", "explain", str(path), "--html", str(report))
    text = report.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert "donation-appeal" in text
