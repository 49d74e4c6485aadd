"""A web server on the loopback for the demo site: threads, conditional requests, a list of visits.

It serves a table of responses and knows nothing of what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawler.demo.site import Response, build_site
from crawler.serving import running

LOOPBACK = "127.0.0.1"


@dataclass(slots=True)
class Visits:
    """A running site: its address, and the paths that were asked for, in order."""

    base: str
    paths: list[str] = field(default_factory=list)


@contextmanager
def serving(
    build: Callable[[str], Mapping[str, Response]] = build_site, port: int = 0
) -> Iterator[Visits]:
    """Serve what `build` makes of the site's address for the length of a `with` block.

    `port` 0 takes a free one.
    """
    server = _Server((LOOPBACK, port), _Handler)
    server.visits = Visits(f"http://{LOOPBACK}:{server.server_port}")
    server.pages = build(server.visits.base)
    with running(server):
        yield server.visits


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    visits: Visits
    pages: Mapping[str, Response]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the page at the path, without regard to the query."""
        path = self.path.partition("?")[0]
        self.server.visits.paths.append(path)
        missing = Response(b"<h1>Not Found</h1>", status=HTTPStatus.NOT_FOUND)
        self._answer(self.server.pages.get(path, missing))

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the visits are kept in a list."""

    def _answer(self, response: Response) -> None:
        tag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
        known = response.status == HTTPStatus.OK and self.headers.get("If-None-Match") == tag
        body = b"" if known else response.body
        self.send_response(HTTPStatus.NOT_MODIFIED if known else response.status)
        headers = {"Content-Type": response.content_type, "ETag": tag, **response.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
