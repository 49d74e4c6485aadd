"""A site's health: ordinary runs raise nothing, a change of template is alarmed in its first run."""

import random
from datetime import UTC, datetime

import pytest

from cleaners.records import Page
from corpus.alarms import accept, alarms, check_run, site_health
from corpus.facts import layout_of
from corpus.health import Facts, judge
from corpus.ingest import ingest
from corpus.pages import add_page
from corpus.runs import start_run
from corpus.store import open_corpus
from corpus.workers import CleaningPool, Limits
from tests.sites import html, story

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def ordinary(chance, run, number):
    """Facts of a page with the variation of an ordinary site."""
    document = chance.random() > 0.06
    return Facts(
        number,
        run,
        f"https://a.example/{number}",
        document,
        words=int(chance.lognormvariate(6, 0.7)),
        cut=chance.betavariate(2, 10),
        title=chance.random() > 0.01,
        published=chance.random() > 0.1,
        authors=chance.random() > 0.35,
        language=chance.choices(["en", "fr"], [20, 1])[0],
        text=f"text {number}",
        layout=chance.choices(["article", "gallery", "live", ""], [30, 3, 2, 1])[0],
    )


@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_ordinary_runs_raise_no_alarm(seed):
    chance = random.Random(seed)
    pages = []
    for run in range(200):
        new = [ordinary(chance, run, len(pages) + n) for n in range(chance.randint(3, 25))]
        alarming = [one for one in judge(pages[-300:], new) if one.share.alarming]
        assert alarming == [], (run, alarming)
        pages += new


def plain_wall(number):
    return html(
        "<body><div class=wall><h1>Before you go on</h1><p>We and our 412 partners would like to "
        "store cookies on your device and read them, to measure what you look at and to choose "
        "advertisements. You can agree to all of it or choose what you allow.</p>"
        "<p>Your choice is kept for half a year. You can change it at the foot of each page. "
        "Without a choice, this page cannot be shown to you at the moment.</p>"
        f"<button>Agree</button><!-- {number} --></div></body>",
        "Your choice",
    )


def moved(number):
    body = story(number).body.replace(b"<article>", b'<main><div class="body-copy">')
    return html(body.decode().partition("<body>")[2].replace("</article>", "</div></main>"))


def shell(number):
    return html(f'<body><div id="root"></div><script src="/app.js?{number}"></script></body>')


@pytest.fixture
def db(tmp_path):
    opened = open_corpus(tmp_path / "corpus.db")
    yield opened
    opened.close()


def run_of(db, answers, first, count=6):
    """Store and clean a run's pages and judge it; return the causes of alarms (opened, closed)."""
    run_id = start_run(db, "crawl", NOW, "a")
    for number in range(first, first + count):
        url = f"https://a.example/{number}"
        page = Page(
            body=answers(number).body, url=url, status=200, content_type="text/html", fetched_at=NOW
        )
        add_page(db, page, NOW, run_id)
    with CleaningPool(Limits(workers=1)) as pool:
        ingest(db, pool, lambda: NOW)
    changed = check_run(db, run_id, NOW)
    assert check_run(db, run_id, NOW) == [], "judged once"
    opened = {one.cause for one in changed if one.closed_at is None}
    return opened, {one.cause for one in changed if one.closed_at is not None}


@pytest.mark.parametrize(
    ("changed", "cause"),
    [(moved, "layout"), (shell, "rejected"), (plain_wall, "layout")],
)
def test_a_changed_template_is_alarmed_once_with_examples_and_closed_on_recovery(
    db, changed, cause
):
    assert run_of(db, story, 0, 12) == (set(), set())
    assert run_of(db, story, 100) == (set(), set())
    opened, _ = run_of(db, changed, 200)
    assert cause in opened
    assert run_of(db, changed, 300) == (set(), set()), "no second alarm for it"
    alarm = next(one for one in alarms(db) if one.cause == cause)
    assert alarm.before[0].startswith("https://a.example/10")
    assert alarm.after[0].startswith("https://a.example/20")
    assert site_health(db)[0]["alarms"] == sorted(opened)
    assert run_of(db, story, 400) == (set(), opened)
    assert alarms(db) == []
    assert run_of(db, story, 500) == (set(), set())


def test_an_accepted_layout_is_the_new_normal(db):
    run_of(db, story, 0, 12)
    run_of(db, moved, 100)
    run_of(db, moved, 200)
    assert accept(db, "a.example", NOW) >= 1
    assert run_of(db, moved, 300) == (set(), set())
    assert "layout" in run_of(db, story, 400)[0]


def test_a_layout_is_where_most_paragraphs_stand_without_names_that_are_made_anew():
    text = "<p>" + "A sentence that is long enough to be read. " * 3 + "</p>"
    page = f'<body><div class="main css-1x2y">{text}{text}</div><aside>{text}</aside></body>'
    assert layout_of(page.encode()) == "div.main>body>html"
    assert layout_of(b"") == ""
    assert layout_of(b"<p>short</p>") == ""
