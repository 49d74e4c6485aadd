"""trafilatura's vote put back onto segments, by order and not by search."""

import pytest

from cleaners.extract import align, trigram_shares

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
