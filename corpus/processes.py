"""Which process holds something, in a form that outlives the process and is not fooled by reuse.

Process ids are given out again, in containers often the very same one after a restart. So a
holder is named by its id and the time at which it started.
"""

from __future__ import annotations

import os
from pathlib import Path


def this_process() -> str:
    """Return the name of this process: its id and its start time in the kernel's clock ticks."""
    return process_name(os.getpid())


def process_name(pid: int) -> str:
    """Return the name of the process that has this id now, such as a child just started."""
    return f"{pid}:{_started(pid)}"


def is_alive(process: str) -> bool:
    """Return whether the process with this name, as from `this_process`, still runs here."""
    pid, _, started = process.partition(":")
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    """Return a process's start time, or "" where the system does not tell (no /proc).

    A process that has ended and waits for its parent to notice is no process any more: "ended".
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    # The second field is the command in parentheses and may itself hold spaces and parentheses.
    fields = text.rpartition(")")[2].split()
    return "ended" if fields[0] in "ZX" else fields[19]
