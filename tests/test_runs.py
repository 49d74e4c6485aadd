"""`winnow runs`: what was done when, what it came to, and how it ended."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from corpus.cli import runs as verb
from corpus.runs import finish_run, start_run
from corpus.store import corpus_at
from winnow import cli

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def winnow(tmp_path):
    path = tmp_path / "corpus.db"
    with corpus_at(path, create=True) as db:
        for number, source in enumerate(["a", "b", "a"]):
            run = start_run(db, "crawl", NOW + timedelta(hours=number), source)
            end = NOW + timedelta(hours=number, seconds=61)
            finish_run(db, run, end, "finished", {"fetched": 1_000 + number, "failed": 0})
        start_run(db, "ingest", NOW)
        db.execute("UPDATE runs SET pid = 999999999 WHERE kind = 'ingest'")
        start_run(db, "export", NOW)

    def run(*words):
        result = CliRunner().invoke(cli, ["--db", str(path), *words], env={"COLUMNS": "150"})
        assert result.exit_code == 0, result.output
        return result.stdout.splitlines()

    return run


def test_the_latest_runs_come_first(winnow):
    rows = [line for line in winnow("runs") if "│" in line]
    assert [row.split("│")[2].strip() for row in rows] == ["export", "ingest"] + ["crawl"] * 3
    assert [row.split("│")[6].strip() for row in rows[:3]] == ["running", "cut off", "finished"]
    assert "2026-05-01 14:00:00" in rows[2]
    assert "1:01" in rows[2]
    assert "fetched 1,002" in rows[2]


def test_runs_are_bounded_and_chosen(winnow):
    found = [json.loads(line) for line in winnow("--json", "runs", "--source", "a")]
    assert [(one["id"], one["counts"]["fetched"], one["seconds"]) for one in found] == [
        (3, 1_002, 61),
        (1, 1_000, 61),
    ]
    assert len(winnow("--json", "runs", "--limit", "1")) == 1
    assert len(winnow("--json", "runs", "--kind", "ingest")) == 1
    assert winnow("runs", "--source", "nobody") == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (59, "59 s"), (61, "1:01"), (7_384, "2:03:04")]
)
def test_durations_are_short(seconds, text):
    assert verb.took(seconds) == text
