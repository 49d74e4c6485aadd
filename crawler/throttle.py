"""AutoThrottle that never goes below what a site asks for in its robots.txt (Crawl-delay)."""

from __future__ import annotations

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response


class PoliteThrottle(AutoThrottle):
    """Scrapy's AutoThrottle with each host's own delay as its floor."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slots = self.crawler.engine.downloader.slots
        key = next((key for key, other in slots.items() if other is slot), "")
        slot.delay = max(slot.delay, site_delay(self.crawler, key))


def site_delay(crawler: Crawler, host: str) -> float:
    """Return the seconds between requests that a host asks for; 0 where it does not."""
    own = crawler.engine.downloader.per_slot_settings.get(host, {})
    return float(own.get("delay", 0.0))


def obey_site_delay(crawler: Crawler, host: str, seconds: float) -> None:
    """Leave at least this many seconds between requests to a host, one request at a time."""
    downloader = crawler.engine.downloader
    delay = max(seconds, crawler.settings.getfloat("DOWNLOAD_DELAY"))
    downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
    slot = downloader.slots.get(host)
    if slot is not None:
        slot.delay, slot.concurrency, slot.jitter = max(delay, slot.delay), 1, 0.0
