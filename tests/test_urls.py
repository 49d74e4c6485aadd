"""Which addresses are the same page, and which site a page belongs to."""

import doctest

from corpus import urls


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(urls).failed == 0
