"""Whether a site's pages are as they used to be, page by page: causes of alarm, and what is usual.

Everything a page can do wrong is a yes or no, judged against the site's own history (`Norm`). A
cause is alarming where many more pages of a run say yes than that history makes likely (`odds`).
Where the facts come from, and what is done about an alarm, is `corpus.alarms`' affair.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from corpus.layouts import unusual
from corpus.odds import LEAST_TRIES, Count, Share, quantile, share_of

LEAST_HISTORY = 10
"""Pages of history without which nothing is judged."""
WINDOWS = (LEAST_TRIES, 10)
"""A run with fewer new pages is judged with the latest before it, up to so many together: few pages
tell of what never happens on a site, more of what sometimes does."""
USUAL = 0.1
"""The share of a site's pages that must have a language for it to be one of the site's."""
OUTER = 0.1
"""The share of a site's pages that may be beyond a fence of lengths or cuts, on each side."""
MUCH, CUT_STEP = math.log(2.5), 0.2
"""What a fence is away from the median at least: of lengths, a factor; of cuts, this much."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one page: its outcome, and of its document lengths, metadata and layout.

    `cut` is the share of the characters that was cut, `cuts` the shares by category; `layout` the
    path of the element that holds most of the page's paragraphs, "" without any.
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
    cuts: Mapping[str, float] = field(default_factory=dict)
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Norm:
    """What is usual on a site: fences of lengths and of what is cut, its languages.

    `layouts` are those that are not usual; `repeated` are texts that more than one page has.
    """

    shortest: float
    longest: float
    least_cut: float
    most_cut: Mapping[str, float]
    layouts: frozenset[str]
    languages: frozenset[str]
    repeated: frozenset[str]

    def overcut(self, page: Facts) -> list[str]:
        """Return of which categories more is cut than usual, "" for all together; most first."""
        shares = sorted({"": page.cut, **page.cuts}.items(), key=lambda item: (-item[1], item[0]))
        return [name for name, share in shares if share > self.most_cut.get(name, CUT_STEP)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A cause's share on a run's pages and in the history; `what` is wrong, with examples."""

    cause: str
    what: str
    share: Share
    pages: tuple[str, ...] = ()


CAUSES: dict[str, tuple[str, Callable[[Facts, Norm], bool]]] = {
    "rejected": ("pages without an article", lambda page, norm: not page.document),
    "layout": ("pages of a new layout", lambda page, norm: page.layout in norm.layouts),
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
        lambda page, norm: page.document and bool(norm.overcut(page)),
    ),
    "uncut": (
        "pages of which much less is cut",
        lambda page, norm: page.document and page.cut < norm.least_cut,
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
    lengths = [math.log1p(page.words) for page in documents]
    middle = median(lengths or [0.0])
    cuts = [page.cut for page in documents]
    categories = {"", *(name for page in documents for name in page.cuts)}
    languages = Counter(page.language for page in documents)
    texts = Counter(page.text for page in [*documents, *current])
    return Norm(
        shortest=math.expm1(min(quantile(lengths, OUTER), middle - MUCH)),
        longest=math.expm1(max(quantile(lengths, 1 - OUTER), middle + MUCH)),
        least_cut=min(quantile(cuts, OUTER), median(cuts or [0.0]) - CUT_STEP),
        most_cut={name: _fence(documents, name) for name in categories},
        layouts=unusual([page.layout for page in history], {page.layout for page in current}),
        languages=frozenset(
            name for name, pages in languages.items() if pages >= USUAL * len(documents)
        ),
        repeated=frozenset(text for text, pages in texts.items() if pages > 1),
    )


def judge(
    history: Sequence[Facts], new: Sequence[Facts], latest: Sequence[Facts] = ()
) -> list[Verdict]:
    """Return a verdict on each cause for a run's new pages; none where there are too few to judge.

    `history` is what is normal, `latest` the pages just before, in an alarm too; newest first. A
    small run is judged with the pages before it, which then are no part of the history.
    """
    if not new:
        return []
    before = latest[: max(0, WINDOWS[0] - len(new))]
    verdicts = _judged(history, [*new, *before])
    if len(new) < WINDOWS[1]:
        wider = _judged(history, [*new, *history[: WINDOWS[1] - len(new)]])
        alarming = {one.cause: one for one in wider if one.share.alarming}
        verdicts = [one if one.share.alarming else alarming.get(one.cause, one) for one in verdicts]
    return verdicts


def _judged(history: Sequence[Facts], current: Sequence[Facts]) -> list[Verdict]:
    known = {page.page_id for page in current}
    history = [page for page in history if page.page_id not in known]
    if len(history) < LEAST_HISTORY or len(current) < LEAST_TRIES:
        return []
    norm = norm_of(history, current)
    return [_verdict(cause, history, current, norm) for cause in CAUSES]


def _verdict(cause: str, history: Sequence[Facts], current: Sequence[Facts], norm: Norm) -> Verdict:
    what, wrong = CAUSES[cause]
    marked = [page for page in current if wrong(page, norm)]
    before = Counter(page.run_id for page in history if wrong(page, norm))
    sizes = Counter(page.run_id for page in history)
    share = share_of(
        Count(len(marked), len(current)), [Count(before[run], size) for run, size in sizes.items()]
    )
    return Verdict(cause, what + _mostly(cause, marked, norm), share, _urls(marked))


def _mostly(cause: str, marked: Sequence[Facts], norm: Norm) -> str:
    """Return what most of the pages that are wrong have in common, for the alarm's text."""
    telling: dict[str, Callable[[Facts], Sequence[str]]] = {
        "rejected": lambda page: [page.rejected],
        "cut": lambda page: [name for name in norm.overcut(page) if name],
        "language": lambda page: [page.language],
    }
    if cause not in telling:
        return ""
    names = Counter(name for page in marked for name in telling[cause](page))
    common = next((name for name, _ in names.most_common(1) if name), "")
    return f" (mostly {common})" if common else ""


def _urls(pages: Sequence[Facts]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(page.url for page in pages))


def _fence(documents: Sequence[Facts], category: str) -> float:
    shares = [page.cuts.get(category, 0.0) if category else page.cut for page in documents]
    return max(quantile(shares, 1 - OUTER), median(shares or [0.0]) + CUT_STEP)
