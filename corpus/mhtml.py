"""Single-file web archives (MHTML), as Chrome, Edge and Internet Explorer save a page.

Only the page itself is taken; its pictures and styles stay behind.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime

from cleaners.records import Page

SUFFIXES = (".mht", ".mhtml")
SAVED = b"From: <Saved by "
PAGES = frozenset({"text/html", "application/xhtml+xml"})


def is_mhtml(name: str, start: bytes) -> bool:
    """Tell a single-file archive by its name, or by its first bytes."""
    return name.lower().endswith(SUFFIXES) or start.startswith(SAVED)


def read_mhtml(archive: bytes, address: str) -> Page | None:
    """Return the page of an archive, or None where there is none.

    Its address is that of the snapshot, else that of the part, else `address`.
    """
    message = message_from_bytes(archive)
    for part in message.walk():
        if part.get_content_type() in PAGES:
            body = part.get_payload(decode=True)
            places = (_header(message, "Snapshot-Content-Location"), _header(part, LOCATION))
            told = next((place for place in places if place.startswith(("http:", "https:"))), None)
            return Page(
                body if isinstance(body, bytes) else b"",
                told or address,
                requested_url=address,
                content_type=_header(part, "Content-Type"),
                fetched_at=_date(message),
            )
    return None


LOCATION = "Content-Location"


def _header(part: Message, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())


def _date(message: Message) -> datetime | None:
    """Return when the page was saved, where the archive tells; Chrome's "-0000" is UTC."""
    try:
        moment = parsedate_to_datetime(_header(message, "Date"))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
