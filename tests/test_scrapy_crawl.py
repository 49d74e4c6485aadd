"""`scrapy crawl` in the checkout: an operator's mistake is one line and exit code 2."""

import contextlib
import io
import logging
import os

import pytest
from scrapy.cmdline import execute

from tests.children import in_child


def scrapy_crawl(folder, words, told):
    """Run `scrapy crawl` in a folder; it must end with exit code 2 and say one line."""
    os.chdir(folder)
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), pytest.raises(SystemExit) as ended:
        execute(["scrapy", "crawl", *words, "--set", "WINNOW_DB=corpus.db"])
    logging.shutdown()
    lines = [line for line in stderr.getvalue().splitlines() if " INFO: " not in line]
    assert (ended.value.code, lines) == (2, [told])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["site"], "winnow: scrapy crawl site needs -a url=ADDRESS or -a source=NAME"),
        (
            ["site", "-a", "source=x"],
            "winnow: sources.toml: no such file; `winnow add URL` writes one",
        ),
    ],
)
def test_a_spider_that_is_not_told_what_to_crawl_says_so(tmp_path, words, told):
    in_child(scrapy_crawl, tmp_path, words, told)


def test_a_file_that_is_no_corpus_is_told_before_anything_begins(tmp_path):
    (tmp_path / "corpus.db").write_text("not one")
    told = "winnow: corpus.db: is not a Winnow corpus: it is not an SQLite file"
    in_child(scrapy_crawl, tmp_path, ["site", "-a", "url=http://127.0.0.1:9/"], told)
