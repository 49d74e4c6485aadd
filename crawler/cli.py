"""`winnow crawl` and `winnow add`."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

# Early: when this is loaded, Scrapy looks every frame of the stack up among all modules loaded so
# far; from further in, that takes half a second.
import scrapy.core.downloader.handlers.http11  # noqa: F401

from cleaners.errors import ConfigError, OperatorError
from corpus.cli.numbers import COUNT, MOST_PROCESSES, PAUSE, Whole
from corpus.cli.output import complain, emit, now, say
from corpus.sources import read_tables
from corpus.urls import site_of
from crawler.crawling import EXIT_INTERRUPTED, Choices, CrawlProgress, crawl
from crawler.discover import discover
from crawler.log import Tell, log_option, logged, teller
from crawler.notices import chosen_ways, notice_options
from crawler.proposal import described, table_of
from crawler.shown import Shown, summary, tell_summary
from crawler.sourcefile import write_source
from crawler.sources import (
    Source,
    check_url,
    choose_sources,
    load_sources,
    sources_of_urls,
)
from crawler.telling import tell_alarms


@click.command("crawl")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--url", "urls", multiple=True, help="Crawl the site at this address instead.")
@click.option("--max-pages", type=COUNT, help="Fetch at most so many pages.")
@click.option("--depth", type=Whole(0), help="Follow links so many steps from the start.")
@click.option("--delay", type=PAUSE, help="Seconds between requests to one host.")
@click.option("--allow-private", is_flag=True, help="Let the sources' hosts be private addresses.")
@click.option("--refresh", is_flag=True, help="Fetch every known page again, due or not.")
@click.option(
    "--workers",
    type=Whole(0, MOST_PROCESSES),
    default=1,
    show_default=True,
    help="Cleaning processes; 0 leaves it to `winnow ingest`.",
)
@notice_options
@log_option(None)
@click.pass_context
def crawl_(
    ctx: click.Context, /, names: tuple[str, ...], urls: tuple[str, ...], **given: Any
) -> None:
    """Fetch what is due of the sources, all without names, and clean pages as they arrive.

    Ctrl-C ends it cleanly, twice at once; the next crawl goes on where this one was.
    """
    tell = teller(given["log_format"], now) if given["log_format"] else None
    verbose = bool(ctx.obj["verbose"])
    with logged(tell, verbose):
        sources = [_adapted(source, given) for source in _sources(ctx.obj["sources"], names, urls)]
        ways = chosen_ways(ctx.obj["sources"], given["webhook"], given["alarm_command"])
        with Shown(tell) as shown:
            choices = Choices(
                refresh=given["refresh"],
                workers=given["workers"],
                show=shown.show,
                log=verbose and tell is None,
            )
            progress = crawl(ctx.obj["db"], sources, choices)
        if not progress.interrupted:
            tell_alarms(ctx.obj["db"], ways, now, tell or complain)
    _report(ctx, progress, tell)
    ctx.exit(_exit_code(progress))


def _report(ctx: click.Context, progress: CrawlProgress, tell: Tell | None) -> None:
    if tell is not None:
        tell_summary(progress, tell)
    elif not ctx.obj["as_json"]:
        for line in summary(progress, ctx.obj["db"]):
            click.echo(line)
    if ctx.obj["as_json"]:
        emit(msgspec.to_builtins(progress))
    if tell is None:
        for one in progress.sources:
            if one.start_error:
                say(f"winnow: {one.source}: {one.start_error}")


def _sources(path: Path, names: tuple[str, ...], urls: tuple[str, ...]) -> list[Source]:
    if urls and names:
        raise OperatorError("give names of sources or --url, not both")
    if urls:
        return sources_of_urls(urls)
    return choose_sources(load_sources(path), names, path)


def _adapted(source: Source, given: dict[str, Any]) -> Source:
    """Lay the command line's choices over a source's own."""
    follow = source.follow
    if given["max_pages"] is not None:
        follow = msgspec.structs.replace(follow, max_pages=given["max_pages"])
    if given["depth"] is not None:
        follow = msgspec.structs.replace(follow, depth=given["depth"])
    return replace(
        source,
        follow=follow,
        delay=source.delay if given["delay"] is None else given["delay"],
        allow_private=source.allow_private or given["allow_private"],
    )


def _exit_code(progress: CrawlProgress) -> int:
    """Return the command's exit code: 1 where a source gave nothing at all."""
    if progress.interrupted:
        return EXIT_INTERRUPTED
    return 1 if any(one.start_error for one in progress.sources) else 0


@click.command("add")
@click.argument("url")
@click.option("--name", help="The source's name; by default the site's host.")
@click.option("--allow-private", is_flag=True, help="Let the site's host be a private address.")
@click.option("--dry-run", is_flag=True, help="Show what was found and write nothing.")
@click.pass_context
def add(ctx: click.Context, /, url: str, **given: Any) -> None:
    """Find a site's feeds and sitemaps and write a source for it into the sources file."""
    path: Path = ctx.obj["sources"]
    url = check_url(url)
    name = given["name"] or site_of(url)
    if path.exists() and name in read_tables(path):
        raise ConfigError(path, f"[{name}]", "is there already; choose another with --name")
    host = urlsplit(url).hostname or ""
    found = discover(url, private_hosts=(host,) if given["allow_private"] else ())
    table = table_of(found, allow_private=given["allow_private"])
    if not given["dry_run"]:
        write_source(path, name, table)
    if ctx.obj["as_json"]:
        emit({"name": name, "table": table, "found": asdict(found)})
        return
    for line in described(found):
        click.echo(line)
    if not given["dry_run"]:
        click.echo(f"Added [{name}] to {path}; crawl it with: winnow crawl {name}")
