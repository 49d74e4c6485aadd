"""A web server in a thread of its own, for the length of a `with` block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread


@contextmanager
def running(server: BaseServer, poll_interval: float = 0.05) -> Iterator[None]:
    """Let a server answer; at the end close it and wait for its thread.

    `poll_interval` is how often, in seconds, it looks whether it shall end.
    """
    thread = Thread(
        target=server.serve_forever, kwargs={"poll_interval": poll_interval}, daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
