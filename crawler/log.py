"""A log on stderr for services: a line for people, or a JSON object a line for programs.

Each line has a time and an event, and the event's own fields. What Python's `logging` is told by
libraries, and mistakes of the operator, are lines of the same form.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from cleaners.errors import OperatorError
from corpus.cli.output import say

FORMS = ("text", "json")

Tell = Callable[..., None]
"""Takes an event's name and its fields."""


def log_option(default: str | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that chooses a log's form."""
    return click.option(
        "--log-format",
        type=click.Choice(FORMS),
        default=default,
        show_default=default is not None,
        help="The form of the lines on stderr.",
    )


def teller(form: str, clock: Callable[[], datetime]) -> Tell:
    """Return the function that writes an event with its fields, in the form "text" or "json"."""

    def tell(event: str, **fields: Any) -> None:
        time = clock().isoformat(timespec="milliseconds")
        if form == "json":
            record = {"time": time, "event": event, **fields}
            line = json.dumps(record, ensure_ascii=False, default=str)
        else:
            line = " ".join([time, event, *(f"{name}={value}" for name, value in fields.items())])
        say(line)

    return tell


@contextmanager
def logged(tell: Tell | None, verbose: bool = False) -> Iterator[None]:
    """Have libraries' warnings, and a mistake that ends the command, told in the log's form.

    Without a `tell` nothing changes; `verbose` has told what libraries say for information.
    """
    if tell is None:
        yield
        return
    root, level = logging.getLogger(), logging.INFO if verbose else logging.WARNING
    handler, former = _Handler(tell, level), root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield
    except OperatorError as error:
        tell("error", problem=str(error))
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        tell("error", problem=f"{where}{error.strerror or error}")
        sys.exit(2)
    finally:
        root.removeHandler(handler)
        root.setLevel(former)


class _Handler(logging.Handler):
    """Tells what `logging` is told as an event."""

    def __init__(self, tell: Tell, level: int) -> None:
        super().__init__(level)
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; a traceback is one of its fields."""
        fields = {"logger": record.name, "level": record.levelname, "text": record.getMessage()}
        if record.exc_info:
            fields["traceback"] = logging.Formatter().formatException(record.exc_info)
        self.tell("log", **fields)
