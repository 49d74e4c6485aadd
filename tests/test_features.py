"""Columns of a page: a number for each segment, and what single columns mean."""

import numpy as np
import pytest
from lxml import html

from cleaners.blocks import segment
from cleaners.declared import read
from cleaners.features import feature_columns, page_facts
from cleaners.features.lexicon import Lexicon, tokens
from cleaners.features.router import page_row

PAGE = """<html><head><title>Old bridge closes</title><meta property="og:type" content="article"></head>
<body><nav class="menu"><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Old bridge closes</h1>
<p class="lead">The council voted on Monday to close the old bridge for two years, a spokeswoman said.</p>
<p>Read also:</p><ul><li><a href="/1">Trams return</a></li><li><a href="/2">Ferry late</a></li></ul>
<p>Trams will go round by the harbour until the work is done, which may take longer than planned.</p>
</article></body></html>"""
LEXICON = Lexicon({"also": -2.0, "council": 1.0}, {"menu": -3.0, "lead": 1.5})


@pytest.fixture
def columns():
    tree = html.document_fromstring(PAGE)
    parts = segment(tree)
    vote = np.array([0, 0, 1, 0, 0, 0, 1], dtype=np.float64)
    return feature_columns(parts, page_facts(read(tree)), {"vote": vote}, {"lex": LEXICON})


def test_every_column_has_a_finite_number_for_each_segment(columns):
    assert {len(values) for values in columns.values()} == {7}
    assert all(np.isfinite(values).all() for values in columns.values())


EXPECTED = [
    ("words", [2, 3, 16, 2, 2, 2, 18]),
    ("heading", [0, 1, 0, 0, 0, 0, 0]),
    ("in_nav", [1, 0, 0, 0, 0, 0, 0]),
    ("in_article", [0, 1, 1, 1, 1, 1, 1]),
    ("title_covered", [0, 1, 2 / 3, 0, 0, 0, 0]),
    ("lex_text_min", [0, 0, 1, -2, 0, 0, 0]),
    ("lex_own_min", [-3, 0, 1.5, 0, 0, 0, 0]),
    ("vote_since", [99, 99, 0, 1, 2, 3, 0]),
    ("kin_count", [1, 1, 1, 2, 2, 2, 2]),
    ("page_og_article", [1] * 7),
]


@pytest.mark.parametrize(("name", "values"), EXPECTED)
def test_a_column_says_what_its_name_says(columns, name, values):
    assert list(columns[name]) == pytest.approx(values, abs=0.01)


def test_the_router_reads_one_row_for_the_whole_page(columns):
    facts = page_facts(read(html.document_fromstring(PAGE)))
    row = page_row(columns, facts)
    assert {len(values) for values in row.values()} == {1}
    assert row["og_article"][0] == 1


def test_tokens_come_in_the_order_of_the_text():
    # A set's order differs from process to process, and with it the last digit of a sum.
    found = list(tokens("the quay of the quay".split()))
    assert found == ["the", "quay", "of"]
