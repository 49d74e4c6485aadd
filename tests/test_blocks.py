"""A tree in segments: what is one piece, of what kind, and what is never text."""

import pytest
from lxml import html

from cleaners.blocks import segment


def segments(body: str):
    return segment(html.document_fromstring(f"<html><body>{body}</body></html>"))


TEXTS = [
    ("<p>One <b>bold</b> word.</p><p>Two.</p>", ["One bold word.", "Two."]),
    ("<div>Before<p>inside</p>after</div>", ["Before", "inside", "after"]),
    ("<p>a<br>b</p>", ["a\nb"]),
    ("<p>a<br><br>b</p>", ["a", "b"]),
    ("<p>kept<script>var x = 'not text';</script> whole</p>", ["kept whole"]),
    ("<p>kept<!-- a comment --> whole</p>", ["kept whole"]),
    ("<pre>def f():\n    return 1</pre>", ["def f():\n    return 1"]),
    ("<table><tr><td>Goals</td><td>3</td></tr></table>", ["Goals | 3"]),
    ("<table><tr><td><p>Goals</p></td><td><div>3</div></td></tr></table>", ["Goals | 3"]),
    ("<table><tr><td>Goals<p>Shots</p></td><td>3</td></tr></table>", ["Goals", "Shots", "3"]),
    (
        "<table><tr><td><p>A column</p><p>of text</p></td><td>x</td></tr></table>",
        ["A column", "of text", "x"],
    ),
    ("<noscript>Please enable scripts.</noscript><p>Text.</p>", ["Text."]),
    ("<select><option>Kyiv</option></select><p>Text.</p>", ["Text."]),
]


@pytest.mark.parametrize(("body", "texts"), TEXTS)
def test_a_page_is_cut_where_a_reader_sees_a_new_piece(body, texts):
    assert [part.text for part in segments(body).segments] == texts


def test_a_page_that_stands_whole_in_noscript_is_read_from_there():
    post = "A post of the forum that is long enough to be a page of its own. " * 30
    found = segments(f"<noscript><div><p>{post}</p></div></noscript>").segments
    assert [part.text for part in found] == [post.strip()]


KINDS = [
    ("<h2>Head</h2>", "heading", 2),
    ("<ul><li>Item</li></ul>", "item", 1),
    ("<ul><li>Outer<ul><li>Inner</li></ul></li></ul>", "item", 1),
    ("<blockquote><p>Said.</p></blockquote>", "quote", 0),
    ("<figure><figcaption>Seen.</figcaption></figure>", "caption", 0),
    ("<button>Share</button>", "control", 0),
    ("<pre>code</pre>", "code", 0),
    ("<p>Text</p>", "paragraph", 0),
]


@pytest.mark.parametrize(("body", "kind", "level"), KINDS)
def test_a_segment_has_the_kind_and_level_of_its_container(body, kind, level):
    first = segments(body).segments[0]
    assert (first.kind, first.level) == (kind, level)


def test_a_block_tells_its_path_hints_link_density_and_links():
    page = segments('<div class="story-body"><p>See <a href="/x">the report</a>.</p></div>')
    block = page.block(0)
    assert block.path == "div.story/p"
    assert block.hints == ("story", "body")
    assert block.link_density == pytest.approx(10 / 15, abs=0.01)
    assert [(block.text[link.start : link.end], link.href) for link in block.links] == [
        ("the report", "/x")
    ]


def test_a_fingerprint_does_not_depend_on_case_spacing_or_punctuation():
    one, two = segments("<p>The  End.</p><p>the end</p>").segments
    page = segments("<p>The  End.</p><p>the end</p>")
    assert one.text != two.text
    assert page.block(0).fingerprint == page.block(1).fingerprint


def test_what_is_hidden_is_marked_with_all_that_it_holds():
    page = segments('<div style="display: none"><p>x</p></div><p>y</p>')
    assert [page.nodes[part.node].hidden for part in page.segments] == [True, False]
