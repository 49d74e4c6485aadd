"""Second copies of a body on one page go; a refrain stays."""

import pytest
from lxml import html

from cleaners.blocks import segment
from cleaners.copies import find_copies, find_titles
from cleaners.plaintext import segment_text

LINES = [
    "The ferry left the harbour before the fog had lifted from the bay.",
    "Nobody on the quay could say which of the two captains was on board.",
    "By noon the coast guard had counted every passenger but one.",
    "The missing man was found asleep in a lifeboat under a sheet.",
]
LONG = " ".join(LINES)


def cut(*paragraphs: str) -> list[int]:
    parts = segment_text("\n\n".join(paragraphs))
    return [found.index for found in find_copies(parts, range(len(parts.segments)))]


def test_a_body_that_is_printed_twice_is_kept_once():
    assert cut(*LINES, *LINES) == [4, 5, 6, 7]


def test_a_long_paragraph_does_not_return_by_chance():
    assert cut(LONG, LINES[0], LONG) == [2]


def test_a_refrain_between_verses_stays():
    assert cut(LINES[0], LINES[1], LINES[2], LINES[1], LINES[3], LINES[1]) == []


def test_a_copy_names_where_the_first_one_stands():
    parts = segment_text("\n\n".join([LONG, LINES[0], LONG]))
    (found,) = find_copies(parts, range(3))
    assert (found.rule, found.category) == ("copy", "other")
    assert "block 0" in found.evidence


TITLES = [
    ("<h1>Ferry lost</h1><p>{}</p>", ["Ferry lost"], [0]),
    ("<h1>Ferry lost</h1><p>{}</p>", ["Ferry lost | Harbour Post"], [0]),
    ("<h1>Ferry lost</h1><p>{}</p>", ["Harbour Post – Ferry lost"], [0]),
    ("<h2>The search</h2><p>{}</p>", ["Ferry lost - Harbour Post"], []),
    ("<ul><li>Ferry lost</li></ul><p>{}</p>", ["Ferry lost — Harbour Post"], [0]),
    ("<p>{}</p><h2>Ferry lost</h2>", ["Ferry lost"], []),
    ("<p>Ferry lost</p><p>{}</p>", ["Ferry lost"], []),
    ("<h1>Ferry lost</h1><p>{}</p>", [], [0]),
    ("<h2>The search</h2><p>{}</p>", [""], []),
]


@pytest.mark.parametrize(("body", "titles", "cuts"), TITLES)
def test_a_heading_that_repeats_the_title_is_no_part_of_the_text(body, titles, cuts):
    parts = segment(html.document_fromstring(body.format(LONG)))
    found = find_titles(parts, range(len(parts.segments)), titles)
    assert [finding.index for finding in found] == cuts


NAMED = [
    ("<h1>Ferry lost at sea</h1>", True),
    ("<h1>Harbour Post</h1>", False),
    ("<ul><li>Ferry lost at sea</li></ul>", False),
]


@pytest.mark.parametrize(("line", "named"), NAMED)
def test_a_heading_that_the_judge_cuts_is_named_the_title(line, named):
    parts = segment(html.document_fromstring(f"{line}<p>{LONG}</p>"))
    found = find_titles(parts, {1}, ["Ferry lost at sea | Harbour Post"])
    assert [(f.rule, f.cut) for f in found] == ([("title", False)] if named else [])
