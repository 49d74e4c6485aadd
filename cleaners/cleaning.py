"""How a page is cleaned: the order of the steps, on one screen.

decode → segments → trafilatura's vote → keep or cut → rules → site template → metadata → language
→ Document.
Each step lives in a module of its own; this one passes values between them and assembles records.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from cleaners import siterules
from cleaners.blocks import segment
from cleaners.decode import Decoded, Unreadable, decode
from cleaners.describe import describe
from cleaners.extract import extracted_text, kept_shares, pruned
from cleaners.language import UNDETERMINED, normal_tag
from cleaners.ledger import Cut, decide
from cleaners.plaintext import segment_text
from cleaners.records import (
    CleanOptions,
    Document,
    Metadata,
    Page,
    Rejection,
    SiteStats,
)
from cleaners.rules import find_noise
from cleaners.segments import Segmentation
from cleaners.template import cut_template

DEFAULTS = CleanOptions()
OWN_TEXTS = etree.XPath(
    "/html/head/title/text() | /html/head/meta[@property='og:title' or @name='description'"
    " or @property='og:description']/@content"
)
VOTE: tuple[float, Cut] = (0.5, ("extractor", "trafilatura", "trafilatura leaves it out"))


def clean(
    page: Page, options: CleanOptions = DEFAULTS, site: SiteStats | None = None
) -> Document | Rejection:
    """Return the page's document, or why it gives none."""
    decoded = decode(page, options)
    if isinstance(decoded, Unreadable):
        return Rejection(page.url, decoded.reason, decoded.detail)
    parts = segment_text(decoded.text) if decoded.tree is None else segment(decoded.tree)
    if not parts.segments:
        return Rejection(page.url, "empty", "no text that a reader would see")
    document = assemble(decoded, page, parts, (options, site))
    if isinstance(document, Rejection):
        return document
    metadata = describe(
        decoded.tree,
        page,
        document.text,
        options=options,
        site_files=site.files if site else None,
    )
    metadata = siterules.described(metadata, decoded.tree, options.site_rules)
    if unwelcome := language_problem(metadata, options):
        return Rejection(page.url, "wrong-language", unwelcome)
    return replace(document, metadata=metadata)


def language_problem(metadata: Metadata, options: CleanOptions) -> str | None:
    """Say what is wrong with a document's language; of an undetermined one nothing is known."""
    welcome = {normal_tag(tag) for tag in options.languages}
    if not welcome or metadata.language in welcome | {UNDETERMINED}:
        return None
    confidence = f"confidence {metadata.language_confidence:.2f}"
    return f"{metadata.language} ({confidence}), welcome: {', '.join(options.languages)}"


def vote(decoded: Decoded, parts: Segmentation) -> list[float]:
    """Return for each segment the share that trafilatura keeps; of plain text all."""
    if decoded.tree is None:
        return [1.0] * len(parts.segments)
    text = extracted_text(pruned(decoded.tree)) or extracted_text(decoded.tree, fast=False)
    return [float(share) for share in kept_shares(parts, text)]


def assemble(
    decoded: Decoded, page: Page, parts: Segmentation, how: tuple[CleanOptions, SiteStats | None]
) -> Document | Rejection:
    """Return the document of the segments that the vote keeps, no rule cuts, and recur nowhere."""
    options, site = how
    scores = vote(decoded, parts)
    verdict = siterules.judge(decoded.tree, parts, scores, options.site_rules)
    scores = verdict.scores(parts, scores)
    found = verdict.findings(find_noise(parts, scores, options.declared_language, options))
    decided = decide(parts, scores, found, options, VOTE)
    names = {finding.index: finding for finding in found if finding.span is None}
    kept, removals = cut_template(decided, site, options, own_texts(decoded), names)
    if not kept:
        return Rejection(page.url, "empty", "no block that belongs to a main text")
    text = "\n\n".join(block.text for block in kept)
    return Document(page.url, Metadata(), text, kept, removals)


def own_texts(decoded: Decoded) -> list[str]:
    """Return the title and the description that the page gives itself."""
    if decoded.tree is None:
        return []
    found = OWN_TEXTS(decoded.tree)
    return [str(text) for text in found] if isinstance(found, list) else []


def clean_html(
    html: bytes | str, url: str | None = None, options: CleanOptions = DEFAULTS
) -> Document | Rejection:
    """Clean an HTML page given as bytes, or as text that is already decoded."""
    if isinstance(html, str):
        return clean(Page(html.encode("utf-8", "replace"), url, content_type="text/html"), options)
    return clean(Page(html, url), options)


def clean_text(text: str, options: CleanOptions = DEFAULTS) -> Document | Rejection:
    """Clean plain text that another scraper left."""
    return clean(Page(text.encode("utf-8", "replace"), content_type="text/plain"), options)
