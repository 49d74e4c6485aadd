"""The second look at kept blocks: appeals in unknown words go, what only speaks of such things
stays."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from benchmarks.noise.hosts import STORIES, story_page
from cleaners import CleanOptions, Document, clean_html, clean_text
from cleaners.remnants import INNOCENT, SURE

STORY = {
    language: stories[0] for language, stories in tomllib.loads(STORIES.read_text("utf-8")).items()
}
OPTIONS = CleanOptions()


def page_with(language: str, blocks: list[str], at: int = 3) -> str:
    """Return a language's story with bare paragraphs amid its own."""
    paragraphs = list(STORY[language]["paragraphs"])
    paragraphs[at:at] = blocks
    return story_page(language, STORY[language]["title"], paragraphs)


def cleaned(language: str, blocks: list[str], options: CleanOptions = OPTIONS) -> Document:
    """Return the document of such a page."""
    page = page_with(language, blocks)
    document = clean_html(page, "https://ferry-post.example/remnants", options)
    assert isinstance(document, Document)
    return document


WIDGETS = [
    ("en", "donation", ["The kettle, the lamp and the lawyer all cost money. Could you chip in?", "Chip in"]),
    ("de", "newsletter", ["Freitags um sechs: das Wichtigste vom See, direkt in dein Postfach.", "Her damit"]),
    ("fr", "comments", ["Et vous, qu'en pensez-vous ? La discussion est ouverte juste en dessous.", "Réagir"]),
    ("es", "paywall", ["Has leído tus tres artículos gratis de este mes. Sigue por 1 € al mes.", "Ver planes"]),
    ("it", "cookie", ["Per vedere il video devi prima accettare i cookie del fornitore.", "Accetta"]),
    ("pl", "social", ["Zajrzyj też na nasz Instagram, wrzucamy tam zdjęcia z rejsów.", "Obserwuj"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "category", "blocks"), WIDGETS, ids=[w[0] for w in WIDGETS])
def test_a_widget_in_unknown_words_is_cut_and_named(language, category, blocks):
    document = cleaned(language, blocks)
    assert [block for block in blocks if block in document.text] == []
    names = {cut.category for cut in document.removals if cut.text in blocks}
    assert names == {category}


@pytest.mark.parametrize(("language", "category", "blocks"), WIDGETS[:3], ids=["en", "de", "fr"])
def test_a_widget_is_cut_from_plain_text_as_well(language, category, blocks):
    paragraphs = list(STORY[language]["paragraphs"])
    paragraphs[3:3] = blocks
    document = clean_text("\n\n".join(paragraphs))
    assert isinstance(document, Document)
    assert blocks[0] not in document.text


@pytest.mark.parametrize(
    ("language", "paragraph"),
    [
        ("en", "The regulator fined the shop £40,000 for setting cookies before anybody had agreed to them."),
        ("de", "Der Verein sammelte im Herbst 41.000 Euro Spenden ein, so viel wie nie zuvor."),
        ("fr", "Sa lettre du dimanche, envoyée à 90 000 abonnés, était née d'une plaisanterie entre collègues."),
        ("tr", "Kurul, rıza almadan çerez yerleştiren alışveriş sitesine iki milyon lira ceza kesti."),
        ("ko", "게시물에는 하룻밤 새 댓글 3천 개가 달렸다. 구단은 악성 댓글을 쓴 이들을 고소하겠다고 했다."),
    ],
)  # fmt: skip
def test_a_report_on_such_things_stays(language: str, paragraph: str):
    assert paragraph in cleaned(language, [paragraph]).text


def test_what_is_cut_says_what_it_reads_like_and_how_surely():
    document = cleaned(*WIDGETS[0][::2])
    cut = next(cut for cut in document.removals if cut.text.startswith("The kettle"))
    assert cut.stage == "rule"
    assert cut.evidence


def test_a_learned_rule_can_be_switched_off_and_its_cuts_restored():
    language, _, blocks = WIDGETS[0]
    rules = {cut.rule for cut in cleaned(language, blocks).removals if cut.text == blocks[0]}
    off = replace(OPTIONS, rules_off=frozenset(rules))
    restored = replace(OPTIONS, restored_rules=frozenset(rules))
    assert blocks[0] in cleaned(language, blocks, off).text
    assert blocks[0] in cleaned(language, blocks, restored).text


def test_less_is_enough_where_less_noise_is_wanted():
    assert SURE["strict"] < SURE["balanced"] < SURE["recall"]
    assert INNOCENT["strict"] < INNOCENT["balanced"] < INNOCENT["recall"]


def test_a_page_without_any_short_block_is_read():
    words = " ".join(f"word{n}" for n in range(400))
    document = clean_html(f"<html><body><article><p>{words}.</p></article></body></html>", None)
    assert isinstance(document, Document)
