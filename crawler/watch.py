"""`/metrics` and `/healthz` of a service, on an address of the machine's own.

Answers come from threads of their own, so that they come while the scheduler works; whether it
still does is what `/healthz` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from cleaners.errors import OperatorError
from corpus.watching import FAULTS
from crawler.metrics import Figures
from crawler.serving import running

SILENT = 90.0
"""Seconds without a step after which a scheduler counts as stuck: more than a lock may take."""


@dataclass(slots=True)
class Pulse:
    """When the scheduler's loop has last stepped, by a clock of seconds that only go forward."""

    clock: Callable[[], float]
    last: float = 0.0

    def beat(self) -> None:
        """Note a step."""
        self.last = self.clock()

    @property
    def age(self) -> float:
        """The seconds since the last step."""
        return self.clock() - self.last


@contextmanager
def served(host: str, port: int, figures: Figures, pulse: Pulse) -> Iterator[str]:
    """Serve for the length of a `with` block; yield the address, whose port is chosen for port 0.

    Raise `OperatorError` where the address cannot be had.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    try:
        server = _Server((host, port), partial(_Handler, registry, pulse))
    except OSError as error:
        problem = error.strerror or str(error)
        raise OperatorError(
            f"--metrics-port {port}: {host}:{port} cannot be listened on: {problem}"
        ) from None
    with running(server, poll_interval=0.1):
        yield f"http://{host}:{server.server_port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a request under way shall not keep the service from ending

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who asks and goes away is nobody's error."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 30

    def __init__(self, registry: CollectorRegistry, pulse: Pulse, *arguments: Any) -> None:
        self.registry, self.pulse = registry, pulse
        super().__init__(*arguments)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._metrics()
        elif path == "/healthz":
            self._health()
        else:
            self._answer(404, "text/plain", b"/metrics and /healthz are here\n")

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: who watches asks several times a minute."""

    def _metrics(self) -> None:
        try:
            body = generate_latest(self.registry)
        except FAULTS as error:
            self._answer(503, "text/plain", f"{error}\n".encode())
            return
        self._answer(200, CONTENT_TYPE_LATEST, body)

    def _health(self) -> None:
        age = self.pulse.age
        alive = age < SILENT
        body = {"status": "ok" if alive else "stuck", "seconds_since_step": round(age, 1)}
        self._answer(200 if alive else 503, "application/json", json.dumps(body).encode() + b"\n")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
