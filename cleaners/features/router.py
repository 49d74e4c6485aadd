"""One row for a whole page, from which the judge tells articles from pages of other kinds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cleaners.features.page import PageFacts
from cleaners.features.text import Column, Columns

PAGE_WIDE = (
    "page_segments page_words page_links page_prose page_headings page_articles page_og_article "
    "page_is_article page_is_product page_is_forum vote_total vote_share body_share"
).split()
SHARES = (
    "in_table in_ul in_ol in_article in_main in_aside in_form in_pre in_dl in_nav heading "
    "questions ends_sentence lex_names_sum lex_text_mean kin_count links images"
).split()
OG_TYPES = ("article", "product", "website", "profile")


def page_row(columns: Mapping[str, Column], facts: PageFacts) -> Columns:
    """Return a page's columns, each of one number.

    What is the same for all segments is taken as it is; of the rest the mean over words, both of
    the whole page and of what trafilatura keeps.
    """
    words = np.maximum(columns["words"], 0.1)
    kept = words * columns["vote"]
    row = {name: columns[name][:1] for name in PAGE_WIDE}
    for name in SHARES:
        row[f"all_{name}"] = mean(columns[name], words)
        row[f"kept_{name}"] = mean(columns[name], kept)
    row["kept_length"] = mean(columns["words"], kept)
    row["kept_density"] = mean(columns["link_density"], kept)
    row["kept_segments"] = np.array([(columns["vote"] >= 0.5).sum()])
    for name in OG_TYPES:
        row[f"og_{name}"] = np.array([facts.og_type.startswith(name)])
    row["og_any"] = np.array([bool(facts.og_type)])
    row["has_author"] = np.array([bool(facts.author)])
    row["dated_page"] = np.array([facts.dated])
    return {name: np.asarray(value, dtype=np.float64) for name, value in row.items()}


def mean(values: Column, weights: Column) -> Column:
    """Return the weighted mean as a column of one number."""
    return np.array([float((values * weights).sum() / max(1e-9, float(weights.sum())))])
