"""Scrapy's settings: honest, polite, bounded, and closed to everything but the public web.

`scrapy.cfg` names this module, so that `scrapy crawl site -a url=https://example.org` and a
user's own spiders run under the same rules as `winnow crawl`. A source's own choices (delay,
headers, private addresses …) are laid over these by the spider. Names with WINNOW_ are ours.
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from scrapy.settings import default_settings

try:
    _VERSION = version("winnow-corpus")
except PackageNotFoundError:
    _VERSION = "0"

_NOT_LOADED = ("telnet", "remote_control", "throttle")

BOT_NAME = "winnow"
COMMANDS_MODULE = "crawler.commands"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# Who we are. WINNOW_CONTACT is an address or page where a site's operator reaches the crawler's.
WINNOW_CONTACT = os.environ.get("WINNOW_CONTACT", "")
USER_AGENT = f"Winnow/{_VERSION} ({'+' + WINNOW_CONTACT if WINNOW_CONTACT else 'contact not set'})"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Winnow"

# Politeness.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 4
DOWNLOAD_DELAY = 1.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
CONCURRENT_ITEMS = 2  # Scrapy starts so many tasks for each response; ours bring one item each
RETRY_TIMES = 2
WINNOW_RETRY_DELAY = 2.0  # seconds before the first retry; doubles from try to try
WINNOW_RETRY_AFTER_MAX = 86_400.0  # seconds; longer wishes in Retry-After are cut to this
WINNOW_CRAWL_DELAY_MAX = 600.0  # seconds; longer Crawl-delays are cut to this
WINNOW_PATIENCE = 120.0  # seconds that a crawl waits for addresses that are put off
WINNOW_RESUME_WINDOW = 86_400.0  # seconds after which an interrupted crawl is begun anew

# Bounds.
DOWNLOAD_TIMEOUT = 30.0
DOWNLOAD_MAXSIZE = 20_000_000  # bytes, before and after decompression
DOWNLOAD_WARNSIZE = 0
WINNOW_MAX_HEADER_BYTES = 262_144
REDIRECT_MAX_TIMES = 10
URLLENGTH_LIMIT = 2_083
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 50_000_000

# Trust.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy would choose the address that is connected to
WINNOW_PRIVATE_HOSTS: list[str] = []  # host names that may have non-public addresses
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.handlers.CheckedDownloadHandler",
    "https": "crawler.handlers.CheckedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# The frontier and the archive in SQLite.
WINNOW_DB = os.environ.get("WINNOW_DB", "corpus.db")
SCHEDULER = "crawler.scheduler.FrontierScheduler"
DOWNLOADER = "crawler.downloader.FrontierDownloader"
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 900}
# Without the telnet console and remote control, which Scrapy loads (a third of a small crawl's
# start) even where they are off, and its AutoThrottle, whose place ours takes.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.startswith(tuple(f"scrapy.extensions.{one}." for one in _NOT_LOADED))
}
EXTENSIONS: dict[str, Any] = {
    "crawler.throttle.PoliteThrottle": 0,
    "crawler.sniff.ContentSniffer": 0,
}
DOWNLOADER_MIDDLEWARES: dict[str, Any] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.retrying.RetryLaterMiddleware": 550,
}

LOG_LEVEL = os.environ.get("WINNOW_LOG_LEVEL", "INFO")
LOG_FORMATTER = "crawler.wordings.FailuresApart"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
