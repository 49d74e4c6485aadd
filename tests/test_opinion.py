"""The judge's scores on one scale: headings stand with the prose under them."""

import numpy as np
import pytest

from cleaners.opinion import moved, with_headings
from cleaners.segments import Segment, Segmentation, word_list

PROSE = "The keeper of the museum there believes that it is somewhere in the car park."


def page_of(*segments):
    made = [Segment(text, 0, kind, words=word_list(text)) for kind, text in segments]
    return Segmentation([], made)


HEADINGS = [
    ("over sure prose it is kept", 0.45, PROSE, "paragraph", 0.9, True),
    ("over doubtful prose it is not", 0.45, PROSE, "paragraph", 0.6, False),
    ("of which little is thought stays cut", 0.2, PROSE, "paragraph", 0.9, False),
    ("over a short line stays cut", 0.45, "Read on", "paragraph", 0.9, False),
    ("over an entry of a list stays cut", 0.45, PROSE, "item", 0.9, False),
]


@pytest.mark.parametrize(
    ("own", "text", "kind", "below", "kept"),
    [row[1:] for row in HEADINGS],
    ids=[row[0] for row in HEADINGS],
)
def test_a_heading(own, text, kind, below, kept):
    page = page_of(("heading", "A gust at the lighthouse"), (kind, text))
    scores = with_headings(page, np.array([own, below]), threshold=0.53)
    assert (scores[0] >= 0.53) == kept
    assert scores[1] == below


def test_moved_scores_keep_their_order_and_pass_at_one_half():
    scores = moved(np.array([0.1, 0.52, 0.53, 0.9]), threshold=0.53)
    assert scores == sorted(scores)
    assert [score >= 0.5 for score in scores] == [False, False, True, True]
