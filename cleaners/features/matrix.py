"""All columns of a page, group by group."""

from __future__ import annotations

import numpy as np

from cleaners.features import context, layout
from cleaners.features.lexicon import Lexicon, lexicon_columns
from cleaners.features.page import PageFacts
from cleaners.features.text import Column, Columns, text_columns
from cleaners.segments import Segmentation


def feature_columns(
    page: Segmentation, facts: PageFacts, votes: dict[str, Column], lexicons: dict[str, Lexicon]
) -> Columns:
    """Return every column by name, each with a number for each segment of the page.

    `votes` are shares of segments kept by other extractors (`extract.kept_shares`), `lexicons`
    the word tables; the names of both become prefixes of columns.
    """
    columns = text_columns(page.segments)
    heading = np.array([segment.kind == "heading" for segment in page.segments], dtype=np.float64)
    at = layout.spans(page)
    under, headings = context.heading_columns(page, heading)
    base = dict(columns)
    columns |= {"heading": heading} | under
    columns |= layout.ancestor_columns(page, at)
    columns |= layout.container_columns(at, base, votes)
    columns |= layout.body_columns(page, at, base)
    columns |= layout.signature_columns(page, base, votes)
    columns |= context.neighbour_columns(base, heading)
    columns |= context.place_columns(base)
    columns |= context.title_columns(page, facts, heading)
    columns |= context.page_columns(page, base, facts)
    for name, vote in votes.items():
        columns |= context.vote_columns(base, name, vote)
    for name, lexicon in lexicons.items():
        columns |= lexicon_columns(page, headings, lexicon, name)
    return columns
