"""What a number that an operator gives may be, on the command line and in sources.toml."""

from __future__ import annotations

LONGEST = 86_400
"""The longest delay and time limit in seconds."""
MOST = 2**63 - 1
"""The largest whole number that SQLite holds."""


def range_problem(value: float, least: float, most: float) -> str | None:
    """Say what is wrong with a number that should lie between two, or None.

    >>> range_problem(float("nan"), 0, 1), range_problem(0.5, 0, 1)
    ('must be at least 0, not nan', None)
    """
    if not value >= least:  # not "<": a NaN is refused as well
        return f"must be at least {least}, not {value}"
    return f"must be at most {most}, not {value}" if value > most else None
