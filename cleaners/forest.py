"""Gradient-boosted trees as arrays, evaluated with numpy for all rows at once.

The trees are trained elsewhere (`benchmarks.train`, with LightGBM) and shipped as numbers. A row
that the first trees already put far below any threshold need not pass through the rest: most of a
page is menus and teasers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]

Stages = Sequence[tuple[int, float]]
"""Numbers of trees, rising, after which a row whose log odds are below a bound is settled."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees over the columns `names`: per node a column, a threshold, two children and a value.

    `children` holds left and right child of node n at 2n and 2n + 1; a leaf is its own child, and
    `value` is what it adds to the log odds. `mean` is a node's expected value, for `reasons`.
    """

    names: tuple[str, ...]
    column: npt.NDArray[np.intp]
    threshold: npt.NDArray[np.float32]
    children: npt.NDArray[np.intp]
    value: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    roots: npt.NDArray[np.intp]
    stages: Stages = ()

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Sequence[float]], names: Sequence[str], stages: Stages = ()
    ) -> Forest:
        """Build from the lists that a model file holds; `KeyError` where one is missing."""
        children = np.column_stack([data["left"], data["right"]]).astype(np.intp).ravel()
        value = np.array(data["value"], dtype=np.float64)
        leaf = children[0::2] == np.arange(len(value))
        return cls(
            names=tuple(names),
            column=np.array(data["column"], dtype=np.intp),
            threshold=np.array(data["threshold"], dtype=np.float32),
            children=children,
            value=np.where(leaf, value, 0.0),
            mean=value,
            roots=np.array(data["roots"], dtype=np.intp),
            stages=stages,
        )

    def scores(self, rows: Rows) -> Scores:
        """Return for each row the probability, 0 to 1; of a settled row one that is too high."""
        odds = np.zeros(len(rows))
        going, start = np.arange(len(rows)), 0
        for end, bound in (*self.stages, (len(self.roots), -np.inf)):
            odds[going] += self._sum(rows[going], self.roots[start:end])
            going, start = going[odds[going] > bound], end
        probability: Scores = 1.0 / (1.0 + np.exp(-odds))
        return probability

    def _sum(self, rows: Rows, roots: npt.NDArray[np.intp]) -> Scores:
        """Return the sum of the leaves that each row falls into."""
        flat = rows.ravel()
        offset = (np.arange(len(rows)) * rows.shape[1])[:, None]
        at = np.broadcast_to(roots, (len(rows), len(roots))).copy()
        while True:
            right = flat.take(offset + self.column.take(at)) > self.threshold.take(at)
            down = self.children.take(2 * at + right)
            if np.array_equal(down, at):
                total: Scores = self.value.take(at).sum(axis=1)
                return total
            at = down

    def reasons(self, row: Rows, most: int = 3) -> list[tuple[str, float]]:
        """Return the columns that moved a row's log odds most, with by how much.

        Each step down a tree moves the expected value; the move is credited to the column that was
        asked (Saabas 2014, "Interpreting random forests").
        """
        credit: dict[str, float] = {}
        for root in self.roots:
            at = int(root)
            while True:
                right = row[self.column[at]] > self.threshold[at]
                down = int(self.children[2 * at + right])
                if down == at:
                    break
                name = self.names[self.column[at]]
                credit[name] = credit.get(name, 0.0) + float(self.mean[down] - self.mean[at])
                at = down
        ranked = sorted(credit.items(), key=lambda item: (-abs(item[1]), item[0]))
        return [(name, round(move, 2)) for name, move in ranked[:most]]
