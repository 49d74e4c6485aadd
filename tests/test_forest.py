"""Trees as arrays: the same leaves as walking down by hand, and reasons that add up."""

import numpy as np
import pytest

from cleaners.forest import Forest

# One tree: a <= 1.5 gives -1, else b <= 0.5 gives 0.5, else 2; the other tree is a single leaf.
TREES = {
    "column": [0, 0, 1, 0, 0, 0],
    "threshold": [1.5, 0.0, 0.5, 0.0, 0.0, 0.0],
    "left": [1, 1, 3, 3, 4, 5],
    "right": [2, 1, 4, 3, 4, 5],
    "value": [0.2, -1.0, 1.2, 0.5, 2.0, 0.25],
    "roots": [0, 5],
}


@pytest.fixture
def forest():
    return Forest.from_dict(TREES, ["a", "b"])


@pytest.mark.parametrize(
    ("row", "odds"), [((1.0, 9.0), -0.75), ((1.5, 9.0), -0.75), ((2.0, 0.0), 0.75), ((2.0, 1.0), 2.25)]
)  # fmt: skip
def test_a_row_scores_the_sum_of_its_leaves(forest, row, odds):
    score = forest.scores(np.array([row], dtype=np.float32))
    assert score == pytest.approx([1 / (1 + np.exp(-odds))])


def test_rows_are_scored_alike_alone_and_together(forest):
    rows = np.random.default_rng(0).random((50, 2)).astype(np.float32) * 3
    together = forest.scores(rows)
    assert [forest.scores(row[None, :])[0] for row in rows] == list(together)


def test_a_row_that_the_first_trees_settle_is_not_passed_on(forest):
    staged = Forest.from_dict(TREES, ["a", "b"], stages=((1, -0.9),))
    rows = np.array([(1.0, 9.0), (2.0, 0.0)], dtype=np.float32)
    settled, passed = staged.scores(rows)
    assert settled == pytest.approx(1 / (1 + np.exp(1.0))), "the first tree's leaf alone"
    assert passed == pytest.approx(forest.scores(rows)[1])


def test_the_reasons_name_the_columns_that_were_asked(forest):
    assert forest.reasons(np.array([2.0, 1.0], dtype=np.float32)) == [("a", 1.0), ("b", 0.8)]


def test_a_forest_with_a_missing_list_is_refused():
    with pytest.raises(KeyError):
        Forest.from_dict({"left": [0], "right": [0]}, ["a"])
