"""Storing what a page was cleaned to together with what it teaches: one step of a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from cleaners.records import CleanOptions, Rejection
from corpus.dedup import drop_document, index_document
from corpus.documents import save_outcome
from corpus.enrich import Cleaned
from corpus.pages import StoredPage
from corpus.sites import Sites, forget_page, note_page
from corpus.sitetemplates import Template
from corpus.workers import Outcome, Task


@dataclass(frozen=True, slots=True)
class Result:
    """A page, how it was cleaned, and to what."""

    stored: StoredPage
    template: Template
    options: CleanOptions
    outcome: Cleaned | Rejection

    @property
    def is_document(self) -> bool:
        """Whether the page gave a document."""
        return isinstance(self.outcome, Cleaned)


def results(cleaned: Iterable[tuple[Task, Outcome]]) -> Iterator[Result]:
    """Yield the results of tasks whose key is a stored page and the template it is cleaned with."""
    for task, outcome in cleaned:
        stored, template = task.key
        yield Result(stored, template, task.options, outcome)


def learn(db: Database, result: Result, sites: Sites, now: datetime) -> bool:
    """Store an outcome, its marks and its links; return whether the page had an outcome before.

    Where the site's template changed meanwhile in what matters to the page, the page stays pending.
    """
    stored, outcome = result.stored, result.outcome
    before = db.execute(
        """SELECT (SELECT id FROM documents WHERE page_id = :id),
            (SELECT page_id FROM rejections WHERE page_id = :id)""",
        {"id": stored.id},
    ).fetchone()
    if isinstance(outcome, Rejection):
        if before[0]:
            drop_document(db, before[0])
        save_outcome(db, stored, outcome, result.options, now)
        forget_page(db, stored)
    else:
        document_id = save_outcome(db, stored, outcome.document, result.options, now)
        if document_id is not None:
            index_document(db, document_id, outcome.signature)
        applied = result.template.applied_to(outcome.marks)
        note_page(db, stored, outcome.marks, applied)
        if sites.template(stored.site).applied_to(outcome.marks) != applied:
            db.execute("UPDATE pages SET state = 'pending' WHERE id = ?", (stored.id,))
    return any(before)
