"""A service's log on stderr: a line for people, or a JSON object a line for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from corpus.cli.output import say


def teller(form: str, clock: Callable[[], datetime]) -> Callable[..., None]:
    """Return the function that writes an event with its fields, in the form "text" or "json"."""

    def tell(event: str, **fields: Any) -> None:
        time = clock().isoformat(timespec="milliseconds")
        if form == "json":
            line = json.dumps({"time": time, "event": event, **fields}, ensure_ascii=False)
        else:
            line = " ".join([time, event, *(f"{name}={value}" for name, value in fields.items())])
        say(line)

    return tell
