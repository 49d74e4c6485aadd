"""A loopback site of generated stories for the crawl benchmarks, served by a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WORDS = (
    "harbour ferry council bridge winter market library orchestra teacher river budget vote"
    " strike museum tunnel forest mayor hospital railway summer engine garden island letter"
).split()
KEPT = 5_000
"""Sites up to this size are made before they are served, so that serving them costs little."""


def page(number: int, count: int) -> bytes:
    """Return a page of about 25 kB with a menu, an article and links to further pages."""
    words = random.Random(number)  # noqa: S311 (nothing secret)
    paragraphs = "".join(
        f"<p>{' '.join(words.choices(WORDS, k=60)).capitalize()}.</p>" for _ in range(40)
    )
    menu = "".join(
        f'<li><a href="/section/{n}">{WORDS[n % len(WORDS)]}</a></li>' for n in range(30)
    )
    further = [n for n in range(10 * number + 1, 10 * number + 11) if n < count]
    further += [words.randrange(count) for _ in range(20)]
    related = "".join(f'<li><a href="/story/{n}">Story {n}</a></li>' for n in further)
    head = f"<title>Story {number}</title>"
    return (
        f"<!doctype html><html lang=en><head>{head}</head><body><ul>{menu}</ul><article>"
        f"<h1>Story {number}</h1>{paragraphs}</article><ul>{related}</ul></body></html>"
    ).encode()


def serve_site(count: int, ready: Any) -> None:
    """Serve `count` stories until killed; send the port when it is open."""
    pages = [page(number, count) for number in range(count)] if count <= KEPT else []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ", 2)[1].decode()
                kind, _, name = path.strip("/").partition("/")
                number = int(name) if kind == "story" and name.isdigit() else 0 if not kind else -1
                found = 0 <= number < count
                body = b"<p>not here</p>"
                if found:
                    body = pages[number] if pages else page(number, count)
                status = "200 OK" if found else "404 Not Found"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def site(count: int) -> Iterator[str]:
    """Serve a site of `count` stories; yield its address."""
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_site, args=(count, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/"
    finally:
        process.kill()
        process.join()
