"""Numbers on the command line: what no library could hold is a typing error, and so is NaN.

click's own ranges take NaN for a member of any, and an open end for infinity.
"""

from __future__ import annotations

import math
from typing import Any

import click

from corpus.ranges import LONGEST, MOST

MOST_PROCESSES = 1_024
MOST_MEGABYTES = 2**24


class Whole(click.IntRange):
    """Whole numbers from `min` on, or to `max`; never more than SQLite holds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number that was given; fail for one that is out of range."""
        number: int = super().convert(value, param, ctx)
        if abs(number) > MOST:
            self.fail(f"{value} is too large a number.", param, ctx)
        return number


class Number(click.FloatRange):
    """Numbers between `min` and `max`, by default any; never NaN or infinite."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number that was given; fail for one that is out of range."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


COUNT, SHARE = Whole(1), Number(0, 1)
SECONDS, PAUSE = Number(0.1, LONGEST), Number(0, LONGEST)
PROCESSES = Whole(1, MOST_PROCESSES)
