"""A site's template as it is stored, and what it says of a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from sqlite_utils import Database

from cleaners.marks import NO_MARKS, PAGE_MARKS, Marks, PageMarks, key_of
from cleaners.records import SiteStats
from cleaners.template import AGREEING_BANDS, SURE_SHARE


@dataclass(frozen=True, slots=True)
class Template:
    """A site's template: the marks of its recurring blocks, and the pages that have each."""

    site: str
    pages: int = 0
    epoch: int = 0
    marks: Marks = field(default_factory=lambda: NO_MARKS)
    counts: Marks = field(default_factory=lambda: NO_MARKS)

    def applied_to(self, page: PageMarks) -> str:
        """Return what the template says of a page's blocks; "" where it says nothing.

        That is, by block, whether it recurs, and whether most pages have it: what cleaning asks
        for. As long as it is the same, cleaning the page again would give the same.
        """
        hits = page[np.isin(page["mark"], self.marks)]
        if not len(hits):
            return ""
        counts = self.counts[np.searchsorted(self.marks, hits["mark"])]
        said = np.zeros((2, int(page["block"].max()) + 1), np.uint8)
        sure = (counts >= SURE_SHARE * self.pages).astype(np.uint8)
        np.maximum.at(said, (hits["loose"], hits["block"]), 1 + sure)
        agreeing = np.bincount(hits["block"][hits["loose"] == 1], minlength=said.shape[1])
        said[1][agreeing < AGREEING_BANDS] = 0
        verdict = np.where(said[0] > 0, said[0], said[1])
        return blake2b(verdict.tobytes(), digest_size=8).hexdigest() if verdict.any() else ""

    def stats(self) -> SiteStats:
        """Return the template as cleaning takes it."""
        seen = zip(map(key_of, self.marks.tolist()), self.counts.tolist(), strict=True)
        return SiteStats(self.site, self.pages, dict(seen))


def load_template(db: Database, site: str, pages: int, epoch: int) -> Template:
    """Return the stored template of a site."""
    rows = db.execute(
        "SELECT mark, pages FROM site_blocks WHERE site = ? ORDER BY mark", (site,)
    ).fetchall()
    table = np.array(rows, np.uint32).reshape(-1, 2)
    return Template(site, pages, epoch, table[:, 0].copy(), table[:, 1].copy())


def stored_marks(blob: bytes) -> PageMarks:
    """Return a page's marks as they are stored."""
    return np.frombuffer(blob, PAGE_MARKS)
