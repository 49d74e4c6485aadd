"""`scrapy crawl` in the checkout: an operator's mistake is one line and exit code 2."""

import contextlib
import io
import logging
import os

import pytest
from scrapy import Request, Spider
from scrapy.cmdline import execute
from twisted.python.failure import Failure

from crawler.wordings import FailuresApart
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


def test_a_download_that_fails_is_no_error_of_ours():
    request, failure = Request("http://a.example/"), Failure(OSError("refused"))
    told = FailuresApart().download_error(failure, request, Spider("a"))
    assert (told["level"], told["args"]["request"]) == (logging.DEBUG, request)


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
