"""A small proxy on the loopback through which a browser reaches checked addresses only.

A browser resolves names and follows redirects by itself; so every connection that it makes (pages,
redirects, scripts, sockets) comes through here, where the name is resolved, its address checked,
and the checked address connected to. Only this process' browser knows the port.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from crawler.addresses import AddressGuard

MAX_HEAD = 65_536
CONNECT_SECONDS = 30.0
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Gateway:
    """An HTTP proxy (CONNECT, and plain requests one to a connection) behind an address guard."""

    def __init__(self, guard: AddressGuard) -> None:
        self.guard = guard
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Begin to listen; return the proxy's address. Again: the same address."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._serve, "127.0.0.1", 0, limit=MAX_HEAD, family=socket.AF_INET
            )
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            host, port, forward = _target(head)
            upstream = await self._connect(host, port)
            if upstream is None:
                writer.write(REFUSED)
                return
            there, out = upstream
            if forward is None:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                out.write(forward)
            await asyncio.gather(_copy(reader, out), _copy(there, writer))
        except (ValueError, OSError, TimeoutError, asyncio.IncompleteReadError):
            with suppress(OSError):
                writer.write(UNREACHABLE)
        except asyncio.LimitOverrunError:
            pass  # a head beyond all bounds gets no answer
        finally:
            writer.close()

    async def _connect(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Connect to the first address of a host that is allowed; None where there is none."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for _, _, _, _, address in found:
            ip = str(address[0])
            if self.guard.allows(host, ip):
                connecting = asyncio.open_connection(ip, port)
                return await asyncio.wait_for(connecting, CONNECT_SECONDS)
        return None


def _target(head: bytes) -> tuple[str, int, bytes | None]:
    """Return host, port and what to send on: nothing for CONNECT, else the request for the host.

    Raise `ValueError` for what is no proxy request.
    """
    line, _, rest = head.partition(b"\r\n")
    method, url, version = line.decode("latin-1").split(" ")
    if method == "CONNECT":
        parts = urlsplit(f"//{url}")
        return parts.hostname or "", parts.port or 443, None
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"not a proxy request: {url}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [
        header
        for header in rest.split(b"\r\n")
        if header and not header.lower().startswith((b"proxy-", b"connection:"))
    ]
    lines = [f"{method} {path} {version}".encode("latin-1"), *kept, b"Connection: close"]
    return parts.hostname, parts.port or 80, b"\r\n".join(lines) + b"\r\n\r\n"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()
