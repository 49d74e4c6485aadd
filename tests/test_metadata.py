"""What a page says about itself: titles, people, dates and the smaller fields, with places."""

from datetime import UTC, datetime

import pytest
from lxml import etree, html

from cleaners.declared import read
from cleaners.decode import Decoded, decode
from cleaners.metadata import page_metadata
from cleaners.records import CleanOptions, Metadata, Page

URL = "https://www.harbour-gazette.example/town/tide-walls-rise"
FETCHED = datetime(2026, 6, 1, 12, tzinfo=UTC)


def metadata(head: str = "", body: str = "<p>x</p>", url: str = URL, lang: str = "en") -> Metadata:
    tree = html.document_fromstring(
        f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    )
    before = etree.tostring(tree)
    found = page_metadata(read(tree), tree, Page(b"", url, fetched_at=FETCHED), "Body text.")
    assert etree.tostring(tree) == before, "the shared tree was changed"
    return found


def ld(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


def og(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


TITLES: list[tuple[str, str, str]] = [
    ("<title>Tide walls rise | Harbour Gazette</title>", "<h1>Tide walls rise</h1>", "h1"),
    ("<title>Tide walls rise - Harbour Gazette</title>", "<p>no heading</p>", "title element"),
    ("<title>Tide walls rise--Harbour Gazette</title>", "<h1>Tide walls rise</h1>", "h1"),
    ("<title>Tide walls rise_Harbour Gazette</title>", "<p>no heading</p>", "title element"),
    ("<title>Harbour Gazette: Tide walls rise</title>", "<h1>Tide walls rise</h1>", "h1"),
    (
        og("og:title", "Tide walls rise") + "<title>Harbour Gazette</title>",
        "<h1>Harbour Gazette</h1>",
        "meta og:title",
    ),
    (
        og("og:title", "Tide walls rise · The Tide") + og("og:site_name", "The Tide"),
        "<p>no heading</p>",
        "meta og:title",
    ),
    (ld('{"@type": "NewsArticle", "headline": "Tide walls rise"}'), "<p>x</p>", "JSON-LD headline"),
    (og("og:title", "Tide walls rise"), "<h1>Town</h1><h1>Tide walls rise</h1>", "h1"),
    (
        og("og:title", "Tide walls rise"),
        "<h1>Tide walls rise Posted on 3 May by admin</h1>",
        "meta og:title",
    ),
    ("", "<h1>Tide <em>walls</em> rise</h1>", "h1"),
]


@pytest.mark.parametrize(("head", "body", "place"), TITLES)
def test_titles_come_without_the_name_of_the_site(head: str, body: str, place: str) -> None:
    found = metadata(head, body)
    assert found.title == "Tide walls rise"
    assert found.provenance["title"].startswith(place)


WHOLE = (
    "Walls - and why the town needs them",
    "Ajax 2 | Arsenal 1: how it happened",
    "Explained: why the tide rises",
    "Gulls · kites · larks: a count",
    "Tide (and ebb) at the wall",
)


@pytest.mark.parametrize("headline", WHOLE)
@pytest.mark.parametrize(
    "head",
    [
        "<title>{} | Harbour Gazette</title>",
        og("og:title", "{}"),
        ld('{{"@type": "Article", "headline": "{}"}}'),
        "",
    ],
)
def test_a_headline_with_a_separator_in_it_stays_whole(headline: str, head: str) -> None:
    assert metadata(head.format(headline), f"<h1>{headline}</h1>").title == headline


HEADINGS: list[tuple[str, str, str]] = [
    # what the head says, what the heading says, the title
    ("Tide walls rise", "Tide walls rise to save the lower town", "heading"),
    ("Tide walls rise in the town", "Opinion: Tide walls rise in the town", "head"),
    ("Tide walls rise in the town", "May Tide walls rise in the town 3 2026", "head"),
    ("Tide walls rise in the town", "Tide walls rise in the town (gulls.example) 87", "head"),
    ("Tide walls rise in the town", "Tide walls rise in the town | Jack Horner", "head"),
    ("Tide walls rise (2026)", "Tide walls rise", "heading"),
    ("海堤", "海堤加高兩米", "heading"),
]


@pytest.mark.parametrize(("head", "heading", "taken"), HEADINGS)
def test_a_heading_that_goes_on_is_the_title_if_it_goes_on_with_words(
    head: str, heading: str, taken: str
) -> None:
    found = metadata(og("og:title", head), f"<h1>{heading}</h1>")
    assert found.title == (head if taken == "head" else heading)


@pytest.mark.parametrize("label", ["Town", "Opinion", "Jack Horner"])
def test_sections_columns_and_authors_behind_a_bar_are_no_part_of_a_title(label: str) -> None:
    head = (
        og("og:title", f"Tide walls rise | {label}") + '<meta name="author" content="Jack Horner">'
    )
    assert metadata(head, f"<h1>Tide walls rise | {label}</h1>").title == "Tide walls rise"


TAILS = [
    ("World Tide Awards", "Tide walls rise | WTA"),
    ("Tidewise", "Tide walls rise | Tidewise Harbour Series"),
    ("Tidewise", "Tide walls rise – Tidewise"),
]


@pytest.mark.parametrize(("site", "shown"), TAILS)
@pytest.mark.parametrize("heading", ["<h1>{}</h1>", "<p>{}</p>"])
def test_initials_and_longer_forms_of_a_site_s_name_are_no_part_of_a_title(
    site: str, shown: str, heading: str
) -> None:
    head = og("og:title", shown) + og("og:site_name", site)
    assert metadata(head, heading.format(shown)).title == "Tide walls rise"


def test_a_heading_may_begin_with_a_series_that_is_named_after_the_site() -> None:
    shown = "Tidewise #18 – Walls rise"
    head = og("og:title", shown) + og("og:site_name", "Tidewise")
    assert metadata(head, f"<h1>{shown}</h1>").title == shown


LOWER = [
    # the head, the first heading, the lower one, the title
    ("Tide walls rise in town", "Our blog", "Tide walls rise in town", "Tide walls rise in town"),
    (
        "Tide walls rise in town / The Quay",
        "Quay",
        "Tide walls rise in town",
        "Tide walls rise in town",
    ),
    (
        "Tide walls in the town",
        "The tide walls in the town rise",
        "Tide walls in the town",
        "The tide walls in the town rise",
    ),
    (
        "Why tide walls rise in town",
        "Walls of the lower town",
        "Why walls?",
        "Walls of the lower town",
    ),
]


@pytest.mark.parametrize(("head", "first", "lower", "title"), LOWER)
def test_a_lower_heading_is_the_headline_where_the_head_says_so(
    head: str, first: str, lower: str, title: str
) -> None:
    body = f"<h1 class='title'>{first}</h1><main><h2>{lower}</h2><p>By Bo Peep</p></main>"
    found = metadata(og("og:title", head), body)
    assert found.title == title
    assert found.authors == ("Bo Peep",)


def test_a_headline_in_capitals_is_written_as_the_head_writes_it() -> None:
    found = metadata(og("og:title", "Tide walls rise"), "<h1>TIDE WALLS RISE</h1>")
    assert found.title == "Tide walls rise"
    assert metadata("", "<h1>TIDE WALLS RISE</h1>").title == "TIDE WALLS RISE"


def test_entities_that_were_escaped_twice_are_read_in_headings() -> None:
    head = og("og:title", "Walls, gulls &amp; tides")
    assert metadata(head, "<h1>Walls, gulls &amp;#x26; tides</h1>").title == "Walls, gulls & tides"


def test_a_title_in_the_place_of_the_site_s_name_is_a_title_still() -> None:
    name = "How to build a wall that holds the tide for a hundred years"
    found = metadata(og("og:site_name", name) + og("og:title", name))
    assert found.title == name


def test_a_comment_within_a_line_does_not_split_it() -> None:
    page = (
        "<html lang=en><head></head><body><h1>Tide <!-- -->walls</h1>"
        "<p>By <!-- -->Bo Peep</p><p><!-- -->3 May 2026</p></body></html>"
    )
    found = decode(Page(page.encode(), URL, fetched_at=FETCHED), CleanOptions())
    assert isinstance(found, Decoded)
    assert found.tree is not None
    said = page_metadata(read(found.tree), found.tree, Page(b"", URL, fetched_at=FETCHED), "")
    assert (said.title, said.authors, said.published) == ("Tide walls", ("Bo Peep",), "2026-05-03")


def test_a_page_without_any_title_has_none() -> None:
    assert metadata().title is None
    assert "title" not in metadata().provenance


PEOPLE: list[tuple[str, str, tuple[str, ...]]] = [
    (ld('{"@type": "Article", "author": {"name": "Bo Peep"}}'), "", ("Bo Peep",)),
    (
        ld('{"@type": "Article", "author": [{"name": "Bo Peep"}, {"name": "Jack Horner"}]}'),
        "",
        ("Bo Peep", "Jack Horner"),
    ),
    (
        ld(
            '{"@graph": [{"@type": "Article", "author": {"@id": "#bo"}},'
            ' {"@type": "Person", "@id": "#bo", "name": "Bo Peep"}]}'
        ),
        "",
        ("Bo Peep",),
    ),
    (ld('{"@type": "Article", "author": {"@type": "Organization", "name": "Tide"}}'), "", ()),
    (og("article:author", "https://social.example/bopeep"), "", ()),
    ('<meta name="author" content="Harbour Gazette">', "", ()),
    ('<meta name="author" content="Staff">', "", ()),
    ('<meta name="author" content="News Desk">', "", ()),
    ('<meta name="author" content="admin">', "", ()),
    ('<meta name="author" content="desk@tide.example">', "", ()),
    ('<meta name="dcterms.creator" content="bopeep">', "", ()),
    ('<meta name="dcterms.creator" content="Bo Peep">', "", ("Bo Peep",)),
    ('<meta name="author" content="Harbour Town Actuary">', "", ()),
    ('<meta name="author" content="By Bo Peep and Jack Horner">', "", ("Bo Peep", "Jack Horner")),
    ('<meta name="author" content="Bo Peep, MD, PhD">', "", ("Bo Peep",)),
    ('<meta name="author" content="Bo Peep, Tide Reporter">', "", ("Bo Peep",)),
    ('<meta name="citation_author" content="Peep, Bo">', "", ("Bo Peep",)),
    ("", '<h1>Walls</h1><p class="byline">By <a href="/x">Bo Peep</a></p>', ("Bo Peep",)),
    ("", "<h1>Walls</h1><p>By Bo Peep | 3 May 2026</p>", ("Bo Peep",)),
    ("", "<h1>Walls</h1><div>Von Bärbel Müller</div>", ("Bärbel Müller",)),
    ("", '<h1>Walls</h1><a rel="author" href="/a">王小明</a>', ("王小明",)),
    ("", "<h1>Walls</h1><p>By the sea the walls rise.</p>", ()),
    ("", '<div class="comments"><span class="author">Jack Horner</span></div>', ()),
    ("", '<aside><span class="author">Jack Horner</span></aside>', ()),
    (
        '<meta name="author" content="Bo Peep">',
        '<h1>Walls</h1><p class="byline">By Bo Peep and Jack Horner</p>',
        ("Bo Peep", "Jack Horner"),
    ),
    ("", "<h1>Walls</h1><p>Bo Peep | 3 May 2026</p>", ("Bo Peep",)),
    ("", "<h1>Walls</h1><p>New York, 3 May 2026</p>", ()),
    (
        '<meta name="twitter:label1" content="Written by">'
        '<meta name="twitter:data1" content="Bo Peep">',
        "",
        ("Bo Peep",),
    ),
    (
        '<meta name="twitter:label1" content="Time to read">'
        '<meta name="twitter:data1" content="Bo Peep">',
        "",
        (),
    ),
    ('<meta name="author" content="bo.peep-42">', "", ()),
    ('<meta name="article:author" content="262588213843476">', "", ()),
    (
        '<meta name="author" content="bo.peep">',
        '<h1>Walls</h1><p class="author">Jack Horner</p>',
        ("Jack Horner",),
    ),
    (
        "",
        "<h1>Walls</h1><p>Medically reviewed by <a>Jack Horner</a></p><p>Written by <a>Bo Peep</a></p>",
        ("Bo Peep",),
    ),
    ("", "<h1>Walls</h1><blockquote><p>Anna Holm</p></blockquote>", ()),
    (
        "",
        '<h1>Walls</h1><p class="author">The Tide Team</p><div class="card-author">Anna Holm</div>',
        (),
    ),
    (
        "",
        '<article><h1>Walls</h1><p>x</p><footer><a rel="author">Bo Peep</a></footer></article>',
        ("Bo Peep",),
    ),
    ("", '<h1>Walls</h1><footer><a rel="author">Bo Peep</a></footer>', ()),
    (
        "",
        '<div class="widget-wrap"><h1>Walls</h1><p class="author">Bo Peep</p></div>',
        ("Bo Peep",),
    ),
    ("", "<h1>Walls</h1><p>x</p><h3>Written by Bo Peep</h3>", ("Bo Peep",)),
    (
        "",
        "<p>This post was written by Bo Peep, Head of Tides and Ebbs.</p>",
        ("Bo Peep",),
    ),
    ("", "<h1>Walls</h1><p>by Bo Peep Contributing Writer</p>", ("Bo Peep",)),
    ("", '<h1>Walls</h1><figure><p class="byline">Bo Peep</p></figure>', ()),
    ("", "<h1>Walls</h1><p class=author>Erstellt von Bo Peep</p>", ("Bo Peep",)),
]


@pytest.mark.parametrize(("head", "body", "names"), PEOPLE)
def test_authors_are_people(head: str, body: str, names: tuple[str, ...]) -> None:
    head += og("og:site_name", "Harbour Gazette")
    assert metadata(head, body or "<p>x</p>").authors == names


PUBLISHED: list[tuple[str, str, str | None]] = [
    (og("article:published_time", "2026-05-03T10:00:00+02:00"), "", "2026-05-03T10:00:00+02:00"),
    (og("article:published_time", "2026-05-03T10:00:00"), "", "2026-05-03"),
    (ld('{"@type": "Article", "datePublished": "May 3, 2026"}'), "", "2026-05-03"),
    ("", '<time datetime="2026-05-03">yesterday</time>', "2026-05-03"),
    ("", '<p><span itemprop="datePublished" content="2026-05-03">x</span></p>', "2026-05-03"),
    (
        "",
        '<abbr itemprop="datePublished" title="2026-05-03T19:22:00Z">19:22</abbr>',
        "2026-05-03T19:22:00+00:00",
    ),
    ("", "<h1>Walls</h1><p>3 mai 2026</p>", "2026-05-03"),
    ("", "<h1>Walls</h1><p>2026年5月3日</p>", "2026-05-03"),
    ("", "<p>Published on 3rd of May 2026</p>", "2026-05-03"),
    (
        og("article:published_time", "2026-05-20T10:00:00Z"),
        "<h1>Walls</h1><p>3 May 2026</p>",
        "2026-05-03",
    ),
    (og("article:published_time", "2031-01-01"), "", None),
    # the day before, typed by hand; and the same instant in a time zone of the west
    (
        og("article:published_time", "2026-05-04T22:00:00Z"),
        "<h1>Walls</h1><p>3 May 2026</p>",
        "2026-05-03",
    ),
    (
        og("article:published_time", "2026-05-04T01:00:00Z"),
        "<h1>Walls</h1><p>3 May 2026</p>",
        "2026-05-04T01:00:00+00:00",
    ),
    # what another place confirms decides how numbers are read
    (og("article:published_time", "2026-05-03"), "<h1>Walls</h1><p>03/05/2026</p>", "2026-05-03"),
    ("", "<h1>Walls</h1><p>03/05/2026</p>", "2026-03-05"),
    ('<meta name="date" content="not a date">', "", None),
]


@pytest.mark.parametrize(("head", "body", "published"), PUBLISHED)
def test_dates_of_publication(head: str, body: str, published: str | None) -> None:
    assert metadata(head, body or "<p>x</p>").published == published


ADDRESSES = [
    ("https://tide.example/2026/05/03/walls", "2026-05-03"),
    ("https://tide.example/2026/may/03/walls", "2026-05-03"),
    ("https://tide.example/news/23-05-2026-walls", "2026-05-23"),
    ("https://tide.example/news/2026/walls", None),
]


@pytest.mark.parametrize(("url", "published"), ADDRESSES)
def test_dates_in_addresses(url: str, published: str | None) -> None:
    assert metadata("", "<h1>Walls</h1>", url=url).published == published


def test_the_day_in_the_address_outweighs_another_beside_the_headline() -> None:
    url = "https://tide.example/2026/05/03/walls"
    assert metadata("", "<h1>Walls</h1><p>1 May 2026</p>", url=url).published == "2026-05-03"


@pytest.mark.parametrize(
    ("host", "lang", "published"),
    [
        ("tide.example", "en", "2026-03-05"),
        ("tide.co.uk", "en", "2026-05-03"),
        ("tide.example", "en-GB", "2026-05-03"),
        ("tide.example", "de", "2026-05-03"),
    ],
)
def test_language_and_country_say_whether_the_month_is_first(
    host: str, lang: str, published: str
) -> None:
    body = "<h1>Walls</h1><p>03/05/2026</p>"
    assert metadata("", body, url=f"https://{host}/walls", lang=lang).published == published


def test_published_and_modified_are_kept_apart() -> None:
    found = metadata(
        og("article:published_time", "2026-05-03T10:00:00Z")
        + og("article:modified_time", "2026-05-04T08:30:00Z")
    )
    assert (found.published, found.modified) == (
        "2026-05-03T10:00:00+00:00",
        "2026-05-04T08:30:00+00:00",
    )
    assert found.provenance["modified"] == "meta article:modified_time"


def test_a_change_before_the_publication_is_none() -> None:
    found = metadata(
        og("article:published_time", "2026-05-03T10:00:00Z")
        + og("article:modified_time", "2026-05-03T08:30:00Z")
    )
    assert found.modified is None


def test_a_line_that_speaks_of_an_update_is_no_date_of_publication() -> None:
    found = metadata(
        og("article:published_time", "2026-05-20"), "<h1>Walls</h1><p>Updated: 4 May 2025</p>"
    )
    assert found.published == "2026-05-20"


def test_without_a_time_of_fetch_no_clock_is_asked() -> None:
    tree = html.document_fromstring(
        f"<html><head>{og('article:published_time', '2090-01-01')}</head><body>x</body></html>"
    )
    assert page_metadata(read(tree), tree, Page(b"", URL), "").published == "2090-01-01"


def test_the_smaller_fields_and_their_places() -> None:
    found = metadata(
        og("og:site_name", "Harbour Gazette")
        + og("og:description", "Two metres of stone against the spring tides.")
        + og("article:section", "Town")
        + og("article:tag", "Harbour, Walls")
        + og("article:tag", "Walls")
        + og("og:image", "/img/walls-1200x630.jpg")
        + '<link rel="canonical" href="/town/tide-walls-rise">'
        + '<link rel="amphtml" href="/amp/tide-walls-rise">',
        '<h1>Walls</h1><figure><img src="/img/walls-600x315.jpg">'
        "<figcaption>The north wall at noon.</figcaption></figure>",
    )
    site = "https://www.harbour-gazette.example"
    assert found.site_name == "Harbour Gazette"
    assert found.dek == "Two metres of stone against the spring tides."
    assert found.section == "Town"
    assert found.tags == ("Harbour", "Walls")
    assert found.image == f"{site}/img/walls-1200x630.jpg"
    assert found.image_caption == "The north wall at noon."
    assert found.canonical_url == f"{site}/town/tide-walls-rise"
    assert found.amp_url == f"{site}/amp/tide-walls-rise"
    assert found.provenance["image_caption"] == "figcaption"
    assert found.provenance["tags"] == "meta article:tag"


CONTENT_TYPES: list[tuple[str, str, str | None]] = [
    (ld('{"@type": "NewsArticle"}'), URL, "news"),
    (ld('{"@type": "LiveBlogPosting"}'), URL, "live"),
    (ld('{"@type": "OpinionNewsArticle"}'), URL, "opinion"),
    (ld('{"@type": "NewsArticle", "articleSection": "Opinion"}'), URL, "opinion"),
    (ld('{"@type": "Review"}'), URL, "review"),
    (ld('{"@type": "NewsArticle"}'), "https://x.example/press-releases/a", "press release"),
    (ld('{"@type": "AboutPage"}'), URL, "page"),
    (og("og:type", "website"), URL, "page"),
    (ld('{"@type": "Article"}'), URL, None),
    ("", URL, None),
]


@pytest.mark.parametrize(("head", "url", "kind"), CONTENT_TYPES)
def test_content_types_are_told_where_they_are_declared(
    head: str, url: str, kind: str | None
) -> None:
    assert metadata(head, url=url).content_type == kind


@pytest.mark.parametrize(
    "content",
    [
        '{"@type": "Article", "headline": "Tide\nwalls", }',
        '<!-- {"@type": "Article", "headline": "Tide walls"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Tide walls"};\n//]]>',
        '[{"@type": ["Article", "x"], "headline": "Tide walls"}]',
        '{"@graph": [{"@type": "https://schema.org/Article", "headline": "Tide &amp; walls"}]}',
    ],
)
def test_json_ld_is_read_as_the_web_writes_it(content: str) -> None:
    assert (metadata(ld(content)).title or "").startswith("Tide")


@pytest.mark.parametrize("content", ["{", "null", "[[[[", '{"@type": 3}', '{"author": [[[]]]}', ""])
def test_broken_json_ld_is_no_error(content: str) -> None:
    assert metadata(ld(content)) == metadata()


def test_the_article_of_this_page_goes_before_the_articles_it_recommends() -> None:
    found = metadata(
        ld(
            '[{"@type": "NewsArticle", "headline": "Gulls", "url": "/town/gulls",'
            ' "author": {"name": "Jack Horner"}},'
            f' {{"@type": "NewsArticle", "headline": "Walls", "url": "{URL}",'
            ' "author": {"name": "Bo Peep"}}]'
        )
    )
    assert found.authors == ("Bo Peep",)
    assert found.title == "Walls"


@pytest.mark.parametrize("url", ["", "http://[bad", "x:y", "//", "https://a.example"])
def test_an_address_that_is_none_is_no_error(url: str) -> None:
    head = og("og:image", "http://[bad/img") + '<link rel="canonical" href="http://[bad">'
    found = metadata(head, "<h1>Walls of the harbour</h1><p>3 May 2026</p>", url=url)
    assert (found.image, found.canonical_url) == (None, None)
    assert found.published == "2026-05-03"
