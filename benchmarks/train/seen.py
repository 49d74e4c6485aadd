"""Pages as the models of a fold see them: these saw neither their site nor the fold's texts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cleaners import opinion
from cleaners.blocks import segment
from cleaners.declared import read
from cleaners.decode import Decoded, decode
from cleaners.models import Models
from cleaners.records import CleanOptions, Page

OPTIONS = CleanOptions(max_bytes=100_000_000)


@cache
def models_of(folder: Path, fold: int) -> Models:
    """Return the models of a fold."""
    return Models(folder, f"-{fold}")


def opinion_of_page(page: Page, folder: Path, fold: int) -> opinion.Opinion | None:
    """Return the opinion of a fold's judge of a page, None where it cannot be read."""
    decoded = decode(page, OPTIONS)
    if not isinstance(decoded, Decoded) or decoded.tree is None:
        return None
    parts = segment(decoded.tree)
    if not parts.segments:
        return None
    judge = models_of(folder, fold).judge
    return opinion.of_page(decoded, parts, read(decoded.tree), OPTIONS, judge)
