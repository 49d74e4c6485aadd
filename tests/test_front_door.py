"""What the command loads before it does anything, and what the cleaners export."""

import subprocess
import sys

import pytest

import cleaners
from cleaners import cleaning, records


def loaded_by(statement):
    """The modules that a new process has once it has run a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import winnow", {"cleaners.cleaning", "lxml", "numpy", "sqlite_utils", "scrapy", "rich"}),
        ("import crawler.cli", {"cleaners.cleaning", "trafilatura", "htmldate", "langdetect"}),
        ("import cleaners.records", {"cleaners.cleaning", "trafilatura"}),
    ],
)
def test_nothing_is_loaded_that_is_not_needed_yet(statement, heavy):
    assert loaded_by(statement) & heavy == set()


def test_what_the_cleaners_export_is_what_their_modules_have():
    homes = {
        name: records if hasattr(records, name) else cleaning for name in sorted(cleaners.__all__)
    }
    assert {name: getattr(cleaners, name) for name in homes} == {
        name: getattr(home, name) for name, home in homes.items()
    }
    assert set(cleaners.__all__) <= set(dir(cleaners))
    with pytest.raises(AttributeError, match="no attribute 'clean_page'"):
        cleaners.clean_page  # noqa: B018
