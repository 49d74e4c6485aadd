"""Which blocks of a page are its site's template: they recur on many pages of the site.

How often the marks of blocks were seen on the site's pages comes in as `SiteStats`. Pure: which
pages were counted, and in which order they came, is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from cleaners.findings import Finding, excerpt
from cleaners.marks import LITERAL, exact_mark, key_of, marks, masked_words
from cleaners.records import Block, CleanOptions, Removal, SiteStats

RULE = "recurs-on-site"
AGREEING_BANDS = 4
"""Bands that must recur before a block counts as nearly the same. Measured on 400 unrelated pages:
one band that recurs marks 0.3 % of their words for template, three mark none; of blocks of 8 to 80
words with one word in six exchanged four find 99.6 %."""
LINKED = 0.8
MAX_WIDGET = 15
SHORT_LABEL = 8
SURE_SHARE = 0.5
LEAST_LEFT = 0.2
"""Where less of a page's words would be left, it is a copy of other pages, not their template."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A block's count on its site, and the sentence that says so."""

    pages: int
    of: int
    site: str
    loose: bool = False
    under: str = ""

    @property
    def share(self) -> float:
        """The share of the site's pages that have the block, 0 to 1."""
        return self.pages / max(1, self.of)

    @property
    def evidence(self) -> str:
        """The sentence for a reader; of links under a heading, without counts of their own."""
        if self.under:
            return f"links under “{self.under}”, which recurs on {self.site}"
        least = "in nearly the same words on at least" if self.loose else "on"
        return f"{least} {self.pages:,} of {self.of:,} pages of {self.site}"


def recurrence(block: Block, site: SiteStats, options: CleanOptions) -> Recurrence | None:
    """Return how often a block recurs on its site, or None where that is below the thresholds."""
    least = max(options.template_min_pages, options.template_min_share * site.pages)
    exact, loose = (
        [count for mark in kind if (count := site.seen.get(key_of(int(mark)), 0)) >= least]
        for kind in marks(block)
    )
    if exact:
        return Recurrence(max(exact), site.pages, site.site)
    if len(loose) >= AGREEING_BANDS:
        return Recurrence(max(loose), site.pages, site.site, loose=True)
    return None


def cut_template(
    decided: tuple[tuple[Block, ...], tuple[Removal, ...]],
    site: SiteStats | None,
    options: CleanOptions,
    own: Collection[str] = (),
    names: Mapping[int, Finding] | None = None,
) -> tuple[tuple[Block, ...], tuple[Removal, ...]]:
    """Return the kept blocks and the removals of a page once its site's template is cut, too.

    `own` are texts that are the page's own whatever recurs: its title, its standfirst. `names` are
    rules' words on blocks, by index: they name the category of what recurs, else "template".
    """
    kept, removals = decided
    found = template_blocks(decided, site, options, own)
    cuts = [
        Removal(block, name.category if name else "template", "template", RULE, found[block.index])
        for block in kept
        if block.index in found
        for name in [(names or {}).get(block.index)]
    ]
    ordered = sorted((*removals, *cuts), key=lambda removal: removal.block.index)
    return tuple(block for block in kept if block.index not in found), tuple(ordered)


def template_blocks(
    decided: tuple[Sequence[Block], Sequence[Removal]],
    site: SiteStats | None,
    options: CleanOptions,
    own: Collection[str] = (),
) -> dict[int, str]:
    """Return the kept blocks that are the site's template, by index, each with its evidence.

    A heading goes only with what stands under it; links under a heading that recurs go with it;
    quotations, code, tables and the page's own title and standfirst go only where half of the pages
    have them; and a page is never emptied: what other pages of the site repeat as a whole is a
    copy, not a template.
    """
    kept, removals = decided
    if site is None or site.pages < options.template_min_pages or RULE in options.restored_rules:
        return {}
    protected = {exact_mark(words) for text in own if (words := masked_words(text))}
    found = {
        block.index: seen
        for block in kept
        if (seen := recurrence(block, site, options))
        and _may_go(block, seen, protected)
        and not options.restores(block)
    }
    whole = {block.index: block for block in kept}
    blocks = whole | {cut.block.index: cut.block for cut in removals}
    cut = _with_widgets([blocks[index] for index in sorted(blocks)], set(whole), found)
    return {index: seen.evidence for index, seen in _bounded(kept, cut).items()}


def _may_go(block: Block, seen: Recurrence, protected: Collection[int]) -> bool:
    """Tell whether a block that recurs may be cut for that alone."""
    if block.kind == "title":
        return False
    if seen.share >= SURE_SHARE:
        return True
    quoted = block.kind in LITERAL or "blockquote" in block.path
    return not quoted and exact_mark(masked_words(block.text)) not in protected


def _with_widgets(
    blocks: Sequence[Block], kept: Set[int], found: Mapping[int, Recurrence]
) -> dict[int, Recurrence]:
    """Add the links under a heading that recurs; drop headings of what stays."""
    cut = dict(found)
    for place, block in enumerate(blocks):
        if block.index in found and len(block.text.split()) <= SHORT_LABEL:
            under = replace(found[block.index], under=excerpt(block.text))
            for linked in _links_after(blocks, place):
                if linked.index in kept:
                    cut.setdefault(linked.index, under)
    for place in reversed(range(len(blocks) - 1)):
        block, following = blocks[place], blocks[place + 1].index
        if block.index in cut and _is_heading(block) and following in kept - cut.keys():
            del cut[block.index]
    return cut


def _links_after(blocks: Sequence[Block], place: int) -> list[Block]:
    """Return the run of blocks after a place that are nothing but links."""
    run: list[Block] = []
    for block in blocks[place + 1 : place + 1 + MAX_WIDGET]:
        if block.link_density < LINKED or _is_heading(block):
            break
        run.append(block)
    return run


def _is_heading(block: Block) -> bool:
    """Tell headings, and short lines that end in a colon."""
    return block.kind in ("heading", "title") or (
        block.text.rstrip().endswith((":", "：")) and len(block.text.split()) <= SHORT_LABEL
    )


def _bounded(kept: Sequence[Block], cut: Mapping[int, Recurrence]) -> dict[int, Recurrence]:
    """Leave a page its own text: where little would be left, only what is on most pages goes."""
    sizes = {block.index: len(block.text) for block in kept}
    total = sum(sizes.values())

    def left(cuts: Mapping[int, Recurrence]) -> float:
        return 1 - sum(sizes[index] for index in cuts) / max(1, total)

    if left(cut) >= LEAST_LEFT:
        return dict(cut)
    sure = {index: seen for index, seen in cut.items() if seen.share >= SURE_SHARE}
    return sure if left(sure) > 0 else {}
