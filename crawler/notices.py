"""Where alarms are sent: `[winnow.alarms]` of sources.toml, or the command line's choice over it.

Every error names file, table and key, or the option.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

from cleaners.errors import ConfigError, OperatorError
from corpus.ranges import LONGEST, range_problem
from corpus.sources import SETTINGS, read_settings, read_table

TIMEOUT = 10.0
SHORTEST = 0.1
WEBHOOK, COMMAND = "WINNOW_WEBHOOK", "WINNOW_ALARM_COMMAND"
"""The options' environment variables."""
TABLE = f"{SETTINGS}.alarms"


class AlarmsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[winnow.alarms]` as it stands in the file."""

    webhook: str | None = None
    headers: dict[str, str] = {}
    command: str | tuple[str, ...] | None = None
    timeout: float = TIMEOUT


class SettingsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[winnow]`: what holds for all sources."""

    alarms: AlarmsTable = AlarmsTable()


def notice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose where alarms are sent."""
    for option in (
        click.option(
            "--alarm-command",
            envvar=COMMAND,
            metavar="COMMAND",
            help="Give each alarm, opened or over, to a command as JSON on its stdin.",
        ),
        click.option(
            "--webhook",
            envvar=WEBHOOK,
            metavar="URL",
            help="Send each alarm, opened or over, to this address as a JSON POST.",
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Ways:
    """A webhook's address with its request headers, a command with its arguments, or neither.

    `timeout` is the seconds that sending one notice may take.
    """

    webhook: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    timeout: float = TIMEOUT


def load_ways(path: Path) -> Ways:
    """Return the ways that a sources file names; none where there is no file."""
    if not path.exists():
        return Ways()
    table = read_table(path, SETTINGS, read_settings(path), SettingsTable).alarms
    for key, problem in _problems(table):
        raise ConfigError(path, f"[{TABLE}] {key}", problem)
    return Ways(table.webhook, table.headers, _words(table.command), table.timeout)


def chosen_ways(path: Path, webhook: str | None, command: str | None) -> Ways:
    """Return the ways of a sources file; what the command line names takes their place."""
    ways = load_ways(path)
    table = AlarmsTable(webhook=webhook, command=command)
    for key, problem in _problems(table):
        option = {"webhook": "--webhook", "command": "--alarm-command"}[key]
        raise OperatorError(f"{option}: {problem}")
    if webhook is None and command is None:
        return ways
    headers = ways.headers if webhook in (None, ways.webhook) else {}
    return Ways(webhook or ways.webhook, headers, _words(command) or ways.command, ways.timeout)


def _problems(table: AlarmsTable) -> Sequence[tuple[str, str]]:
    found = []
    if table.webhook is not None and (problem := _address_problem(table.webhook)):
        found.append(("webhook", problem))
    try:
        if table.command is not None and not any(_words(table.command)):
            found.append(("command", "names no command"))
    except ValueError as error:
        found.append(("command", f"cannot be split into words: {error}"))
    if problem := range_problem(table.timeout, SHORTEST, LONGEST):
        found.append(("timeout", problem))
    return found


def _address_problem(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        return f"{address!r} is not an address: {error}"
    if parts.scheme not in ("http", "https"):
        return f"{address!r}: only http and https addresses can be sent to"
    if not parts.hostname or any(sign.isspace() for sign in address):
        return f"{address!r} is not an address"
    if parts.username is not None:
        return "an address with a name or password cannot be used; set `headers`"
    return None


def _words(command: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(shlex.split(command)) if isinstance(command, str) else command or ()
