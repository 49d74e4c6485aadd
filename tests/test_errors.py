"""Operators' mistakes: one line that names file, table and key, from any process."""

import pickle

import pytest

from cleaners.errors import ConfigError

LINES = [
    (
        ("sources.toml", "sources.kyiv.every", "no such unit"),
        "sources.toml: sources.kyiv.every: no such unit",
    ),
    (("sources.toml", "", "not TOML"), "sources.toml: not TOML"),
]


@pytest.mark.parametrize(("parts", "line"), LINES)
def test_an_error_reads_the_same_here_and_in_another_process(parts, line):
    error = ConfigError(*parts)
    assert str(error) == line
    assert str(pickle.loads(pickle.dumps(error))) == line
