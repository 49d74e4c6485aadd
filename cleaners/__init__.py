"""From a page to its article: bytes in, a `Document` or a `Rejection` out.

This room is pure: no database, no network, no clock, no Scrapy. It can be used alone, in a
notebook, a batch worker or a benchmark.

What is exported is imported when it is asked for: who needs one small module of this room, as the
command line does for its errors, does not wait for the extractor.
"""

import importlib
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

if not TYPE_CHECKING:  # a type checker shall find fault with a name that is not exported

    def __getattr__(name: str) -> Any:
        """Return an exported name from the module that it lives in."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = "cleaning" if name.startswith("clean") else "records"
        return getattr(importlib.import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
