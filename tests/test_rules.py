"""What the rules find, and what they leave alone."""

import re

import pytest
from lxml.html import fromstring

from cleaners import CleanOptions, Document, clean_html, clean_text
from cleaners.blocks import segment
from cleaners.errors import ConfigError
from cleaners.lexicon import build, hits, lexicon
from cleaners.markup import named
from cleaners.records import fingerprint
from cleaners.ruletable import read_table, rule_table
from cleaners.segments import Node, Segment, Segmentation, word_list
from cleaners.tokens import keys, pairs
from cleaners.wording import Reader

SCRAPED = """Harbour ferry returns after eleven years

The last boat had left in the autumn of 2013, and few expected another.
The ferry leaves the northern pier on Monday. Photo: Harbour Archive
Harbour ferry returns after eleven years

The town's ferry took up service again on Monday, eleven years after the last crossing, with
forty passengers, two bicycles and a dog on board.

Council members had argued about the cost of the landing stage until the spring, when the
regional government offered to pay for half of it.

Related:

Our newsroom has no owner and no paywall. If you value this reporting, please consider giving the
price of a coffee a month: your support pays for the next story.

Found a mistake? Select the text and press Ctrl+Enter

Harbour Courier

It looks like you are using an ad blocker. Advertising pays for our work, so please allow ads on
our site.

Related posts
"""


def test_a_scraped_text_is_left_with_its_paragraphs():
    document = clean_text(SCRAPED)
    assert isinstance(document, Document)
    assert document.text.startswith("The last boat had left")
    assert document.text.endswith("offered to pay for half of it.")
    assert {r.category for r in document.removals} == {
        "other", "caption", "related", "donation", "correction", "adblock",
    }  # fmt: skip
    assert all(r.rule and r.evidence for r in document.removals)
    assert next(r.rule for r in document.removals if r.text == "Related:") == "related-list"


PROSE = (
    "The council met for six hours on Tuesday and agreed on a plan for the old harbour, which has "
    "stood empty since the cannery closed and which many in the town had given up on."
)
APPEAL = "We take no money from advertisers. If you value our reporting, please chip in."


def page(*paragraphs):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html><body><article><h1>The old harbour</h1>{body}</article></body></html>"


def test_a_bare_widget_goes_with_its_heading_and_button():
    document = clean_html(
        page(
            PROSE,
            "Keep this newsroom going",
            "We take no money from advertisers. If you value our reporting, please chip in.",
            "Not now",
            PROSE.replace("six", "seven"),
        )
    )
    assert [r.category for r in document.removals if r.category == "donation"] == ["donation"] * 3
    assert "newsroom" not in document.text
    assert "seven hours" in document.text


@pytest.mark.parametrize(
    ("beside", "category"),
    [
        ("Advertisement", "promo"),
        ("© 2026 Harbour Courier", "copyright"),
        ("Spotted a mistake? Let us know.", "correction"),
    ],
)
def test_a_widget_does_not_give_its_name_to_a_neighbour_that_says_what_it_is(beside, category):
    body = f"<p>{PROSE}</p><div><p>{APPEAL}</p></div><p>{beside}</p>"
    document = clean_html(f"<html><body><article>{body}</article></body></html>")
    assert {r.text: r.category for r in document.removals} == {
        APPEAL: "donation",
        beside: category,
    }


def test_what_says_nothing_is_named_like_its_company_rather_than_like_its_tag():
    box = f"<div class='footer'><p>{APPEAL}</p><button>Later</button></div>"
    document = clean_html(f"<html><body><article><p>{PROSE}</p></article>{box}</body></html>")
    assert {r.category for r in document.removals} == {"donation"}


def test_an_authors_other_pieces_are_related_posts_and_no_profile():
    about = "<div class='author-bio'><p>Ada Kern covers the coast.</p></div>"
    links = "<p><a href='/a'>What mice do to felt in a damp loft</a></p>"
    box = f"<div class='more'>{about}{links}</div>"
    document = clean_html(f"<html><body><article><p>{PROSE}</p></article>{box}</body></html>")
    assert [r.category for r in document.removals] == ["author-bio", "related"]


def test_the_title_of_a_related_post_is_not_taken_for_what_it_is_about():
    links = '<a href="/a">Clips of a film give rise to a quarrel about copyright</a>'
    document = clean_html(page(PROSE, "Read also", links, PROSE.replace("six", "seven")))
    cuts = [r for r in document.removals if r.stage == "rule" and r.rule != "title"]
    assert {r.category for r in cuts} == {"related"}


def test_a_card_in_a_figure_is_no_caption():
    card = "<figure><a href='/mice'><div>What mice do to felt</div></a></figure>"
    document = clean_html(f"<html><body><article><p>{PROSE}</p></article>{card}</body></html>")
    assert [r.category for r in document.removals] == ["related"]


def test_a_part_of_a_profile_is_cut_with_the_profile():
    profile = "<dl class='postprofile'><dt>ashpit</dt><dd class='profile-posts'>Posts: 9</dd></dl>"
    body = f"<div class='post'>{profile}<div class='content'>{PROSE}</div></div>" * 2
    document = clean_html(f"<html><body>{body}</body></html>")
    assert {r.rule for r in document.removals if r.text == "Posts: 9"} == {"byline-box"}


def test_a_paragraph_after_a_prompt_is_not_cut_for_the_prompt_s_sake():
    prompt = "Follow us on Telegram, so as to be the first to know"
    body = (
        "The light was paid for by a thousand gifts, and the fund has published every one of them."
    )
    document = clean_html(page(PROSE, prompt, body, PROSE.replace("six", "seven")))
    assert prompt not in document.text
    assert body in document.text


def test_a_pointer_is_cut_out_of_its_paragraph():
    document = clean_html(page(f"{PROSE} Read also: How the cannery closed. {PROSE}", PROSE))
    assert document.text.count("The council met") == 3
    assert "cannery closed. The" not in document.text
    assert [r.text.strip() for r in document.removals if r.category == "related"] == [
        "Read also: How the cannery closed."
    ]


@pytest.mark.parametrize(
    "options",
    [
        CleanOptions(rules_off=frozenset({"donation"})),
        CleanOptions(rules_off=frozenset({"donation-appeal"})),
        CleanOptions(restored_rules=frozenset({"donation-appeal"})),
        CleanOptions(restored_blocks=frozenset({fingerprint(APPEAL)})),
    ],
)
def test_a_rule_that_is_off_or_a_cut_that_is_restored_cuts_nothing(options):
    assert APPEAL in clean_html(page(PROSE, APPEAL, PROSE), options=options).text
    assert APPEAL not in clean_html(page(PROSE, APPEAL, PROSE)).text


def test_a_list_of_related_posts_goes_with_its_heading():
    links = '<a href="/a">How the cannery closed</a>', '<a href="/b">A new pier by spring</a>'
    document = clean_html(page(PROSE, "Read also", *links, PROSE.replace("six", "seven")))
    assert "cannery closed." not in document.text
    assert "pier by spring" not in document.text
    assert "seven hours" in document.text
    cuts = [r for r in document.removals if r.stage == "rule" and r.rule != "title"]
    assert {r.category for r in cuts} == {"related"}


@pytest.mark.parametrize(
    ("wording", "text", "found"),
    [
        ("turn .. off", "Turn your blocker off now", True),
        ("turn .. off", "Turn one two three four five off", False),
        ("donat*", "Donating helps", True),
        ("^related", "Not related", False),
        ("related$", "related posts", False),
        ("ad blocker", "an ad-blocker", True),
        ("広告ブロック", "この広告ブロックを", True),
        ("تبرع*", "والتبرعات", True),
    ],
)
def test_a_wording_is_found(wording, text, found):
    book = build({"en": {"concept": wording}})
    words = keys(word_list(text))
    everything = {*words, *pairs(words)}
    assert bool(hits(words, book.known(everything))) is found


LANGUAGES = "en de fr es pt it nl pl uk ru sv tr ja zh ko ar".split()


def test_the_lexicon_has_every_language_that_is_promised():
    assert set(LANGUAGES) <= set(lexicon().languages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_speaks_of_every_concept(language):
    book = lexicon()
    bit = 1 << book.languages.index(language)
    entries = [*book.exact.values(), *(e for stems in book.stems.values() for _, e in stems)]
    spoken = {
        phrase.concept
        for entry in entries
        for phrases in (entry.free, *entry.followed.values(), *entry.preceded.values())
        for phrase in phrases
        if phrase.languages & bit
    }
    wanted = {c for rule in rule_table().wording for choice in rule.choices for c in choice}
    assert wanted - spoken == set()


def strength(rule, text):
    words = word_list(text)
    root = Node("body", -1, 0, (), False, "", None, 0, 1)
    parts = Segmentation([root], [Segment(text, 0, "paragraph", words=words)])
    reader = Reader(parts, lexicon(), rule_table())
    reader.prepare()
    return max((v.strength for v in reader.verdicts(0) if v.rule.id == rule.id), default=0)


WORDING = {rule.id: rule for rule in rule_table().wording}
MARKUP = {rule.id: rule for rule in rule_table().markup}


@pytest.mark.parametrize(
    ("rule", "text"), [(rule.id, text) for rule in WORDING.values() for text in rule.hits]
)
def test_a_rule_s_example_is_enough_for_it(rule, text):
    assert strength(WORDING[rule], text) >= 1


@pytest.mark.parametrize(
    ("rule", "text"), [(rule.id, text) for rule in WORDING.values() for text in rule.misses]
)
def test_a_rule_s_near_miss_is_not_enough_for_it(rule, text):
    assert strength(WORDING[rule], text) < 1


def marked(name):
    tree = fromstring(f'<html><body><div class="{name}"><p>Text</p></div></body></html>')
    node = next(node for node in segment(tree).nodes if node.tag == "div")
    found = named(node, rule_table())
    return found[0].id if found else None


@pytest.mark.parametrize(
    ("rule", "name"), [(rule.id, name) for rule in MARKUP.values() for name in rule.hits]
)
def test_a_container_s_name_is_recognised(rule, name):
    assert marked(name) == rule


@pytest.mark.parametrize(
    ("rule", "name"), [(rule.id, name) for rule in MARKUP.values() for name in rule.misses]
)
def test_a_similar_name_is_not(rule, name):
    assert marked(name) != rule


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"rule": []}, "x.toml: rule: there are tables"),
        ({"wording": [{"id": "a", "typo": 1}]}, "x.toml: a.typo: no such key"),
        ({"markup": [{"id": "a"}]}, "x.toml: a: "),
        (
            {"markup": [{"id": "a", "category": "share", "reason": "r"}] * 2},
            "x.toml: a: two rules of this id",
        ),
    ],
)
def test_a_wrong_table_is_named(table, problem):
    with pytest.raises(ConfigError, match=re.escape(problem)):
        read_table([("x.toml", table)])


@pytest.mark.parametrize("wording", ["..", "abc*", "one .."])
def test_a_wording_that_cannot_be_found_is_an_error(wording):
    with pytest.raises(ConfigError, match=r"lexicon/en\.toml: concept"):
        build({"en": {"concept": wording}})
