"""A pytest plugin: a folder of cases becomes one test per case and field.

It does nothing unless asked, by `--winnow-fixtures DIR` or the ini option `winnow_fixtures`, and
imports Winnow only then. What a case is and how it is compared is `corpus.fixtures`' affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from corpus.fixtures.case import Case
    from corpus.fixtures.check import Outcome
    from corpus.fixtures.settings import Settings

EXPECTED = "expected.toml"
FOLDERS = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag and the ini options."""
    parser.getgroup("winnow").addoption(
        "--winnow-fixtures",
        action="append",
        default=[],
        metavar="DIR",
        help="Collect the Winnow fixtures in DIR: a test per case and field.",
    )
    parser.addini("winnow_fixtures", "Folders of Winnow fixtures.", type="paths", default=[])
    parser.addini("winnow_sources", "The sources.toml of the cleaning rules.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Note the folders asked for, and have pytest walk them."""
    flagged = [
        (config.invocation_params.dir / name).resolve()
        for name in config.getoption("winnow_fixtures")
    ]
    listed = [path.resolve() for path in config.getini("winnow_fixtures")]
    for folder in flagged:
        if not folder.is_dir():
            raise pytest.UsageError(f"--winnow-fixtures: {folder}: no such folder")
    config.stash[FOLDERS] = flagged + listed
    chosen = config.args_source is pytest.Config.ArgsSource.ARGS
    walked = [Path(argument.partition("::")[0]) for argument in config.args]
    for folder in flagged if chosen else flagged + listed:
        if not any(_below(folder, path) or _below(path, folder) for path in walked):
            config.args.append(str(folder))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect a case's expected.toml in a folder that was asked for."""
    folders = parent.config.stash.get(FOLDERS, [])
    if file_path.name != EXPECTED or not any(_below(file_path, folder) for folder in folders):
        return None
    return CaseFile.from_parent(parent, path=file_path)


class CaseFile(pytest.File):
    """A case: its page is cleaned once, for all its fields."""

    def collect(self) -> Iterator[FieldItem]:
        """Yield a test for each field that the case names."""
        from corpus.fixtures.check import field_names  # noqa: PLC0415 (only when asked for)

        for name in field_names(self.case.expected):
            yield FieldItem.from_parent(self, name=name)

    @cached_property
    def case(self) -> Case:
        """The case as read; what is wrong with it is a collection error of one line."""
        from cleaners.errors import OperatorError  # noqa: PLC0415
        from corpus.fixtures.case import load_case  # noqa: PLC0415

        try:
            return load_case(self.path.parent)
        except OperatorError as error:
            raise self.CollectError(str(error)) from error

    @cached_property
    def outcome(self) -> Outcome:
        """What the cleaner makes of the case's page."""
        from cleaners.cleaning import clean  # noqa: PLC0415

        return clean(self.case.page, _settings(self.config).options(self.case.page))


class FieldItem(pytest.Item):
    """A field of a case; it fails with the lines that `winnow fixtures check` prints."""

    parent: CaseFile

    def runtest(self) -> None:
        """Compare the field."""
        from corpus.fixtures.check import compare_field  # noqa: PLC0415

        case = self.parent.case
        if lines := compare_field(case.expected, self.name, self.parent.outcome):
            raise FieldDiffersError("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the differing lines without a traceback."""
        if isinstance(excinfo.value, FieldDiffersError):
            return f"{self.parent.case.name}: {self.name}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return where the field stands, for pytest's reports."""
        return self.path, None, f"{self.parent.case.name}: {self.name}"


class FieldDiffersError(Exception):
    """A field is not as expected; the message is the lines of the difference."""


def _settings(config: pytest.Config) -> Settings:
    from corpus.fixtures.settings import load_settings  # noqa: PLC0415

    name = config.getini("winnow_sources") or "sources.toml"
    return load_settings(config.rootpath / name)


def _below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
