"""Alarms sent out: a JSON POST to a webhook, JSON on the stdin of a command; what fails waits.

Nothing here ends a crawl: what cannot be sent is told on stderr and is sent after the next crawl.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cleaners.errors import OperatorError
from corpus.notices import Notice, next_notice, sent, unsent
from corpus.store import corpus_at
from crawler.log import Tell
from crawler.notices import Ways

Send = Callable[[dict[str, Any]], str | None]
"""Sends a record; returns what went wrong, None for nothing."""


def tell_alarms(db: Path, ways: Ways, clock: Callable[[], datetime], tell: Tell) -> None:
    """Send on all ways what is to be sent; `tell` is told, as an event, of what failed."""
    for name, place, send in _senders(ways):
        try:
            failure = _tell_one(db, name, send, clock)
        except OperatorError as error:  # the corpus cannot be written now
            failure = str(error)
        if failure is not None:
            tell("alarm not sent; the next crawl tries again", to=place, problem=failure)


def _tell_one(db: Path, way: str, send: Send, clock: Callable[[], datetime]) -> str | None:
    with corpus_at(db) as corpus:
        while notice := next_notice(corpus, way, clock()):
            failure = send(_record(db, notice))
            if failure is not None:
                unsent(corpus, way, notice)
                return failure
            sent(corpus, way, notice, clock())
    return None


def _record(db: Path, notice: Notice) -> dict[str, Any]:
    return {**notice.record(), "corpus": str(db)}


def _senders(ways: Ways) -> Iterator[tuple[str, str, Send]]:
    """Yield each way's name in the corpus, which holds no secrets; its name for people; itself."""
    if ways.webhook:
        place = "the webhook"
        yield f"webhook {_digest(ways.webhook)}", place, lambda record: post(ways, record)
    if ways.command:
        name = f"command {_digest(json.dumps(ways.command))}"
        yield name, ways.command[0], lambda record: run_command(ways, record)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


class _NoRedirects(HTTPRedirectHandler):
    """A POST that is redirected would arrive as a GET; it counts as not sent."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """Follow none."""


def post(ways: Ways, record: dict[str, Any]) -> str | None:
    """POST a record to the webhook; any answer but 2xx is a failure."""
    request = Request(  # noqa: S310 (http and https only, as was checked)
        ways.webhook or "",
        json.dumps(record).encode(),
        {"Content-Type": "application/json", "User-Agent": "Winnow", **ways.headers},
        method="POST",
    )
    outcome: list[str | None] = []

    def send() -> None:
        try:
            with build_opener(_NoRedirects()).open(request, timeout=ways.timeout):
                outcome.append(None)
        except HTTPError as error:
            error.close()
            outcome.append(f"HTTP {error.code}")
        except (OSError, HTTPException, ValueError) as error:
            outcome.append(str(getattr(error, "reason", "") or error) or type(error).__name__)

    # the timeout of sockets is for each of their operations; the thread's is for all together
    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(ways.timeout)
    return outcome[0] if outcome else f"no answer within {ways.timeout:g} seconds"


def run_command(ways: Ways, record: dict[str, Any]) -> str | None:
    """Run the command with a record on its stdin; an exit code but 0 is a failure."""
    try:
        process = subprocess.Popen(  # noqa: S603 (the operator's own command, no shell)
            ways.command, stdin=subprocess.PIPE, stdout=2, start_new_session=True
        )
    except (OSError, ValueError) as error:
        return str(error)
    try:
        process.communicate(json.dumps(record).encode() + b"\n", ways.timeout)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"has not ended within {ways.timeout:g} seconds"
    return f"exit code {process.returncode}" if process.returncode else None
