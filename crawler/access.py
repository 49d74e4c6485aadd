"""How middlewares, pipelines and spiders reach the frontier's scheduler."""

from __future__ import annotations

from typing import cast

from scrapy.crawler import Crawler

from crawler.scheduler import FrontierScheduler


def frontier_of(crawler: Crawler) -> FrontierScheduler | None:
    """Return a crawl's scheduler where it is ours.

    Not by `isinstance`, which Scrapy's schedulers answer by their methods' names.
    """
    scheduler = crawler.engine.scheduler
    if FrontierScheduler not in type(scheduler).__mro__:
        return None
    return cast("FrontierScheduler", scheduler)
