"""Redaction: e-mail addresses, telephone numbers and IP addresses become placeholders.

Patterns over text, nothing learnt: names and postal addresses stay. Numbers that are more likely
dates, prices, ISBNs or plain counts than telephone numbers are left.
"""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate

from cleaners.errors import OperatorError
from corpus.documents import words
from corpus.export.fields import FIELDS
from corpus.export.shards import Record

EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}(?:@|\s?[\[(]\s?(?:at|@)\s?[\])]\s?)"
    r"(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}\b"
)
PHONE = re.compile(
    r"(?<![\w.,/+-])(?:"
    r"(?:\+|00)[1-9](?:[\s./-]{0,2}\(?\d\)?){6,14}"  # international
    r"|\(0?\d{2,5}\)[\s./-]{0,3}\d(?:[\s./-]?\d){4,9}"  # area code in parentheses
    r"|0\d{1,5}[\s/-]{1,3}\d(?:[\s./-]?\d){4,9}"  # national, with trunk prefix 0
    r"|0\d{9,10}"
    r"|(?:1[\s.-])?[2-9]\d{2}[\s.-][2-9]\d{2}[\s.-]\d{4}"  # North America
    r")(?![\w/]|[.,-]\d)"
)
DATE = re.compile(r"0?\d{1,2}[\s./-]{1,2}0?\d{1,2}[\s./-]{1,2}(?:19|20)\d{2}")
IPV4 = re.compile(r"(?<![\w.-])(?<!ection )(?<!ersion )(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:)[0-9A-Fa-f:.]{3,45}(?![\w:])")


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)


def _phone(text: str) -> bool:
    return 7 <= _digits(text) <= 15 and not DATE.fullmatch(text)


def _ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text.rstrip("."))
    except ValueError:
        return False
    return text.strip(":.") != ""


PATTERNS: Mapping[str, tuple[tuple[re.Pattern[str], ...], Callable[[str], bool], str]] = {
    "emails": ((EMAIL,), bool, "[email]"),
    "ips": ((IPV4, IPV6), _ip, "[ip]"),
    "phones": ((PHONE,), _phone, "[phone]"),
}
"""What can be redacted: patterns, the check of a match, and the placeholder."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted text, and how its offsets moved: `ends` in the old text and the shift after each.

    `starts` and `widths` tell the replaced spans of the old text and their placeholders' lengths.
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def moved(self, at: int) -> int:
        """Return where a place of the old text is in the new; inside a replaced span, its end."""
        index = bisect_right(self.starts, at - 1)
        if not index:
            return at
        return max(at, self.ends[index - 1]) + self.shifts[index - 1]


def parse(text: str | None) -> tuple[str, ...]:
    """Read "emails,phones"; an unknown kind is an `OperatorError`."""
    if text is None:
        return ()
    kinds = tuple(kind.strip() for kind in text.split(",") if kind.strip())
    unknown = [kind for kind in kinds if kind not in PATTERNS]
    if unknown or not kinds:
        what = ", ".join(unknown) or "names none"
        raise OperatorError(f"export: --redact {what}: choose from {', '.join(PATTERNS)}")
    return tuple(kind for kind in PATTERNS if kind in kinds)


def redact(text: str, kinds: Sequence[str]) -> Redacted:
    """Return the text with every match of these kinds replaced by its placeholder.

    >>> redact("Mail ada@example.org or call +49 30 901820.", ["emails", "phones"]).text
    'Mail [email] or call [phone].'
    """
    found = _apart(sorted(match for kind in kinds for match in _matches(text, kind)))
    if not found:
        return Redacted(text)
    pieces, at = [], 0
    for start, end, placeholder in found:
        pieces += [text[at:start], placeholder]
        at = end
    shifts = accumulate(len(placeholder) - (end - start) for start, end, placeholder in found)
    return Redacted(
        "".join([*pieces, text[at:]]),
        tuple(start for start, _, _ in found),
        tuple(end for _, end, _ in found),
        tuple(shifts),
    )


def _matches(text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of one kind with its placeholder."""
    patterns, check, placeholder = PATTERNS[kind]
    for pattern in patterns:
        for match in pattern.finditer(text):
            if check(match[0]):
                end = match.end() - (len(match[0]) - len(match[0].rstrip(".")))
                yield match.start(), end, placeholder


def _apart(matches: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the matches without those that overlap an earlier one."""
    kept: list[tuple[int, int, str]] = []
    for match in matches:
        if not kept or match[0] >= kept[-1][1]:
            kept.append(match)
    return kept


def redacted(record: Record, kinds: Sequence[str]) -> Record:
    """Return a record whose prose is redacted, with structure, words and hash of the new text."""
    changed = {
        name: _value(record[name], kinds)
        for name, field in FIELDS.items()
        if field.prose and name != "text" and name in record
    }
    body = redact(record["text"], kinds)
    changed["text"] = body.text
    if body.starts:
        changed["words"] = words(body.text)
        changed["text_sha256"] = sha256(body.text.encode("utf-8", "replace")).hexdigest()
    if "structure" in record:
        changed["structure"] = [_span(span, body, kinds) for span in record["structure"]]
    return record | changed


def _value(value: object, kinds: Sequence[str]) -> object:
    """Redact a text, or the texts in a list of texts or records."""
    if isinstance(value, str):
        return redact(value, kinds).text
    if isinstance(value, list):
        return [_value(member, kinds) for member in value]
    if isinstance(value, dict):
        prose = {name: _value(value[name], kinds) for name in ("text", "evidence")}
        return value | prose
    return value


def _span(span: Record, body: Redacted, kinds: Sequence[str]) -> Record:
    """Move a span and its links to where they are in the redacted text."""
    start = body.moved(span["start"])
    links = [
        {
            "start": body.moved(span["start"] + link["start"]) - start,
            "end": body.moved(span["start"] + link["end"]) - start,
            "href": redact(link["href"], kinds).text,
        }
        for link in span["links"]
        if not link["href"].lower().startswith(SPEAKING)
    ]
    return span | {"start": start, "end": body.moved(span["end"]), "links": links}


SPEAKING = ("mailto:", "tel:", "sms:", "callto:")
"""Links that are themselves an address or a number; they go with what they stand for."""
