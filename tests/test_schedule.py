"""Schedules over a simulated month: the clock is an argument, crawls are an hour glass."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cleaners.errors import OperatorError
from corpus.processes import this_process
from corpus.schedule_store import become_scheduler, load_states, resign, save_state
from corpus.store import open_corpus
from crawler.schedule import AUTO_LEAST, AUTO_MOST, ended, known
from crawler.schedule_processes import Wishes, once, serve
from crawler.schedule_service import Scheduler, SourcesFile
from crawler.sources import Source, load_sources

START = datetime(2026, 3, 1, tzinfo=UTC)
DEAD = "999999999:1"
BERLIN = ZoneInfo("Europe/Berlin")


class Hourglass:
    """A launcher whose crawls take a fixed time and end with a code that the test chooses."""

    def __init__(self, seconds=60, code=0):
        self.seconds, self.code = seconds, code
        self.now = START
        self.starts = []
        self.ends = {}

    def start(self, source):
        assert source not in self.ends, "one crawl per source at a time"
        self.starts.append((source, self.now))
        self.ends[source] = self.now + timedelta(seconds=self.seconds)
        return this_process()

    def finished(self):
        done = {name: self.code for name, end in self.ends.items() if end <= self.now}
        for name in done:
            del self.ends[name]
        return done

    def running(self):
        return list(self.ends)

    def interrupt(self):
        self.code = 130
        self.ends = dict.fromkeys(self.ends, self.now)

    def of(self, source):
        return [moment for name, moment in self.starts if name == source]


@pytest.fixture
def db(tmp_path):
    opened = open_corpus(tmp_path / "corpus.db")
    yield opened
    opened.close()


def scheduler_of(db, tmp_path, sources, launcher, *, most=4, events=None):
    def tell(event, **fields):
        if events is not None:
            events.append((event, fields))

    file = SourcesFile(tmp_path / "sources.toml", tell, {one.name: one for one in sources})
    return Scheduler(db, file, launcher, tell, most)


def simulate(scheduler, until):
    """Step from event to event until a moment."""
    glass = scheduler.launcher
    while glass.now < until:
        scheduler.step(glass.now)
        waiting = [one.due_at for one in load_states(scheduler.db).values() if not one.process]
        glass.now = min([*glass.ends.values(), *(max(one, glass.now) for one in waiting), until])


class Promises(Wishes):
    """Wishes whose waiting turns the hourglass."""

    def __init__(self, glass):
        super().__init__()
        self.glass = glass

    def wait(self, seconds):
        self.glass.now += timedelta(seconds=seconds)


def minutes(moments, zone=UTC):
    return [moment.astimezone(zone).strftime("%m-%d %H:%M") for moment in moments]


def test_cron_runs_once_a_night_over_both_changes_of_the_clocks(db, tmp_path):
    spring = Source("a", cron="30 2 * * *", timezone="Europe/Berlin")
    glass = Hourglass()
    simulate(scheduler_of(db, tmp_path, [spring], glass), START + timedelta(days=31))
    nights = [f"03-{day:02} 02:30" for day in range(1, 32)]
    nights[28] = "03-29 03:00"  # 02:30 does not exist that night
    assert minutes(glass.of("a"), BERLIN) == nights
    glass.now, glass.starts = datetime(2026, 10, 24, tzinfo=UTC), []
    simulate(scheduler_of(db, tmp_path, [spring], glass), datetime(2026, 10, 27, tzinfo=UTC))
    missed = ["10-24 02:00"]  # the months between are one crawl, at once
    assert minutes(glass.of("a"), BERLIN) == missed + [f"10-{day} 02:30" for day in (24, 25, 26)]


def test_an_interval_keeps_its_rhythm_for_a_month(db, tmp_path):
    glass = Hourglass()
    simulate(
        scheduler_of(db, tmp_path, [Source("a", every=21_600.0)], glass),
        datetime(2026, 4, 1, tzinfo=UTC),
    )
    assert len(glass.starts) == 31 * 4
    assert glass.of("a")[0] == START, "a new source is crawled at once"
    first, *later = [b - a for a, b in zip(glass.of("a"), glass.of("a")[1:], strict=False)]
    assert timedelta() <= first - timedelta(hours=6) <= timedelta(seconds=30), "the jitter, once"
    assert set(later) == {timedelta(hours=6)}


def test_missed_hours_are_one_crawl(db, tmp_path):
    glass = Hourglass()
    source = Source("a", cron="0 * * * *")
    simulate(scheduler_of(db, tmp_path, [source], glass), START + timedelta(hours=3, minutes=5))
    resign(db, this_process())
    glass.now = START + timedelta(hours=10, minutes=20)
    simulate(scheduler_of(db, tmp_path, [source], glass), START + timedelta(hours=12, minutes=5))
    assert minutes(glass.of("a")) == [
        f"03-01 {at}" for at in ("01:00", "02:00", "03:00", "10:20", "11:00", "12:00")
    ]


def test_a_crawl_longer_than_its_interval_is_not_started_twice(db, tmp_path):
    glass = Hourglass(seconds=1_000)
    simulate(
        scheduler_of(db, tmp_path, [Source("a", every=600.0)], glass), START + timedelta(hours=1)
    )
    gaps = [after - before for before, after in zip(glass.of("a"), glass.of("a")[1:], strict=False)]
    assert gaps == [timedelta(seconds=1_000)] * len(gaps)
    assert len(gaps) == 3


def test_a_crawl_that_ends_just_after_it_was_asked_about_is_not_lost(db, tmp_path):
    glass, events = Hourglass(), []
    glass.start = lambda source: (Hourglass.start(glass, source), DEAD)[1]  # gone when looked at
    scheduler = scheduler_of(db, tmp_path, [Source("a", every=600.0)], glass, events=events)
    scheduler.step(START)
    scheduler.step(START + timedelta(seconds=1))
    glass.now = START + timedelta(seconds=60)
    scheduler.step(glass.now)
    assert [event for event, _ in events] == ["crawl started", "crawl ended"]


def test_a_crawl_lost_with_its_scheduler_goes_on_at_once_and_once(db, tmp_path):
    glass = Hourglass()
    source = Source("a", cron="0 6 * * *")
    simulate(scheduler_of(db, tmp_path, [source], glass), START + timedelta(hours=6, seconds=40))
    assert len(glass.starts) == 1
    state = load_states(db)["a"]
    dead = {
        name: getattr(state, name)
        for name in ("source", "rule", "due_at", "interval", "started_at")
    }
    save_state(db, type(state)(**dead, process=DEAD))
    again = Hourglass()
    again.now = START + timedelta(hours=6, minutes=2)
    events = []
    second = scheduler_of(db, tmp_path, [source], again, events=events)
    second.begin(again.now)
    assert events == [("crawl was lost; it goes on", {"source": "a"})]
    simulate(second, START + timedelta(days=1, hours=7))
    assert minutes(again.of("a")) == ["03-01 06:02", "03-02 06:00"]


def test_a_crawl_that_outlives_its_scheduler_is_not_doubled(db, tmp_path):
    source = Source("a", every=60.0)
    first = Hourglass()
    scheduler_of(db, tmp_path, [source], first).step(START + timedelta(seconds=3))
    assert first.starts
    second = Hourglass()
    later = scheduler_of(db, tmp_path, [source], second)
    later.begin(START + timedelta(minutes=5))
    assert later.step(START + timedelta(minutes=5)) == []


@pytest.mark.parametrize(("hours", "starts"), [(-1, 0), (-24 * 365, 1), (24 * 30, 1)])
def test_a_clock_that_is_set_neither_doubles_nor_loses_runs(db, tmp_path, hours, starts):
    glass = Hourglass()
    source = Source("a", cron="0 * * * *")
    scheduler = scheduler_of(db, tmp_path, [source], glass)
    simulate(scheduler, START + timedelta(hours=3, minutes=5))
    glass.starts = []
    glass.now += timedelta(hours=hours)
    simulate(scheduler, glass.now + timedelta(minutes=50))
    assert len(glass.starts) == (1 if hours > 0 else 0)
    simulate(scheduler, glass.now + timedelta(minutes=15))
    assert len(glass.starts) == starts + (1 if hours > 0 else 0)


def test_a_failing_source_is_tried_less_and_less_and_recovers(db, tmp_path):
    glass = Hourglass(code=1)
    scheduler = scheduler_of(db, tmp_path, [Source("a", every=3_600.0)], glass)
    simulate(scheduler, START + timedelta(hours=40))
    gaps = [
        round((b - a).total_seconds() / 3_600)
        for a, b in zip(glass.of("a"), glass.of("a")[1:], strict=False)
    ]
    assert gaps[:4] == [1, 2, 4, 7]
    assert set(gaps[4:]) == {7}
    glass.code = 0
    simulate(scheduler, START + timedelta(hours=52))
    assert load_states(db)["a"].failures == 0
    assert glass.of("a")[-1] - glass.of("a")[-2] == timedelta(hours=1)


def test_no_more_crawls_run_at_once_than_are_allowed(db, tmp_path):
    glass = Hourglass(seconds=50)
    sources = [Source(f"s{number}", every=3_600.0) for number in range(7)]
    scheduler = scheduler_of(db, tmp_path, sources, glass, most=2)
    most = 0
    for second in range(0, 600, 5):
        glass.now = START + timedelta(seconds=second)
        scheduler.step(glass.now)
        most = max(most, len(glass.ends))
    assert most == 2
    assert {name for name, _ in glass.starts} == {source.name for source in sources}


def test_auto_follows_how_often_a_site_has_something_new():
    source = Source("a", every="auto")

    def settled(news_every_hours):
        state = known(source, None, START)
        last_news = now = START
        for _ in range(300):
            now = max(now, state.due_at)
            news = (now - last_news) >= timedelta(hours=news_every_hours)
            last_news = now if news else last_news
            begun = type(state)(source.name, state.rule, now, state.interval, started_at=now)
            state = ended(source, begun, now, 0, int(news))
        return state.interval / 3_600

    assert settled(0) == AUTO_LEAST / 3_600
    assert settled(10_000) == AUTO_MOST / 3_600
    assert 2 < settled(6) < 9


def test_a_second_scheduler_is_refused_while_the_first_lives(db):
    become_scheduler(db, this_process(), "here", START)
    with pytest.raises(OperatorError, match=r"another scheduler, process \d+ on here"):
        become_scheduler(db, "1:2", "here", START)
    with pytest.raises(OperatorError, match="another scheduler"):
        become_scheduler(db, "1:2", "elsewhere", START + timedelta(seconds=59))
    become_scheduler(db, "1:2", "elsewhere", START + timedelta(seconds=61))
    resign(db, "1:2")
    become_scheduler(db, DEAD, "here", START)
    become_scheduler(db, this_process(), "here", START)  # the other one is dead


def test_a_broken_sources_file_keeps_the_old_one_and_says_so(tmp_path):
    events = []
    path = tmp_path / "sources.toml"
    path.write_text('[a]\nstart = ["https://a.example/"]\nevery = "1h"\n')
    file = SourcesFile(path, lambda event, **fields: events.append((event, fields)))
    file.load()
    path.write_text('[a]\nstart = ["https://a.example/"]\nevery = "soon"\n')
    file.reload()
    file.reload()
    assert [event for event, _ in events] == ["sources kept as they were"]
    assert "every" in events[0][1]["problem"]
    assert file.sources["a"].every == 3_600.0
    assert load_sources(file.for_crawls())["a"].every == 3_600.0, "crawls read what it was before"
    copy = file.for_crawls()
    path.write_text('[b]\nstart = ["https://b.example/"]\nevery = "2h"\n')
    file.reload()
    assert list(file.sources) == ["b"]
    assert file.for_crawls() == path
    assert not copy.exists()


def test_once_crawls_what_is_due_now_and_nothing_that_becomes_due_meanwhile(db, tmp_path):
    glass = Hourglass(seconds=100)
    sources = [Source(name, every=30.0) for name in "abc"] + [Source("n", cron="0 6 * * *")]
    scheduler = scheduler_of(db, tmp_path, sources, glass, most=2)
    assert once(scheduler, glass, Promises(glass), lambda: glass.now) == ["a", "b", "c"]
    assert not glass.ends
    again = once(scheduler, glass, Promises(glass), lambda: glass.now)
    assert sorted(again) == ["a", "b", "c"]


def test_a_service_that_is_stopped_lets_its_crawls_end_and_they_are_due_at_once(db, tmp_path):
    glass = Hourglass(seconds=3_600)
    scheduler = scheduler_of(db, tmp_path, [Source("a", every=7_200.0)], glass)
    wishes = Promises(glass)

    def clock():
        wishes.stop = glass.now > START + timedelta(seconds=5)
        return glass.now

    serve(scheduler, glass, wishes, clock)
    state = load_states(db)["a"]
    assert (len(glass.starts), state.process, state.exit_code) == (1, None, 130)
    assert state.due_at <= glass.now
    assert state.failures == 0
