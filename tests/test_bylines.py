"""Lines that name a page's authors go, sentences about them stay."""

import pytest

from cleaners import clean_html

META = '<meta name="author" content="Ina Holm">'
PROSE = "The last boat had left in the autumn of 2013, and few on the quay expected another."
AFTER = "Ina Holm, the skipper of that boat, has kept its bell ever since."
TAIL = "It hangs above her door and is rung on the first of every month, whatever the weather."


def text_with(line: str, head: str = META) -> str:
    body = f"<h1>Ferry</h1>{line}<p>{PROSE}</p><p>{AFTER}</p><p>{TAIL}</p>"
    page = f"<html><head>{head}</head><body><article>{body}</article></body></html>"
    return clean_html(page).text


@pytest.mark.parametrize(
    "line",
    ["<p>Ina Holm</p>", "<p>By Ina Holm, Almsund</p>", "<h4>Words and pictures: Ina Holm</h4>"],
)
def test_a_line_that_names_the_author_is_no_text(line):
    assert text_with(line) == f"{PROSE}\n\n{AFTER}\n\n{TAIL}"


def test_a_sentence_that_names_the_author_stays():
    assert text_with("<p>Nobody but Ina Holm went back to the boat that night.</p>").startswith(
        "Nobody"
    )


def test_a_long_headline_is_not_where_the_prose_begins():
    headline = "The last boat of the northern line left in autumn and nobody on the quay waved"
    page = f"<html><head>{META}</head><body><article><h1>{headline}</h1><p>By Ina Holm</p>"
    found = clean_html(f"{page}<p>{PROSE}</p><p>{AFTER}</p><p>{TAIL}</p></article></body></html>")
    assert "By Ina Holm" not in found.text
