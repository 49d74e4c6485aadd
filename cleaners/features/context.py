"""Columns from order: neighbours, windows, headings above, the vote before and after, the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

import numpy as np

from cleaners.features.layout import totals
from cleaners.features.page import PageFacts
from cleaners.features.text import Column, Columns
from cleaners.segments import Segmentation, word_list

WINDOWS = (1, 3, 8)
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
FAR_SEGMENTS = 99.0
FAR_WORDS = 999.0
SHORT, LONG = 40, 80


def shifted(values: Column, by: int, fill: float = 0.0) -> Column:
    """Return each segment's neighbour's value, `by` places on (negative: before)."""
    result = np.full_like(values, fill)
    if abs(by) >= len(values):
        return result
    if by > 0:
        result[:-by] = values[by:]
    else:
        result[-by:] = values[:by]
    return result


def windowed(values: Column, reach: int) -> Column:
    """Return the mean over the segments up to `reach` places away."""
    count = len(values)
    index = np.arange(count)
    low, high = np.maximum(0, index - reach), np.minimum(count, index + reach + 1)
    sums = totals(values)
    mean: Column = (sums[high] - sums[low]) / (high - low)
    return mean


def neighbour_columns(text: Columns, heading: Column) -> Columns:
    """Return lengths, links and headings of the neighbours, and means over windows."""
    words, density = text["words"], text["link_density"]
    columns: Columns = {}
    for by in NEIGHBOURS:
        columns[f"next{by}_words"] = shifted(words, by)
        columns[f"next{by}_links"] = shifted(density, by, 1.0)
        if abs(by) <= 2:
            columns[f"next{by}_heading"] = shifted(heading, by)
            columns[f"next{by}_ended"] = shifted(text["ends_sentence"], by)
    for reach in (2, 6):
        mean = windowed(words, reach)
        columns[f"near{reach}_words"] = mean
        columns[f"near{reach}_links"] = windowed(words * density, reach) / np.maximum(mean, 1)
        columns[f"near{reach}_ended"] = windowed(text["ends_sentence"], reach)
    return columns


def vote_columns(text: Columns, name: str, vote: Column) -> Columns:
    """Return a vote for each segment and around it, and the way to the nearest kept segment."""
    words = text["words"]
    count = len(words)
    index = np.arange(count)
    sums = totals(words)
    columns = {name: vote}
    for reach in WINDOWS:
        columns[f"{name}_near{reach}"] = windowed(words * vote, reach) / np.maximum(
            windowed(words, reach), 1
        )
    for by in (-2, -1, 1, 2):
        columns[f"{name}_next{by}"] = shifted(vote, by)
    kept = (vote > 0.5) & (words >= 3)
    places = np.flatnonzero(kept)
    before, after = np.full(count, -1), np.full(count, count)
    if len(places):
        rank = np.searchsorted(places, index, side="left")
        before = np.where(rank > 0, places[np.maximum(rank - 1, 0)], -1)
        after = np.where(rank < len(places), places[np.minimum(rank, len(places) - 1)], count)
        before, after = np.where(kept, index, before), np.where(kept, index, after)
        span = max(1, int(places[-1] - places[0]))
        columns[f"{name}_place"] = np.clip((index - places[0]) / span, -1, 2)
    else:
        columns[f"{name}_place"] = np.zeros(count)
    since = np.minimum(sums[index] - sums[np.maximum(before, 0)], 500)
    until = np.minimum(sums[np.minimum(after, count)] - sums[index], 500)
    columns |= {
        f"{name}_words_since": np.where(before >= 0, since, FAR_WORDS),
        f"{name}_words_until": np.where(after < count, until, FAR_WORDS),
        f"{name}_since": np.where(before >= 0, np.minimum(index - before, 60), FAR_SEGMENTS),
        f"{name}_until": np.where(after < count, np.minimum(after - index, 60), FAR_SEGMENTS),
        f"{name}_total": np.full(count, float((words * vote).sum())),
        f"{name}_share": np.full(count, float((words * vote).sum()) / max(1.0, sums[-1])),
    }
    return columns


def place_columns(text: Columns) -> Columns:
    """Return where on the page a segment stands, by segments and by words."""
    count = len(text["words"])
    index = np.arange(count)
    running = np.cumsum(text["words"])
    return {
        "place": index / count,
        "from_start": np.minimum(index, 200.0),
        "from_end": np.minimum(count - index, 200.0),
        "word_place": running / max(1.0, running[-1]),
    }


def heading_columns(page: Segmentation, heading: Column) -> tuple[Columns, list[int]]:
    """Return the distance to and level of the heading above, and its place (-1: none)."""
    above, places = -1, []
    for index, flag in enumerate(heading):
        places.append(above)
        if flag:
            above = index
    at = np.array(places)
    distance = np.where(at >= 0, np.minimum(np.arange(len(at)) - at, 99), 99).astype(np.float64)
    level = np.array([page.segments[i].level if i >= 0 else 0 for i in places], dtype=np.float64)
    return {"under_heading": distance, "heading_level": level}, places


def overlap(distinct: Set[str], known: Set[str]) -> float:
    """Return the share of distinct words that are known."""
    return len(distinct & known) / len(distinct) if distinct and known else 0.0


def title_columns(page: Segmentation, facts: PageFacts, heading: Column) -> Columns:
    """Return how far a segment repeats the title, the description or another segment."""
    title = set(word_list(facts.headline or facts.title))
    any_title = title | set(word_list(facts.title))
    description = set(word_list(facts.description))
    known = any_title | description
    nothing: frozenset[str] = frozenset()
    lengths = [len(segment.words) for segment in page.segments]
    bags = [
        set(segment.words) if n < LONG and not known.isdisjoint(segment.words) else nothing
        for segment, n in zip(page.segments, lengths, strict=True)
    ]
    short = [length < SHORT for length in lengths]
    inside = [overlap(bag, any_title) if ok else 0.0 for bag, ok in zip(bags, short, strict=True)]
    covered = [
        len(bag & title) / len(title) if title and ok else 0.0
        for bag, ok in zip(bags, short, strict=True)
    ]
    hits = [i for i, (a, b) in enumerate(zip(covered, inside, strict=True)) if a > 0.7 and b > 0.5]
    tops = [i for i, segment in enumerate(page.segments) if segment.level == 1]
    title_at = next((i for i in hits if heading[i]), hits[0] if hits else tops[0] if tops else 0)
    texts = [segment.text.lower() for segment in page.segments]
    counts = Counter(texts)
    seen: set[str] = set()
    again = []
    for text in texts:
        again.append(text in seen)
        seen.add(text)
    columns: dict[str, Sequence[float]] = {
        "in_title": inside,
        "title_covered": covered,
        "in_description": [
            overlap(bag, description) if length > 4 else 0.0
            for bag, length in zip(bags, lengths, strict=True)
        ],
        "copies": [min(counts[text], 9) for text in texts],
        "again": again,
    }
    result = {name: np.array(values, dtype=np.float64) for name, values in columns.items()}
    result["from_title"] = np.clip(np.arange(len(bags)) - title_at, -50, 200).astype(np.float64)
    return result


def page_columns(page: Segmentation, text: Columns, facts: PageFacts) -> Columns:
    """Return what is the same for all of a page's segments."""
    words = text["words"]
    total = max(1.0, float(words.sum()))
    prose = words * (words >= 12) * (text["link_density"] < 0.4)
    articles = [node for node in page.nodes if node.tag == "article"]
    values = {
        "page_segments": len(words),
        "page_words": total,
        "page_links": float((words * text["link_density"]).sum()) / total,
        "page_prose": float(prose.sum()) / total,
        "page_headings": sum(segment.kind == "heading" for segment in page.segments),
        "page_articles": len(articles),
        "page_og_article": facts.og_type == "article",
        "page_is_article": any("Article" in t or "Posting" in t for t in facts.types),
        "page_is_product": "Product" in facts.types,
        "page_is_forum": bool(facts.types & {"DiscussionForumPosting", "QAPage", "Question"}),
    }
    columns = {name: np.full(len(words), float(value)) for name, value in values.items()}
    number = np.zeros(len(words))
    share = np.zeros(len(words))
    sums = totals(words)
    for rank, node in enumerate(articles, start=1):
        number[node.first : node.end] = rank
        share[node.first : node.end] = (sums[node.end] - sums[node.first]) / total
    return columns | {"article_number": number, "article_share": share}
