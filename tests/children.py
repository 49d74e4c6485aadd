"""Processes for tests: a crawl runs once in a process, since Scrapy's reactor does."""

import multiprocessing


def context():
    """Return how test processes start: from a server that has the crawler loaded.

    And what Scrapy loads when a crawl begins: half of the processor time of a small crawl.
    """
    found = multiprocessing.get_context("forkserver")
    loaded = ("core.downloader.handlers.http11", "downloadermiddlewares.cookies")
    found.set_forkserver_preload(["crawler.cli", *(f"scrapy.{name}" for name in loaded)])
    return found


def in_child(target, *arguments, seconds=60):
    """Run a function in a process of its own, which must end by itself and well."""
    child = context().Process(target=target, args=arguments)
    child.start()
    child.join(seconds)
    ended = child.exitcode
    child.kill()
    child.join()
    assert ended == 0, "did not end" if ended is None else f"ended with {ended}"
