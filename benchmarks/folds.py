"""Folds by registered domain: no page is judged by a model that saw its site."""

from __future__ import annotations

import hashlib

from tld import get_fld

FOLDS = 5


def domain_of(url: str) -> str:
    """Return the registered domain of an address, the address itself where there is none."""
    found = get_fld(url, fix_protocol=True, fail_silently=True)
    return found if isinstance(found, str) else url


def fold_of(url: str) -> int:
    """Return the fold of an address: that of its domain."""
    return fold_of_name(domain_of(url))


def fold_of_name(name: str) -> int:
    """Return the fold of a name or a text, the same on every machine."""
    digest = hashlib.md5(name.encode(), usedforsecurity=False)
    return int(digest.hexdigest(), 16) % FOLDS
