"""Keep or cut: each block of a page becomes part of the document or a `Removal`, never nothing.

Scores and findings come from the judge and the rules; here they meet the operator's decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from cleaners.findings import KEPT, Finding
from cleaners.records import Block, CleanOptions, Link, Removal, Stage
from cleaners.segments import Segmentation

Cut = tuple[Stage, str, str]
"""Stage, rule and evidence of what the judge cuts and no rule names."""


def decide(
    parts: Segmentation,
    scores: Sequence[float],
    found: Iterable[Finding],
    options: CleanOptions,
    why: Callable[[int], Cut],
) -> tuple[tuple[Block, ...], tuple[Removal, ...]]:
    """Return the kept blocks and the removals of a page, both in page order.

    `why` gives what to say of a block that scores under `KEPT`, which the judge cuts. A block whose
    fingerprint, or whose removal's rule, the operator has restored is kept.
    """
    by_block: dict[int, list[Finding]] = {}
    for finding in found:
        by_block.setdefault(finding.index, []).append(finding)
    kept: list[Block] = []
    removals: list[Removal] = []
    for index in range(len(parts.segments)):
        block = parts.block(index)
        cuts = removals_of(block, scores[index], by_block.get(index, []), why)
        if options.restores(block):
            cuts = []
        cuts = [cut for cut in cuts if cut.rule not in options.restored_rules]
        removals += cuts
        if (rest := without(block, cuts)) is not None:
            kept.append(rest)
    return tuple(kept), tuple(removals)


def removals_of(
    block: Block, score: float, found: Sequence[Finding], why: Callable[[int], Cut]
) -> list[Removal]:
    """Return what is cut of a block: nothing, all of it, or sentences."""
    opinion = round(score, 4)
    whole = [finding for finding in found if finding.span is None]
    for finding in whole:
        if finding.cut:
            return [
                Removal(block, finding.category, "rule", finding.rule, finding.evidence, opinion)
            ]
    if score < KEPT:
        stage, rule, evidence = why(block.index)
        if not whole:
            return [Removal(block, "other", stage, rule, evidence, opinion)]
        name = whole[0]
        both = f"{name.evidence}; {evidence}"
        return [Removal(block, name.category, stage, name.rule, both, opinion)]
    return [
        Removal(block, f.category, "rule", f.rule, f.evidence, opinion, f.span)
        for f in found
        if f.cut and f.span is not None
    ]


def without(block: Block, cuts: Sequence[Removal]) -> Block | None:
    """Return what is left of a block, None where nothing is."""
    if not cuts:
        return block
    text, links = block.text, list(block.links)
    for cut in reversed(cuts):
        if cut.span is None:
            return None
        start, end = cut.span
        while start > 0 and text[start - 1] == " " and (end >= len(text) or text[end] == " "):
            start -= 1
        gone = end - start
        text = text[:start] + text[end:]
        links = [
            link if link.end <= start else Link(link.start - gone, link.end - gone, link.href)
            for link in links
            if link.end <= start or link.start >= end
        ]
    return replace(block, text=text.rstrip(), links=tuple(links)) if text.strip() else None
