"""URL identity: which addresses are the same page, and which site a page belongs to.

Pure functions. Which links to follow is the crawler's affair.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

TRACKERS = re.compile(
    # campaigns
    r"^((utm|mtm|pk|piwik|matomo|wt|at|oly|hsa)_\w+|mc_[ce]id|mkt_tok|_hs(enc|mi)|vero_id|xtor"
    r"|cmpid|s_cid|_openstat|_ga|_gl|ref_src|__twitter_impression"
    # clicks
    r"|(fb|g|d|y|tw|tt)clid|msclkid|[gw]braid|gclsrc|igsh(id)?|li_fat_id"
    # sessions
    r"|phpsessid|jsessionid|aspsessionid\w*|sid|sessionid|oscsid|zenid|cfid|cftoken)$",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": 80, "https": 443}


def url_key(url: str) -> str:
    """Return the form of `url` that all addresses of the same page share.

    >>> url_key("HTTP://Example.org:80/a?utm_source=x&b=2&a=1#top")
    'http://example.org/a?a=1&b=2'
    """
    parts = urlsplit(canonicalize_url(url))
    query = [(k, v) for k, v in parse_qsl(parts.query, True) if not TRACKERS.match(k)]
    path = re.sub(r";jsessionid=[^/?]*", "", parts.path, flags=re.IGNORECASE) or "/"
    return urlunsplit((parts.scheme, host_of(url), path, urlencode(query), ""))


def site_of(url: str) -> str:
    """Return the site of a page: its host without `www.`, with a port that is not the default.

    >>> site_of("https://www.Example.org/a"), site_of("http://127.0.0.1:8001/")
    ('example.org', '127.0.0.1:8001')
    """
    return re.sub(r"^(www|m|amp)\.(?=[^.]+\.)", "", host_of(url))


def host_of(url: str) -> str:
    """Return the host of an address in lower case, with a port that is not the default.

    Names in other scripts come as they stand in the name system.

    >>> host_of("https://www.Example.org:443/a"), host_of("http://127.0.0.1:8001/")
    ('www.example.org', '127.0.0.1:8001')
    >>> host_of("http://[::1]:8001/"), host_of("https://Bücher.example/")
    ('[::1]:8001', 'xn--bcher-kva.example')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        with suppress(UnicodeError):  # no name that could be looked up: it stays as it is
            host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return f"{host}:{port}" if port and port != DEFAULT_PORTS.get(parts.scheme) else host
