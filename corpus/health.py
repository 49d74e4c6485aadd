"""Whether a site's pages are as they used to be: pure statistics on facts of pages.

Everything a page can do wrong is a yes or no, judged against the site's own history (`Norm`). A
cause is alarming where many more pages of a run say yes than that history makes likely. Where the
facts come from, and what is done about an alarm, is `corpus.alarms`' affair.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

LEAST_HISTORY, LEAST_PAGES = 10, 3
"""Pages of history, and of the run, without which nothing is judged."""
LIKELY = 1e-4
"""The binomial tail below which chance is not the reason."""
LEAST_CHANGE, SPREADS = 0.3, 4.0
"""By how much a share must rise: this, and so many spreads of the shares of the runs before."""
RECOVERED = 0.2
"""How far above its history's a share may be that is taken as normal again."""
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one page: its outcome, and of its document lengths, metadata and layout.

    `cut` is the share of the characters that was cut; `layout` the path of the element that holds
    most of the page's paragraphs, "" without any.
    """

    page_id: int
    run_id: int
    url: str
    document: bool
    words: int = 0
    cut: float = 0.0
    title: bool = False
    published: bool = False
    authors: bool = False
    language: str = ""
    text: str = ""
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Norm:
    """What is usual on a site: fences of lengths and of what is cut, layouts, languages, texts."""

    shortest: float
    longest: float
    most_cut: float
    layouts: frozenset[str]
    languages: frozenset[str]
    repeated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A cause's share on a run's pages and in the history, and whether that is alarming."""

    cause: str
    share: float
    usual: float
    alarming: bool
    pages: tuple[Facts, ...] = ()

    @property
    def normal(self) -> bool:
        """Whether the share is near to the usual again."""
        return not self.alarming and self.share <= self.usual + RECOVERED


CAUSES: dict[str, tuple[str, Callable[[Facts, Norm], bool]]] = {
    "rejected": ("pages without an article", lambda page, norm: not page.document),
    "layout": ("pages of a new layout", lambda page, norm: page.layout not in norm.layouts),
    "short": (
        "texts much shorter than before",
        lambda page, norm: page.document and page.words < norm.shortest,
    ),
    "long": (
        "texts much longer than before",
        lambda page, norm: page.document and page.words > norm.longest,
    ),
    "same-text": (
        "pages with the same text as others",
        lambda page, norm: page.document and page.text in norm.repeated,
    ),
    "cut": (
        "pages of which much more is cut",
        lambda page, norm: page.document and page.cut > norm.most_cut,
    ),
    "no-title": ("no title", lambda page, norm: page.document and not page.title),
    "no-date": ("no date", lambda page, norm: page.document and not page.published),
    "no-author": ("no author", lambda page, norm: page.document and not page.authors),
    "language": (
        "another language than before",
        lambda page, norm: page.document and page.language not in norm.languages,
    ),
}
"""Cause → what is wrong with a page, for people, and whether it is."""


def norm_of(history: Sequence[Facts], current: Sequence[Facts]) -> Norm:
    """Return what is usual, from a site's history; the run's own pages only tell repeated texts."""
    documents = [page for page in history if page.document]
    lengths = [math.log1p(page.words) for page in documents] or [0.0]
    middle, spread = median(lengths), _spread(lengths)
    reach = max(SPREADS * spread, math.log(2.5))
    cuts = [page.cut for page in documents] or [0.0]
    languages = Counter(page.language for page in documents)
    texts = Counter(page.text for page in [*documents, *current])
    return Norm(
        shortest=math.expm1(middle - reach),
        longest=math.expm1(middle + reach),
        most_cut=median(cuts) + max(SPREADS * _spread(cuts), 0.25),
        layouts=frozenset(page.layout for page in history),
        languages=frozenset(languages),
        repeated=frozenset(text for text, pages in texts.items() if pages > 1),
    )


def judge(history: Sequence[Facts], current: Sequence[Facts]) -> list[Verdict]:
    """Return a verdict on each cause; none where there are too few pages to judge."""
    if len(history) < LEAST_HISTORY or len(current) < LEAST_PAGES:
        return []
    norm = norm_of(history, current)
    return [_verdict(cause, history, current, norm) for cause in CAUSES]


def _verdict(cause: str, history: Sequence[Facts], current: Sequence[Facts], norm: Norm) -> Verdict:
    wrong = CAUSES[cause][1]
    marked = tuple(page for page in current if wrong(page, norm))
    before = Counter(page.run_id for page in history if wrong(page, norm))
    sizes = Counter(page.run_id for page in history)
    share = len(marked) / len(current)
    usual = before.total() / len(history)
    shares = [before[run] / size for run, size in sizes.items() if size >= LEAST_PAGES]
    rise = max(LEAST_CHANGE, SPREADS * _spread(shares))
    chance = (before.total() + 0.5) / (len(history) + 1)
    alarming = (
        share - max(usual, median(shares or [usual])) >= rise
        and tail(len(marked), len(current), chance) < LIKELY
    )
    return Verdict(cause, share, usual, alarming, marked)


def tail(hits: int, tries: int, chance: float) -> float:
    """Return the probability of at least so many hits (binomial).

    >>> round(tail(3, 3, 0.1), 6), tail(0, 5, 0.1)
    (0.001, 1.0)
    """
    return min(
        1.0,
        math.fsum(
            math.comb(tries, number) * chance**number * (1 - chance) ** (tries - number)
            for number in range(hits, tries + 1)
        ),
    )


def _spread(values: Sequence[float]) -> float:
    """Return the median absolute deviation, scaled to a normal distribution's sigma."""
    if not values:
        return 0.0
    middle = median(values)
    return MAD_TO_SIGMA * median(abs(value - middle) for value in values)
