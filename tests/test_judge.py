"""The block judge on whole pages: what it keeps, how sure it is, and that it always says the same."""

import json
import subprocess
import sys

import numpy as np
import pytest

from cleaners import CleanOptions, Document, Page, clean, clean_html
from cleaners.judge import BOUNDS, best_threshold
from cleaners.models import default_models

PARAGRAPHS = [
    f"The {nth} hearing on the harbour bridge drew more than two hundred residents to the town "
    f"hall, where engineers explained why the steel from {year} can no longer carry the trams."
    for nth, year in (("first", 1931), ("second", 1948), ("third", 1957), ("last", 1962))
]
PAGE = f"""<!doctype html><html lang="en"><head><title>The bridge - Harbour Post</title></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<main><article><h1>The bridge</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>
<h2>What the engineers found</h2><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p></article></main>
<aside><h3>Most read</h3><ul><li><a href="/1">Trams return</a></li><li><a href="/2">Ferry late</a></li>
</ul></aside><footer><p>© Harbour Post. All rights reserved.</p></footer></body></html>"""


def document(**options) -> Document:
    found = clean_html(PAGE, "https://harbour.example/bridge", CleanOptions(**options))
    assert isinstance(found, Document)
    return found


def test_the_body_is_kept_and_the_furniture_is_cut():
    text = document().text
    assert text.split("\n\n") == [
        *PARAGRAPHS[:2],
        "What the engineers found",
        *PARAGRAPHS[2:],
    ]


def test_every_block_is_either_kept_or_a_removal():
    found = document()
    indexes = [b.index for b in found.blocks] + [r.block.index for r in found.removals]
    assert sorted(indexes) == list(range(len(indexes)))


def test_asked_to_explain_the_judge_names_what_decided():
    evidence = [r.evidence for r in document(explain=True).removals if r.stage == "judge"]
    assert evidence
    assert all("needed" in line and "(" in line for line in evidence)


def test_strict_keeps_no_more_and_recall_no_less():
    lengths = [len(document(strictness=how).text) for how in ("strict", "balanced", "recall")]
    assert lengths == sorted(lengths)


def test_another_process_gives_the_same_document():
    code = (
        "import sys, json; from cleaners import clean_html; from dataclasses import asdict;"
        "print(json.dumps(asdict(clean_html(sys.stdin.read(), 'https://harbour.example/bridge'))))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-X", f"int_max_str_digits={4300 + n}", "-c", code],
            input=PAGE, capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": str(n), "PATH": ""},
        ).stdout
        for n in (1, 2)
    }  # fmt: skip
    assert len(runs) == 1


def test_order_does_not_matter():
    other = b"<html><body><p>" + PARAGRAPHS[3].encode() * 3 + b"</p></body></html>"
    first = clean(Page(PAGE.encode()))
    clean(Page(other))
    assert clean(Page(PAGE.encode())) == first


def test_there_is_a_text_wherever_trafilatura_has_one():
    body = " ".join(PARAGRAPHS)
    data = json.dumps({"@type": "NewsArticle", "articleBody": body})
    page = f'<html><body><div id="app"></div><script type="application/ld+json">{data}</script>'
    found = clean_html(page + "<p>Loading</p></body></html>")
    assert isinstance(found, Document)
    assert PARAGRAPHS[0] in found.text


def test_the_threshold_is_where_expected_f1_is_best():
    scores, words = np.array([0.9, 0.8, 0.45, 0.05]), np.array([100.0, 100.0, 10.0, 500.0])
    assert best_threshold(scores, words, (0.0, 1.0)) == pytest.approx(0.45)


@pytest.mark.parametrize("kind", BOUNDS)
@pytest.mark.parametrize("strictness", ["strict", "balanced", "recall"])
def test_the_threshold_stays_within_its_bounds(kind, strictness):
    low, high = BOUNDS[kind][strictness]
    sure, unsure = np.array([0.99]), np.array([0.01])
    words = np.array([50.0])
    assert best_threshold(sure, words, (low, high)) == high
    assert best_threshold(unsure, words, (low, high)) == low


def test_the_shipped_judge_has_its_three_forests_and_tables():
    judge = default_models().judge
    assert judge.article.names == judge.any.names
    assert judge.lexicon.text
    assert judge.lexicon.names
