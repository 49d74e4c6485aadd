"""Whose own site a page is of: a person's, in prose that says "I", and never a firm's."""

import pytest

from tests.test_metadata import metadata, og

URL = "https://pots.example/notes/glaze"
PROSE = {
    "en": "I fire my kiln on Mondays. I've cracked a bowl. “We never do”, they said.",
    "de": "Ich brenne montags. Mein Ofen ist alt, und ich mag das.",
    "fr": "Je cuis le lundi. Mon four est vieux, j'ai cassé un bol.",
    "es": "Yo horneo los lunes. Mi horno es viejo y me gusta. Mis tazas también.",
    "pt": "Eu queimo o meu forno às segundas. Minha tigela rachou.",
    "it": "Io cuocio il lunedì. Il mio forno è vecchio, le mie tazze no.",
    "nl": "Ik stook op maandag. Mijn oven is oud en ik houd ervan.",
    "pl": "W poniedziałki ja palę. Mój piec jest stary, moja misa pękła.",
    "ru": "Я обжигаю по понедельникам. Моя печь стара, и мне это нравится.",
    "sv": "Jag bränner på måndagar. Min ugn är gammal och jag gillar det.",
}
OURS = "We fire our kiln on Mondays. Our bowls are for you, and we love them. I do, too."


def author(body: str, head: str = "", url: str = URL, lang: str = "en") -> str | None:
    found = metadata(head, f"<h1>A glaze</h1>{body}", url, lang)
    return ", ".join(found.authors) or None


def told(prose: str) -> str:
    return f"<p>{prose} {'Clay, sand, ash. ' * 20}</p>"


@pytest.mark.parametrize("lang", PROSE)
def test_a_site_with_a_person_s_name_that_says_i_is_that_person_s(lang: str) -> None:
    head = og("og:site_name", "Anna Reed")
    assert author(told(PROSE[lang]), head, lang=lang) == "Anna Reed"


PLACES = [
    ("site's name", og("og:site_name", "Anna Reed"), ""),
    ("title element", "<title>A glaze | Anna Reed</title>", ""),
    (
        "feed's title",
        '<link rel="alternate" type="application/rss+xml" title="Anna Reed » Feed" href="/feed">',
        "",
    ),
    ("link to the front page", "", '<header><a href="/">Anna Reed</a></header>'),
    ("link to the front page", "", '<a href="https://www.pots.example/">Anna Reed’s</a>'),
    ("copyright", "", "<footer>© 2026 Anna Reed. All rights reserved.</footer>"),
    ("copyright", "", "<footer><p>Copyright © Anna Reed 2026</p></footer>"),
]


@pytest.mark.parametrize(("place", "head", "body"), PLACES)
def test_the_places_that_name_a_site(place: str, head: str, body: str) -> None:
    found = metadata(head, f"<h1>A glaze</h1>{told(PROSE['en'])}{body}", URL)
    assert (found.authors, found.provenance["authors"]) == (("Anna Reed",), place)


def test_a_link_to_a_page_about_somebody_counts_where_the_address_bears_the_name() -> None:
    body = told(PROSE["en"]) + '<nav><a href="/about">About Anna Reed</a></nav>'
    assert author(body, url="https://annareed.example/glaze") == "Anna Reed"
    assert author(body) is None


def test_the_trade_behind_a_name_is_no_part_of_it() -> None:
    head = og("og:site_name", "Anna Reed Pottery")
    body = told(f"{PROSE['en']} My pottery is small.")
    assert author(body, head, "https://annareed.example/glaze") == "Anna Reed"
    own = og("og:site_name", "Anna Reed’s Kiln")
    assert author(body, own, "https://annareed.example/glaze") == "Anna Reed"


NOT_ITS_KEEPER = [
    ("prose that says we", og("og:site_name", "Anna Reed"), told(OURS)),
    ("no given name", og("og:site_name", "Quiet Kiln"), told(PROSE["en"])),
    (
        "a brand's word",
        og("og:site_name", "Anna Clayworks"),
        told(f"{PROSE['en']} These clayworks are old."),
    ),
    ("an organisation", og("og:site_name", "Anna Reed Foundation"), told(PROSE["en"])),
    ("capitals", og("og:site_name", "ANNA REED"), told(PROSE["en"])),
    ("one word", og("og:site_name", "Anna"), told(PROSE["en"])),
    (
        "a team",
        '<meta name="author" content="Staff"><title>A | Anna Reed</title>',
        told(PROSE["en"]),
    ),
    ("goods", og("og:type", "product") + "<title>A | Anna Reed</title>", told(PROSE["en"])),
    ("a credit", "", told(PROSE["en"]) + "<p>Picture: © Anna Reed</p>"),
    ("a tag", "", told(PROSE["en"]) + '<a href="https://pots.example/?tag=a">Anna Reed</a>'),
    ("another site", "", told(PROSE["en"]) + '<a href="https://reed.example/">Anna Reed</a>'),
]


@pytest.mark.parametrize(("head", "body"), [case[1:] for case in NOT_ITS_KEEPER])
def test_whoever_else_has_a_name_on_the_page_is_not_its_keeper(head: str, body: str) -> None:
    assert author(body, head) is None


def test_a_language_without_a_table_of_pronouns_names_nobody() -> None:
    assert author(told(PROSE["en"]), og("og:site_name", "Anna Reed"), lang="et") is None


def test_a_byline_goes_before_the_site_s_keeper() -> None:
    body = "<p>By Jack Horner</p>" + told(PROSE["en"])
    assert author(body, og("og:site_name", "Anna Reed")) == "Jack Horner"


def test_an_author_who_is_the_site_s_name_in_one_word_is_a_person() -> None:
    head = og("og:site_name", "{0}") + '<meta name="author" content="{0}">'
    assert author("<p>x</p>", head.format("AnnaReed")) == "AnnaReed"
    assert author("<p>x</p>", head.format("QuietKiln")) is None
