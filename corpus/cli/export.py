"""`winnow export`: the corpus, filtered, as files with a data card and checksums."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from cleaners.errors import OperatorError
from corpus.cli.numbers import COUNT, SHARE, Whole
from corpus.cli.output import emit, figures, now, progress, say
from corpus.export import formats, redact, split
from corpus.export.choosing import Sample
from corpus.export.exporting import Exported, Job, export_corpus
from corpus.export.selection import Selection
from corpus.export.since import last_mark, record_export
from corpus.ranges import MOST

UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}
NOT_IN_RECIPE = frozenset({"folder", "force"})


def _day(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Read a day, a month or a year; a bound's missing parts are those that take most in."""
    if value is None:
        return None
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", value)
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        last = parameter.name == "until"
        date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise OperatorError(
            f"export: --{parameter.name} {value!r}: give a date, as 2026-03-31 or 2026-03"
        ) from error
    return f"{year}-{month or ('12' if last else '01')}-{day or ('31' if last else '01')}"


def _names(_: click.Context, option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Read an option that may be given again and may hold commas.

    One that names nothing (an empty variable of a script) would quietly ask for everything.
    """
    names = tuple(name.strip() for text in value for name in text.split(",") if name.strip())
    if value and not names:
        raise OperatorError(f"export: {option.opts[0]} names none")
    return names


def _size(_: click.Context, __: click.Parameter, value: str) -> int:
    """Read a size such as 500M."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)B?", value.upper())
    size = float(match[1]) * UNITS[match[2]] if match else 0.0
    if not 1 <= size <= MOST:
        raise OperatorError(f"export: --shard-size {value!r}: give a size, as 500M or 2G")
    return int(size)


def several(*names: str, about: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return an option that may be given again and may hold commas."""
    return click.option(*names, multiple=True, callback=_names, help=f"{about} (commas, or again).")


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--format",
    "forms",
    multiple=True,
    default=("jsonl",),
    show_default=True,
    help=f"One or several, with commas: {', '.join(formats.FORMATS)}.",
)
@several("--source", "sources", about="Only these sources")
@several("--site", "sites", about="Only these sites and their subdomains")
@several("--language", "languages", about="Only these languages, en takes en-GB")
@click.option("--min-confidence", type=SHARE, help="Least language confidence.")
@click.option("--since", callback=_day, metavar="DATE", help="Published on this day or later.")
@click.option("--until", callback=_day, metavar="DATE", help="Published on this day or before.")
@several("--section", "sections", about="Only these sections of their sites")
@click.option("--min-words", type=Whole(0), help="Least number of words.")
@click.option("--max-words", type=Whole(0), help="Greatest number of words.")
@click.option("--min-quality", type=SHARE, help="Least quality score, 0 to 1.")
@several("--licence", "licences", about='Only these licences, "CC-BY*", or "any"')
@click.option("--query", help="Only documents that `winnow search` would find.")
@click.option("--where", metavar="SQL", help="A condition over the table documents; read-only.")
@click.option("--with-duplicates", is_flag=True, help="Also duplicates and former versions.")
@click.option("--include-opted-out", is_flag=True, help="Also what publishers have reserved.")
@several("--fields", about="Only these fields, in this order")
@click.option("--with-removals", is_flag=True, help="Add what was cut from each document.")
@click.option("--redact", metavar="KINDS", help=f"Replace {', '.join(redact.PATTERNS)}.")
@click.option("--split", "shares", metavar="0.9/0.1", help="Split into train/test, or in three.")
@click.option(
    "--split-by",
    type=click.Choice(["url", "site"]),
    default="url",
    show_default=True,
    help="What stays together in a split: an address's documents, or a site's.",
)
@click.option("--seed", type=Whole(0), help="Shuffle; with --limit a random sample; other splits.")
@click.option("--limit", type=COUNT, help="At most so many documents.")
@click.option(
    "--shard-size",
    callback=_size,
    metavar="SIZE",
    default="500M",
    show_default=True,
    help="Begin another file at this size, such as 2G.",
)
@click.option("--since-last", is_flag=True, help="Only what is new since this was last exported.")
@click.option("--force", is_flag=True, help="Replace a former export in DIR.")
@click.pass_context
def export(ctx: click.Context, /, folder: Path, **given: Any) -> None:
    """Write the corpus into the new folder DIR, with a data card and checksums.

    Documents whose publishers have reserved them against mining or training, and duplicates, stay
    out unless asked for. The folder appears when it is complete, or not at all.
    """
    db: Path = ctx.obj["db"]
    job = job_of(given, recipe(ctx))
    started = now()
    with progress("exporting") as show:
        if given["since_last"]:
            job = continued(db, job)
        done = export_corpus(db, folder, job, given["force"], show)
    if done.documents and job.sample.limit is None:
        kept = record_export(db, job, done.mark, done.documents, (started, now()))
        if not kept:
            say(
                "winnow: the corpus cannot be written, so --since-last will not know of this export"
            )
    tell(folder, done, ctx.obj["as_json"])


def job_of(given: dict[str, Any], command: tuple[str, ...]) -> Job:
    """Return the job that the options describe."""
    filters = {name: given[name] for name in Selection.__dataclass_fields__}
    seed = given["seed"]
    return Job(
        formats=formats.parse(given["forms"]),
        selection=Selection(**filters),
        sample=Sample(given["limit"], seed),
        split=split.parse(given["shares"], given["split_by"], seed or 0),
        fields=given["fields"],
        redact=redact.parse(given["redact"]),
        with_removals=given["with_removals"],
        shard_bytes=given["shard_size"],
        command=command,
        winnow=_version(),
    )


def continued(db: Path, job: Job) -> Job:
    """Return the job for what is new since its selection was last exported."""
    if job.sample.limit is not None:
        raise OperatorError("export: --since-last and --limit contradict each other")
    mark = last_mark(db, job)
    if mark is None:
        say("winnow: nothing was exported with this selection before: exporting all of it")
    return replace(job, since=mark)


def recipe(ctx: click.Context) -> tuple[str, ...]:
    """Return the command that makes the same export, without the names of file and folder."""
    words = ["winnow", "export", "DIR"]
    for parameter in ctx.command.params:
        name, value = parameter.name or "", ctx.params.get(parameter.name or "")
        if name in NOT_IN_RECIPE or value is None or value is False or value == ():
            continue
        source = ctx.get_parameter_source(name)
        if source is not click.core.ParameterSource.COMMANDLINE:
            continue
        words.append(parameter.opts[0])
        if value is not True:
            words.append(",".join(value) if isinstance(value, tuple) else str(value))
    return tuple(words)


def tell(folder: Path, done: Exported, as_json: bool) -> None:
    """Print what came of an export."""
    if as_json:
        emit(
            {
                "folder": str(folder),
                "documents": done.documents,
                "words": done.words,
                "splits": done.splits,
                "left_out": done.left_out,
                "files": [file.path for file in done.files],
            }
        )
        return
    for reason, number in sorted(done.left_out.items()):
        say(f"winnow: left out: {figures(number)} {reason}{HOW.get(reason, '')}")
    if not done.documents:
        click.echo("nothing new since the last export; nothing was written")
        return
    splits = ", ".join(f"{figures(number)} {name}" for name, number in done.splits.items())
    parts = f" ({splits})" if len(done.splits) > 1 else ""
    click.echo(
        f"{figures(done.documents)} documents{parts}, {figures(done.words)} words,"
        f" {figures(len(done.files))} files in {folder}"
    )


HOW = {
    "opted out": " (reserved against mining or training; --include-opted-out)",
    "duplicates": " (or former versions; --with-duplicates)",
}
"""How what was left out is taken in."""


def _version() -> str:
    try:
        return version("winnow-corpus")
    except PackageNotFoundError:
        return "0"
