"""Widgets and lists told by their shape: whom a text speaks to, and the lines that follow it."""

from __future__ import annotations

import tomllib

import pytest

from benchmarks.noise.hosts import STORIES, story_page
from cleaners import Document, clean_html

STORY = tomllib.loads(STORIES.read_text("utf-8"))["en"][0]


def text_with(blocks: list[str], at: int | None = None) -> str:
    """Return what is kept of the English story with blocks before one paragraph, or at its end."""
    paragraphs = list(STORY["paragraphs"])
    page = story_page("en", STORY["title"], paragraphs)
    inner = "".join(block if block.startswith("<") else f"<p>{block}</p>" for block in blocks)
    last = f"<p>{paragraphs[at if at is not None else -1]}</p>"
    assert last in page
    page = page.replace(last, inner + last if at is not None else last + inner)
    document = clean_html(page, "https://ferry-post.example/shapes")
    assert isinstance(document, Document)
    return document.text


@pytest.mark.parametrize("at", [3, None], ids=["amid", "at the end"])
@pytest.mark.parametrize(
    "blocks",
    [
        ["You made this series possible by pledging, and we have plans for more.", "Count me in"],
        ["Your story, your voice", "We send you one tale a week.", "Yes, please", "Some other day"],
    ],
    ids=["a pledge", "a letter"],
)
def test_a_text_that_speaks_to_its_reader_goes_with_its_buttons(blocks: list[str], at: int | None):
    kept = text_with(blocks, at)
    assert [block for block in blocks if block in kept] == []


@pytest.mark.parametrize("at", [3, None], ids=["amid", "at the end"])
def test_a_report_stays_though_short_lines_follow_it(at: int | None):
    report = "The council read the names aloud before the vote was taken."
    assert report in text_with([report, "Harrow, Nina", "Alder, Ruth"], at)


RUN = ["A line of no account", "Bridge toll doubled overnight", "Who owns the marsh?"]


def linked(titles: list[str], href: str) -> list[str]:
    """Return a line and linked titles."""
    return [titles[0], *(f'<p><a href="{href}{n}">{t}</a></p>' for n, t in enumerate(titles[1:]))]


@pytest.mark.parametrize("at", [3, None], ids=["amid", "at the end"])
def test_linked_titles_go_with_the_line_above_them(at: int | None):
    kept = text_with(linked(RUN, "/news/"), at)
    assert [title for title in RUN if title in kept] == []


@pytest.mark.parametrize(
    "blocks",
    [
        linked(["Sources", *RUN[1:]], "/news/"),
        linked(RUN, "#part-"),
        ["A sentence stands above them, and it ends as sentences do.", *linked(RUN, "/n/")[1:]],
    ],
    ids=["sources", "a table of contents", "no heading"],
)
def test_other_linked_lines_are_no_related_posts(blocks: list[str]):
    kept = text_with(blocks, 3)
    assert all(title in kept for title in RUN[1:])
