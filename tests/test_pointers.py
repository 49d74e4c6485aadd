"""A last sentence that points to another article is cut from its paragraph, whatever its words."""

from __future__ import annotations

import tomllib

import pytest

from benchmarks.noise.hosts import STORIES, story_page
from cleaners import Document, clean_html

STORY = tomllib.loads(STORIES.read_text("utf-8"))["en"][0]
SENTENCE = "The council had argued about the cost for most of a decade before it agreed."


def text_with(ending: str) -> str:
    """Return what is kept of a story one paragraph of which ends in a sentence with a link."""
    paragraphs = list(STORY["paragraphs"])
    page = story_page("en", STORY["title"], paragraphs)
    page = page.replace(f"<p>{paragraphs[3]}</p>", f"<p>{SENTENCE} {ending}</p>")
    document = clean_html(page, "https://ferry-post.example/pointers")
    assert isinstance(document, Document)
    assert SENTENCE in document.text
    return document.text


@pytest.mark.parametrize("lead", ["Go deeper:", "Further reading:", "More on this:"])
def test_a_pointer_goes_and_its_paragraph_stays(lead: str):
    kept = text_with(f'{lead} <a href="/n/1">How the ferry got its second engine</a>')
    assert "second engine" not in kept


@pytest.mark.parametrize(
    "ending",
    [
        'It drew on <a href="/n/1">a study of the eastern shore</a>, she said.',
        'The vote was close, as <a href="/n/1">the minutes of that night show</a>.',
        '<a href="/n/1">Nine passengers were aboard</a>.',
        'See <a href="/n/1">our handout on ferries and their crews</a>.',
        'Timetable: <a href="/n/1">ferry-post.example/times</a>',
    ],
    ids=["goes on", "a source", "a sentence that is a link", "an advice", "an address"],
)
def test_a_sentence_with_a_link_stays(ending: str):
    assert text_with(ending).count("href") == 0
    assert ending.partition("<")[0].strip() in text_with(ending)
