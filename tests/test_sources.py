"""sources.toml: what it may say, and that every mistake names file, table and key."""

import doctest

import pytest

from cleaners.errors import ConfigError, OperatorError
from corpus.sources import all_clean_options
from crawler import sources
from crawler.sourcefile import write_source
from crawler.sources import check_url, choose_sources, load_sources, sources_of_urls

GOOD = """
[harbour]
start = ["https://harbour.example/"]
feeds = ["https://harbour.example/feed"]
every = "30m"
delay = 2
languages = ["de", "en"]
headers = { "Accept-Language" = "de" }

[harbour.follow]
allow = ["/news/"]
depth = 2

[harbour.clean]
strictness = "strict"
cut = ["div.shop"]

["island.example"]
sitemaps = ["https://island.example/sitemap.xml"]
cron = "*/5 6-22 * * *"
timezone = "Europe/Berlin"
"""


def write(tmp_path, text):
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(sources).failed == 0


def test_a_source_is_read_with_its_bounds_schedule_and_cleaning(tmp_path):
    harbour, island = load_sources(write(tmp_path, GOOD)).values()
    assert (harbour.name, harbour.every, harbour.delay) == ("harbour", 1_800, 2)
    assert harbour.follow.allow == ("/news/",)
    assert harbour.clean.strictness == "strict"
    assert harbour.clean.languages == ("de", "en")
    assert harbour.clean.site_rules.cut == ("div.shop",)
    assert (island.name, island.cron) == ("island.example", "*/5 6-22 * * *")
    assert (harbour.follow_depth, island.follow_depth) == (2, 0)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("delay = 1", "delay", "outside a table"),
        ("[a", "", "not TOML"),
        ("[a]\ndelay = 1", "[a] start", "needs start, feeds or sitemaps"),
        ("[a]\nstart = 'http://a.example'", "[a] start", "Expected a list"),
        ("[a]\nstart = ['htp://a.example']", "[a] start", "only http and https"),
        ("[a]\nstart = ['a']", "[a] start", "no host name"),
        ("[a]\nstart = ['http://a.example:x/']", "[a] start", "not an address"),
        ("[a]\nfeeds = ['http://a b.example/']", "[a] feeds", "not an address"),
        ("{0}dela = 1", "[a] dela", "did you mean 'delay'?"),
        ("{0}delay = '1'", "[a] delay", "Expected a number"),
        ("{0}delay = -1", "[a] delay", "at least 0"),
        ("{0}delay = nan", "[a] delay", "at least 0"),
        ("{0}delay = inf", "[a] delay", "at most 86400"),
        ("{0}timeout = 0", "[a] timeout", "at least 0.1"),
        ("{0}headers = {{ 'A b' = 'x' }}", "[a] headers", "'A b' is not a header's name"),
        ('{0}headers = {{ A = "x\\nB: y" }}', "[a] headers", "one printable line"),
        ("{0}[a.follow]\nhosts = ['http://b.example/']", "[a] follow.hosts", "is not a host"),
        ("{0}every = '5 parsecs'", "[a] every", "not a duration"),
        ("{0}every = '0s'", "[a] every", "at least"),
        ("{0}refresh = 'often'", "[a] refresh", "not a duration"),
        ("{0}cron = '61 * * * *'", "[a] cron", "Bad minute"),
        ("{0}cron = '1 * * * *'\nevery = '1h'", "[a] cron", "not both"),
        ("{0}timezone = 'Mars/Base'", "[a] timezone", "no time zone"),
        ("{0}headers = {{ X = 1 }}", "[a] headers[...]", "Expected a text"),
        ("{0}languages = ['de', 1]", "[a] languages[1]", "Expected a text"),
        ("{0}[a.follow]\ndepht = 1", "[a] follow.depht", "did you mean 'depth'?"),
        ("{0}[a.follow]\ndepth = 'x'", "[a] follow.depth", "Expected a whole number"),
        ("{0}[a.follow]\nallow = ['(']", "[a] follow.allow", "regular expression"),
        ("{0}[a.follow]\nmax_pages = 0", "[a] follow.max_pages", "at least 1"),
        ("{0}[a.clean]\nstrictness = 'lax'", "[a] clean.strictness", "'lax'"),
        ("{0}[a.clean]\ncut = ['div[']", "[a.clean] cut", "not a CSS selector"),
        ("{0}[a.clean]\nrules = []", "[a] clean.rules", "did you mean 'rules_off'?"),
    ],
)
def test_a_mistake_names_file_table_and_key(tmp_path, text, key, words):
    path = write(tmp_path, text.format("[a]\nstart = ['http://a.example']\n"))
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: {key}: " if key else f"{path}: ")
    assert words in line
    assert "\n" not in line


def test_a_misspelt_table_of_cleaning_is_no_silent_default(tmp_path):
    path = write(tmp_path, "[a]\nstart = ['http://a.example']\n[a.claen]\ncut = ['p.x']\n")
    with pytest.raises(ConfigError, match=r"\[a\] claen: no such key; did you mean 'clean'\?"):
        all_clean_options(path)


def test_a_missing_file_and_an_unknown_name_are_one_line(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        load_sources(tmp_path / "none.toml")
    path = write(tmp_path, GOOD)
    with pytest.raises(OperatorError, match=r"no source named 'habour'; did you mean 'harbour'\?"):
        choose_sources(load_sources(path), ["habour"], path)


@pytest.mark.parametrize(
    "url", ["htp://a.example", "http:/a.example", "http://", "file:///etc/passwd", "exa mple.org",
            "http//example.org", "https://a..example", "ftp://a.example", "http://a.example:99999",
            "javascript:alert(1)", ""],
)  # fmt: skip
def test_an_address_with_a_typing_error_is_one_line(url):
    with pytest.raises(OperatorError) as caught:
        check_url(url)
    assert "\n" not in str(caught.value)


def test_addresses_of_one_site_are_one_source():
    one, two = sources_of_urls(["http://a.example/x", "b.example", "http://www.a.example/y"])
    assert (one.name, one.start) == ("a.example", ("http://a.example/x", "http://www.a.example/y"))
    assert (two.name, two.start) == ("b.example", ("https://b.example/",))


def test_a_written_source_leaves_the_rest_of_the_file_alone(tmp_path):
    path = write(tmp_path, "# mine\n" + GOOD)
    table = {"site_name": 'Das "Blatt" \\ Ö', "start": ["https://new.example/"],
             "follow": {"depth": 1}}  # fmt: skip
    write_source(path, "new.example", table)
    assert path.read_text(encoding="utf-8").startswith("# mine\n" + GOOD.rstrip())
    written = load_sources(path)["new.example"]
    assert (written.site_name, written.follow.depth) == ('Das "Blatt" \\ Ö', 1)
    with pytest.raises(ConfigError, match="is there already"):
        write_source(path, "harbour", table)
