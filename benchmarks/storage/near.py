"""Near-duplicates: how many pairs are found, how many are right, and what an addition costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlite_utils import Database

from benchmarks.storage.texts import edited, english, made_text
from corpus.dedup import index_document
from corpus.ingest import CACHE_KIB
from corpus.similar import signature
from corpus.store import corpus_at, transaction

EVERY = 10
"""One document in so many has an edited copy at another address."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """Pairs that are there, links made, right ones, and CPU seconds for the last 1,000."""

    documents: int
    pairs: int
    links: int
    right: int
    seconds_for_1000: float

    @property
    def recall(self) -> float:
        """The share of pairs that were linked."""
        return self.right / max(1, self.pairs)

    @property
    def precision(self) -> float:
        """The share of links that are pairs."""
        return self.right / max(1, self.links)


def measure(path: Path, documents: int, share: float = 0.1) -> Figures:
    """Index so many documents, some of them copies with `share` of the words edited."""
    texts = _texts(documents, share)
    with corpus_at(path, create=True) as db:
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        first = _add(db, texts, documents - 1000)
        started = time.process_time()
        _add(db, texts, 1000, first)
        seconds = time.process_time() - started
        links = db.execute(
            """SELECT copy.url, other.url FROM documents AS copy
            JOIN documents AS other ON other.id = copy.duplicate_of"""
        ).fetchall()
        pairs = db.execute("SELECT count(*) FROM documents WHERE url LIKE '%/copy'").fetchone()[0]
    right = sum(_original(one) == _original(other) for one, other in links)
    return Figures(documents, pairs, len(links), right, seconds)


def _texts(documents: int, share: float) -> Iterator[tuple[str, str]]:
    """Yield addresses and texts; an edited copy comes some time after its original."""
    random = Random(documents)  # noqa: S311 (test data)
    words = english()
    copies: list[tuple[str, str]] = []
    for number in range(documents):
        if number % EVERY == EVERY - 1 and copies:
            yield copies.pop(0)
            continue
        text = made_text(random, words, random.randint(120, 700))
        address = f"https://{number % 500}.example/{number}"
        yield address, text
        if number % EVERY == 0:
            copies.append((f"{address}/copy", edited(random, text, words, share)))


def _add(db: Database, texts: Iterator[tuple[str, str]], number: int, first: int = 1) -> int:
    """Store and index so many texts in batches; return the number of the next document."""
    for start in range(first, first + number, BATCH):
        with transaction(db):
            for page_id in range(start, min(start + BATCH, first + number)):
                url, text = next(texts)
                index_document(db, _document(db, page_id, url, text), signature(text))
    return first + number


def _document(db: Database, page_id: int, url: str, text: str) -> int:
    """Store a document as far as duplicates are concerned; its page has no body here."""
    db.execute("INSERT OR IGNORE INTO bodies VALUES ('', 0, x'')")
    db.execute(
        "INSERT INTO pages (id, url, url_key, site, sha256) VALUES (?, ?, ?, '', '')",
        (page_id, url, url),
    )
    cursor = db.execute(
        """INSERT INTO documents (page_id, url, url_key, site, fetched_at, language,
            language_confidence, text, structure, words, text_sha256, cleaner_version, options,
            cleaned_at)
        VALUES (?, ?, ?, '', '2026-01-01', 'en', 1, ?, '[]', ?, '', '1', '{}', '2026-01-01')""",
        (page_id, url, url, text, len(text.split())),
    )
    return int(cursor.lastrowid or 0)


def _original(url: str) -> str:
    return url.removesuffix("/copy")
