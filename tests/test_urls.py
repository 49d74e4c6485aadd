"""Which addresses are the same page, and which site a page belongs to."""

import doctest

import pytest

from corpus import urls
from corpus.urls import url_key


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(urls).failed == 0


@pytest.mark.parametrize(
    "same",
    [
        "utm_source=mail&UTM_Medium=x",
        "fbclid=1&gclid=2&gclsrc=aw&gbraid=3&twclid=4&msclkid=5",
        "mtm_campaign=a&pk_kwd=b&xtor=RSS-1&at_medium=rss&s_cid=7",
        "_hsenc=1&_hsmi=2&mkt_tok=3",
        "PHPSESSID=abc",
        "ASPSESSIONIDQQTBCQAD=x",
        "CFID=1&CFTOKEN=2",
        "osCsid=5",
    ],
)
def test_trackers_and_session_ids_make_no_other_page(same):
    assert url_key(f"http://a.example/s?id=4&{same}") == "http://a.example/s?id=4"


@pytest.mark.parametrize(
    "other", ["page=2", "at=3", "aid=1", "cid=9", "bid=2", "pk=7", "session=3"]
)
def test_what_may_choose_a_page_stays(other):
    assert url_key(f"http://a.example/s?{other}") == f"http://a.example/s?{other}"
