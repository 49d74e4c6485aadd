"""What the rules find, and what they leave alone."""

import pytest

from cleaners import Document, clean_html, clean_text
from cleaners.lexicon import build, hits, keys, lexicon, pairs
from cleaners.segments import word_list

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


def test_a_pointer_is_cut_out_of_its_paragraph():
    document = clean_html(page(f"{PROSE} Read also: How the cannery closed. {PROSE}", PROSE))
    assert document.text.count("The council met") == 3
    assert "cannery closed. The" not in document.text
    assert [r.text.strip() for r in document.removals if r.category == "related"] == [
        "Read also: How the cannery closed."
    ]


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


def test_the_lexicon_has_every_language_that_is_promised():
    promised = {"en"}
    assert promised <= set(lexicon().languages)
