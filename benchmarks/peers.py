"""Other extractors behind one signature: bytes in, main text out ("" where they find none).

Each is called as its documentation advises, on bytes, comments off where that can be said. A peer
that is not installed is left out and named.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import warnings
from collections.abc import Callable
from functools import partial

Extract = Callable[[bytes, str], str]


def trafilatura(html: bytes, url: str, **how: bool) -> str:
    """Return trafilatura's text, comments off."""
    from trafilatura import extract

    return extract(html, include_comments=False, **how) or ""


def readability(html: bytes, url: str) -> str:
    """Return the text of readability-lxml's summary, a paragraph to a line."""
    from lxml import html as lxml_html
    from readability import Document
    from w3lib.encoding import html_to_unicode

    summary = Document(html_to_unicode(None, html)[1]).summary()
    tree = lxml_html.fromstring(summary) if summary.strip() else None
    return "\n".join(tree.itertext()) if tree is not None else ""


def resiliparse(html: bytes, url: str) -> str:
    """Return resiliparse's main content."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(html, detect_encoding(html))
    return extract_plain_text(tree, main_content=True, alt_texts=False, comments=False) or ""


def newspaper(html: bytes, url: str) -> str:
    """Return newspaper4k's text; it is kept from fetching the page's pictures."""
    import newspaper as newspaper4k
    from w3lib.encoding import html_to_unicode

    article = newspaper4k.Article(url, language="en", fetch_images=False)
    article.download(input_html=html_to_unicode(None, html)[1])
    article.parse()
    return article.text or ""


LANG = re.compile(rb"<html[^>]*\slang=[\"']?([a-z]{2})", re.IGNORECASE)
STOPLISTS = {
    b"cs": "Czech",
    b"da": "Danish",
    b"de": "German",
    b"es": "Spanish",
    b"fi": "Finnish",
    b"fr": "French",
    b"it": "Italian",
    b"nl": "Dutch",
    b"pl": "Polish",
    b"pt": "Portuguese",
    b"ru": "Russian",
    b"sv": "Swedish",
    b"tr": "Turkish",
    b"uk": "Ukrainian",
}


def justext(html: bytes, url: str) -> str:
    """Return jusText's good paragraphs, by the stop list of the page's declared language."""
    import justext as library

    declared = LANG.search(html[:5000])
    language = STOPLISTS.get(declared[1].lower() if declared else b"", "English")
    paragraphs = library.justext(html, library.get_stoplist(language))
    return "\n".join(p.text for p in paragraphs if not p.is_boilerplate)


def magic_html(html: bytes, url: str) -> str:
    """Return magic-html's article text."""
    from lxml import html as lxml_html
    from magic_html import GeneralExtractor
    from w3lib.encoding import html_to_unicode

    found = GeneralExtractor().extract(html_to_unicode(None, html)[1], base_url=url)
    return "\n".join(lxml_html.fromstring(found["html"]).itertext()) if found.get("html") else ""


PEERS: dict[str, tuple[str, Extract]] = {
    "trafilatura": ("trafilatura", trafilatura),
    "trafilatura precision": ("trafilatura", partial(trafilatura, favor_precision=True)),
    "trafilatura recall": ("trafilatura", partial(trafilatura, favor_recall=True)),
    "trafilatura fast": ("trafilatura", partial(trafilatura, fast=True)),
    "readability-lxml": ("readability", readability),
    "resiliparse": ("resiliparse", resiliparse),
    "newspaper4k": ("newspaper", newspaper),
    "jusText": ("justext", justext),
    "magic-html": ("magic_html", magic_html),
}
"""Name in the table → (module that must be there, function)."""


def installed() -> dict[str, Extract]:
    """Return the peers that can be imported here."""
    return {
        name: call for name, (module, call) in PEERS.items() if importlib.util.find_spec(module)
    }


def quietly(call: Extract, html: bytes, url: str) -> str:
    """Return a peer's text; a page on which it fails counts as no text."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(html, url)
        except Exception:
            return ""
