"""Names for noise: what the rule table finds on a page, block by block.

The kinds of evidence are brought together here: wordings and the widgets around them, lists under a
telling heading, sentences that point elsewhere, names of containers, what careless scrapers leave
in plain text. The table is `ruletable`'s affair, whether a finding is acted on `cleaning`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cleaners import linkruns, lists, markup, naming, scraped
from cleaners.bios import Notes
from cleaners.classifier import TextClassifier
from cleaners.features.remnants import Remnants
from cleaners.findings import Finding
from cleaners.layout import Layout
from cleaners.lexicon import lexicon
from cleaners.likeness import Likeness
from cleaners.manner import Manner
from cleaners.pointers import Pointers
from cleaners.records import CleanOptions
from cleaners.remnants import NoiseModel, SecondLook
from cleaners.ruletable import rule_table
from cleaners.segments import Segmentation
from cleaners.widgets import Widgets
from cleaners.wording import LABEL_WORDS, Reader, Verdict

__all__ = ["Finding", "find_noise"]

VAGUE = frozenset(
    ("ad-container navigation-container related-container social-container").split()
    + ("navigation-label network-label related-label").split()
)
"""Rules on names and labels that say little of what they stand in: "cta", "footer", "Sign in"."""
NAMELESS = frozenset({"control", "short-link", "linked-title", "teaser", "caption-kind"})
"""Names by a block's shape alone."""
NETWORKS = "network-label"
LINES = frozenset({"ad-label", "rights-line", "rights-notice", "rights-terms"})
OWN = frozenset({"rights-line"})
"""Rules that only name, but well enough to say what a widget's neighbour is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rules on wordings, widgets and lists find on a page, and what they find it by."""

    layout: Layout
    reader: Reader
    verdicts: Mapping[int, list[Verdict]]
    manner: Manner
    found: list[Finding]

    def remnants(self, classifier: TextClassifier) -> Remnants:
        """Return the blocks that are left, to be asked whether they are a widget's."""
        return Remnants(
            self.layout, self.reader, self.manner, self.verdicts, self.cut(), classifier
        )

    def cut(self) -> dict[int, Finding]:
        """Return the blocks that are cut as a whole, each with the first finding on it."""
        return {f.index: f for f in reversed(self.found) if f.cut and f.span is None}


def gather(
    parts: Segmentation, scores: Sequence[float], authors: Sequence[Sequence[str]] = ()
) -> Evidence:
    """Return what the rules cut on a page by what its blocks say.

    `scores` are the judge's opinions that a block belongs to the article, 0 to 1; `authors` are the
    words of its declared authors' names.
    """
    layout = Layout(parts, scores)
    reader = Reader(parts, lexicon(), rule_table())
    reader.prepare()
    candidates = reader.candidates()
    verdicts = {index: near for index in candidates if (near := reader.verdicts(index))}
    found: list[Finding] = []
    if layout.is_text:
        found += scraped.findings(layout, reader)
    widgets = Widgets(layout, reader, verdicts, candidates)
    found += widgets.findings()
    cut = {finding.index for finding in found if finding.span is None}
    found += lists.findings(layout, reader, candidates, cut)
    cut |= {finding.index for finding in found if finding.span is None}
    found += linkruns.findings(layout, reader, cut)
    cut |= {finding.index for finding in found if finding.span is None}
    found += Notes(layout, reader, authors).findings(candidates, cut)
    return Evidence(layout, reader, verdicts, widgets.manner, found)


def find_noise(
    parts: Segmentation,
    scores: Sequence[float],
    options: CleanOptions,
    model: NoiseModel,
    authors: Sequence[Sequence[str]] = (),
) -> list[Finding]:
    """Return what the rules say of a page's blocks, in page order, the telling before the vague.

    `scores` and `authors` are as `gather` takes them, `model` finds what the rules leave. Rules and
    categories in `options.rules_off` say nothing.
    """
    evidence = gather(parts, scores, authors)
    layout, verdicts, found = evidence.layout, evidence.verdicts, evidence.found
    learned = rule_table().by_category
    remnants = evidence.remnants(model.classifier)
    look = SecondLook(remnants, model.forest, learned, options.strictness)
    innocent = look.innocent()
    found = [f for f in found if f.index not in innocent or f.span is not None]
    found += look.findings()
    pointers = Pointers(layout, evidence.reader, model.classifier, learned)
    found += pointers.findings({f.index: f for f in found})
    named = list(markup.findings(layout, rule_table()))
    said = strong_names(layout, verdicts)
    found = [*with_own_names(found, named, said), *with_words(named, said)]
    found += wording_names(verdicts, evidence.reader)
    if layout.is_text:
        found += scraped.orphans(layout, found)
    vague = {f.index for f in found if f.span is None}
    telling = {f.index: f.category for f in reversed(found) if not f.span and f.rule not in VAGUE}
    found += naming.names(layout, telling, vague)
    found = wanted(found, options)  # before a rule's cuts get another rule's name
    table = rule_table()
    likeness = Likeness(layout, evidence.reader, model.classifier, learned, table.markup_ids)
    restored = {finding.index for finding in found if finding.rule in options.restored_rules}
    renamed = likeness.renamed(found, VAGUE | NAMELESS)
    alike = {finding.index: finding for finding in renamed if finding.index not in restored}
    found = [f for f in found if f.span is not None or f.index not in alike]
    return ordered(wanted([*found, *alike.values()], options))


def with_own_names(
    found: Iterable[Finding], named: Iterable[Finding], said: Mapping[int, Finding]
) -> Iterable[Finding]:
    """Yield findings, a widget's neighbours under the names of their own words or containers."""
    own = {finding.index: finding for finding in named if finding.rule not in VAGUE} | {**said}
    for finding in found:
        name = own.get(finding.index) if finding.neighbour else None
        yield finding if name is None else replace(name, cut=True)


def with_words(named: Iterable[Finding], said: Mapping[int, Finding]) -> Iterable[Finding]:
    """Yield containers' findings, those that cut under the names of what the blocks say."""
    for finding in named:
        name = said.get(finding.index) if finding.cut else None
        yield finding if name is None else replace(name, cut=True)


def strong_names(layout: Layout, verdicts: Mapping[int, list[Verdict]]) -> dict[int, Finding]:
    """Return the names of blocks by what they say themselves, where a rule is sure of it.

    A few words are a widget's button whatever they say, but for a label or a line about rights.
    """
    few = {index: layout.lengths[index] <= LABEL_WORDS for index in verdicts}
    found: dict[int, Finding] = {}
    for index, near in verdicts.items():
        for verdict in near:
            if few[index] and verdict.rule.id not in LINES:
                continue
            if verdict.strength >= 1 and (verdict.rule.cut or verdict.rule.id in OWN):
                rule = verdict.rule
                found[index] = Finding(index, rule.category, rule.id, verdict.evidence, cut=False)
                break
    return found


def wording_names(verdicts: Mapping[int, list[Verdict]], reader: Reader) -> Iterable[Finding]:
    """Yield the names of blocks that a rule comes near to, or that it may only name.

    Networks under a call to follow are not for sharing; titles under "Read also", in one block with
    it, are no prompt for what one of them speaks of.
    """
    following = False
    for index, near in sorted(verdicts.items()):
        best = near[0]
        if best.strength < 1 and reader.read(index).speaks_of("read_also"):
            continue
        category = best.rule.category
        if best.rule.id == NETWORKS:
            following = following and index - 1 in verdicts
            category = "social" if following else category
        else:
            following = "follow" in reader.read(index).concepts
        yield Finding(index, category, best.rule.id, best.evidence, cut=False)


def wanted(found: list[Finding], options: CleanOptions) -> list[Finding]:
    """Return the findings without those of the rules and categories that are off."""
    off = options.rules_off
    return [f for f in found if not off or (f.rule not in off and f.category not in off)]


def ordered(found: list[Finding]) -> list[Finding]:
    """Return the findings in page order, cuts first.

    What a block says names it better than a container that holds all kinds of things.
    """
    return sorted(found, key=lambda f: (f.index, not f.cut, f.span is not None, f.rule in VAGUE))
