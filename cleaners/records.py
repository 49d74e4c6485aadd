"""The records that flow through Winnow: pages in, documents and rejections out.

All are frozen values without behaviour beyond small derived properties. Who stores them is
`corpus`' affair, who makes pages is `crawler`'s or an import's, who cleans is `cleaning.clean`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

CLEANER_VERSION = "1"
"""Changes whenever the same page may give another document: rules, model, blocks, metadata."""

Kind = Literal[
    "title", "heading", "paragraph", "item", "quote", "code", "table", "caption", "control"
]
Category = Literal[
    "donation",
    "adblock",
    "newsletter",
    "related",
    "correction",
    "share",
    "social",
    "comments",
    "author-bio",
    "caption",
    "cookie",
    "paywall",
    "promo",
    "app",
    "copyright",
    "navigation",
    "template",
    "other",
]
Stage = Literal["extractor", "rule", "judge", "template"]
Reason = Literal[
    "not-html",
    "undecodable",
    "too-big",
    "too-deep",
    "empty",
    "timeout",
    "out-of-memory",
    "crashed",
    "not-an-article",
    "wrong-language",
    "http-error",
]


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched or saved page: raw bytes and what is known about where they came from.

    `url` is the final address, `requested_url` the one asked for, `content_type` the raw header
    value, `headers` the response headers with lower-case names, `fetched_at` an aware UTC time,
    `seen_at` a time by which a saved page was there, whenever it was fetched.
    """

    body: bytes
    url: str | None = None
    requested_url: str | None = None
    source: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None
    fetched_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def latest(self) -> datetime | None:
        """The time after which nothing on the page can have happened, None where it is unknown."""
        return self.fetched_at or self.seen_at


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a block: characters `start` to `end` of its text lead to `href`."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that a reader sees as one piece: a paragraph, a heading, a list item.

    `index` is the place in the page's order; `path` the tags from the body down
    ("div.content/p"); `link_density` the share of characters inside links, 0 to 1; `hints` the
    class and id words of the nearest ancestors; `level` the heading level or list depth (0: none).
    """

    index: int
    kind: Kind
    text: str
    path: str = ""
    link_density: float = 0.0
    hints: tuple[str, ...] = ()
    level: int = 0
    links: tuple[Link, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The hash of the block's text, by which a decision of an operator finds it again."""
        return fingerprint(self.text)


def fingerprint(text: str) -> str:
    """Return a hash of the text's letters and digits that does not depend on case or spacing."""
    plain = " ".join(re.findall(r"\w+", text.casefold()))
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Removal:
    """A block, or a span of one, that is not part of the article, and why.

    `rule` is a stable id, `evidence` a sentence for a reader. `span` is set where only characters
    start to end of the block's text were cut; without it the whole block was.
    """

    block: Block
    category: Category
    stage: Stage
    rule: str
    evidence: str
    score: float | None = None
    span: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The text that was cut."""
        return self.block.text if self.span is None else self.block.text[slice(*self.span)]


@dataclass(frozen=True, slots=True)
class OptOut:
    """A signal that reserves uses of a page: which, its value, and the place it was found.

    `signal` is the vocabulary ("content-signal", "content-usage", "robots-ai-agent",
    "x-robots-tag", "meta-robots", "tdmrep", "ai.txt"), `value` what it says ("ai-train=no"),
    `reserved` whether it reserves text and data mining or the training of models.
    """

    signal: str
    value: str
    place: str
    reserved: bool


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself. `provenance` maps each field to the place it came from.

    Dates are ISO 8601: a date, or a date-time with an offset where the page gives one.
    `language` is a BCP 47 tag, "und" where undetermined; `language_confidence` 0 to 1.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    dek: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_caption: str | None = None
    canonical_url: str | None = None
    amp_url: str | None = None
    site_name: str | None = None
    content_type: str | None = None
    language: str = "und"
    language_confidence: float = 0.0
    licence: str | None = None
    opt_outs: tuple[OptOut, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned page: `text` is the body as a reader sees it, paragraphs a blank line apart.

    `blocks` are the kept blocks in order, `removals` everything that was cut.
    """

    url: str | None
    metadata: Metadata
    text: str
    blocks: tuple[Block, ...]
    removals: tuple[Removal, ...]
    cleaner_version: str = CLEANER_VERSION


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page that gives no document: a stable reason, and the detail for a reader."""

    url: str | None
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class SiteStats:
    """What the corpus knows of a page's site: how many pages, and on how many each block stood.

    `seen` maps block fingerprints to the number of distinct pages of `site` that carry them.
    `files` holds what the site says of the use of its pages, as fetched: "robots.txt", "ai.txt",
    "tdmrep.json".
    """

    site: str
    pages: int
    seen: Mapping[str, int]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What an operator, or an imported site configuration, says of one site's pages.

    `title`, `body`, `author`, `date` and `strip` are XPath expressions; `keep` and `cut` are CSS
    selectors. `origin` names the file or table they were read from.
    """

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    origin: str = ""


Strictness = Literal["balanced", "strict", "recall"]


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """How to clean: the caller's choices, all with defaults that suit news and blogs.

    `strictness` moves the judge's threshold: `strict` keeps less, `recall` more. `kind` says what
    the pages are: `article`, `any` (forums, documentation, products …), or `auto`, which decides
    page by page. `languages` rejects documents in others (empty: all welcome). `rules_off` are
    rule ids or categories not to apply; `restored_rules` and `restored_blocks` (fingerprints) are
    an operator's stored decisions to put cuts back. `explain` asks the judge for the columns that
    decided each block it cuts (slow). `max_bytes` and `max_depth` bound a page.
    """

    strictness: Strictness = "balanced"
    kind: Literal["article", "any", "auto"] = "auto"
    languages: tuple[str, ...] = ()
    rules_off: frozenset[str] = frozenset()
    restored_rules: frozenset[str] = frozenset()
    restored_blocks: frozenset[str] = frozenset()
    site_rules: SiteRules | None = None
    template_min_pages: int = 5
    template_min_share: float = 0.2
    max_bytes: int = 20_000_000
    max_depth: int = 2_000
    declared_language: str | None = None
    language_detector: Literal["langdetect", "py3langid"] = "langdetect"
    explain: bool = False

    def restores(self, block: Block) -> bool:
        """Whether the operator has put a block back; only then is its fingerprint made."""
        return bool(self.restored_blocks) and block.fingerprint in self.restored_blocks
