"""Cleaning in worker processes: whatever a page does, the run goes on."""

import os
import signal

import pytest

from cleaners.records import Document, Metadata, Page, Rejection
from corpus.workers import CleaningPool, Limits, Task


def trivial(page, options, site):
    """Give a document of the body, or do what the body says."""
    match page.body.split():
        case [b"hang"]:
            signal.pause()
        case [b"die"]:
            os.kill(os.getpid(), signal.SIGSEGV)
        case [b"leave"]:
            os._exit(3)
        case [b"raise"]:
            raise LookupError("no such\nthing")
        case [b"bloat"]:
            return [bytes(10**8) for _ in range(100)]
        case [b"pid"]:
            return Document(page.url, Metadata(), str(os.getpid()), (), ())
        case [b"unpicklable"]:
            return lambda: None
    return Document(page.url, Metadata(), page.body.decode(), (), ())


def outcomes(bodies, **limits):
    settings = Limits(**{"workers": 2, "seconds": 20.0, "megabytes": 400, **limits})
    tasks = [Task(n, Page(body, f"https://example.org/{n}")) for n, body in enumerate(bodies)]
    with CleaningPool(settings, trivial) as pool:
        results = list(pool.clean(iter(tasks)))
    assert [task.key for task, _ in results] == list(range(len(bodies)))
    return [outcome for _, outcome in results]


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        (b"hang", "timeout", "not cleaned within 0.5 seconds"),
        (b"die", "crashed", "the worker was ended by SIGSEGV"),
        (b"leave", "crashed", "the worker ended with exit code 3"),
        (b"raise", "crashed", "LookupError: no such thing (test_workers.py:"),
        (b"bloat", "out-of-memory", "beyond the memory limit"),
        (b"unpicklable", "crashed", "lambda"),
    ],
)
def test_a_page_that_ends_its_worker_becomes_a_rejection_and_the_others_are_cleaned(
    body, reason, detail
):
    seconds = 0.5 if reason == "timeout" else 20.0
    first, bad, *rest = outcomes([b"a", body, b"b", b"c", b"d"], seconds=seconds)
    assert isinstance(bad, Rejection)
    assert (bad.url, bad.reason) == ("https://example.org/1", reason)
    assert detail in bad.detail
    assert [document.text for document in (first, *rest)] == ["a", "b", "c", "d"]


def test_results_come_in_the_order_of_the_tasks_however_many_workers_there_are():
    bodies = [f"page {n}".encode() for n in range(60)]
    texts = [document.text for document in outcomes(bodies, workers=3, window=4)]
    assert texts == [body.decode() for body in bodies]


def test_a_worker_is_replaced_after_its_share_of_pages():
    pids = [document.text for document in outcomes([b"pid"] * 7, workers=1, pages_per_worker=3)]
    assert len(set(pids)) == 3
    assert pids[0] == pids[1] == pids[2]


def test_a_large_page_goes_through():
    (document,) = outcomes([b"x" * 20_000_000])
    assert len(document.text) == 20_000_000


def test_a_pool_can_be_used_again_and_leaves_no_process_behind():
    with CleaningPool(Limits(workers=1), trivial) as pool:
        pids = {outcome.text for _ in "ab" for _, outcome in pool.clean([Task(0, Page(b"pid"))])}
        assert len(pids) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(int(pids.pop()), 0)


def test_no_tasks_start_no_worker():
    assert outcomes([]) == []
