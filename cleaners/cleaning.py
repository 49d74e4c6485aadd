"""How a page is cleaned: the order of the steps, on one screen.

decode → segments → trafilatura's vote → judge → rules and copies → site template → metadata →
language → Document.
Each step lives in a module of its own; this one passes values between them and assembles records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from cleaners import siterules
from cleaners.blocks import segment
from cleaners.bylines import declared_authors, find_bylines
from cleaners.copies import find_copies, find_titles
from cleaners.declared import Declared, read
from cleaners.decode import Unreadable, decode
from cleaners.describe import describe
from cleaners.findings import KEPT, Finding
from cleaners.language import UNDETERMINED, normal_tag
from cleaners.ledger import decide
from cleaners.models import Models, default_models
from cleaners.opinion import Opinion, of_page, of_text
from cleaners.plaintext import segment_text
from cleaners.records import (
    Block,
    CleanOptions,
    Document,
    Metadata,
    Page,
    Rejection,
    Removal,
    SiteStats,
)
from cleaners.rules import find_noise
from cleaners.template import cut_template

DEFAULTS = CleanOptions()
DECODED = "text/html; charset=utf-8"
HEADLINE = "headline"
"""The rule that cuts a headline from plain text (`scraped`)."""


def clean(
    page: Page,
    options: CleanOptions = DEFAULTS,
    site: SiteStats | None = None,
    models: Models | None = None,
) -> Document | Rejection:
    """Return the page's document, or why it gives none.

    `site` is what the corpus knows of the page's site, `models` are others than those shipped.
    """
    models = models or default_models()
    decoded = decode(page, options)
    if isinstance(decoded, Unreadable):
        return Rejection(page.url, decoded.reason, decoded.detail)
    tree = decoded.tree
    declared = read(tree) if tree is not None else None
    parts = segment_text(decoded.text) if tree is None else segment(tree)
    if not parts.segments:
        return Rejection(page.url, "empty", "no text that a reader would see")
    if declared is None:
        opinion = of_text(parts)
    else:
        opinion = of_page(decoded, parts, declared, options, models.judge)
    found = noise(tree, opinion, options, declared, models)
    kept, removals = verdicts(opinion, found, options, site, declared)
    if not kept:
        return Rejection(page.url, "empty", "no block that belongs to a main text")
    text = "\n\n".join(block.text for block in kept)
    metadata = describe(
        None if tree is None or declared is None else (tree, declared),
        page,
        text,
        options=options,
        site_files=site.files if site else None,
    )
    if tree is None:
        metadata = titled(metadata, removals)
    metadata = siterules.described(metadata, tree, options.site_rules)
    if unwelcome := language_problem(metadata, options):
        return Rejection(page.url, "wrong-language", unwelcome)
    return Document(page.url, metadata, text, kept, removals)


def noise(
    tree: HtmlElement | None,
    opinion: Opinion,
    options: CleanOptions,
    declared: Declared | None,
    models: Models,
) -> tuple[Sequence[float], list[Finding]]:
    """Return the scores after the site's own rules, and what rules of all kinds find."""
    parts = opinion.parts
    told = siterules.judge(tree, parts, opinion.scores, options.site_rules)
    scores = told.scores(parts, opinion.scores)
    authors = declared_authors(declared) if declared is not None else []
    found = told.findings(find_noise(parts, scores, options, models.noise, authors))
    gone = {finding.index for finding in found if finding.cut and finding.span is None}
    kept = [at for at, score in enumerate(scores) if score >= KEPT and at not in gone]
    titles = find_titles(parts, frozenset(kept), own_texts(declared)[:2])
    found = [*titles, *found, *find_copies(parts, kept)]
    if declared is not None:
        found += find_bylines(parts, kept, authors)
    return scores, found


def verdicts(
    opinion: Opinion,
    noise: tuple[Sequence[float], list[Finding]],
    options: CleanOptions,
    site: SiteStats | None,
    declared: Declared | None,
) -> tuple[tuple[Block, ...], tuple[Removal, ...]]:
    """Return the blocks to keep and the removals: opinion, site's and common rules, template."""
    scores, found = noise
    decided = decide(opinion.parts, scores, found, options, opinion.why)
    names = {finding.index: finding for finding in found if finding.span is None}
    return cut_template(decided, site, options, own_texts(declared), names)


def titled(metadata: Metadata, removals: tuple[Removal, ...]) -> Metadata:
    """Return the metadata of plain text with the headline that was cut from it as the title."""
    headline = next((cut.text for cut in removals if cut.rule == HEADLINE), None)
    if headline is None:
        return metadata
    return replace(
        metadata, title=headline, provenance={**metadata.provenance, "title": "first line"}
    )


def language_problem(metadata: Metadata, options: CleanOptions) -> str | None:
    """Say what is wrong with a document's language; of an undetermined one nothing is known."""
    welcome = {normal_tag(tag) for tag in options.languages}
    if not welcome or metadata.language in welcome | {UNDETERMINED}:
        return None
    confidence = f"confidence {metadata.language_confidence:.2f}"
    return f"{metadata.language} ({confidence}), welcome: {', '.join(options.languages)}"


def own_texts(declared: Declared | None) -> list[str]:
    """Return the title and the descriptions that the page gives itself."""
    if declared is None:
        return []
    named = declared.named("og:title", "description", "og:description")
    return [declared.title, *(value for value, _ in named)]


def clean_html(
    html: bytes | str, url: str | None = None, options: CleanOptions = DEFAULTS
) -> Document | Rejection:
    """Clean an HTML page given as bytes, or as text that is already decoded."""
    if isinstance(html, str):
        body = html.encode("utf-8", "replace")
        return clean(Page(body, url, content_type=DECODED), options)
    return clean(Page(html, url), options)


def clean_text(text: str, options: CleanOptions = DEFAULTS) -> Document | Rejection:
    """Clean plain text that another scraper left."""
    return clean(
        Page(text.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8"), options
    )
