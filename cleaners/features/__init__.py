"""What the judge knows of each segment: numbers from its text, its place in the tree, its
neighbours, trafilatura's vote, and tables of telling words.

`matrix.feature_columns` is the entry; the other modules each give one group of columns.
"""

from cleaners.features.matrix import feature_columns
from cleaners.features.page import PageFacts, page_facts

__all__ = ["PageFacts", "feature_columns", "page_facts"]
