"""Loopback web sites for tests: pages as values, served from a thread, with a log of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.serving import running


@dataclass(frozen=True)
class Answer:
    """What a site answers: a body with its status and headers, or a function that writes itself."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class Request:
    """A request as the site saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


class Site:
    """A site on a loopback address: `pages` maps paths to answers and may change at any time."""

    def __init__(self, pages: Mapping[str, Answer] | Callable[[str], Answer | None]) -> None:
        self.pages = pages
        self.log: list[Request] = []
        self.url = ""

    def answer(self, path: str) -> Answer:
        """Return the answer to a path; 404 for one that is not there."""
        found = self.pages(path) if callable(self.pages) else self.pages.get(path)
        return found or Answer(b"<p>not here</p>", 404, {"Content-Type": "text/html"})

    def asked(self, *, furniture: bool = False) -> list[str]:
        """Return the paths that were asked for, without robots.txt and its like."""
        return [
            one.path
            for one in self.log
            if furniture or one.path not in ("/robots.txt", "/ai.txt", "/.well-known/tdmrep.json")
        ]


@contextmanager
def serve(
    pages: Mapping[str, Answer] | Callable[[str], Answer | None], host: str = "127.0.0.1"
) -> Iterator[Site]:
    """Serve a site for the length of a `with` block."""
    site = Site(pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.log.append(Request(self.command, self.path, headers, self.rfile.read(length)))
            answer = site.answer(self.path)
            if answer.write is not None:
                self.close_connection = True
                answer.write(self)
                return
            etag = answer.headers.get("ETag")
            fresh = etag is not None and headers.get("if-none-match") == etag
            self.send_response(304 if fresh else answer.status)
            body = b"" if fresh else answer.body
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away is no error of the site."""

    server = Server((host, 0), Handler)
    site.url = f"http://{host}:{server.server_port}"
    with running(server):
        yield site


def html(body: str, title: str = "A page", head: str = "", **headers: str) -> Answer:
    """Return a page with this body."""
    text = f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>{body}</html>"
    return Answer(text.encode(), 200, {"Content-Type": "text/html; charset=utf-8", **headers})


def story(number: int, links: str = "", head: str = "", **headers: str) -> Answer:
    """Return an article of our own wording, another one for each number."""
    paragraphs = "".join(
        f"<p>On day {day} of week {number} the harbour office counted {number * 7 + day} boats, "
        f"and the ferry to the northern island left {day + 3} minutes late because of fog.</p>"
        for day in range(6)
    )
    body = f"<body><article><h1>Harbour report {number}</h1>{paragraphs}</article>{links}</body>"
    return html(body, f"Harbour report {number}", head, **headers)


def links(*urls: str) -> str:
    """Return links to addresses."""
    return "".join(f'<p><a href="{url}">more at {url}</a></p>' for url in urls)
