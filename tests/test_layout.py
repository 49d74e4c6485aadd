"""The arrows between the rooms: crawler → corpus → cleaners, and none goes back."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "cleaners": {"corpus", "crawler", "winnow", "scrapy", "sqlite3", "sqlite_utils", "socket"},
    "corpus": {"crawler", "winnow", "scrapy", "twisted"},
    "crawler": {"winnow", "sqlite3", "sqlite_utils", "trafilatura"},
}


def imported(path: Path) -> set[str]:
    """Top-level names of everything that a module imports, wherever it does."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_that_is_behind_it(room):
    wrong = {
        str(path.relative_to(ROOT)): sorted(bad)
        for path in sorted((ROOT / room).rglob("*.py"))
        if (bad := imported(path) & FORBIDDEN[room])
    }
    assert wrong == {}


def test_the_check_sees_an_import_that_goes_back(tmp_path):
    module = tmp_path / "bad.py"
    module.write_text("def late():\n    from corpus.store import Corpus\n    import scrapy.http\n")
    assert imported(module) & FORBIDDEN["cleaners"] == {"corpus", "scrapy"}
