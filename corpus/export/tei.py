"""A document as TEI P5: a header with what is known of it, and the text as divisions.

Source: TEI Guidelines P5, chapters 2 (header), 3 (elements of all texts) and 4 (text structure).
"""

from __future__ import annotations

import re

from lxml import etree

from cleaners.records import CLEANER_VERSION, Block
from corpus.export.blocks import blocks_of, grouped, pieces, rows_of
from corpus.export.shards import Record, Target

TEI = "http://www.tei-c.org/ns/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-(?:NC|ND|SA))*)-(\d\.\d)")


def tei(record: Record, _: Target) -> str:
    """Return the document as an XML file."""
    root = etree.Element(f"{{{TEI}}}TEI", nsmap={None: TEI})  # type: ignore[dict-item]
    _header(root, record)
    text = _add(root, "text")
    if LANGUAGE.fullmatch(record["language"]):
        text.set(XML_LANG, record["language"])
    _body(_add(text, "body"), record)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written.decode("utf-8") + "\n"


def _header(root: etree._Element, record: Record) -> None:
    """Add the TEI header: the file, its source, its language and keywords."""
    header = _add(root, "teiHeader")
    file = _add(header, "fileDesc")
    _titles(_add(file, "titleStmt"), record)
    publication = _add(file, "publicationStmt")
    _add(publication, "publisher", record["site_name"] or record["_site"] or "unknown")
    _availability(_add(publication, "availability"), record["licence"])
    _date(publication, record["published"])
    source = _add(_add(file, "sourceDesc"), "bibl")
    _titles(source, record)
    _add(source, "publisher", record["site_name"] or record["_site"] or "unknown")
    _date(source, record["published"])
    _add(source, "idno", record["url"]).set("type", "URL")
    if record["fetched_at"]:
        note = _add(source, "note", record["fetched_at"])
        note.set("type", "fetched")
    tool = _add(_add(_add(header, "encodingDesc"), "appInfo"), "application")
    tool.set("ident", "winnow")
    tool.set("version", record["cleaner_version"] or CLEANER_VERSION)
    _add(tool, "desc", "Site furniture was removed from the page by the Winnow cleaners.")
    _profile(_add(header, "profileDesc"), record)


def _titles(parent: etree._Element, record: Record) -> None:
    _add(parent, "title", record["title"] or record["url"])
    for author in record["authors"]:
        _add(parent, "author", author)


def _availability(parent: etree._Element, licence: str | None) -> None:
    """Add the licence, with its address where that is known."""
    if not licence:
        parent.set("status", "unknown")
        _add(parent, "p", "The page states no licence.")
        return
    element = _add(parent, "licence", licence)
    match = CREATIVE_COMMONS.fullmatch(licence)
    if match:
        terms = f"{match[1].lower()}/{match[2]}"
        element.set("target", f"https://creativecommons.org/licenses/{terms}/")


def _date(parent: etree._Element, published: str | None) -> None:
    if published:
        element = _add(parent, "date", published)
        if DAY.match(published):
            element.set("when", published[:10])


def _profile(profile: etree._Element, record: Record) -> None:
    """Add language and keywords."""
    language = record["language"]
    if LANGUAGE.fullmatch(language):
        usage = _add(_add(profile, "langUsage"), "language", language)
        usage.set("ident", language)
    keywords = [tag for tag in [record["section"], *record["tags"]] if tag and tag.strip()]
    if keywords:
        terms = _add(_add(profile, "textClass"), "keywords")
        for word in keywords:
            _add(terms, "term", word)


def _body(body: etree._Element, record: Record) -> None:
    """Add the text: each heading opens a division inside that of the nearest higher heading."""
    base = record["url"]
    open_: list[tuple[int, etree._Element]] = [(0, _add(body, "div"))]
    for kind, run in grouped(blocks_of(record)):
        if kind == "heading":
            level = run[0].level or 2
            while len(open_) > 1 and open_[-1][0] >= level:
                open_.pop()
            division = _add(open_[-1][1], "div")
            _inline(_add(division, "head"), run[0], base)
            open_.append((level, division))
        else:
            _block(open_[-1][1], kind, run, base)
    for division in list(body.iter(f"{{{TEI}}}div")):
        if not len(division) or (len(division) == 1 and division[0].tag == f"{{{TEI}}}head"):
            _add(division, "p")


def _block(parent: etree._Element, kind: str, run: list[Block], base: str | None) -> None:
    """Add a block, a list or a table."""
    if kind == "list":
        _list(parent, run, base)
    elif kind == "table":
        table = _add(parent, "table")
        for cells in rows_of(run):
            row = _add(table, "row")
            for cell in cells:
                _add(row, "cell", cell)
    elif kind == "quote":
        _inline(_add(_add(parent, "quote"), "p"), run[0], base)
    elif kind == "code":
        _add(parent, "ab", run[0].text).set("type", "code")
    else:
        _inline(_add(parent, "p"), run[0], base)


def _list(parent: etree._Element, run: list[Block], base: str | None) -> None:
    """Add items, deeper ones as lists inside the item above them."""
    lists = [_add(parent, "list")]
    for block in run:
        depth = max(1, block.level)
        del lists[depth:]
        if depth > len(lists) and len(lists[-1]):
            lists.append(_add(lists[-1][-1], "list"))
        _inline(_add(lists[-1], "item"), block, base)


def _inline(element: etree._Element, block: Block, base: str | None) -> None:
    """Fill an element with text, references and line breaks."""
    for text, href in pieces(block, base):
        target = element
        if href:
            target = _add(element, "ref")
            target.set("target", _xml(href))
        for number, line in enumerate(text.split("\n")):
            if number:
                _add(target, "lb")
            _append(target, _xml(line))


def _append(element: etree._Element, text: str) -> None:
    """Append text after whatever an element holds."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{TEI}}}{tag}")
    if text:
        element.text = _xml(text)
    return element


def _xml(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)
