"""trafilatura's vote put back onto segments, by order and not by search."""

import pytest
from lxml import html

from cleaners.decode import decode
from cleaners.extract import align, bounded, extracted_text, trigram_shares
from cleaners.records import CleanOptions, Page

PARAGRAPH = "the council voted on monday to close the old bridge for two years".split()

ALIGNED = [
    ([PARAGRAPH], PARAGRAPH, [1.0]),
    ([PARAGRAPH, ["share"]], PARAGRAPH, [1.0, 0.0]),
    ([["read", "more"], PARAGRAPH], PARAGRAPH, [0.0, 1.0]),
    ([PARAGRAPH], [], [0.0]),
    ([[]], PARAGRAPH, [0.0]),
    ([PARAGRAPH, PARAGRAPH], [*PARAGRAPH, *PARAGRAPH], [1.0, 1.0]),
]


@pytest.mark.parametrize(("segments", "target", "shares"), ALIGNED)
def test_a_segment_is_kept_by_the_share_of_its_words_that_follow_each_other(
    segments, target, shares
):
    assert align(segments, target) == pytest.approx(shares)


def test_a_short_segment_is_matched_at_its_place_and_not_where_its_word_also_stands():
    menu, heading = ["traffic", "news"], ["traffic", "news"]
    target = [*PARAGRAPH, *heading, *PARAGRAPH[::-1]]
    shares = align([menu, PARAGRAPH, heading, PARAGRAPH[::-1]], target)
    assert list(shares) == pytest.approx([0.0, 1.0, 1.0, 1.0])


def test_what_is_too_long_to_align_goes_by_trigrams():
    other = ["entirely", "different", "words"]
    assert list(trigram_shares([PARAGRAPH, other], PARAGRAPH)) == [1.0, 0.0]


def page(boxes, links=""):
    words = "<p>Some words about the bridge and the boats beneath it in the harbour.</p>"
    body = f"<article>{words * 5}{boxes}{words * 100}{links}</article>"
    return decode(Page(f"<html><body>{body}</body></html>".encode()), CleanOptions()).tree


@pytest.mark.parametrize(
    ("boxes", "links", "most"),
    [
        ("<a href=/x><div>" * 700, "", 245_000),  # never closed, one in the other
        ("<div>" * 700, "<p><a href=/x>one</a> two three</p>" * 3_000, 2_100_000),
    ],
)
def test_links_are_not_read_once_for_each_of_hundreds_of_boxes(monkeypatch, boxes, links, most):
    asked = 0
    own = html.HtmlElement.text_content

    def counted(element):
        nonlocal asked
        asked += 1
        if asked > most // 10:
            raise AssertionError(f"each link once for each box around it would be {most:,}")
        return own(element)

    tree = page(boxes, links)
    monkeypatch.setattr(html.HtmlElement, "text_content", counted)
    extracted_text(tree)
    assert asked


def test_a_page_with_as_many_links_as_the_longest_keeps_them():
    tree = page("<div>" * 30, "<p><a href=/x>the next of very many</a></p>" * 10_000)
    assert bounded(tree) is tree
    assert len(list(tree.iter("a"))) == 10_000
