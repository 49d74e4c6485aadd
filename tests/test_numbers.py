"""Numbers that operators give: none is taken that is no number, infinite, or out of range."""

import sys

import click
import pytest

import winnow
from cleaners.errors import OperatorError
from crawler.sources import load_sources

NEVER = ["nan", "-nan", "inf", "-inf", "1e999", "-1e999", "9" * 30, "-" + "9" * 30, "1_", "", "x"]
LEAST = {
    "--max-pages": 1, "--depth": 0, "--delay": 0, "--workers": 1, "crawl --workers": 0, "--memory": 64, "--timeout": 0.1,
    "--at-once": 1, "--metrics-port": 0, "--limit": 1, "--top": 1, "--block": 0, "--seed": 0,
    "--min-confidence": 0, "--min-quality": 0, "--min-words": 0, "--max-words": 0,
}  # fmt: skip


def commands(group, *path):
    """Yield each command with the verbs that lead to it."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        yield [*path, name], command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


def numeric_options():
    kinds = click.types.IntParamType, click.types.FloatParamType
    return [
        pytest.param(path, option, id=" ".join([*path, option.opts[0]]))
        for path, command in commands(winnow.cli)
        for option in command.params
        if isinstance(option, click.Option) and isinstance(option.type, kinds) and not option.count
    ]


@pytest.mark.parametrize(("path", "option"), numeric_options())
def test_a_number_that_is_none_or_out_of_range_is_refused(path, option):
    context = click.Context(click.Command(path[-1]))
    name = option.opts[0]
    least = LEAST.get(" ".join([*path, name]), LEAST[name])
    for text in [*NEVER, str(least - 1)]:
        with pytest.raises(click.BadParameter):
            option.type_cast_value(context, text)
    assert option.type_cast_value(context, str(least)) is not None


def told(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["winnow", *arguments])
    with pytest.raises(SystemExit) as ended:
        winnow.main()
    streams = capsys.readouterr()
    assert (ended.value.code, streams.out) == (2, "")
    return streams.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["crawl", "--delay", "nan"],
         "winnow crawl: Invalid value for '--delay': nan is not a finite number"),
        (["crawl", "--delay=-1"],
         "winnow crawl: Invalid value for '--delay': -1.0 is not in the range 0<=x<=86400"),
        (["clean", "--timeout", "inf", "x"],
         "winnow clean: Invalid value for '--timeout': inf is not in the range 0.1<=x<=86400"),
        (["runs", "--limit", "9" * 20],
         f"winnow runs: Invalid value for '--limit': {'9' * 20} is too large a number"),
        (["sites", "import"], "winnow sites import: Missing argument 'FOLDER'"),
        (["craw"], "winnow: no verb 'craw'; did you mean 'crawl'?"),
    ],
)  # fmt: skip
def test_a_mistake_on_the_command_line_is_one_line_that_says_where_to_read_more(
    monkeypatch, capsys, arguments, line
):
    place = line.partition(":")[0]
    assert told(monkeypatch, capsys, *arguments) == f"{line}; see {place} --help\n"


def test_an_option_of_all_verbs_given_after_one_is_told_where_it_stands(monkeypatch, capsys):
    line = told(monkeypatch, capsys, "runs", "--db", "x.db")
    assert line == "winnow runs: --db stands before the verb: winnow --db …\n"


@pytest.mark.parametrize("size", ["nan", "inf", "-1", "0", "0.1", "9" * 400 + "G", "1e9", ""])
def test_a_size_that_is_none_is_refused(monkeypatch, capsys, tmp_path, size):
    line = told(monkeypatch, capsys, "export", str(tmp_path / "out"), f"--shard-size={size}")
    assert line == f"winnow: export: --shard-size {size!r}: give a size, as 500M or 2G\n"


@pytest.mark.parametrize("share", ["nan/nan", "inf/-inf", "nan/0.5/0.5", "0/1", "1e999/0", "-1/2"])
def test_a_split_that_is_none_is_refused(monkeypatch, capsys, tmp_path, share):
    line = told(monkeypatch, capsys, "export", str(tmp_path / "out"), f"--split={share}")
    assert line.startswith(f"winnow: export: --split {share!r}: give two or three shares")


HUGE = "9" * 400
KEYS = {
    "delay": ["nan", "inf", "-inf", "-1", "-0.001", "86401", "1e999", HUGE],
    "timeout": ["nan", "inf", "-inf", "-1", "0", "86401", "1e999", HUGE],
    "follow.depth": ["nan", "inf", "-1", "0.5", "9223372036854775808", HUGE],
    "follow.max_pages": ["nan", "inf", "-1", "0", "0.5", "9223372036854775808", HUGE],
    "every": ['"nan"', '"inf"', '"-1h"', '"0.5s"', '"101w 9999999d"', f'"{HUGE}d"'],
    "refresh": ['"nan"', '"inf"', '"-1h"', '"9999999d"', f'"{HUGE}d"'],
}
SETTINGS = {"alarms.timeout": ["nan", "inf", "-inf", "-1", "0", "86401", "1e999", HUGE]}


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [("a", key, value) for key, values in KEYS.items() for value in values]
    + [("winnow", key, value) for key, values in SETTINGS.items() for value in values],
)
def test_a_number_of_a_sources_file_is_refused_with_file_table_and_key(tmp_path, table, key, value):
    path = tmp_path / "sources.toml"
    lines = ["[a]", 'start = ["http://a.example/"]', *(["[winnow]"] if table == "winnow" else [])]
    path.write_text("\n".join([*lines, f"{key} = {value}"]))
    with pytest.raises(OperatorError) as caught:
        load_sources(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: [{table}")
    assert key.rpartition(".")[2] in line.partition("] ")[2].partition(": ")[0]
    assert "\n" not in line
