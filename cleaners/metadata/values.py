"""What the readers of single fields share: a value with its place, and how values are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the place of the page that it was read from."""

    value: str
    place: str


def key(text: str) -> str:
    """What two writings of the same words have in common: letters and digits, case folded.

    >>> key("Don’t Panic!") == key("Don't panic")
    True
    """
    return NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())


def parts_of(url: str | None) -> SplitResult:
    """The parts of an address, all empty where it is none."""
    try:
        return urlsplit(url or "")
    except ValueError:
        return urlsplit("")


def host_of(url: str | None) -> str:
    """The host of an address without "www.", empty where there is none."""
    return (parts_of(url).hostname or "").removeprefix("www.")


def same_page(address: str, url: str | None) -> bool:
    """Whether two addresses lead to one page: scheme, query and closing slash aside."""
    one, other = parts_of(address), parts_of(url)
    if one.netloc and host_of(address) != host_of(url):
        return False
    path = one.path.rstrip("/")
    return bool(url) and path == other.path.rstrip("/") and bool(path or one.netloc)
