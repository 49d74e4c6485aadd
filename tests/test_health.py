"""A site's health: ordinary runs raise nothing, a change of template is alarmed in its first run."""

import doctest
import math
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from cleaners.records import Page
from corpus import layouts, odds
from corpus.alarms import accept, alarms, check_run
from corpus.condition import site_health
from corpus.facts import layout_of
from corpus.health import Facts, judge
from corpus.ingest import ingest
from corpus.odds import Count, share_of
from corpus.pages import add_page
from corpus.runs import finish_run, start_run
from corpus.store import open_corpus
from corpus.workers import CleaningPool, Limits
from tests.sites import html, story

NOW = datetime(2026, 5, 1, tzinfo=UTC)


KINDS = {
    "story": (520, 0.45, 0.99, 0.97, 0.8, "div.entry>article.post>main>body"),
    "brief": (90, 0.35, 0.97, 0.97, 0.3, "div.entry>article.post>main>body"),
    "opinion": (800, 0.25, 1, 0.97, 1, "div.entry>article.opinion>main>body"),
    "live": (2200, 0.6, 0.95, 0.9, 0.9, "div.live>section>main>body"),
    "gallery": (60, 0.6, 0.6, 0.9, 0.5, "div.gallery>main>body"),
    "video": (30, 0.7, 0.25, 0.9, 0.2, ""),
}
"""Kinds of pages: words and their spread; shares with a document, a date, an author; layout."""
NEWS = {"story": 70, "brief": 10, "opinion": 10, "gallery": 4, "live": 3, "video": 3}


@dataclass(frozen=True)
class Habits:
    """How a site publishes: pages a run on weekdays and weekends, what, how often alike in a row."""

    weekday: tuple[int, int]
    weekend: tuple[int, int]
    mix: dict[str, int]
    in_a_row: int = 1
    breaking: float = 0.0


SITES = {
    "a daily with quiet weekends": Habits((8, 25), (1, 4), NEWS, 3),
    "one to three pages a run": Habits((1, 3), (1, 2), {"story": 80, "brief": 10, "opinion": 10}),
    "few pages of every kind": Habits((0, 3), (0, 3), {"story": 50, "gallery": 25, "video": 25}),
    "fifty pages a run": Habits((50, 50), (50, 50), NEWS | {"brief": 30}, 6),
    "every kind, in clusters": Habits((3, 12), (3, 12), dict.fromkeys(KINDS, 10), 4),
    "breaking news": Habits((3, 9), (3, 9), {"story": 75, "brief": 15, "opinion": 10}, 4, 0.06),
}


def page_of(chance, kind, run, number):
    """Facts of a page with the variation of an ordinary site."""
    words, spread, document, date, author, layout = KINDS[kind]
    tag = chance.choice(["", ".tag-sea", ".tag-town", f".tag-x{number}"])
    cuts = {"related": chance.betavariate(2, 14), "navigation": chance.betavariate(2, 20)}
    return Facts(
        number,
        run,
        f"https://a.example/{number}",
        chance.random() < document,
        words=int(chance.lognormvariate(math.log(words), spread)),
        cut=sum(cuts.values()),
        title=chance.random() > 0.005,
        published=chance.random() < date,
        authors=chance.random() < author,
        language=chance.choices(["en", "fr", "es"], [93, 6, 1])[0],
        text=f"text {number}" if chance.random() > 0.01 else "a notice",
        layout=layout.replace(".post", f".post{tag}"),
        cuts=cuts,
    )


def runs_of(site, count):
    """The runs of a site: lists of facts."""
    habits, chance, number = SITES[site], random.Random(site), 0
    for run in range(count):
        size = chance.randint(*(habits.weekday if run % 7 < 5 else habits.weekend))
        kinds = []
        while len(kinds) < size:
            kind = chance.choices(list(habits.mix), list(habits.mix.values()))[0]
            kinds += [kind] * chance.randint(1, habits.in_a_row)
        if chance.random() < habits.breaking:
            kinds = ["brief"] * size
        yield [page_of(chance, kind, run, number + n) for n, kind in enumerate(kinds[:size])]
        number += size


def alarming(pages, new):
    """The causes that are alarming in a run after these pages."""
    latest = pages[-300:][::-1]
    return [one.cause for one in judge(latest, new, latest[:3]) if one.share.alarming]


@pytest.mark.parametrize("site", SITES)
def test_two_hundred_ordinary_runs_raise_no_alarm(site):
    pages = []
    for run, new in enumerate(runs_of(site, 200)):
        assert alarming(pages, new) == [], run
        pages += new


CHANGES = {
    "layout": {"layout": "div.body-copy>main>div.app>body"},
    "rejected": {"document": False, "layout": "", "rejected": "not-an-article"},
    "short": {"words": 40},
    "long": {"words": 9_000},
    "same-text": {"text": "Before you go on"},
    "cut": {"cut": 0.7, "cuts": {"paywall": 0.5, "related": 0.2}},
    "no-title": {"title": False},
    "no-date": {"published": False},
    "language": {"language": "fr"},
}


@pytest.mark.parametrize(("cause", "change"), CHANGES.items())
@pytest.mark.parametrize("site", ["a daily with quiet weekends", "breaking news"])
def test_a_change_is_alarmed_in_its_first_run(site, cause, change):
    *before, last = runs_of(site, 41)
    pages = [page for run in before for page in run]
    changed = [replace(page, **change) for page in [*last, *pages[-4:]]]
    changed = [replace(page, page_id=9_000 + n) for n, page in enumerate(changed)]
    assert cause in alarming(pages, changed)


def test_a_change_on_a_site_with_a_page_a_run_is_alarmed_after_a_few():
    pages = [page for run in runs_of("one to three pages a run", 60) for page in run]
    causes = []
    for number in range(9_000, 9_008):
        shell = replace(pages[-1], page_id=number, run_id=number, document=False)
        causes += alarming(pages, [shell])
        pages.append(shell)
    assert "rejected" in causes


@pytest.mark.parametrize("module", [odds, layouts])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("usual", [0.0, 0.04])
def test_clusters_seen_before_are_no_alarm_and_a_first_one_is(usual):
    calm = [Count(0, 10)] * 30
    clusters = [Count(10 if usual and n % 10 == 0 else 0, 10) for n in range(30)]
    assert share_of(Count(9, 10), calm).alarming
    assert share_of(Count(9, 10), clusters).alarming == (not usual)


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


def teaser(number):
    """The same markup around the first words of the story and an invitation."""
    body = story(number).body.decode()
    head, _, rest = body.partition("<p>")
    first = rest.partition("</p>")[0]
    return html(f"{head}<p>{first} …</p><p>Read on with a free account.</p></article></body>")


def dated(number):
    head = f'<meta property="article:published_time" content="2026-04-{number % 28 + 1:02}">'
    return story(number, head=head + '<meta name="author" content="Ada Brook">')


@pytest.fixture(scope="module")
def pool():
    with CleaningPool(Limits(workers=1)) as running:
        yield running


@pytest.fixture
def db(tmp_path):
    opened = open_corpus(tmp_path / "corpus.db")
    yield opened
    opened.close()


@pytest.fixture
def run_of(db, pool):
    """Stores, cleans and judges a run's pages; returns the causes of alarms (opened, closed)."""

    def run(answers, first, count=6, reason="finished"):
        run_id = start_run(db, "crawl", NOW, "a")
        for number in range(first, first + count):
            url = f"https://a.example/{number}"
            body = answers(number).body
            page = Page(body=body, url=url, status=200, content_type="text/html", fetched_at=NOW)
            add_page(db, page, NOW, run_id)
        ingest(db, pool, lambda: NOW)
        finish_run(db, run_id, NOW, reason, {})
        if reason == "interrupted":
            return set(), set()
        changed = check_run(db, run_id, NOW)
        assert check_run(db, run_id, NOW) == [], "judged once"
        opened = {one.cause for one in changed if one.closed_at is None}
        return opened, {one.cause for one in changed if one.closed_at is not None}

    return run


@pytest.mark.parametrize(
    ("changed", "cause"),
    [(moved, "layout"), (shell, "rejected"), (plain_wall, "layout")],
)
def test_a_changed_template_is_alarmed_once_with_examples_and_closed_on_recovery(
    db, run_of, changed, cause
):
    assert run_of(story, 0, 12) == (set(), set())
    assert run_of(story, 100) == (set(), set())
    opened, _ = run_of(changed, 200)
    assert cause in opened
    assert run_of(changed, 300) == (set(), set()), "no second alarm for it"
    alarm = next(one for one in alarms(db) if one.cause == cause)
    assert alarm.before[0].startswith("https://a.example/10")
    assert alarm.after[0].startswith("https://a.example/20")
    assert site_health(db)[0]["alarms"] == sorted(opened)
    assert run_of(story, 400) == (set(), opened)
    assert alarms(db) == []
    assert run_of(story, 500) == (set(), set())


@pytest.mark.parametrize(
    ("usual", "changed", "causes"),
    [(dated, story, {"no-date", "no-author"}), (story, teaser, {"short"})],
)
def test_what_goes_missing_in_the_same_markup_is_alarmed(run_of, usual, changed, causes):
    run_of(usual, 0, 12)
    run_of(usual, 100)
    assert causes <= run_of(changed, 200)[0]
    assert run_of(usual, 300)[1] >= causes


def test_a_run_that_was_cut_off_is_judged_with_the_one_that_goes_on(db, run_of):
    run_of(story, 0, 12)
    run_of(story, 100)
    for first in (200, 300):
        run_of(shell, first, 2, "interrupted")
    opened, _ = run_of(shell, 400, 2)
    assert "rejected" in opened, "six pages of three runs"
    assert db.execute(
        "SELECT count(*) FROM runs WHERE kind = 'crawl' AND NOT judged"
    ).fetchone() == (0,)


def test_where_a_source_begins_is_no_page_of_its_site(db, run_of):
    start = "INSERT INTO urls (source, url_key, url, host, kind) VALUES (?, ?, ?, ?, 'start')"
    url = "https://a.example/3"
    db.execute(start, ("a", url, url, "a.example"))
    db.execute("CREATE TRIGGER s AFTER INSERT ON pages BEGIN UPDATE pages SET source = 'a'; END")
    run_of(story, 0)
    urls = [row[0] for row in db.execute("SELECT facts ->> 'url' FROM page_facts")]
    assert sorted(urls) == [f"https://a.example/{number}" for number in (0, 1, 2, 4, 5)]


def test_an_accepted_layout_is_the_new_normal(db, run_of):
    run_of(story, 0, 12)
    run_of(moved, 100)
    run_of(moved, 200)
    assert accept(db, "a.example", NOW) >= 1
    assert run_of(moved, 300) == (set(), set())
    assert "layout" in run_of(story, 400)[0]


def test_a_layout_is_where_most_paragraphs_stand_without_names_that_are_made_anew():
    text = "<p>" + "A sentence that is long enough to be read. " * 3 + "</p>"
    page = f'<body><div class="main css-1x2y">{text}{text}</div><aside>{text}</aside></body>'
    assert layout_of(page.encode()) == "div.main>body>html"
    assert layout_of(b"") == ""
    assert layout_of(b"<p>short</p>") == ""
