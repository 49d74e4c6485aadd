"""The noise bench itself: widgets land where they should, and what becomes of them is counted."""

from __future__ import annotations

import random

import lxml.html
import pytest

from benchmarks.noise import report
from benchmarks.noise.__main__ import plan
from benchmarks.noise.hosts import (
    PLACES,
    Host,
    append_sentence,
    declared_language,
    find_body,
    inject,
    inject_text,
    load_stories,
    load_suites,
    serialise,
    story_page,
)
from benchmarks.noise.scoring import Output, PartScore, Score, compare
from benchmarks.noise.widgets import MARKUPS, TELLING, Part, Widget, load_widgets, render

PARAGRAPHS = [
    f"Paragraph number {n} says at some length that the {what} of the harbour was repaired."
    for n, what in enumerate(["roof", "clock", "crane", "door", "wall"], 1)
]
HOST = Host(
    "own/1",
    "https://ferry-post.example/harbour",
    "en",
    html=story_page("en", "The harbour", PARAGRAPHS),
    gold="\n\n".join(PARAGRAPHS),
)
WIDGET = Widget(
    "donation",
    "en",
    0,
    (
        Part("heading", "A word from us"),
        Part("text", "Our hens lay no golden eggs, so we ask you for a coin or two."),
        Part("inline", "See also: the golden egg", "the golden egg"),
        Part("button", "Not now"),
        Part("button", "→"),
    ),
)
BODY = Output("\n".join(PARAGRAPHS))


def text_of(html: str) -> str:
    return str(lxml.html.document_fromstring(html).text_content())


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(
    ("place", "before", "behind"), [("start", 0, 1), ("middle", 2, 3), ("end", 5, 6)]
)
def test_a_widget_lands_at_its_place_and_the_body_is_untouched(markup, place, before, behind):
    body = find_body(HOST)
    assert body is not None
    page = text_of(inject(body, render(WIDGET, markup, random.Random(3)), place))
    at = [page.index(text) for text in PARAGRAPHS]
    widget = [page.index(part.text) for part in WIDGET.parts]
    assert at == sorted(at)
    assert widget == sorted(widget)
    assert sum(place < widget[0] for place in at) == before
    assert sum(place < widget[-1] for place in at) == behind - 1
    assert text_of(serialise(body.tree)).count("golden") == 0


@pytest.mark.parametrize(("place", "number"), [("start", 0), ("middle", 2), ("end", 4)])
def test_a_one_line_widget_ends_a_paragraph_of_the_body(place, number):
    body = find_body(HOST)
    assert body is not None
    line = Widget("related", "en", 0, WIDGET.parts[2:3])
    assert line.one_line
    assert not WIDGET.one_line
    page = append_sentence(body, render(line, "sentence", random.Random(1))[0], place)
    assert f"{PARAGRAPHS[number]} See also: the golden egg" in text_of(page)
    assert '<a href="' in page.partition("See also: ")[2][:20]


def test_plain_text_takes_a_widget_as_paragraphs_or_as_a_sentence():
    text = "One.\n\nTwo."
    assert inject_text(text, ["Ad.", "→"], "start") == "Ad.\n\n→\n\nOne.\n\nTwo."
    assert inject_text(text, ["Ad."], "middle") == "One.\n\nAd.\n\nTwo."
    assert inject_text(text, ["Ad."], "end") == "One.\n\nTwo.\n\nAd."
    assert inject_text(text, ["Ad."], "end", sentence=True) == "One.\n\nTwo. Ad."


@pytest.mark.parametrize("seed", range(6))
def test_bare_markup_is_paragraphs_without_names(seed):
    elements = render(WIDGET, "bare", random.Random(seed))
    assert [element.tag for element in elements] == ["p"] * len(WIDGET.parts)
    assert not any(child.get("class") for element in elements for child in element.iter())


@pytest.mark.parametrize("category", TELLING)
def test_telling_markup_names_its_purpose_and_neutral_markup_does_not(category):
    widget = Widget(category, "en", 0, WIDGET.parts)
    (telling,) = render(widget, "telling", random.Random(1))
    (neutral,) = render(widget, "neutral", random.Random(1))
    assert telling.get("class") in TELLING[category]
    assert neutral.get("class") not in TELLING[category]


def test_a_page_without_known_paragraphs_gives_no_body():
    assert find_body(Host("x", "https://x.example", "en", html="<p>Hi", gold="Hi")) is None
    assert find_body(Host("x", "https://x.example", "en", html="", gold="Hi")) is None


def test_the_body_of_a_page_without_gold_is_what_an_extractor_keeps():
    body = find_body(Host("own/2", HOST.url, "en", html=HOST.html))
    known = find_body(HOST)
    assert body is not None
    assert known is not None
    assert (body.container, body.children) == (known.container, known.children)


def test_a_widget_that_is_cut_and_named_counts_as_such():
    cuts = tuple((WIDGET.category, part.text) for part in WIDGET.parts[:2])
    after = Output(BODY.text, (*cuts, ("related", "See also: the golden egg")))
    score = compare(WIDGET, BODY, after, HOST.gold)
    assert score is not None
    assert [part.kept for part in score.parts] == [False] * 5
    assert [part.named for part in score.parts] == ["donation", "donation", "related", None, None]
    assert (score.lost_words, score.body_words) == (0, 75)


def test_parts_that_stay_are_found_in_lines_of_their_own_and_joined():
    joined = "Our hens lay no golden eggs, so we ask you for a coin or two. Not now"
    after = Output("\n".join([*PARAGRAPHS[:2], joined, "→", *PARAGRAPHS[2:]]))
    score = compare(WIDGET, BODY, after, HOST.gold)
    assert score is not None
    assert [part.kept for part in score.parts] == [False, True, False, True, True]
    assert score.lost_words == 0


def test_words_that_the_page_has_anyway_are_not_the_widget_s():
    before = Output(BODY.text + "\nNot now\n→", (("share", "A word from us"),))
    score = compare(WIDGET, before, before, HOST.gold)
    assert score is not None
    assert not any(part.kept or part.named for part in score.parts)


def test_body_words_that_go_with_the_widget_are_counted():
    after = Output("\n".join(PARAGRAPHS[1:]))
    score = compare(WIDGET, BODY, after, HOST.gold)
    assert score is not None
    assert score.lost_words == 15
    moved = Output("\n".join([" ".join(PARAGRAPHS[:2]), *PARAGRAPHS[2:]]))
    again = compare(WIDGET, BODY, moved, HOST.gold)
    assert again is not None
    assert again.lost_words == 0


def test_a_title_that_goes_is_no_loss_where_the_body_is_known():
    before = Output("The roof of the harbour\n" + BODY.text)
    known = compare(WIDGET, before, BODY, HOST.gold)
    unknown = compare(WIDGET, before, BODY)
    assert known is not None
    assert unknown is not None
    assert (known.lost_words, unknown.lost_words) == (0, 5)


def test_a_page_that_gives_no_text_untouched_is_left_out_and_counted():
    assert compare(WIDGET, Output(""), Output(""), HOST.gold) is None
    score = Score((PartScore("a", False, "donation"), PartScore("b", True, None)), 100, 3)
    one = Widget("donation", "en", 0, WIDGET.parts[:2])
    results = [
        report.Result("h", one, "bare", "end", {"winnow": score, "trafilatura": None}),
        report.Result("h", one, "bare", "end", {"winnow": score, "trafilatura": score}),
    ]
    pool = report.figures(results)["by"]["category"]["donation"]
    assert pool["winnow"] == {
        "no_body": 0, "cut": 0.5, "whole_widgets": 0.0, "named": 1.0, "body_lost": 0.03,
    }  # fmt: skip
    assert pool["trafilatura"]["no_body"] == 1
    assert next(iter(report.kept_widgets(results))).startswith("donation/en/0 bare end h .K lost 3")


def test_chinese_and_japanese_parts_are_compared_by_character():
    body = Output("第一段讲述渡轮的历史和现状。\n第二段讲述村民的看法。")
    widget = Widget("related", "zh", 0, (Part("text", "延伸阅读：老戏台的故事"),))
    kept = compare(widget, body, Output(body.text + "\n延伸阅读：老戏台的故事"))
    cut = compare(widget, body, body)
    assert kept is not None
    assert cut is not None
    assert kept.parts[0].kept
    assert not cut.parts[0].kept


def test_every_widget_has_parts_and_every_language_its_main_categories():
    widgets = load_widgets()
    assert all(part.text.strip() for widget in widgets for part in widget.parts)
    counts = {(w.language, w.category): w.number + 1 for w in widgets}
    for story in load_stories():
        for category in ("donation", "adblock", "newsletter", "related"):
            assert counts[story.language, category] >= 4


def test_an_unknown_category_or_kind_of_part_is_named(tmp_path):
    (tmp_path / "en.toml").write_text("begging = []\n")
    with pytest.raises(ValueError, match="begging"):
        load_widgets(tmp_path)
    (tmp_path / "en.toml").write_text('donation = [[{ banner = "x" }]]\n')
    with pytest.raises(ValueError, match="banner"):
        load_widgets(tmp_path)


def test_the_same_seed_gives_the_same_copies_spread_over_all_cells():
    hosts, widgets = load_stories(), load_widgets()
    cells = (len(TELLING) * len(MARKUPS) + 1) * len(PLACES)
    jobs = plan(hosts, widgets, cells, 5)
    assert jobs == plan(hosts, widgets, cells, 5)
    assert jobs != plan(hosts, widgets, cells, 6)
    copies = [(c.widget.category, c.markup, c.place) for _, made in jobs for c in made]
    assert len(copies) == len(set(copies)) == cells
    assert all(c.widget.language == host.language for host, made in jobs for c in made)


def test_suites_give_articles_with_gold_and_foreign_pages_without(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    pages = {"a": "en", "b": "en", "c": "fr-FR", "d": "fr"}
    for name, language in pages.items():
        (folder / f"{name}.html").write_text(f"<html class=x lang='{language}'><p>Hi", "utf-8")
    index = ", ".join(
        f'{{"id": "{name}", "url": "https://x.example/{name}", "file": "{name}.html", '
        f'"kind": "{"forum" if name == "d" else "article"}", '
        f'"gold": {chr(34) + "Hi" + chr(34) if name == "a" else "null"}}}'
        for name in pages
    )
    (folder / "index.json").write_text(f"[{index}]", "utf-8")
    found = [(host.id, host.language, host.gold) for host in load_suites(tmp_path)]
    assert found == [("suite/a", "en", "Hi"), ("suite/c", "fr", None)]
    assert declared_language(folder / "c.html") == "fr"
