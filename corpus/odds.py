"""Whether a share is higher than a history makes likely: pure statistics on counts.

Things go wrong in clusters (three short breaking stories in one run, none in the next ten), so
chance is reckoned with the spread between the runs of the history: a beta-binomial distribution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LEAST_TRIES = 3
"""Tries of a run without which its share says nothing."""
LIKELY = 1e-4
"""The probability below which chance is not the reason."""
LEAST_CHANGE, SPREADS = 0.3, 4.0
"""By how much a share must rise: this, and so many spreads of the shares of the runs before."""
RECOVERED = 0.2
"""How far above its history's a share may be that is taken as normal again."""
LEAST_KINSHIP, MOST_KINSHIP = (0.03, 0.08), 0.5
"""Bounds of how alike the tries of one run are, for what never happened and for what did: a history
without clusters may have been too short for one."""
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Count:
    """How many tries there were, and how many of them were hits."""

    hits: int
    tries: int


@dataclass(frozen=True, slots=True)
class Share:
    """The share of hits in a run and in the history, and whether the run's is alarming."""

    share: float
    usual: float
    alarming: bool

    @property
    def normal(self) -> bool:
        """Whether the share is near to the usual again."""
        return not self.alarming and self.share <= self.usual + RECOVERED


def share_of(run: Count, history: Sequence[Count]) -> Share:
    """Return a run's share, and what the runs before say to it."""
    hits, tries = sum(one.hits for one in history), sum(one.tries for one in history)
    share, usual = run.hits / run.tries, hits / tries
    shares = [one.hits / one.tries for one in history if one.tries >= LEAST_TRIES]
    rise = max(LEAST_CHANGE, SPREADS * spread(shares))
    chance = (hits + 0.5) / (tries + 1)
    alarming = (
        share - max(usual, median(shares or [usual])) >= rise
        and tail(run, chance, kinship(history, chance)) < LIKELY
    )
    return Share(share, usual, alarming)


def kinship(history: Sequence[Count], chance: float) -> float:
    """Return how alike the tries of one run are: 0 as coins, 1 all or none (moments' estimate)."""
    excess = sum(
        (one.hits - one.tries * chance) ** 2 - one.tries * chance * (1 - chance) for one in history
    )
    pairs = sum(one.tries * (one.tries - 1) for one in history)
    found = excess / (chance * (1 - chance) * pairs) if pairs else 0.0
    return min(MOST_KINSHIP, max(LEAST_KINSHIP[any(one.hits for one in history)], found))


def tail(run: Count, chance: float, alike: float) -> float:
    """Return the probability of at least so many hits (beta-binomial).

    >>> round(tail(Count(3, 3), 0.1, 1e-9), 6), tail(Count(0, 5), 0.1, 0.1)
    (0.001, 1.0)
    """
    if not run.hits:
        return 1.0
    certain = (1 - alike) / alike
    a, b = chance * certain, (1 - chance) * certain
    whole = _log_beta(a, b)
    terms = (
        math.log(math.comb(run.tries, hits)) + _log_beta(hits + a, run.tries - hits + b) - whole
        for hits in range(run.hits, run.tries + 1)
    )
    return min(1.0, math.fsum(map(math.exp, terms)))


def spread(values: Sequence[float]) -> float:
    """Return the median absolute deviation, scaled to a normal distribution's sigma."""
    if not values:
        return 0.0
    middle = median(values)
    return MAD_TO_SIGMA * median(abs(value - middle) for value in values)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values is; 0 without any.

    >>> quantile([3, 1, 2, 4], 0.5), quantile([], 0.5)
    (3, 0.0)
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
