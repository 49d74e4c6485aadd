"""Paragraphs that report on what noise speaks of stay in their articles, as a page and as text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchmarks.noise.hosts import STORIES, squeeze, story_page
from cleaners import Document, clean_html, clean_text

ROOT = Path(__file__).parent
STORY = tomllib.loads(STORIES.read_text("utf-8"))
CASES = [
    pytest.param(language, number, case["text"], id=f"{language}-{number}")
    for language, cases in tomllib.loads((ROOT / "hard_negatives.toml").read_text("utf-8")).items()
    for number, case in enumerate(cases)
]


def article(language: str, number: int, text: str) -> list[str]:
    """Return the paragraphs of the language's story with the case amid or at the end."""
    paragraphs = list(STORY[language]["paragraphs"])
    paragraphs.insert(len(paragraphs) if number % 2 else 3, text)
    return paragraphs


@pytest.mark.parametrize(("language", "number", "text"), CASES)
def test_an_article_s_paragraph_stays_on_its_page(language: str, number: int, text: str):
    page = story_page(language, STORY[language]["title"], article(language, number, text), number)
    document = clean_html(page, f"https://ferry-post.example/{language}/{number}")
    assert isinstance(document, Document), document
    assert squeeze(text) in squeeze(document.text), cut(document, text)


@pytest.mark.parametrize(("language", "number", "text"), CASES)
def test_an_article_s_paragraph_stays_in_plain_text(language: str, number: int, text: str):
    document = clean_text("\n\n".join(article(language, number, text)))
    assert isinstance(document, Document), document
    assert squeeze(text) in squeeze(document.text), cut(document, text)


def test_the_cases_cover_enough_languages_and_say_why_they_tempt():
    table = tomllib.loads((ROOT / "hard_negatives.toml").read_text("utf-8"))
    assert len(CASES) >= 80
    assert len(table) >= 12
    assert all(case["why"] for cases in table.values() for case in cases)


def cut(document: Document, text: str) -> list[tuple[str, str, str]]:
    """Return the removals that took something of the text: what a failure should show."""
    return [(r.category, r.rule, r.evidence) for r in document.removals if r.text in text]
