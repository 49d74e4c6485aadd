"""Command-line options that several verbs share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from cleaners.records import CleanOptions
from corpus.cli.numbers import MOST_MEGABYTES, PROCESSES, SECONDS, Whole
from corpus.workers import Limits


def cleaning_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that become `CleanOptions`."""
    for option in (
        click.option(
            "--language",
            "languages",
            multiple=True,
            help="Reject documents in other languages (BCP 47; may be given again).",
        ),
        click.option(
            "--kind",
            type=click.Choice(["auto", "article", "any"]),
            default="auto",
            show_default=True,
            help="What the pages are; auto decides page by page.",
        ),
        click.option(
            "--strictness",
            type=click.Choice(["balanced", "strict", "recall"]),
            default="balanced",
            show_default=True,
            help="Keep less text (strict) or more (recall).",
        ),
    ):
        command = option(command)
    return command


def worker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that become `Limits`."""
    for option in (
        click.option(
            "--memory",
            type=Whole(64, MOST_MEGABYTES),
            default=2048,
            show_default=True,
            help="Megabytes that a worker may take for a page.",
        ),
        click.option(
            "--timeout",
            type=SECONDS,
            default=60.0,
            show_default=True,
            help="Seconds that cleaning a page may take.",
        ),
        click.option(
            "--workers",
            type=PROCESSES,
            default=os.cpu_count() or 1,
            show_default="processors",
            help="Cleaning processes.",
        ),
    ):
        command = option(command)
    return command


def clean_options(given: dict[str, Any]) -> CleanOptions:
    """Return the cleaning options of a command line."""
    return CleanOptions(
        strictness=given["strictness"], kind=given["kind"], languages=tuple(given["languages"])
    )


def limits(given: dict[str, Any]) -> Limits:
    """Return the workers' limits of a command line."""
    return Limits(given["workers"], given["timeout"], given["memory"])
