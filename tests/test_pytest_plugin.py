"""The pytest plugin: a test per case and field where asked for, nothing elsewhere."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.lamp import EXPECTED, replace, write_case

ROOT = Path(__file__).parent.parent
PYPROJECT = "[tool.pytest.ini_options]\ntestpaths = ['tests']\n"


def pytest_in(folder, *arguments):
    installed = entry_points(group="pytest11", name="winnow-fixtures")
    plugin = [] if installed else ["-p", "corpus.pytest_plugin"]  # as in an uninstalled checkout
    command = [sys.executable, "-m", "pytest", *plugin, "-q", "-rA"]
    return subprocess.run(
        [*command, "--rootdir", str(folder), "-c", str(folder / "pyproject.toml"), *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def case(tmp_path):
    """A case that is as expected, in a folder of cases."""
    return write_case(tmp_path / "cases" / "lamp", EXPECTED)


@pytest.fixture
def project(case):
    """A project of a user's own, with a test and a folder of cases."""
    folder = case.parent.parent
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_own.py").write_text("def test_own():\n    pass\n")
    return folder


def test_the_pytest_plugin_makes_a_test_of_each_case_and_field(project, case):
    replace(case, "A lamp for", "Two lamps for")
    done = pytest_in(project, "--winnow-fixtures", "cases")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "5 passed, 1 failed" in done.stdout or "1 failed, 5 passed" in done.stdout
    assert "FAILED cases/lamp/expected.toml::metadata.title" in done.stdout
    assert "- 'Two lamps for the harbour'" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_pytest_plugin_takes_its_folders_from_the_ini_file(project):
    (project / "pyproject.toml").write_text(PYPROJECT + "winnow_fixtures = ['cases']\n")
    assert "6 passed" in pytest_in(project).stdout
    assert "1 passed" in pytest_in(project, "tests").stdout


def test_the_pytest_plugin_collects_one_case_or_field_where_that_is_named(project, case):
    asked = ("--winnow-fixtures", "cases")
    write_case(case.parent / "other", 'text = "nothing like it"\n')
    assert "5 passed" in pytest_in(project, *asked, "cases/lamp").stdout
    assert "1 passed" in pytest_in(project, *asked, "cases/lamp/expected.toml::text").stdout


def test_the_pytest_plugin_leaves_projects_alone_that_do_not_ask(project):
    assert "1 passed" in pytest_in(project).stdout
    assert "1 passed" in pytest_in(project, ".").stdout


def test_the_pytest_plugin_names_what_is_wrong_with_a_case(project, case):
    replace(case, "keep =", "kept =")
    done = pytest_in(project, "--winnow-fixtures", "cases")
    assert done.returncode == 2
    assert "expected.toml: kept: no such key" in done.stdout
    missing = pytest_in(project, "--winnow-fixtures", "nowhere")
    assert missing.returncode == 4
    assert "nowhere: no such folder" in missing.stderr
