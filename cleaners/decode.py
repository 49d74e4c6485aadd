"""Bytes to text to tree, within limits; what cannot be read becomes a `Rejection`.

Order of attempts for the encoding: byte-order mark; valid UTF-8 that is not plain ASCII (no other
encoding looks like it by chance); the Content-Type header; `<meta>` or the XML declaration
(w3lib resolves both as browsers do); detection on a sample where nothing is declared or where the
declared encoding leaves holes. Text that was encoded twice is read once more. What the text means
is `blocks`' and `declared`'s affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from charset_normalizer import from_bytes
from lxml import etree, html
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, read_bom

from cleaners.records import CleanOptions, Page, Reason

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF container (WebP, WAV or AVI)"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"\x7fELF", "an executable"),
    (b"SQLite format 3", "a SQLite database"),
    (b"wOF", "a web font"),
)
NOT_HTML_TYPES = re.compile(
    r"^\s*(image|audio|video|font)/|^\s*application/"
    r"(pdf|zip|gzip|json|ld\+json|javascript|octet-stream|rss\+xml|atom\+xml|msword|vnd\.)",
    re.IGNORECASE,
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|article|a|br|h[1-6]|span|table)\b", re.IGNORECASE
)
CLOSERS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
"""End tags that mean nothing to a browser (HTML, section 13.2.6.4.19); libxml2 stops at them, and
some pages put their whole article behind a header that closes the document."""
LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}>")
ATTRIBUTE = re.compile(r"""[^\s"'=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']+))?""")
MAX_ATTRIBUTES = 512
"""Of one tag, several times what the busiest pages have: libxml2 compares each with all others."""

ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment)
"""One class for all elements: lxml.html chooses one per tag, in Python, at every visit."""

TWICE = "\u00e2\u0080"
"""The beginning of a quotation mark or a dash that was read as Latin-1 and written as UTF-8 once
more; U+0080 is a control code that no text has."""
TWICE_ENCODED = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf]{1,3}")
PAIR = re.compile(rb"[\xa1-\xfe]{2}")
KANA_ROWS = b"\xa4\xa5"
MIN_KANA = 0.15

SAMPLE = 20_000
MAX_HOLES = 0.1
MAX_CONTROLS = 0.05


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page that could be read: its text, the encoding used, and its tree (None: plain text)."""

    text: str
    encoding: str
    tree: html.HtmlElement | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a page could not be read."""

    reason: Reason
    detail: str


def decode(page: Page, options: CleanOptions) -> Decoded | Unreadable:
    """Return the page's text and tree, or why there is none."""
    body = page.body
    if len(body) > options.max_bytes:
        return Unreadable("too-big", f"{len(body):,} bytes, the limit is {options.max_bytes:,}")
    head = body[:1024].lstrip()
    if not head and not body.strip():
        return Unreadable("empty", "no bytes but white space" if body else "no bytes")
    plain = is_plain(page.content_type, head)
    if not plain and (found := foreign(head, page.content_type)):
        return Unreadable("not-html", found)
    text, encoding = to_text(body, page.content_type)
    if problem := unreadable(text):
        return Unreadable("undecodable", f"{problem} when read as {encoding}")
    text = CONTROL.sub("", once_encoded(text))
    if plain:
        return Decoded(text, encoding, None)
    return parse(text, encoding, options.max_depth)


def foreign(head: bytes, content_type: str | None) -> str | None:
    """Say what a body is that is neither HTML nor text, by its first bytes and declared type."""
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    if NOT_HTML_TYPES.match(content_type or "") and not MARKUP.search(
        head.decode("ascii", "replace")
    ):
        return f"content type {content_type}"
    return None


def is_plain(content_type: str | None, head: bytes) -> bool:
    """Whether a body is plain text by its declared type, or by having no markup at its head."""
    if content_type and content_type.lower().lstrip().startswith("text/plain"):
        return not re.match(rb"(?i)<!doctype html|<html[\s>]", head)
    return False


def to_text(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return the text of `body` and the name of the encoding that gave it."""
    bom, _ = read_bom(body)
    if bom is None and not body.isascii() and b"\x00" not in body[:SAMPLE]:
        try:
            return body.decode("utf-8"), "utf-8"
        except UnicodeDecodeError as error:
            if len(body) - error.start < 4:  # a body cut inside its last character
                return body.decode("utf-8", "ignore"), "utf-8"
    encoding, text = html_to_unicode(content_type, body, auto_detect_fun=detect)
    declared = (content_type and "charset" in content_type) or html_body_declared_encoding(body)
    if declared and bom is None and text.count("\ufffd") > max(8, len(text) // 500):
        found = detect(body)
        if found and (other := body.decode(found, "replace")).count("\ufffd") < text.count(
            "\ufffd"
        ):
            return other, found
    return text, encoding


def once_encoded(text: str) -> str:
    """Undo a second encoding: "Donâ\x80\x99t" is "Don’t".

    Sites whose database or proxy takes UTF-8 for Latin-1 send such pages. Where one quotation mark
    gives that away, every sequence that is UTF-8 again is read as that.
    """
    return TWICE_ENCODED.sub(_read_again, text) if TWICE in text else text


def _read_again(found: re.Match[str]) -> str:
    try:
        return found[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def detect(body: bytes) -> str | None:
    """Guess an encoding from a sample of the bytes that are not ASCII markup."""
    start = next((i for i, byte in enumerate(body) if byte > 127), 0)
    sample = re.sub(rb"<[^>]*>", b" ", body[max(0, start - SAMPLE // 4) :][: 4 * SAMPLE])[:SAMPLE]
    if japanese(sample):
        return "euc_jp"
    best = from_bytes(sample).best()
    return best.encoding if best is not None else None


def japanese(sample: bytes) -> bool:
    """Whether bytes are EUC-JP: many pairs lie in the rows of its kana.

    The encodings of Korean and Chinese that are built alike have single jamo and kana there, which
    their texts hardly use; detectors that compare how often signs occur take it for Korean.
    """
    pairs = PAIR.findall(sample)
    kana = sum(pair[0] in KANA_ROWS for pair in pairs)
    if not pairs or kana < MIN_KANA * len(pairs):
        return False
    return sample.decode("euc_jp", "replace").count("\ufffd") <= MAX_HOLES * len(pairs)


def unreadable(text: str) -> str | None:
    """Say what is wrong with a text that is not one, or None."""
    sample = text[: 5 * SAMPLE]
    if not sample.strip():
        return None
    holes = sample.count("\ufffd") / len(sample)
    if holes > MAX_HOLES:
        return f"{holes:.0%} of the characters are invalid"
    controls = len(CONTROL.findall(sample)) / len(sample)
    if controls > MAX_CONTROLS:
        return f"{controls:.0%} of the characters are control codes"
    return None


def parse(text: str, encoding: str, max_depth: int) -> Decoded | Unreadable:
    """Parse HTML as lxml reads it, refusing trees so deep that their text would be lost.

    Comments are left out: pages that are put together by scripts have one in the midst of every
    other line ("By <!-- -->Bo Peep"), which would split it in two.
    """
    text = LONG_TAG.sub(within_attributes, CLOSERS.sub("", text))
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True
    )
    parser.set_element_class_lookup(ELEMENTS)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return Unreadable("empty", "no markup and no text")
    if not isinstance(tree, html.HtmlElement):
        return Unreadable("not-html", "the document has no element")
    depth = deepest(tree, max_depth)
    if depth >= max_depth:
        return Unreadable("too-deep", f"tags nested {depth:,} deep, the limit is {max_depth:,}")
    return Decoded(text, encoding, tree)


def within_attributes(tag: re.Match[str]) -> str:
    """Return a long tag as it is, or one that has too many attributes with the first of them."""
    words = islice(ATTRIBUTE.finditer(tag[0], 1), MAX_ATTRIBUTES + 2)  # the tag's name is a word
    last = next(islice(words, MAX_ATTRIBUTES, None), None)
    following = next(words, None)
    return tag[0] if last is None or following is None else f"{tag[0][: last.end()]}>"


def deepest(tree: html.HtmlElement, limit: int) -> int:
    """Return the depth of the tree's deepest element, counting no further than `limit`."""
    level, depth = [tree], 0
    while level and depth < limit:
        depth += 1
        level = [child for element in level for child in element if len(child)]
    return depth
