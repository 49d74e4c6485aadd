"""Paragraphs that report on what noise speaks of stay in their articles, as a page and as text."""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

import pytest

from benchmarks.noise.hosts import STORIES, squeeze, story_page
from benchmarks.noise.widgets import TEXTS
from cleaners import Document, Rejection, clean_html, clean_text

TABLE = tomllib.loads((Path(__file__).parent / "hard_negatives.toml").read_text("utf-8"))
STORY = {
    language: stories[0] for language, stories in tomllib.loads(STORIES.read_text("utf-8")).items()
}
CASES = [
    pytest.param(language, number, id=f"{language}-{number}")
    for language, cases in TABLE.items()
    for number in range(len(cases))
]


def article(language: str, number: int) -> list[str]:
    """Return the paragraphs of the language's story with the case amid them or at the end."""
    paragraphs = list(STORY[language]["paragraphs"])
    case = TABLE[language][number]
    paragraphs.insert(3 if "tag" in case or number % 2 == 0 else len(paragraphs), case["text"])
    return paragraphs


def page_of(language: str, number: int) -> str:
    """Return the article as a page, the case in the markup that it asks for."""
    case = TABLE[language][number]
    template = 0 if "tag" in case else number
    page = story_page(language, STORY[language]["title"], article(language, number), template)
    plain = escape(case["text"])
    tag = case.get("tag", "p")
    dressed = f"<ul><li>{plain}</li></ul>" if tag == "li" else f"<{tag}>{plain}</{tag}>"
    if link := escape(case.get("link", "")):
        dressed = dressed.replace(link, f'<a href="/report">{link}</a>')
    return page.replace(f"<p>{plain}</p>", dressed)


@pytest.mark.parametrize(("language", "number"), CASES)
def test_an_article_s_paragraph_stays_on_its_page(language: str, number: int):
    url = f"https://ferry-post.example/{language}/{number}"
    stays(clean_html(page_of(language, number), url), TABLE[language][number]["text"])


@pytest.mark.parametrize(("language", "number"), CASES)
def test_an_article_s_paragraph_stays_in_plain_text(language: str, number: int):
    text = "\n\n".join(article(language, number))
    stays(clean_text(text), TABLE[language][number]["text"])


FRESH = [
    pytest.param(path.name.partition(".")[0], number, line, id=f"{path.name[:2]}-{number}")
    for path in sorted((TEXTS.parent / "fresh_texts").glob("*.kept.txt"))
    for number, line in enumerate(path.read_text("utf-8").splitlines())
]


@pytest.mark.parametrize(("language", "number", "line"), FRESH)
def test_a_paragraph_that_nothing_was_made_for_stays(language: str, number: int, line: str):
    paragraphs = list(STORY[language]["paragraphs"])
    paragraphs.insert(3 if number % 2 else len(paragraphs), line)
    page = story_page(language, STORY[language]["title"], paragraphs, number)
    stays(clean_html(page, f"https://ferry-post.example/fresh/{number}"), line)
    stays(clean_text("\n\n".join(paragraphs)), line)


BUTTONED = [
    pytest.param(language, at, widget, id=f"{language}-{at}-{widget[-1]}")
    for language, at, widget in (
        ("sv", 0, ("Vad säger du om färjan? Skriv nedan.", "Din kommentar", "Publicera")),
        ("sv", 3, ("Annons", "Till butiken")),
        ("nl", 3, ("Blijf in contact", "Facebook", "Telegram")),
        ("ru", 0, ("А что думаете вы? Напишите ниже.", "Ваш комментарий", "Опубликовать")),
        ("uk", 3, ("Будьмо на зв'язку", "Facebook", "Telegram")),
    )
]


@pytest.mark.parametrize(("language", "at", "widget"), BUTTONED)
def test_a_column_s_paragraph_is_no_part_of_the_widget_whose_button_it_follows(
    language: str, at: int, widget: tuple[str, ...]
):
    column = tomllib.loads(STORIES.read_text("utf-8"))[language][1]
    paragraphs = list(column["paragraphs"])
    page = story_page(language, column["title"], paragraphs, 0)
    first = f"<p>{escape(paragraphs[at], quote=False)}</p>"
    assert first in page
    *above, button = (f"<p>{text}</p>" for text in widget)
    linked = button.replace("<p>", '<p><a href="/go">').replace("</p>", "</a></p>")
    document = clean_html(page.replace(first, "".join(above) + linked + first), "https://a.example")
    stays(document, paragraphs[at])


def stays(document: Document | Rejection, text: str) -> None:
    """Hold that the text stands whole in the document, and show what was cut of it if not."""
    assert isinstance(document, Document), document
    cut = [(r.category, r.rule, r.evidence) for r in document.removals if r.text in text]
    assert squeeze(text) in squeeze(document.text), cut


def test_the_cases_cover_enough_languages_and_say_why_they_tempt():
    assert len(CASES) >= 80
    assert len(TABLE) >= 12
    assert all(case["why"] for cases in TABLE.values() for case in cases)


def test_links_and_tags_reach_the_page():
    pages = {
        (language, number): page_of(language, number)
        for language, cases in TABLE.items()
        for number, case in enumerate(cases)
        if case.keys() & {"tag", "link"}
    }
    assert all(f"<{TABLE[at[0]][at[1]].get('tag', 'a')}" in page for at, page in pages.items())
    assert sum('<a href="/report">' in page for page in pages.values()) == sum(
        "link" in case for cases in TABLE.values() for case in cases
    )
