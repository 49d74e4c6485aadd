"""Which of a page's JSON-LD objects describes the article, and values read from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaners.declared import Declared, Node, addresses, texts, types
from cleaners.metadata.values import key, same_page

ARTICLES = frozenset(
    """Article NewsArticle BlogPosting LiveBlogPosting Report ScholarlyArticle
    MedicalScholarlyArticle TechArticle SocialMediaPosting AdvertiserContentArticle
    SatiricalArticle OpinionNewsArticle AnalysisNewsArticle BackgroundNewsArticle
    AskPublicNewsArticle ReportageNewsArticle ReviewNewsArticle Review CriticReview Recipe HowTo
    DiscussionForumPosting QAPage APIReference PodcastEpisode Episode VideoObject""".split()
)
PAGES = frozenset(
    "WebPage ItemPage FAQPage AboutPage ContactPage CollectionPage MedicalWebPage".split()
)


def article_nodes(declared: Declared, url: str | None, heading: str) -> tuple[Node, ...]:
    """The objects that describe the page's article, the likeliest first, then those of the page.

    An article that names this page's address, or carries its heading, goes before the others:
    pages of one article often declare the articles that they recommend, too.
    """
    articles = [node for node in declared.nodes if types(node) & ARTICLES]
    pages = [node for node in declared.nodes if types(node) & PAGES]
    wanted = key(heading)

    def rank(node: Node) -> tuple[bool, bool, bool]:
        named = any(same_page(address, url) for address in _own_addresses(node))
        titled = bool(wanted) and any(key(text) == wanted for text in headline(node))
        media = bool(types(node) & {"VideoObject", "PodcastEpisode", "Episode"})
        return media, not titled, not named

    return (*sorted(articles, key=rank), *pages)


def is_article(declared: Declared, nodes: Sequence[Node]) -> bool:
    """Whether a page declares that it is an article."""
    kinds = (value.lower() for value, _ in declared.named("og:type"))
    return "article" in kinds or any(types(node) & ARTICLES for node in nodes)


def headline(node: Node) -> list[str]:
    """An object's headlines."""
    return texts(node.get("headline") or node.get("name"))


def resolved(value: object, declared: Declared) -> Iterator[Node | str]:
    """The objects and strings in a value, references by `@id` replaced by what they refer to."""
    members: Sequence[object] = value if isinstance(value, list) else [value]
    for member in members:
        if isinstance(member, dict):
            reference = member.get("@id")
            known = declared.by_id.get(reference) if isinstance(reference, str) else None
            yield known if known is not None and "name" not in member else member
        elif isinstance(member, str):
            yield member


def _own_addresses(node: Node) -> list[str]:
    return [
        *addresses(node.get("url")),
        *addresses(node.get("mainEntityOfPage")),
        *addresses(node.get("@id")),
    ]
