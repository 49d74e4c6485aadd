"""A site's template: what recurs on its pages goes, and never a page's own text."""

from collections import Counter

import pytest

from cleaners.findings import Finding
from cleaners.marks import key_of, masked_words, page_marks
from cleaners.marks import marks as marks_of
from cleaners.records import Block, CleanOptions, Removal, SiteStats, fingerprint
from cleaners.template import cut_template

OPTIONS = CleanOptions()


def marks(text, kind="paragraph", path=""):
    return marks_of(Block(0, kind, text, path))


APPEAL = (
    "Nine reporters, no owner: already 1,204 readers pay for this newsroom, and each of them keeps"
    " it open for those who cannot."
)
STORY = (
    "The harbour office closed its old crane on Monday, four decades after the last timber ship"
    " had left the eastern quay for good."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Share this story", "SHARE  THIS\nSTORY!"),
        ("Already 1,204 readers", "Already 98,017 readers"),
        ("Updated 12 March 2026", "Updated 3 April 2026"),
        ("Оновлено 12 березня 2026", "Оновлено 3 квітня 2026"),
    ],
)
def test_blocks_that_differ_in_figures_case_or_dates_have_an_exact_mark_in_common(one, other):
    assert set(marks(one)[0]) & set(marks(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Share this story", "Share this page"),
        ("Chapter 12 begins", "Part 12 begins"),
        ("5 apples", "3 pears"),
    ],
)
def test_short_blocks_of_other_words_have_none(one, other):
    assert not set(marks(one)[0]) & set(marks(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (APPEAL, APPEAL.replace("Nine", "Ten").replace("1,204", "1,377").replace("open", "free")),
        (
            "報道を支えてください。今月は三百人の読者が参加しました。",
            "報道を支えてください。今月は四百人の読者が参加しました。",
        ),
    ],
)
def test_blocks_of_nearly_the_same_wording_have_most_loose_marks_in_common(one, other):
    first, second = (set(marks(text)[1]) for text in (one, other))
    assert len(first & second) >= 5
    assert not first & set(marks(STORY)[1])


def test_a_few_words_say_the_same_only_in_the_same_place():
    menu = marks("Fetch API", path="body/div.layout/nav.sidebar/ol/li")
    deeper = marks("Fetch API", path="body/div.other/nav.sidebar/ol/li")
    story = marks("Fetch API", path="body/article/ul.see/li")
    assert menu[0].tolist() == deeper[0].tolist() != story[0].tolist()
    assert marks(APPEAL, path="a/b")[0].tolist() == marks(APPEAL, path="c/d")[0].tolist()


def test_figures_are_what_a_table_says():
    for kind in ("table", "code", "quote"):
        one, other = (marks(f"Dimensions | 8.{n} x 5.6 cm", kind) for n in (25, 4))
        assert one[0].tolist() != other[0].tolist()
        assert len(one[1]) == 0


def test_text_without_letters_has_no_marks():
    assert [len(kind) for kind in marks("1 2 … 17")] == [0, 0]
    assert masked_words("A1 — 17%") == ["0", "0"]
    assert len(page_marks([])) == 0


def block(index, text, **fields):
    return Block(index, fields.pop("kind", "paragraph"), text, **fields)


def site(pages=50, **seen):
    """Return statistics in which the given texts stand on so many pages each."""
    counts = Counter()
    for text, number in seen.pop("texts", {}).items():
        blocks = [Block(0, kind, text) for kind in ("paragraph", "table")]
        counts.update(
            {key_of(int(mark)): number for mark in set(page_marks(blocks)["mark"].tolist())}
        )
    return SiteStats("example.org", pages, dict(counts))


def cut(blocks, stats, removals=(), **more):
    kept, gone = cut_template((tuple(blocks), tuple(removals)), stats, OPTIONS, **more)
    return [b.text for b in kept], {removal.text: removal for removal in gone}


def test_what_stands_on_many_pages_goes_with_the_count_as_evidence():
    kept, gone = cut([block(0, STORY), block(1, APPEAL)], site(texts={APPEAL: 41}))
    assert kept == [STORY]
    removal = gone[APPEAL]
    assert (removal.stage, removal.category, removal.rule) == (
        "template",
        "template",
        "recurs-on-site",
    )
    assert removal.evidence == "on 41 of 50 pages of example.org"


def test_nearly_the_same_wording_goes_and_says_so():
    other = APPEAL.replace("Nine", "Ten").replace("open", "free")
    kept, gone = cut([block(0, STORY), block(1, other)], site(texts={APPEAL: 41}))
    assert kept == [STORY]
    assert gone[other].evidence == (
        "in nearly the same words on at least 41 of 50 pages of example.org"
    )


def test_a_rule_names_the_category_where_one_matches():
    name = Finding(1, "donation", "asks-readers-to-pay", "asks readers to pay", cut=False)
    _, gone = cut([block(0, STORY), block(1, APPEAL)], site(texts={APPEAL: 41}), names={1: name})
    assert (gone[APPEAL].category, gone[APPEAL].stage) == ("donation", "template")


@pytest.mark.parametrize(
    ("stats", "why"),
    [
        (None, "nothing is known of the site"),
        (site(texts={APPEAL: 4}), "it is on too few pages"),
        (site(pages=500, texts={APPEAL: 60}), "it is on too small a share of them"),
        (site(pages=4, texts={APPEAL: 4}), "too few pages are known"),
    ],
)
def test_what_does_not_recur_enough_stays(stats, why):
    assert cut([block(0, STORY), block(1, APPEAL)], stats)[0] == [STORY, APPEAL], why


def test_a_quotation_or_table_goes_only_where_half_of_the_pages_have_it():
    for kind, path in (("quote", ""), ("table", ""), ("paragraph", "div/blockquote/p")):
        blocks = [block(0, STORY), block(1, APPEAL, kind=kind, path=path)]
        assert cut(blocks, site(texts={APPEAL: 20}))[0] == [STORY, APPEAL]
        assert cut(blocks, site(texts={APPEAL: 26}))[0] == [STORY]


def test_the_pages_own_title_and_standfirst_stay_unless_most_pages_have_them():
    blocks = [block(0, APPEAL), block(1, STORY)]
    assert cut(blocks, site(texts={APPEAL: 20}), own=[APPEAL.upper()])[0] == [APPEAL, STORY]
    assert cut(blocks, site(texts={APPEAL: 41}), own=[APPEAL.upper()])[0] == [STORY]
    titled = [block(0, APPEAL, kind="title"), block(1, STORY)]
    assert cut(titled, site(texts={APPEAL: 41}))[0] == [APPEAL, STORY]


def test_a_heading_goes_only_with_what_stands_under_it():
    stats = site(texts={"Ingredients": 45, "Method:": 45, "Stand with us": 45, APPEAL: 45})
    blocks = [
        block(0, "Ingredients", kind="heading"),
        block(1, STORY),
        block(2, "Method:"),
        block(3, STORY[::-1]),
        block(4, "Stand with us", kind="heading"),
        block(5, APPEAL),
    ]
    kept, gone = cut(blocks, stats)
    assert kept == ["Ingredients", STORY, "Method:", STORY[::-1]]
    assert set(gone) == {"Stand with us", APPEAL}


def test_links_under_a_heading_that_recurs_go_with_it_also_where_others_were_cut_before():
    blocks = [
        block(0, STORY),
        block(1, "Більше новин", kind="heading"),
        block(2, "Міст знову відкрито", link_density=1.0),
        block(4, STORY[::-1]),
    ]
    cut_before = Removal(block(3, "Трамвай", link_density=1.0), "related", "judge", "j", "e")
    kept, gone = cut(blocks, site(texts={"Більше новин": 45}), [cut_before])
    assert kept == [STORY, STORY[::-1]]
    assert list(gone) == ["Більше новин", "Міст знову відкрито", "Трамвай"]
    evidence = gone["Міст знову відкрито"].evidence
    assert evidence == "links under “Більше новин”, which recurs on example.org"


def test_a_page_that_others_repeat_as_a_whole_keeps_its_text():
    copies = site(texts={STORY: 12, APPEAL: 12, "© 2026 The Quay": 50})
    blocks = [block(0, STORY), block(1, APPEAL), block(2, "© 2026 The Quay")]
    assert cut(blocks, copies)[0] == [STORY, APPEAL]
    assert cut(blocks[2:], copies)[0] == ["© 2026 The Quay"]


def test_what_the_operator_restored_stays():
    blocks = (block(0, STORY), block(1, APPEAL))
    stats = site(texts={APPEAL: 41})
    for options in (
        CleanOptions(restored_blocks=frozenset({fingerprint(APPEAL)})),
        CleanOptions(restored_rules=frozenset({"recurs-on-site"})),
    ):
        assert cut_template((blocks, ()), stats, options) == (blocks, ())
