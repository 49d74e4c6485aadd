"""Everything about a page but its text: metadata, language, licence and opt-outs, in one record.

The declarations come from `declared`. Which languages are welcome is `cleaning`'s affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import html

from cleaners import language
from cleaners.declared import Declared
from cleaners.licence import licence
from cleaners.metadata import page_metadata
from cleaners.optout import opt_outs
from cleaners.records import CleanOptions, Metadata, Page


def describe(
    read_page: tuple[html.HtmlElement, Declared] | None,
    page: Page,
    body_text: str,
    options: CleanOptions,
    site_files: Mapping[str, bytes] | None = None,
) -> Metadata:
    """Return a page's metadata; of plain text `read_page`, the tree and its declarations, is None.

    Of the options the declared language counts, and the detector; `site_files` are "robots.txt",
    "ai.txt" and "tdmrep.json" of the page's site as they were fetched.
    """
    detector = options.language_detector
    if read_page is None:
        guess = language.detect(body_text, [options.declared_language or ""], detector)
        return Metadata(
            language=guess.language,
            language_confidence=guess.confidence,
            opt_outs=opt_outs(None, page, site_files),
            provenance={"language": "text"},
        )
    tree, declared = read_page
    found = page_metadata(declared, tree, page, body_text)
    tags = language.declared_languages(declared, page.headers, options.declared_language)
    guess = language.detect(body_text, tags, detector)
    rights = licence(declared, tree, page.url)
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
