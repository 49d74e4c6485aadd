"""Names of cut blocks by what the widget reads like as a whole."""

from __future__ import annotations

import tomllib

import pytest

from benchmarks.noise.hosts import STORIES, story_page
from cleaners import CleanOptions, Document, clean_html

STORY = tomllib.loads(STORIES.read_text("utf-8"))["en"][0]


def page_with(blocks: list[str], box: str) -> str:
    """Return the English story with a widget at its end."""
    page = story_page("en", STORY["title"], STORY["paragraphs"])
    inner = "".join(f"<p>{block}</p>" for block in blocks)
    last = f"<p>{STORY['paragraphs'][-1]}</p>"
    return page.replace(last, last + box.format(inner))


def names_of(blocks: list[str], box: str) -> set[str]:
    """Return the categories of what is cut of a widget at the end of the English story."""
    document = clean_html(page_with(blocks, box), "https://ferry-post.example/likeness")
    assert isinstance(document, Document)
    assert not [block for block in blocks if block in document.text]
    return {cut.category for cut in document.removals if cut.text in blocks}


@pytest.mark.parametrize(
    ("blocks", "category"),
    [
        (["Five tales for your Sunday", "We mail them at eight.", "Email address", "Not now"], "newsletter"),
        (["Nobody owns us but you", "Pay what you can, monthly or once.", "Count me in", "Not now"], "donation"),
        (["Your blocker hides our ads", "Allow them here and reload.", "Done", "Not now"], "adblock"),
    ],
    ids=["a letter", "an appeal", "a blocker"],
)  # fmt: skip
@pytest.mark.parametrize("box", ['<div class="c-xyz">{}</div>', "{}"], ids=["boxed", "bare"])
def test_a_button_is_named_after_its_widget(blocks: list[str], category: str, box: str):
    assert names_of(blocks, box) == {category}


def test_a_telling_container_names_its_widget_against_its_words():
    blocks = ["Sunday stories by mail", "Send them to me"]
    assert names_of(blocks, '<div class="donation-box">{}</div>') == {"donation"}


@pytest.mark.parametrize("key", ["rules_off", "restored_rules"])
def test_a_cut_is_an_operator_s_to_undo_though_it_would_get_another_name(key: str):
    appeal = (
        "Ministers would like us to be silent. Follow the money with us for five euros a month."
    )
    blocks, button = ["Our reporters need friends", appeal], "Be a friend"
    assert names_of([*blocks, button], "{}") == {"social", "donation"}
    page = page_with([*blocks, button], "{}")
    options = CleanOptions(**{key: frozenset({"social-prompt"})})
    document = clean_html(page, "https://ferry-post.example/likeness", options)
    assert isinstance(document, Document)
    assert button in document.text
