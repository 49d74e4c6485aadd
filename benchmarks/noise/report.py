"""Figures of a run: pooled over parts, by category, markup, place and language, and as a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.noise.scoring import Score
from benchmarks.noise.widgets import Widget

SYSTEMS = ("winnow", "trafilatura")


@dataclass(frozen=True, slots=True)
class Result:
    """One injected copy: where and what, and each system's score."""

    host: str
    widget: Widget
    markup: str
    place: str
    scores: dict[str, Score | None]

    @property
    def category(self) -> str:
        """The category that the widget's removals should carry."""
        return self.widget.category

    @property
    def language(self) -> str:
        """The widget's language, which is the page's."""
        return self.widget.language


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """Return the pooled figures, whole and by each of the four dimensions."""
    by: dict[str, Any] = {}
    for dimension in ("category", "markup", "place", "language"):
        groups: defaultdict[str, list[Result]] = defaultdict(list)
        for result in results:
            groups[getattr(result, dimension)].append(result)
        by[dimension] = {name: pooled(groups[name]) for name in sorted(groups)}
    return {"all": pooled(results), "by": by, "names": _names(results)}


def pooled(results: Sequence[Result]) -> dict[str, Any]:
    """Return copies, parts, and for each system the shares cut, whole, named, and words lost.

    `no_body` counts the copies whose untouched page gave the system no text; they are left out.
    """
    out: dict[str, Any] = {"copies": len(results)}
    out["parts"] = sum(len(result.widget.parts) for result in results)
    for system in SYSTEMS:
        found = [(result.category, result.scores[system]) for result in results]
        scores = [(category, score) for category, score in found if score is not None]
        parts = [(category, part) for category, score in scores for part in score.parts]
        cut = [(category, part) for category, part in parts if not part.kept]
        whole = sum(not any(part.kept for part in score.parts) for _, score in scores)
        lost = sum(score.lost_words for _, score in scores)
        out[system] = {
            "no_body": len(found) - len(scores),
            "cut": _share(len(cut), len(parts)),
            "whole_widgets": _share(whole, len(scores)),
            "named": _share(sum(part.named == category for category, part in cut), len(cut)),
            "body_lost": _share(lost, sum(score.body_words for _, score in scores)),
        }
    return out


def _share(count: int, total: int) -> float | None:
    return round(count / total, 5) if total else None


def _names(results: Sequence[Result]) -> dict[str, dict[str, int]]:
    """Return for each category what Winnow called the parts that it cut."""
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        score = result.scores["winnow"]
        for part in score.parts if score else ():
            if not part.kept:
                names[result.category][part.named or "(no removal)"] += 1
    return {category: dict(names[category].most_common()) for category in sorted(names)}


def kept_widgets(results: Sequence[Result]) -> Iterator[str]:
    """Yield a line for each copy of which Winnow kept a part or lost body words; no wordings."""
    for result in results:
        score = result.scores["winnow"]
        if score is None:
            yield f"{result.host}: no body found on the untouched page"
            continue
        kept = "".join("K" if part.kept else "." for part in score.parts)
        if "K" in kept or score.lost_words:
            widget = result.widget
            yield (
                f"{widget.category}/{widget.language}/{widget.number} {result.markup} "
                f"{result.place} {result.host} {kept} lost {score.lost_words}/{score.body_words}"
            )


def show(report: dict[str, Any], console: Console) -> None:
    """Print the figures as one table, dimension by dimension."""
    table = Table(title="Injected noise: parts cut, named, and body words lost (%)")
    for column in ("", "copies", "parts", "cut", "named", "whole", "lost", "traf. cut", "lost"):
        table.add_column(column, justify="left" if not column else "right")
    table.columns[0].no_wrap = True
    table.add_row(*_row("all", report["all"]), style="bold", end_section=True)
    for groups in report["by"].values():
        for number, (name, pool) in enumerate(groups.items(), 1):
            table.add_row(*_row(name, pool), end_section=number == len(groups))
    console.print(table)
    for system in SYSTEMS:
        missing = report["all"][system]["no_body"]
        if 0 < missing < report["all"]["copies"]:
            console.print(f"{system}: no body on {missing} untouched pages, which are left out")


def _row(name: str, pool: dict[str, Any]) -> list[str]:
    ours, theirs = pool["winnow"], pool["trafilatura"]
    shares = [
        *(ours[key] for key in ("cut", "named", "whole_widgets", "body_lost")),
        *(theirs[key] for key in ("cut", "body_lost")),
    ]
    return [name, str(pool["copies"]), str(pool["parts"]), *map(_percent, shares)]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}" if share >= 0.01 else f"{100 * share:.2f}"
