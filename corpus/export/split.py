"""Splits and samples by hash: the same document falls on the same side as the corpus grows."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from cleaners.errors import OperatorError

NAMES = {1: ("train",), 2: ("train", "test"), 3: ("train", "validation", "test")}


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of the documents, their names, and what keeps documents together: "url" or "site"."""

    shares: tuple[float, ...] = (1.0,)
    by: str = "url"
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The splits' names, as `datasets` knows them."""
        return NAMES[len(self.shares)]

    def of(self, url_key: str, site: str) -> str:
        """Return the split of a document."""
        if len(self.shares) == 1:
            return self.names[0]
        place = key(self.seed, site if self.by == "site" else url_key) / 2**64
        edge = 0.0
        for name, share in zip(self.names, self.shares, strict=True):
            edge += share
            if place < edge:
                return name
        return self.names[-1]


def key(seed: int, text: str) -> int:
    """Return a number of 64 bits that depends on nothing but the seed and the text."""
    data = f"{seed}\n{text}".encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def parse(text: str | None, by: str, seed: int) -> Split:
    """Read "0.9/0.1" or "0.8/0.1/0.1"; a text that is no such split is an `OperatorError`."""
    if text is None:
        return Split((1.0,), by, seed)
    try:
        shares = tuple(float(share) for share in text.split("/"))
    except ValueError:
        shares = ()
    good = len(shares) in (2, 3) and all(0 < share < 1 for share in shares)
    if not good or not math.isclose(sum(shares), 1.0, abs_tol=1e-6):
        raise OperatorError(
            f"export: --split {text!r}: give two or three shares that add up to 1, as 0.9/0.1"
        )
    return Split(shares, by, seed)
