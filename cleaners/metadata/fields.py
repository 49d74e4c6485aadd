"""The smaller fields: dek, section, tags, main image and its caption, addresses, content type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from lxml import html

from cleaners.declared import Declared, Node, addresses, squeeze, texts, types, words_of
from cleaners.metadata.values import Found, key, parts_of

DEK_META = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "dcterms.abstract",
)
SECTION_META = (
    "article:section",
    "parsely-section",
    "sailthru.section",
    "cxenseparse:category",
    "section",
)
TAG_META = (
    "article:tag",
    "news_keywords",
    "keywords",
    "parsely-tags",
    "sailthru.tags",
    "citation_keywords",
)
IMAGE_META = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "thumbnail",
)
MAX_TAGS = 30
MAX_TAG = 60
MAX_CAPTION = 600
MAX_FIGURES = 8

CONTENT_TYPES: Mapping[str, str] = {
    "LiveBlogPosting": "live",
    "OpinionNewsArticle": "opinion",
    "ReviewNewsArticle": "review",
    "CriticReview": "review",
    "Review": "review",
    "AnalysisNewsArticle": "news",
    "ReportageNewsArticle": "news",
    "BackgroundNewsArticle": "news",
    "AskPublicNewsArticle": "news",
    "NewsArticle": "news",
    "AdvertiserContentArticle": "advertisement",
    "SatiricalArticle": "opinion",
    "WebPage": "page",
    "AboutPage": "page",
    "ContactPage": "page",
    "FAQPage": "page",
    "CollectionPage": "page",
}
"""Types of schema.org to our content types, the most telling first."""

LABELS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"^press[ -_]?releases?$|^pressemitteilung|^communiqué|^comunicad[oi]", re.IGNORECASE
        ),
        "press release",
    ),
    (re.compile(r"^live(?:[ -]?(?:blog|ticker|updates?))?$|^liveticker$", re.IGNORECASE), "live"),
    (
        re.compile(
            r"^(?:opinions?|op-?eds?|editorials?|comment(?:ary|isfree)?|columns?|kommentare?|meinung|"
            r"opini[oóõ]n|opinião|tribunes?|leitartikel|opinie|columnists?|letters)$",
            re.IGNORECASE,
        ),
        "opinion",
    ),
    (
        re.compile(r"^reviews?$|^rezensionen$|^kritik$|^recensioni$|^reseñas$", re.IGNORECASE),
        "review",
    ),
)
"""What sections and genres call themselves, to content types."""


def dek(declared: Declared, nodes: Sequence[Node], body_text: str, title: str) -> Found | None:
    """The summary below the headline: not the title again, nor the first paragraph cut short."""
    opening = key(body_text[:2_000])
    pairs = [
        *(
            (text, "JSON-LD alternativeHeadline")
            for node in nodes
            for text in texts(node.get("alternativeHeadline"))
        ),
        *(
            (text, "JSON-LD description")
            for node in nodes[:1]
            for text in texts(node.get("description"))
        ),
        *declared.named(*DEK_META),
    ]
    for text, place in pairs:
        wanted = key(text.rstrip(" .…"))
        if len(text.split()) > 3 and wanted != key(title) and not opening.startswith(wanted):
            return Found(text, place)
    return None


def section(declared: Declared, nodes: Sequence[Node]) -> Found | None:
    """The section of the site that the page belongs to."""
    for node in nodes:
        for text in texts(node.get("articleSection")):
            return Found(text, "JSON-LD articleSection")
    return next((Found(*pair) for pair in declared.named(*SECTION_META)), None)


def tags(declared: Declared, nodes: Sequence[Node]) -> tuple[tuple[str, ...], str]:
    """The page's tags, each once, and their place."""
    listed = [text for node in nodes for text in texts(node.get("keywords"))]
    pairs = [*((text, "JSON-LD keywords") for text in listed), *declared.named(*TAG_META)]
    for wanted in dict.fromkeys(place for _, place in pairs):
        found: dict[str, str] = {}
        for text in (text for text, place in pairs if place == wanted):
            for tag in map(squeeze, re.split(r"[,;|]", text)):
                if 1 < len(tag) <= MAX_TAG:
                    found.setdefault(key(tag), tag)
        if found:
            return tuple(found.values())[:MAX_TAGS], wanted
    return (), ""


def image(declared: Declared, nodes: Sequence[Node], base: str | None) -> Found | None:
    """The address of the main image."""
    for node in nodes:
        for address in addresses(node.get("image")):
            if found := absolute(address, base):
                return Found(found, "JSON-LD image")
    for address, place in declared.named(*IMAGE_META):
        if found := absolute(address, base):
            return Found(found, place)
    return None


def image_caption(
    declared: Declared, nodes: Sequence[Node], tree: html.HtmlElement, address: str
) -> Found | None:
    """The caption of the main image: declared, or of the figure that shows the same file."""
    for node in nodes:
        for text in _captions(node.get("image")):
            return Found(text, "JSON-LD image caption")
    wanted = _file(address)
    figures = [figure for _, figure in zip(range(MAX_FIGURES), tree.iter("figure"), strict=False)]
    for figure in figures:
        caption = next(figure.iter("figcaption"), None)
        shown = {_file(value) for img in figure.iter("img", "source") for value in _sources(img)}
        if (
            caption is not None
            and wanted
            and wanted in shown
            and (text := words_of(caption, MAX_CAPTION))
        ):
            return Found(text, "figcaption")
    return next(
        (Found(*pair) for pair in declared.named("og:image:alt", "twitter:image:alt")), None
    )


def canonical(declared: Declared, base: str | None) -> Found | None:
    """The address that the page calls its own."""
    for link in declared.linked("canonical"):
        if found := absolute(link.href, base):
            return Found(found, link.place)
    for address, place in declared.named("og:url"):
        if found := absolute(address, base):
            return Found(found, place)
    return None


def amp(declared: Declared, base: str | None) -> Found | None:
    """The address of the page's AMP form."""
    for link in declared.linked("amphtml"):
        if found := absolute(link.href, base):
            return Found(found, link.place)
    return None


def content_type(
    declared: Declared, nodes: Sequence[Node], section_name: str, url: str | None
) -> Found | None:
    """What kind of text the page declares itself to be."""
    declared_types = {name for node in nodes for name in types(node)}
    kind = next((CONTENT_TYPES[name] for name in CONTENT_TYPES if name in declared_types), None)
    if kind not in (None, "news", "page"):
        return Found(kind or "", "JSON-LD @type")
    for text, place in _labels(declared, nodes, section_name, url):
        for pattern, name in LABELS:
            if pattern.search(text.strip()):
                return Found(name, place)
    if kind == "news":
        return Found(kind, "JSON-LD @type")
    if declared_types & {"Article", "BlogPosting"}:
        return None
    if kind == "page":
        return Found(kind, "JSON-LD @type")
    website = next(
        (place for value, place in declared.named("og:type") if value.lower() == "website"), None
    )
    return Found("page", website) if website else None


def absolute(address: str, base: str | None) -> str | None:
    """An http address made absolute, None for what is none."""
    try:
        found = urljoin(base or "", address.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.netloc else None


def _labels(
    declared: Declared, nodes: Sequence[Node], section_name: str, url: str | None
) -> Iterator[tuple[str, str]]:
    for node in nodes:
        yield from ((text, "JSON-LD genre") for text in texts(node.get("genre")))
    yield section_name, "section"
    yield from declared.named(
        "genre",
        "article:type",
        "article:content_tier_type",
        "dc.type",
        "content_type",
        "content-type-name",
    )
    for part in parts_of(url).path.split("/")[:-1]:
        yield part, "address"


def _captions(value: object) -> Iterator[str]:
    members = value if isinstance(value, list) else [value]
    for member in members:
        if isinstance(member, dict):
            yield from texts(member.get("caption"))


def _sources(element: html.HtmlElement) -> Iterator[str]:
    for name in ("src", "data-src", "srcset", "data-srcset"):
        yield from (
            part.split()[0] for part in (element.get(name) or "").split(", ") if part.strip()
        )


def _file(address: str) -> str:
    """An image's file name without size and suffix: what its renditions have in common."""
    name = parts_of(address).path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_@](?:\d+x\d*|\d+w|scaled|\dx)$", "", name.lower())
