"""Site templates: what is left of the boilerplate, what is lost of the stories, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlite_utils import Database

from benchmarks.storage.sites import BOILERPLATE, Made, made_site
from corpus.ingest import Counts, ingest
from corpus.pages import add_page
from corpus.store import corpus_at, transaction
from corpus.workers import CleaningPool, Limits

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """A way in which the same pages come: shuffled by a seed (0: as made), in so many batches."""

    name: str
    seed: int = 0
    batches: int = 1


ORDERS = (
    Order("as made"),
    Order("shuffled", 1),
    Order("shuffled again", 2),
    Order("in ten batches", 3, 10),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of one order: shares of boilerplate left and words lost, and the documents."""

    order: str
    counts: Counts
    left: float
    lost: float
    documents: dict[str, Any]


def pages_of_all_sites(number: int) -> list[Made]:
    """Return so many pages of each site."""
    return [made for language in BOILERPLATE for made in made_site(language, number)]


def learn(folder: Path, made: list[Made], order: Order) -> Learned:
    """Ingest the pages in an order, into a corpus of its own."""
    shuffled = Random(order.seed).sample(made, len(made))  # noqa: S311 (test data)
    pages = shuffled if order.seed else made
    total = Counts()
    with (
        corpus_at(folder / f"{order.name}.db", create=True) as db,
        CleaningPool(Limits(workers=2)) as pool,
    ):
        for start in range(order.batches):
            with transaction(db):
                for item in pages[start :: order.batches]:
                    add_page(db, item.page, NOW)
            counts = ingest(db, pool, lambda: NOW)
            total.documents += counts.documents
            total.rejections += counts.rejections
            total.again += counts.again
        documents = stored(db)
    left, lost = shares(made, documents)
    return Learned(order.name, total, left, lost, documents)


def stored(db: Database) -> dict[str, Any]:
    """Return all that is stored of documents and removals, by address, without ids and times."""
    found: dict[str, Any] = {}
    for row in db.query("SELECT * FROM documents"):
        cuts = db.execute(
            """SELECT position, span_start, category, stage, rule, evidence, text FROM removals
            WHERE document_id = ? ORDER BY position, span_start""",
            (row["id"],),
        ).fetchall()
        hidden = {"id", "page_id", "duplicate_of", "cleaned_at"}
        found[row["url"]] = ({k: v for k, v in row.items() if k not in hidden}, cuts)
    return found


def shares(made: list[Made], documents: dict[str, Any]) -> tuple[float, float]:
    """Return the share of boilerplate blocks that are left, and of story words that are lost."""
    left = blocks = lost = words = 0
    for item in made:
        kept = set(documents[item.page.url or ""][0]["text"].split("\n\n"))
        blocks += len(item.boilerplate)
        left += sum(text in kept for text in item.boilerplate)
        words += sum(len(text.split()) for text in item.body)
        lost += sum(len(text.split()) for text in item.body if text not in kept)
    return left / blocks, lost / words
