"""A paragraph that speaks to readers is told apart from the prose around it."""

import pytest

from cleaners.layout import Layout
from cleaners.lexicon import lexicon
from cleaners.manner import Manner
from cleaners.plaintext import segment_text
from cleaners.ruletable import rule_table
from cleaners.speech import country_apart, is_polite, quoted_words
from cleaners.wording import Reader

REPORT = "\n\n".join(
    (
        "The council met on Tuesday and agreed on a plan for the old harbour of the town, which has been empty for years.",
        "The cannery closed in 2013, and since then the sheds by the water have stood empty, but for a few nets and a boat.",
        "A company from the north wants to build boats there, and has asked for a lease of forty years on two of the sheds.",
        "The plan goes to the region now, which is expected to decide before the winter, and to pay for a part of the work.",
    )
)
GUIDE = "\n\n".join(
    (
        "If you want to paint the hull yourself, wait for a dry week and clean it first, with fresh water and a soft cloth.",
        "You will need two coats, and you should leave a day between the first and the second, or your work will not last.",
        "Your brush matters more than your paint, so buy the best that you can find in town, and look after it well.",
        "When you have finished, keep the tin, because you will want the number of the colour in a year or two.",
    )
)


def manner(text: str) -> Manner:
    """Return the manner of a plain text of which all is kept."""
    parts = segment_text(text)
    reader = Reader(parts, lexicon(), rule_table())
    reader.prepare()
    layout = Layout(parts, [1.0] * len(parts.segments))
    return Manner(layout, reader, tuple(reader.candidates()))


@pytest.mark.parametrize(("text", "speaks"), [(REPORT, False), (GUIDE, True)])
def test_a_guide_speaks_to_its_readers_and_a_report_does_not(text: str, speaks: bool):
    assert manner(text).speaks_to_readers is speaks


def test_less_is_asked_of_an_appeal_amid_a_report_than_amid_a_guide():
    appeal = "We need your support: chip in for our journalism, as more readers like you do now."
    asked = []
    for text in (REPORT, GUIDE):
        page = manner(f"{text}\n\n{appeal}")
        index = len(page.layout.lengths) - 1
        verdict = next(v for v in page.reader.verdicts(index) if v.rule.category == "donation")
        asked.append(page.needed(verdict, page.reader.read(index)))
    assert asked[0] < 1 < asked[1]


def test_a_page_s_languages_are_told_by_its_common_words():
    book = lexicon()
    assert book.languages_of([REPORT.lower().split()]) == book.bit("en")
    assert book.languages_of([["harbour"]]) == book.every


def test_us_is_a_country_among_small_letters_and_sie_polite_within_a_sentence():
    parts = segment_text("The US asks for help.\n\nBitte helfen Sie uns.\n\nDann gehen sie heim.")
    country, polite, they = parts.segments
    assert "usa" in country_apart(country)
    assert is_polite(polite)
    assert not is_polite(they)


def test_words_in_quotation_marks_are_somebody_else_s():
    assert quoted_words("She said “help us now” twice", 6) == [False] * 2 + [True] * 3 + [False]
    assert quoted_words("Nothing is quoted here", 4) == []
