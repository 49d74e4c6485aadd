"""From a page to its article: bytes in, a `Document` or a `Rejection` out.

This room is pure: no database, no network, no clock, no Scrapy. It can be used alone, in a
notebook, a batch worker or a benchmark.

What is imported from here is loaded when it is first asked for: programs that need but a record
or an error do not wait for the extractor.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaners.cleaning import clean, clean_html, clean_text
    from cleaners.records import (
        CLEANER_VERSION,
        Block,
        CleanOptions,
        Document,
        Metadata,
        Page,
        Rejection,
        Removal,
        SiteStats,
    )

__all__ = [
    "CLEANER_VERSION",
    "Block",
    "CleanOptions",
    "Document",
    "Metadata",
    "Page",
    "Rejection",
    "Removal",
    "SiteStats",
    "clean",
    "clean_html",
    "clean_text",
]


def __getattr__(name: str) -> Any:
    """Load a public name's module."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "cleaners.cleaning" if name.startswith("clean") else "cleaners.records"
    return getattr(import_module(home), name)
