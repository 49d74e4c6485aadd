"""Opt-outs in every form, those that contradict each other, and licences."""

import pytest
from lxml import html

from cleaners.declared import read
from cleaners.licence import licence, named
from cleaners.optout import opt_outs
from cleaners.records import OptOut, Page

URL = "https://news.example/politics/2026/bridge.html"

Signal = tuple[str, str, str, bool]

ROBOTS: list[tuple[str, str, list[Signal]]] = [
    (
        "content signal for everyone",
        "User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n",
        [
            ("content-signal", "search=yes", "robots.txt", False),
            ("content-signal", "ai-train=no", "robots.txt", True),
        ],
    ),
    (
        "content signal that allows",
        "User-agent: *\nContent-Signal: ai-train=yes\n",
        [("content-signal", "ai-train=yes", "robots.txt", False)],
    ),
    (
        "refusing answers only reserves neither mining nor training",
        "User-agent: *\nContent-Signal: ai-input=no\n",
        [("content-signal", "ai-input=no", "robots.txt", False)],
    ),
    (
        "content usage of a path, the longest path decides",
        "User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: /politics/ train-ai=n\n",
        [("content-usage", "train-ai=n", "robots.txt", True)],
    ),
    (
        "content usage of another path",
        "User-agent: *\nContent-Usage: /sport/ train-ai=n\n",
        [],
    ),
    (
        "signals of a group for one crawler do not speak to us",
        "User-agent: otherbot\nContent-Signal: ai-train=no\n",
        [],
    ),
    (
        "groups that keep AI crawlers out",
        "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
        [("robots-ai-agent", "CCBot, GPTBot: disallow", "robots.txt", True)],
    ),
    (
        "a crawler that answers questions is not one that trains",
        "User-agent: PerplexityBot\nDisallow: /\n",
        [("robots-ai-agent", "PerplexityBot: disallow", "robots.txt", False)],
    ),
    (
        "a group that keeps a crawler out of another path",
        "User-agent: GPTBot\nDisallow: /private/\n",
        [],
    ),
    (
        "a group that lets a crawler into this path",
        "User-agent: GPTBot\nDisallow: /\nAllow: /politics/*.html$\n",
        [],
    ),
    ("an empty Disallow keeps nobody out", "User-agent: GPTBot\nDisallow:\n", []),
    ("everybody kept out is no AI signal", "User-agent: *\nDisallow: /\n", []),
    (
        "a comment that reserves",
        "# Text and data mining of this site is prohibited. Thank you for visiting.\n",
        [
            (
                "robots-comment",
                "Text and data mining of this site is prohibited.",
                "robots.txt comment",
                True,
            )
        ],
    ),
    ("a comment that mentions mining", "# We report on data mining and AI.\n", []),
    ("not a robots file at all", "\x00\xff<html>", []),
]


@pytest.mark.parametrize(("name", "text", "expected"), ROBOTS, ids=[case[0] for case in ROBOTS])
def test_robots_txt(name: str, text: str, expected: list[Signal]) -> None:
    files = {"robots.txt": text.encode("latin-1")}
    assert opt_outs(None, Page(b"", URL), files) == tuple(OptOut(*one) for one in expected)


HEADERS: list[tuple[dict[str, str], list[Signal]]] = [
    (
        {"x-robots-tag": "noai, noimageai"},
        [
            ("x-robots-tag", "noai", "header x-robots-tag", True),
            ("x-robots-tag", "noimageai", "header x-robots-tag", True),
        ],
    ),
    (
        {"x-robots-tag": "otherbot: noindex\nanybot: noai"},
        [("x-robots-tag", "anybot: noai", "header x-robots-tag", True)],
    ),
    ({"x-robots-tag": "noindex, nofollow"}, []),
    (
        {"tdm-reservation": "1", "tdm-policy": "https://news.example/tdm.json"},
        [
            (
                "tdmrep",
                "tdm-reservation=1 tdm-policy=https://news.example/tdm.json",
                "header tdm-reservation",
                True,
            )
        ],
    ),
    (
        {"tdm-reservation": "0"},
        [("tdmrep", "tdm-reservation=0", "header tdm-reservation", False)],
    ),
    ({"tdm-reservation": "maybe"}, []),
    (
        {"content-usage": "train-ai=n, search=y"},
        [
            ("content-usage", "train-ai=n", "header content-usage", True),
            ("content-usage", "search=y", "header content-usage", False),
        ],
    ),
    (
        {"content-signal": "ai-train=no"},
        [("content-signal", "ai-train=no", "header content-signal", True)],
    ),
]


@pytest.mark.parametrize(("headers", "expected"), HEADERS)
def test_response_headers(headers: dict[str, str], expected: list[Signal]) -> None:
    found = opt_outs(None, Page(b"", URL, headers=headers))
    assert found == tuple(OptOut(*one) for one in expected)


META: list[tuple[str, list[Signal]]] = [
    (
        '<meta name="robots" content="index, NoAI, noimageai">',
        [
            ("meta-robots", "noai", "meta robots", True),
            ("meta-robots", "noimageai", "meta robots", True),
        ],
    ),
    ('<meta name="robots" content="noindex">', []),
    ('<meta name="GPTBot" content="noai">', [("meta-robots", "noai", "meta gptbot", True)]),
    (
        '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/tdm">',
        [("tdmrep", "tdm-reservation=1 tdm-policy=/tdm", "meta tdm-reservation", True)],
    ),
]


@pytest.mark.parametrize(("markup", "expected"), META)
def test_meta_elements(markup: str, expected: list[Signal]) -> None:
    tree = html.document_fromstring(f"<html><head>{markup}</head><body><p>x</p></body></html>")
    assert opt_outs(read(tree), Page(b"", URL)) == tuple(OptOut(*one) for one in expected)


TDMREP: list[tuple[str, list[Signal]]] = [
    (
        '[{"location": "/", "tdm-reservation": 0},'
        ' {"location": "/politics/*", "tdm-reservation": 1, "tdm-policy": "/p"}]',
        [("tdmrep", "tdm-reservation=1 tdm-policy=/p", "tdmrep.json", True)],
    ),
    (
        '[{"location": "*", "tdm-reservation": 1},'
        ' {"location": "/politics", "tdm-reservation": 0}]',
        [("tdmrep", "tdm-reservation=0", "tdmrep.json", False)],
    ),
    ('[{"location": "/sport", "tdm-reservation": 1}]', []),
    ('{"location": "/"}', []),
    ("not json", []),
    ("[1, null, []]", []),
]


@pytest.mark.parametrize(("text", "expected"), TDMREP)
def test_tdmrep_json(text: str, expected: list[Signal]) -> None:
    found = opt_outs(None, Page(b"", URL), {"tdmrep.json": text.encode()})
    assert found == tuple(OptOut(*one) for one in expected)


AI_TXT: list[tuple[str, list[Signal]]] = [
    (
        "User-Agent: *\nDisallow: /\n",
        [("ai.txt", "disallow /politics/2026/bridge.html", "ai.txt", True)],
    ),
    (
        "User-Agent: *\nDisallow: *.txt\nDisallow: *.pdf\nAllow: *.jpg\n",
        [("ai.txt", "disallow *.txt, *.pdf", "ai.txt", True)],
    ),
    ("User-Agent: *\nDisallow: *.jpg\nAllow: *.txt\n", [("ai.txt", "allow", "ai.txt", False)]),
    ("User-Agent: *\nAllow: /\n", [("ai.txt", "allow", "ai.txt", False)]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), AI_TXT)
def test_ai_txt(text: str, expected: list[Signal]) -> None:
    found = opt_outs(None, Page(b"", URL), {"ai.txt": text.encode()})
    assert found == tuple(OptOut(*one) for one in expected)


def test_contradictions_are_all_kept_in_a_fixed_order() -> None:
    tree = html.document_fromstring(
        '<html><head><meta name="tdm-reservation" content="0"></head><body>x</body></html>'
    )
    page = Page(b"", URL, headers={"tdm-reservation": "1", "x-robots-tag": "noai"})
    files = {
        "tdmrep.json": b'[{"location": "/", "tdm-reservation": 1}]',
        "robots.txt": b"User-agent: *\nContent-Signal: ai-train=yes\n",
        "ai.txt": b"User-agent: *\nAllow: /\n",
    }
    found = opt_outs(read(tree), page, files)
    assert [(one.signal, one.place, one.reserved) for one in found] == [
        ("content-signal", "robots.txt", False),
        ("x-robots-tag", "header x-robots-tag", True),
        ("tdmrep", "header tdm-reservation", True),
        ("tdmrep", "meta tdm-reservation", False),
        ("tdmrep", "tdmrep.json", True),
        ("ai.txt", "ai.txt", False),
    ]


LICENCES: list[tuple[str, tuple[str, str] | None]] = [
    (
        '<link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">',
        ("CC-BY-SA-4.0", "link rel=license"),
    ),
    (
        '<a rel="license" href="http://creativecommons.org/publicdomain/zero/1.0/">CC0</a>',
        ("CC0-1.0", "a rel=license"),
    ),
    (
        '<script type="application/ld+json">{"@type": "NewsArticle",'
        ' "license": "https://news.example/licence"}</script>',
        ("https://news.example/licence", "JSON-LD license"),
    ),
    (
        '<script type="application/ld+json">{"@type": "ImageObject",'
        ' "license": "https://creativecommons.org/licenses/by/4.0/"}</script>',
        None,
    ),
    ('<meta name="dcterms.license" content="CC BY 3.0">', ("CC-BY-3.0", "meta dcterms.license")),
    ('<meta name="dc.rights" content="All rights reserved">', None),
    (
        '<p>This article is republished under a <a href="https://creativecommons.org/licenses/'
        'by-nd/4.0/">Creative Commons licence</a>.</p>',
        ("CC-BY-ND-4.0", "link to Creative Commons"),
    ),
    (
        '<figure><figcaption>Photo: B. Peep, <a href="https://creativecommons.org/licenses/'
        'by/2.0/">CC BY 2.0</a></figcaption></figure>',
        None,
    ),
    (
        "<footer><p>Content is available under the <a href='https://creativecommons.org/licenses/"
        "by-nc/4.0/deed.en'>CC licence</a></p></footer>",
        ("CC-BY-NC-4.0", "link to Creative Commons"),
    ),
    (
        "<p>Our content is licensed under Creative Commons Attribution-NonCommercial-ShareAlike"
        " 4.0 International.</p>",
        ("CC-BY-NC-SA-4.0", "text"),
    ),
    ("<p>The talk was about Creative Commons Attribution licences.</p>", None),
    ("<p>Nothing is said.</p>", None),
]


@pytest.mark.parametrize(("markup", "expected"), LICENCES)
def test_licences(markup: str, expected: tuple[str, str] | None) -> None:
    tree = html.document_fromstring(f"<html><body>{markup}</body></html>")
    assert licence(read(tree), tree) == expected


def test_the_address_of_a_licence_is_made_absolute() -> None:
    tree = html.document_fromstring(
        '<html><body><a rel="license" href="/terms">x</a></body></html>'
    )
    assert licence(read(tree), tree, URL) == ("https://news.example/terms", "a rel=license")


def test_a_licence_in_a_caption_is_the_picture_s() -> None:
    tree = html.document_fromstring(
        '<html><body><figure><a rel="license" href="https://creativecommons.org/licenses/by/2.0/">'
        "CC</a></figure></body></html>"
    )
    assert licence(read(tree), tree) is None


def test_other_licences_stay_as_they_are_written() -> None:
    assert named(" Open Government\nLicence v3.0 ") == "Open Government Licence v3.0"
