"""From a page to its article: bytes in, a `Document` or a `Rejection` out.

This room is pure: no database, no network, no clock, no Scrapy. It can be used alone, in a
notebook, a batch worker or a benchmark.
"""

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
