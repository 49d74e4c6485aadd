"""The corpus' figures drawn: panels of bars as SVG, written by hand, or as PNG by matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from cleaners.errors import OperatorError

WIDTH, COLUMNS = 960, 2
MARGIN, GAP, HEADING, ROW = 24, 40, 34, 22
LABEL, NUMBER, CHARACTER = 150, 70, 7.2
BAR, INK, DIM, PAPER = "#3b6ea5", "#1f2328", "#59636e", "#ffffff"
MONTHS, ROWS = 24, 15
LABEL_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class Panel:
    """A heading and bars: names and numbers, in the order they are drawn."""

    heading: str
    bars: tuple[tuple[str, int], ...]


def panels(figures: dict[str, Any]) -> list[Panel]:
    """Return what is drawn of a corpus' figures; a panel without bars is left out.

    Where there are more names than bars, one bar stands for all others.
    """

    def named(group: str, what: str) -> tuple[tuple[str, int], ...]:
        bars = tuple((row["name"], row[what]) for row in figures[group][:ROWS])
        return bars + _rest("others", figures[what], bars)

    months = tuple((row["name"], row["documents"]) for row in figures["by_month"][-MONTHS:])
    earlier = _rest("earlier", figures["documents"], months)
    found = [
        Panel("Documents by site", named("by_site", "documents")),
        Panel("Documents by month of publication", earlier + months),
        Panel("Words by site", named("by_site", "words")),
        Panel("Cuts by category", tuple(figures["removals"].items())),
        Panel("Documents by language", named("by_language", "documents")),
        Panel("Words by language", named("by_language", "words")),
        Panel("Documents by licence", named("by_licence", "documents")),
        Panel("Rejected pages", tuple(figures["rejections"].items())[:ROWS]),
    ]
    return [panel for panel in found if panel.bars]


def _rest(name: str, total: int, bars: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return the bar for what no other bar shows, if anything is left."""
    left = total - sum(number for _, number in bars)
    return ((name, left),) if left else ()


def draw(figures: dict[str, Any], path: Path) -> None:
    """Write the drawing to a file in .svg or .png; another suffix is an `OperatorError`."""
    suffix = path.suffix.lower()
    if suffix == ".svg":
        path.write_text(svg(title_of(figures), panels(figures)), encoding="utf-8")
    elif suffix == ".png":
        _png(title_of(figures), panels(figures), path)
    else:
        raise OperatorError(f"stats: --plot {path}: name a file in .svg or .png")


def title_of(figures: dict[str, Any]) -> str:
    """Return the line above the panels."""
    return (
        f"{figures['documents']:,} documents, {figures['words']:,} words, median"
        f" {figures['median_words']:,}, {figures['sites']:,} sites"
    )


def svg(title: str, drawn: Sequence[Panel]) -> str:
    """Return the panels as an SVG picture, two beside each other."""
    width = (WIDTH - 2 * MARGIN - GAP * (COLUMNS - 1)) // COLUMNS
    heights = [2 * MARGIN + 20] * COLUMNS
    parts = []
    for panel in drawn:
        column = heights.index(min(heights))
        left = MARGIN + column * (width + GAP)
        parts += _panel(panel, left, heights[column], width)
        heights[column] += HEADING + ROW * len(panel.bars) + MARGIN
    height = max(heights)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" font-family="sans-serif" font-size="13">'
    )
    return "\n".join(
        [
            head,
            f"<title>{escape(title)}</title>",
            f'<rect width="100%" height="100%" fill="{PAPER}"/>',
            _text(MARGIN, MARGIN + 14, title, f'fill="{INK}" font-size="16"'),
            *parts,
            "</svg>\n",
        ]
    )


def _panel(panel: Panel, left: int, top: int, width: int) -> list[str]:
    """Return one panel's heading and bars."""
    most = max(number for _, number in panel.bars) or 1
    room = width - LABEL - NUMBER
    parts = [_text(left, top + 16, panel.heading, f'fill="{INK}" font-weight="bold"')]
    for index, (name, number) in enumerate(panel.bars):
        y = top + HEADING + index * ROW
        length = max(1.0, round(room * number / most, 1)) if number else 0
        label = f'fill="{INK}" text-anchor="end"'
        parts += [
            f"<g><title>{escape(name)}: {number:,}</title>",
            _text(left + LABEL - 8, y + 12, shortened(name), label),
            f'<rect x="{left + LABEL}" y="{y}" width="{length}" height="{ROW - 6}" fill="{BAR}"/>',
            _text(left + LABEL + length + 6, y + 12, f"{number:,}", f'fill="{DIM}"'),
            "</g>",
        ]
    return parts


def shortened(name: str) -> str:
    """Return a name that fits beside its bar; wide characters count twice.

    >>> shortened("a-very-long-name-of-a-site.example.org")
    'a-very-long-name-of…'
    """
    width = 0
    for place, character in enumerate(name):
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > LABEL_CHARACTERS:
            return name[: max(0, place - 1)] + "…"
    return name


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x}" y="{y}" {style}>{escape(text)}</text>'


def _png(title: str, drawn: Sequence[Panel], path: Path) -> None:
    """Draw the panels with matplotlib, which an extra brings."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise OperatorError(
            "stats: --plot in .png needs matplotlib: pip install 'winnow-corpus[plot]', or name a"
            " file in .svg"
        ) from error
    rows = (len(drawn) + 1) // 2 or 1
    figure = Figure(figsize=(12, 1 + 4 * rows), layout="constrained")
    figure.suptitle(title)
    for place, panel in enumerate(drawn):
        axes = figure.add_subplot(rows, 2, place + 1)
        names = [shortened(name) for name, _ in panel.bars]
        bars = axes.barh(range(len(names)), [number for _, number in panel.bars], color=BAR)
        axes.bar_label(bars, [f"{number:,}" for _, number in panel.bars], padding=3)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(max(len(names), 6) - 0.5, -0.5)
        axes.margins(x=0.15)
        axes.set_title(panel.heading, loc="left")
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # glyphs no font has
        figure.savefig(path, metadata={"Software": None})
