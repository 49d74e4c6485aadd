"""The front door: the `winnow` command.

Verbs live in the rooms they belong to and are imported when they are called, so that
`winnow --help` answers at once. An operator's mistake ends as one line and exit code 2.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from pathlib import Path
from typing import Any

import click

from cleaners.errors import OperatorError

VERBS = {
    "demo": ("crawler.demo.command:demo", "Crawl, clean and export a bundled news site."),
    "add": ("crawler.cli:add", "Find a site's feeds and sitemaps; write a source for it."),
    "crawl": ("crawler.cli:crawl_", "Fetch what is due; clean pages as they arrive."),
    "schedule": ("crawler.schedule_cli:schedule", "Start crawls when they are due."),
    "clean": ("corpus.cli.clean:clean", "Clean saved pages; one JSON line each."),
    "import": ("corpus.cli.store:import_", "Put saved pages or web archives into the store."),
    "ingest": ("corpus.cli.store:ingest_", "Clean the pages that are pending."),
    "reclean": ("corpus.cli.reclean:reclean", "Clean stored pages again with today's rules."),
    "history": ("corpus.cli.reclean:history", "What an address gave over time."),
    "search": ("corpus.cli.look:search", "Search titles and texts."),
    "stats": ("corpus.cli.stats:stats", "The corpus in figures."),
    "removals": ("corpus.cli.look:removals", "Count what was cut, with examples."),
    "explain": ("corpus.cli.explain:explain", "One page, block by block: kept or cut, and why."),
    "restore": ("corpus.cli.restore:restore", "Put back what was cut, for good."),
    "sites": ("corpus.cli.sites:sites", "Each site's health and alarms; import configurations."),
    "runs": ("corpus.cli.runs:runs_", "What was done when, and how it ended."),
    "fixtures": ("corpus.cli.fixtures:fixtures", "Saved pages as regression cases."),
    "export": ("corpus.cli.export:export", "Write the corpus out as files."),
}
"""Verb → (module:command, the line that `winnow --help` shows for it)."""


BEFORE_THE_VERB = {"--db", "--sources", "--json", "-v", "--verbose"}


class LazyGroup(click.Group):
    """A group that imports a verb's module when the verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the table's order, which is the order of a user's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Import and return the command of a verb; fail where there is none."""
        if cmd_name not in VERBS:
            close = difflib.get_close_matches(cmd_name, VERBS, 1)
            meant = f"; did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"no verb {cmd_name!r}{meant}")
        module, _, attribute = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs' lines from the table, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    default="corpus.db",
    envvar="WINNOW_DB",
    show_default=True,
    help="The corpus: one SQLite file.",
)
@click.option(
    "--sources",
    type=click.Path(path_type=Path, dir_okay=False),
    default="sources.toml",
    envvar="WINNOW_SOURCES",
    show_default=True,
    help="The sources to crawl and their settings.",
)
@click.option("--json", "as_json", is_flag=True, help="Print results as JSON.")
@click.option("-v", "--verbose", count=True, help="Say more on stderr.")
@click.version_option(package_name="winnow-corpus", prog_name="winnow")
@click.pass_context
def cli(ctx: click.Context, /, **options: Any) -> None:
    """Winnow turns web pages into clean text corpora."""
    ctx.obj = options


def misused(error: click.ClickException) -> str:
    """Return what is wrong with a command line, and where to read how it should be, as a line."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    verbs = path_of(context)
    words = " ".join(["winnow", *verbs])
    if isinstance(error, click.NoSuchOption) and error.option_name in BEFORE_THE_VERB:
        return f"{words}: {error.option_name} stands before the verb: winnow {error.option_name} …"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{words}: {message}; see {words} --help"


def path_of(context: click.Context | None) -> list[str]:
    """Return the verbs that a context stands for, the outermost first."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return names


def main() -> None:
    """Run the command; an operator's mistake, or a full disk, is one line and exit code 2."""
    try:
        sys.exit(cli(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        click.echo(misused(error), err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("winnow: interrupted", err=True)
        sys.exit(130)
    except OperatorError as error:
        click.echo(f"winnow: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"winnow: {where}{error.strerror or error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
