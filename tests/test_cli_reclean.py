"""`winnow reclean` and `history` on the command line."""

import json

import pytest

from tests.test_cli import BRIDGE, TRAM, pages, run  # noqa: F401 (fixtures)


@pytest.fixture
def edition(run, pages):  # noqa: F811
    """A corpus with two versions of one address, the second with a paragraph more."""
    run("import", pages / "a.html")
    run("ingest")
    text = (pages / "a.html").read_text().replace("</article>", f"<p>{TRAM[::-1]}</p></article>")
    (pages / "a.html").write_text(text)
    run("import", pages / "a.html")
    run("ingest")
    return run


def test_a_dry_run_says_what_would_change_and_a_second_run_does_nothing(edition):
    code, out, _ = edition("reclean", "--dry-run")
    assert (code, out) == (
        0,
        "0 pages cleaned again: 0 documents would change, 0 are as they were, 0 new documents,"
        " 0 now rejected\n",
    )
    assert edition("reclean", "--dry-run", "--kind", "any")[1].startswith("2 pages cleaned again")
    assert edition("reclean", "--kind", "any")[1].startswith("2 pages cleaned again")
    assert edition("reclean", "--kind", "any")[1].startswith("0 pages cleaned again")
    record = json.loads(edition("--json", "reclean", "--all", "--kind", "any")[1])
    assert (record["pages"], record["unchanged"], record["dry_run"]) == (2, 2, False)


def test_the_history_of_an_address_shows_its_versions_and_how_they_differ(edition):
    code, out, _ = edition("--json", "history", "https://example.org/bridge")
    first, second = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert first["text"].endswith(f"{BRIDGE}\n\n{TRAM}")
    assert (first["replaced_at"], second["replaced_at"]) == (None, None)
    code, out, _ = edition("history", "--diff", "https://example.org/bridge")
    assert code == 0
    assert "+" + TRAM[::-1] in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["history", "https://example.org/none"], "no document of this address"),
        (["reclean", "--since", "yesterday"], "not a date or time"),
    ],
)
def test_a_mistake_is_one_line(edition, arguments, said):
    code, out, err = edition(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
