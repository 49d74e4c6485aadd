"""What a page says of other addresses: its links, its canonical one, its feeds. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from cleaners.decode import to_text
from corpus.urls import site_of, url_key

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
MAX_LINKS = 10_000
"""How many links of one page are read."""
_VARIANT = re.compile(r"(^|[/._-])(amp|print|mobile|m)($|[/._-])", re.IGNORECASE)
_ODD = re.compile(r"//|/\.|[#\s\\\x00-\x1f]")
"""What a link from the root must not hold to be absolute with only the origin before it."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The addresses on a page, absolute; `links` in its order, each once, the next page first."""

    links: tuple[str, ...] = ()
    canonical: str | None = None
    feeds: tuple[str, ...] = ()
    follow: bool = True
    site_name: str | None = None
    title: str | None = None
    language: str | None = None


def page_links(body: bytes, url: str, content_type: str | None = None) -> PageLinks:
    """Return what a page links to; nothing where it cannot be parsed."""
    root = _parse(body, None if body.isascii() else to_text(body, content_type)[1])
    if root is None:
        return PageLinks()
    base = url
    links: dict[str, None] = {}
    following: list[str] = []
    found: dict[str, str] = {}
    feeds: list[str] = []
    for element in root.iter("base", "a", "area", "link", "meta", "title"):
        href = (element.get("href") or "").strip()
        if element.tag in ("a", "area"):
            if href and len(links) < MAX_LINKS:
                links[href] = None
        elif element.tag == "base" and href:
            base = join(url, href) or url
        elif element.tag == "link" and href:
            _link(element, href, following, found, feeds)
        elif element.tag == "meta":
            _meta(element, found)
        elif element.tag == "title":
            found.setdefault("title", " ".join((element.text or "").split()))
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(base))
    absolute = dict.fromkeys(
        origin + href if href[:1] == "/" and not _ODD.search(href) else join(base, href)
        for href in (*following, *links)
    )
    return PageLinks(
        links=tuple(one for one in absolute if one is not None),
        canonical=join(base, found["canonical"]) if "canonical" in found else None,
        feeds=tuple(filter(None, (join(base, href) for href in feeds))),
        follow="nofollow" not in found,
        site_name=found.get("site_name"),
        title=found.get("title"),
        language=root.get("lang") or found.get("language"),
    )


def stands_for(url: str, canonical: str | None) -> str | None:
    """Return the canonical address's key where it is another one and can be believed, else None.

    Sites name wrong canonical addresses, most often their home page for every page. One is
    believed on the same site where the path is the same but for the query, or for a part that
    says that this is a variant (amp, print), or where both end in the same slug.
    """
    if not canonical:
        return None
    try:
        key = url_key(canonical)
        if key == url_key(url) or site_of(canonical) != site_of(url):
            return None
        there, here = urlsplit(key).path.rstrip("/"), urlsplit(url).path.rstrip("/")
    except ValueError:
        return None
    if not there and here:
        return None
    slug = there.rpartition("/")[2]
    same = there == here or (len(slug) > 3 and slug == here.rpartition("/")[2])
    plain = re.sub(r"/+", "/", _VARIANT.sub("/", here)).rstrip("/")
    return key if same or (plain != here and plain == there) else None


def join(base: str, href: str) -> str | None:
    """Return the absolute http(s) address without its fragment, or None."""
    try:
        joined = urljoin(base, re.sub(r"[\t\r\n]", "", href)).partition("#")[0]
        parts = urlsplit(joined)
        _ = parts.port
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None


def says_nofollow(directives: str) -> bool:
    """Return whether a robots meta tag or X-Robots-Tag header asks not to follow a page's links.

    >>> says_nofollow("noarchive, NOFOLLOW"), says_nofollow("none"), says_nofollow("noindex")
    (True, True, False)
    """
    return not {"nofollow", "none"}.isdisjoint(re.split(r"[\s,:;]+", directives.lower()))


def _link(
    element: etree._Element,
    href: str,
    following: list[str],
    found: dict[str, str],
    feeds: list[str],
) -> None:
    relations = (element.get("rel") or "").lower().split()
    if "canonical" in relations:
        found.setdefault("canonical", href)
    if "next" in relations:
        following.append(href)
    if "alternate" in relations and (element.get("type") or "").lower() in FEED_TYPES:
        feeds.append(href)


def _meta(element: etree._Element, found: dict[str, str]) -> None:
    name = (element.get("name") or element.get("property") or "").lower()
    content = element.get("content") or ""
    if name in ("robots", "winnow"):
        if says_nofollow(content):
            found["nofollow"] = content
    elif name == "og:site_name":
        found.setdefault("site_name", content.strip())
    elif name in ("og:locale", "language"):
        found.setdefault("language", content.strip())


def _parse(body: bytes, encoding: str | None) -> etree._Element | None:
    try:
        parser = etree.HTMLParser(encoding=encoding, recover=True, remove_comments=True)
    except LookupError:  # Python knows more encodings than libxml2
        body = body.decode(encoding or "utf-8", "replace").encode()
        parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
