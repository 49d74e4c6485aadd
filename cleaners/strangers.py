"""Widgets told by their shape: a text that speaks to its reader as no other does, and buttons.

`boxes` finds widgets whose blocks together satisfy a rule. Here the shape says that it is a widget,
and what the blocks speak of only says which: a rule's words are weighed without asking that all it
needs is spoken of.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from cleaners.boxes import Box, is_sentence, is_title, looks_pressed, merged
from cleaners.layout import BODY_WORDS
from cleaners.manner import Manner
from cleaners.ruletable import Wording
from cleaners.wording import Reading, Verdict, evidence

CONTEXT = frozenset({"we", "you", "please", "said", "site", "button"})
TEXT_WORDS = range(4, 60)
LINE_WORDS = range(4, 26)
MAX_TEXTS = 2
MAX_BUTTONS = 5
SPECIFIC = 1.5
"""The least weight that what a rule looks for must have beside "you" and "we"."""
UNMET = 0.4
"""What a rule loses of its strength if nothing that it needs is spoken of."""
PLAIN = 0.9
"""What is enough above buttons for a text that does not speak to its reader."""
SHARES = (1.0, 0.62, 0.5)
"""The share of a rule's threshold that is enough with no, one, or more buttons."""


def strangers(manner: Manner, sure: Container[int]) -> Iterator[Box]:
    """Yield widgets above buttons, without what is `sure` already."""
    layout = manner.layout
    if not manner.tells_of_others or manner.has_lines:
        return
    index = 1
    while index < len(layout.lengths):
        beside = layout.kept(index - 1) and layout.parent(index) == layout.parent(index - 1)
        if index in sure or not beside or not looks_pressed(manner, index):
            index += 1
            continue
        last = index
        while last + 1 < min(len(layout.lengths), index + MAX_BUTTONS):
            if last + 1 in sure or not looks_pressed(manner, last + 1):
                break
            last += 1
        first = top(manner, index, sure, few=last > index)
        if first < index and (verdict := judged(manner, first, index, last)):
            yield Box(first, last, verdict)
        index = last + 1


def top(manner: Manner, button: int, sure: Container[int], few: bool = False) -> int:
    """Return the first block of the widget whose first button is given; the button if it has none.

    The text right above it speaks to the reader or for the site, or is a `few` words above more
    than one button; another text that speaks so, or a title, may stand above.
    """
    layout = manner.layout
    first = button
    for index in range(button - 1, max(-1, button - 1 - MAX_TEXTS), -1):
        plain = few and index == button - 1
        if index in sure or not (is_text(manner, index) or (plain and is_line(manner, index))):
            break
        first = index
    above = first - 1
    if first < button and above >= 0 and above not in sure and layout.kept(above):
        heading = layout.is_heading(above) and layout.lengths[above] <= BODY_WORDS
        if heading or is_title(layout, above) or is_sentence_apart(manner, above):
            return above
    return first


def is_text(manner: Manner, index: int) -> bool:
    """Whether a block is a short text that speaks as the page's prose does not."""
    layout = manner.layout
    plain = layout.parts.segments[index].kind == "paragraph" and not layout.is_linked(index)
    if not plain or layout.lengths[index] not in TEXT_WORDS or not layout.kept(index):
        return False
    return manner.is_strange(manner.reader.read(index))


def is_line(manner: Manner, index: int) -> bool:
    """Whether a block is a short text that reports nothing."""
    layout, reading = manner.layout, manner.reader.read(index)
    plain = layout.parts.segments[index].kind == "paragraph" and not layout.is_linked(index)
    few = plain and layout.lengths[index] in LINE_WORDS and layout.kept(index)
    return few and not reading.quoted and not reading.speaks_of("said")


def is_sentence_apart(manner: Manner, index: int) -> bool:
    """Whether a block is one short sentence that speaks to the reader."""
    return is_sentence(manner.layout, index) and manner.speaks(manner.reader.read(index))


def judged(manner: Manner, first: int, button: int, last: int) -> Verdict | None:
    """Return the rule that the blocks come nearest to, if that is near enough for their buttons."""
    reader, segments = manner.reader, manner.layout.parts.segments
    reading = merged(reader.read(index) for index in range(first, last + 1))
    wanted = SHARES[min(last - button + 1, len(SHARES) - 1)]
    if not any(manner.is_strange(reader.read(index)) for index in range(first, button)):
        wanted = PLAIN
    best: tuple[float, Wording] | None = None
    for rule in reader.table.wording:
        if not (rule.cut and rule.grow and rule.address) or manner.is_topic(rule):
            continue
        strength = closeness(manner, rule, reading)
        if strength >= wanted and (best is None or strength > best[0]):
            best = strength, rule
    if best is None:
        return None
    longest = max(range(first, button), key=lambda index: manner.layout.lengths[index])
    why = evidence(best[1], reader.read(longest), segments[longest])
    return Verdict(best[1], best[0], why)


def closeness(manner: Manner, rule: Wording, reading: Reading) -> float:
    """Return what is said of a rule's things as a share of its threshold, whatever it needs."""
    if any(map(reading.speaks_of, rule.without)):
        return 0.0
    score, bit = manner.reader.score(rule, reading, manner.reader.lexicon.every)
    specific = sum(
        weight
        for concept, weight in rule.weights.items()
        if concept not in CONTEXT and reading.concepts.get(concept, 0) & bit
    )
    if specific < SPECIFIC:
        return 0.0
    met = sum(any(map(reading.speaks_of, choice)) for choice in rule.choices) / len(rule.choices)
    return score / rule.threshold * (1 - UNMET * (1 - met))
