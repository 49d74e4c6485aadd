"""Fixtures: cases are read, compared, written and updated; the shipped ones are well made."""

import json
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from cleaners.cleaning import clean
from cleaners.errors import ConfigError, OperatorError
from cleaners.records import Category, Document, Page
from corpus.fixtures.case import find_cases, load_case
from corpus.fixtures.check import compare, normalised, text_difference
from corpus.fixtures.write import add_case, case_name
from tests.lamp import APPEAL, BODY, EXPECTED, HTML, PARAGRAPHS, URL, replace, write_case
from winnow import cli

ROOT = Path(__file__).parent.parent
SHIPPED = [load_case(folder) for folder in find_cases(ROOT / "fixtures")]


def run(*arguments, **options):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], **options)


@pytest.fixture
def case(tmp_path):
    """A case that is as expected, in a folder of cases."""
    return write_case(tmp_path / "cases" / "lamp", EXPECTED)


def test_a_case_that_is_as_expected_passes(case):
    checked = run("fixtures", "check", case.parent)
    assert (checked.exit_code, checked.output) == (0, "1 case, 5 fields: all as expected\n")


@pytest.mark.parametrize(
    ("old", "new", "field", "lines"),
    [
        ("eleven kilos", "twelve kilos", "text", ["- The harbour master", "+ The harbour master"]),
        ('"It is brass"', '"It is tin"', "keep", ["- It is tin", "! stands neither"]),
        ('"It is brass"', f'"{APPEAL}"', "keep", ["! was cut as donation (rule donation-"]),
        ("A lamp for", "Two lamps for", "metadata.title", ["- 'Two lamps", "+ 'A lamp"]),
        ('"donation"', '"promo"', "cut", ["- [promo] Support", "+ [donation] by rule donation-"]),
        (f'text = "{APPEAL}"', 'text = "is a car park"', "cut", ["! is still in the text"]),
        (f'text = "{APPEAL}"', 'text = "Shop now"', "cut", ["! stands neither in the text"]),
    ],
)
def test_a_difference_names_case_field_and_block(case, old, new, field, lines):
    replace(case, old, new)
    checked = run("fixtures", "check", case)
    assert checked.exit_code == 1
    assert f"lamp: {field}\n" in checked.output
    assert [line for line in lines if f"  {line}" not in checked.output] == []
    assert checked.output.endswith("1 case, 5 fields: 1 with differences\n")


def test_differences_are_data_too(case):
    replace(case, "A lamp for", "Two lamps for")
    checked = json.loads(run("--json", "fixtures", "check", case).output)
    assert (checked["cases"], checked["fields"], checked["different"]) == (1, 5, 1)
    assert checked["differences"][0]["field"] == "metadata.title"


def test_the_lines_of_a_text_that_differs():
    got = list(text_difference("one\n\ntwo\n\nthree", "one\n\ntwo  and a half\n\nthree\n\nfour"))
    assert got == [
        "… 1 paragraph as expected",
        "- two",
        "+ two and a half",
        "… 1 paragraph as expected",
        "+ four",
    ]
    assert list(text_difference("one\ntwo", "one \n\n two")) == []


@pytest.mark.parametrize(
    ("expected", "page", "problem"),
    [
        ('text = "a"', None, "no page there: neither page.html nor page.txt"),
        ('text = "a"\ntxet = "b"', HTML, "txet: no such key; did you mean 'text'?"),
        (
            'text = "a"\n[metadata]\nauthor = "b"',
            HTML,
            "metadata.author: no such key; did you mean 'authors'?",
        ),
        (
            'text = "a"\n[metadata]\nauthors = "b"',
            HTML,
            "metadata.authors: Expected a list, got a text",
        ),
        ('url = "a"', HTML, "text: is missing"),
        ('text = "a"\nrejected = "empty"', HTML, "rejected: stands beside `text`"),
        ('rejected = "ugly"', HTML, "rejected: 'ugly' is none of not-html"),
        (
            'text = "a"\n[[cut]]\ntext = "b"',
            HTML,
            "cut[0]: Object missing required field `category`",
        ),
        ('text = "a"\n[[cut]]\ncategory = "ad"\ntext = "b"', HTML, "cut[0].category: 'ad' is"),
        ('text = "a"\n[[cut]]\ncategory = "promo"\ntext = " "', HTML, "cut[0].text: is empty"),
        ('text = "a"\nkeep = [""]', HTML, "keep: holds an empty text"),
        ("text = ", HTML, "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_case_is_one_line_with_file_and_key(tmp_path, expected, page, problem):
    folder = write_case(tmp_path / "case", expected, page)
    with pytest.raises(ConfigError) as caught:
        load_case(folder)
    line = str(caught.value)
    assert "\n" not in line
    assert str(folder) in line
    assert problem in line


def test_a_folder_without_expectations_or_without_cases_is_said_to_be_so(tmp_path):
    (tmp_path / "case").mkdir()
    with pytest.raises(OperatorError, match="no cases there"):
        find_cases(tmp_path)
    with pytest.raises(OperatorError, match="no such folder"):
        find_cases(tmp_path / "nowhere")
    (tmp_path / "case" / "page.html").write_text(HTML)
    with pytest.raises(ConfigError, match=r"expected\.toml: no such file"):
        load_case(find_cases(tmp_path)[0])
    with pytest.raises(ConfigError, match=r"expected\.toml: no such file"):
        load_case(find_cases(tmp_path / "case")[0])


def test_adding_a_saved_page_writes_a_case_that_passes_as_it_is(tmp_path):
    saved = tmp_path / "saved.html"
    saved.write_text(HTML, encoding="utf-8")
    folder = tmp_path / "cases"
    added = run("fixtures", "add", saved, "--folder", folder, "--url", URL)
    assert added.exit_code == 0, added.output
    case = load_case(folder / "a-lamp")
    assert normalised(case.expected.text) == normalised(BODY)
    assert case.expected.metadata.title == "A lamp for the harbour"
    assert [cut.category for cut in case.expected.cut] == ["donation"]
    assert run("fixtures", "check", folder).exit_code == 0
    again = run("fixtures", "add", saved, "--folder", folder, "--url", URL)
    assert isinstance(again.exception, OperatorError)


@pytest.mark.parametrize("name", ["../out", "a/b", "..", ".", "/out", ""])
def test_a_case_is_written_nowhere_but_into_the_folder_of_cases(tmp_path, name):
    (tmp_path / "saved.html").write_text(HTML, encoding="utf-8")
    folder = tmp_path / "in" / "cases"
    added = run("fixtures", "add", tmp_path / "saved.html", "--folder", folder, "--name", name)
    assert "without slashes" in str(added.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["saved.html"]


def test_adding_from_the_corpus_takes_an_address_or_a_documents_number(tmp_path):
    saved, db = tmp_path / "saved.html", tmp_path / "c.db"
    saved.write_text(HTML, encoding="utf-8")
    assert run("--db", db, "import", saved, "--url", URL).exit_code == 0
    assert run("--db", db, "ingest", "--workers", "1").exit_code == 0
    folder = tmp_path / "cases"
    for number, name in enumerate((URL, "1")):
        options = ("--folder", folder, "--name", f"case-{number}")
        assert run("--db", db, "fixtures", "add", name, *options).exit_code == 0
    first, second = (load_case(found) for found in find_cases(folder))
    assert first.page == second.page
    unknown = run("--db", db, "fixtures", "add", "77", "--folder", folder)
    assert isinstance(unknown.exception, OperatorError)


def test_every_kind_of_text_survives_the_way_through_toml(tmp_path):
    text = "A \"quoted\" word, a back\\slash, '''three quotes''', a tab\tand 語 and \u0007 here."
    page = Page(f"{text}\n\n{BODY}".encode(), "https://example.org/x", content_type="text/plain")
    document = clean(page)
    assert isinstance(document, Document)
    add_case(tmp_path / "case", page, document)
    case = load_case(tmp_path / "case")
    assert case.page.body == page.body
    assert normalised(case.expected.text) == normalised(document.text)
    assert compare(case, document) == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (URL, "a-lamp"),
        ("https://example.org/", "example"),
        ("https://example.org/Über uns/?id=3", "über-uns"),
        (None, "page"),
    ],
)
def test_a_case_is_named_after_its_address(url, name):
    assert case_name(Page(b"", url)) == name


SOURCES = """
[own]
start = ["https://www.example.org/"]
languages = ["de"]

[other]
start = ["https://example.net/"]
[other.clean]
rules_off = ["donation"]
"""


@pytest.mark.parametrize(
    ("source", "fields", "line"),
    [
        ("", ["text", "keep", "cut"], "+ rejected: wrong-language"),
        ('source = "other"\n', ["text", "cut"], "! is still in the text"),
    ],
)
def test_rules_of_sources_apply_by_name_or_else_by_site(case, source, fields, line):
    sources = case.parent.parent / "sources.toml"
    sources.write_text(SOURCES)
    replace(case, "keep =", f"{source}keep =")
    checked = run("--sources", sources, "fixtures", "check", case)
    assert checked.exit_code == 1
    assert [field for field in fields if f"lamp: {field}\n" not in checked.output] == []
    assert line in checked.output


def test_a_rule_in_sources_mends_a_case_that_no_general_rule_can(case):
    odd = f"<div class='odd-box'><p>{PARAGRAPHS[0]} It was the talk of the quay.</p></div>"
    page = case / "page.html"
    page.write_text(HTML.replace("</article>", f"{odd}</article>"), encoding="utf-8")
    sources = case.parent.parent / "sources.toml"
    sources.write_text('[own]\nstart = ["https://example.org/"]\n')
    failed = run("--sources", sources, "fixtures", "check", case)
    assert failed.exit_code == 1
    assert "  + The harbour master" in failed.output
    sources.write_text(sources.read_text() + '[own.clean]\ncut = [".odd-box"]\n')
    mended = run("--sources", sources, "fixtures", "check", case)
    assert mended.exit_code == 0, mended.output


def test_update_accepts_named_cases_or_all_and_keeps_what_still_holds(case):
    replace(case, "eleven kilos", "twelve kilos")
    replace(case, '"It is brass"', '"It is brass", "It is tin"')
    replace(case, '"donation"', '"promo"')
    other = write_case(case.parent / "other", 'text = "nothing like it"\n')
    named = run("fixtures", "update", "lamp", "--folder", case.parent)
    assert (named.exit_code, named.output) == (0, "1 case updated\n")
    expected = load_case(case).expected
    assert expected.keep == ("It is brass",)
    assert [cut.category for cut in expected.cut] == ["donation"]
    assert "eleven kilos" in expected.text
    assert load_case(other).expected.text == "nothing like it"
    assert run("fixtures", "update", "--all", "--folder", case.parent).exit_code == 0
    assert run("fixtures", "check", case.parent).exit_code == 0


def test_update_without_a_choice_and_without_a_terminal_is_refused(case):
    refused = run("fixtures", "update", "--folder", case.parent)
    assert isinstance(refused.exception, OperatorError)


def test_results_of_a_version_are_saved_and_compared(case, tmp_path):
    version = tmp_path / "then.json"
    assert run("fixtures", "check", case.parent, "--save", version).exit_code == 0
    replace(case, "eleven kilos", "twelve kilos")  # what is expected plays no part
    same = run("fixtures", "check", case.parent, "--against", version)
    assert same.exit_code == 0, same.output
    then = json.loads(version.read_text(encoding="utf-8"))
    then["cases"]["lamp"]["text"] = "another text"
    version.write_text(json.dumps(then), encoding="utf-8")
    now = run("fixtures", "check", case.parent, "--against", version)
    assert now.exit_code == 1
    assert "  - another text\n" in now.output
    version.write_text("[]")
    assert isinstance(run("fixtures", "check", "--against", version).exception, ConfigError)


def test_the_shipped_cases_are_many_and_hold_every_category_and_near_misses():
    cuts = Counter(cut.category for case in SHIPPED for cut in case.expected.cut)
    near_misses = [keep for case in SHIPPED for keep in case.expected.keep]
    languages = {case.expected.metadata.language for case in SHIPPED}
    assert len(SHIPPED) >= 45
    assert set(get_args(Category)) - set(cuts) <= {"template"}  # needs a site's other pages
    assert len(near_misses) >= 20
    assert len(languages) >= 14


@pytest.mark.parametrize("case", [c for c in SHIPPED if c.expected.text], ids=lambda c: c.name)
def test_what_a_shipped_case_keeps_stands_in_its_text_and_what_it_cuts_does_not(case):
    text = normalised(case.expected.text)
    assert [keep for keep in case.expected.keep if normalised(keep) not in text] == []
    assert [cut.text for cut in case.expected.cut if normalised(cut.text) in text] == []


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: case.name)
def test_a_shipped_case_is_cleaned_as_expected(case):
    assert compare(case, clean(case.page)) == []
