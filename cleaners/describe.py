"""Everything about a page but its text: metadata, language, licence and opt-outs, in one record.

The declarations are read once and shared. Which languages are welcome is `cleaning`'s affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import html

from cleaners import language
from cleaners.declared import read
from cleaners.licence import licence
from cleaners.metadata import page_metadata
from cleaners.optout import opt_outs
from cleaners.records import Metadata, Page


def describe(
    tree: html.HtmlElement | None,
    page: Page,
    body_text: str,
    *,
    feed_language: str | None = None,
    site_files: Mapping[str, bytes] | None = None,
) -> Metadata:
    """Return a page's metadata; `tree` is None for plain text, which has headers at most.

    `feed_language` is what a feed or the operator declares; `site_files` are "robots.txt",
    "ai.txt" and "tdmrep.json" of the page's site as they were fetched.
    """
    if tree is None:
        guess = language.detect(body_text, [feed_language] if feed_language else [])
        return Metadata(
            language=guess.language,
            language_confidence=guess.confidence,
            opt_outs=opt_outs(None, page, site_files),
            provenance={"language": "text"},
        )
    declared = read(tree)
    found = page_metadata(declared, tree, page, body_text)
    tags = language.declared_languages(declared, page.headers, feed_language)
    guess = language.detect(body_text, tags)
    rights = licence(declared, tree)
    places = dict(found.provenance)
    if guess.language != language.UNDETERMINED:
        places["language"] = "text, declared" if guess.language in tags else "text"
    if rights is not None:
        places["licence"] = rights[1]
    return replace(
        found,
        language=guess.language,
        language_confidence=guess.confidence,
        licence=rights[0] if rights else None,
        opt_outs=opt_outs(declared, page, site_files),
        provenance=places,
    )
