"""A page block by block as one HTML file to look at: nothing is loaded, nothing of it is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from cleaners.records import Document, Removal
from corpus.explain import Verdict, verdicts

HUES = {
    "donation": 340, "adblock": 20, "newsletter": 265, "related": 210, "correction": 45,
    "share": 190, "social": 175, "comments": 285, "author-bio": 150, "caption": 95, "cookie": 30,
    "paywall": 0, "promo": 55, "app": 235, "copyright": 120, "navigation": 220, "template": 250,
}  # fmt: skip
STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --soft: #6b7280; --line: #e5e7eb }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e9ec; --paper: #16181c; --soft: #9aa3af; --line: #30343a } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1rem 4rem; color: var(--ink);
  background: var(--paper); font: 16px/1.55 system-ui, sans-serif }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem }
.about { color: var(--soft); overflow-wrap: anywhere; margin: 0 0 1rem }
.sums { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: 0 0 1.5rem;
  list-style: none }
.tag { border-radius: 1rem; padding: .05rem .6rem; font-size: .82rem; white-space: nowrap;
  background: hsl(var(--hue) 65% 88%); color: hsl(var(--hue) 60% 24%) }
.plain { background: var(--line); color: var(--ink) }
ol { list-style: none; margin: 0; padding: 0 }
.block { display: grid; grid-template-columns: 3rem 1fr; border-top: 1px solid var(--line) }
.number { color: var(--soft); font-size: .8rem; padding: .6rem 0;
  font-variant-numeric: tabular-nums }
.what { padding: .45rem 0 .55rem .8rem; border-left: 4px solid #2f9e5f; min-width: 0 }
.cut .what { border-left-color: hsl(var(--hue) 55% 60%) }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
.heading .text, .title .text { font-weight: 650 }
.cut .text { color: var(--soft) }
.why { font-size: .85rem; color: var(--soft); margin: 0 0 .2rem; overflow-wrap: anywhere }
.why b { color: var(--ink); font-weight: 600 }
mark { background: hsl(var(--hue) 70% 85%); color: #333; text-decoration: line-through }
""".strip()


def html_report(document: Document) -> str:
    """Return the report of a page as a document of its own, all text of the page escaped."""
    title = escape(document.metadata.title or document.url or "a page")
    rows = "\n".join(map(_row, verdicts(document)))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Kept and cut: {title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n"
        f'<p class="about">{escape(document.url or "")}</p>\n{_sums(document)}\n'
        f"<ol>\n{rows}\n</ol>\n</body>\n</html>\n"
    )


def _sums(document: Document) -> str:
    """Return the counts: blocks kept, and cuts by category, most frequent first."""
    counts = Counter(removal.category for removal in document.removals)
    tags = [f'<li class="tag plain">{len(document.blocks)} blocks kept</li>']
    tags += [
        f'<li class="tag"{_hue(name)}>{number} {escape(name)}</li>'
        for name, number in counts.most_common()
    ]
    return f'<ul class="sums">{"".join(tags)}</ul>'


def _row(verdict: Verdict) -> str:
    """Return a block: number, reasons, text."""
    block, removals = verdict.block, verdict.removals
    hue = "" if verdict.kept else _hue(removals[0].category)
    state = "kept" if verdict.kept else "cut"
    reasons = "".join(map(_reason, removals))
    return (
        f'<li class="block {state} {escape(block.kind)}"{hue}><span class="number">{block.index}'
        f'</span><div class="what">{reasons}<p class="text">{_text(verdict)}</p></div></li>'
    )


def _reason(removal: Removal) -> str:
    score = f", score {removal.score:.2f}" if removal.score is not None else ""
    return (
        f'<p class="why"{_hue(removal.category)}><span class="tag">{escape(removal.category)}'
        f"</span> <b>{escape(removal.rule)}</b> ({escape(removal.stage)}{score}): "
        f"{escape(removal.evidence)}</p>"
    )


def _text(verdict: Verdict) -> str:
    """Return a block's text, the sentences cut from it marked."""
    text = verdict.block.text
    spans: Sequence[Removal] = [removal for removal in verdict.removals if removal.span]
    if not verdict.kept or not spans:
        return escape(text)
    pieces, at = [], 0
    for removal in spans:
        start, end = removal.span or (0, 0)
        pieces.append(escape(text[at:start]))
        pieces.append(f"<mark{_hue(removal.category)}>{escape(text[start:end])}</mark>")
        at = end
    return "".join(pieces) + escape(text[at:])


def _hue(category: str) -> str:
    return f' style="--hue:{HUES.get(category, 215)}"'
