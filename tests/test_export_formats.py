"""What each format holds, read back by pyarrow, pandas, lxml, warcio, markdown-it."""

import json
from datetime import UTC, datetime
from importlib import resources
from io import StringIO
from pathlib import Path

import pandas
import pyarrow as pa
import pyarrow.json as arrow_json
import pyarrow.parquet as pq
import pytest
import yaml as pyyaml
from backports import zstd
from lxml import etree
from markdown_it import MarkdownIt
from warcio.archiveiterator import ArchiveIterator

from cleaners.records import Block, CleanOptions, Document, Link, Metadata, OptOut, Page, Removal
from corpus.documents import save_outcome
from corpus.export.blocks import grouped
from corpus.export.exporting import Job, export_corpus
from corpus.export.files import name_of, slug
from corpus.export.markdown import body, escaped
from corpus.export.redact import redact
from corpus.export.tables import cell
from corpus.export.tei import TEI
from corpus.export.yamltext import yaml
from corpus.pages import add_page, load_pages
from corpus.store import corpus_at

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://example.org/city/bridge"
RAW = "<html><h1>Brücke</h1></html>".encode("latin-1")
BLOCKS = (
    Block(0, "paragraph", "See the plan & <the> map.", links=(Link(4, 12, "../plan?a=1&b=2"),)),
    Block(1, "heading", "What #1 costs #", level=3),
    Block(2, "paragraph", "A line\nand another.\x01"),
    Block(3, "item", "paint", level=1),
    Block(4, "item", "red * or <b>", level=2),
    Block(5, "item", "open", level=1),
    Block(6, "quote", "1. We waited.\n- Long."),
    Block(7, "heading", "Details", level=4),
    Block(8, "code", "if x < 1:\n    print('```')"),
    Block(9, "table", "Year | Cost"),
    Block(10, "table", "2026 | 3_000 | a*b*"),
    Block(11, "heading", "End", level=2),
)
METADATA = Metadata(
    title='Bridge: "open" again',
    authors=("Ada Kern", "Bo: Lind"),
    published="2026-03-01T10:00:00+01:00",
    section="City",
    tags=("bridges", "no"),
    site_name="The Example",
    language="en-GB",
    language_confidence=0.9,
    licence="CC-BY-SA-4.0",
    opt_outs=(OptOut("robots", "allow", "robots.txt", False),),
    provenance={"title": "h1"},
)
CUT = Removal(Block(12, "paragraph", "Please give."), "donation", "judge", "judge", "why", 0.25)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An export of two documents, one whole and one with hardly anything, in every format."""
    root = tmp_path_factory.mktemp("export")
    with corpus_at(root / "corpus.db", create=True) as db:
        headers = {"content-encoding": "br", "server": "x\r\ny", "content-length": "7"}
        pages = (
            (Page(RAW, URL, URL, None, 200, headers, "text/html", NOW), METADATA, BLOCKS),
            (
                Page(b"plain", "file:///home/ada/a b.txt", content_type="text/plain"),
                Metadata(),
                (Block(0, "paragraph", "Kein Titel."),),
            ),
        )
        for page, metadata, blocks in pages:
            stored = load_pages(db, [add_page(db, page, NOW)[0]])[0]
            text = "\n\n".join(block.text for block in blocks)
            document = Document(page.url, metadata, text, blocks, (CUT,))
            save_outcome(db, stored, document, CleanOptions(), NOW)
    forms = ("jsonl", "jsonl.zst", "parquet", "csv", "md", "txt", "tei", "warc")
    job = Job(formats=forms, with_removals=True)
    export_corpus(root / "corpus.db", root / "out", job)
    return root / "out"


def data(folder, form):
    return folder / "data" / f"train-00000-of-00001.{form}"


def records(folder):
    return [json.loads(line) for line in data(folder, "jsonl").read_text("utf-8").splitlines()]


def test_parquet_has_typed_columns_and_the_same_values_as_json(folder):
    file = pq.ParquetFile(data(folder, "parquet"))
    types = {field.name: field.type for field in file.schema_arrow}
    assert types["id"] == types["words"] == pa.int64()
    assert types["authors"] == pa.list_(pa.string())
    assert types["fetched_at"] == pa.timestamp("us", tz="UTC")
    assert types["opt_outs"].value_type.field("reserved").type == pa.bool_()
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    rows = file.read().to_pylist()
    for row in rows:
        row["fetched_at"] = row["fetched_at"] and row["fetched_at"].isoformat()
    assert rows == records(folder)


def test_arrow_reads_the_json_lines_as_it_reads_parquet(folder):
    table = arrow_json.read_json(data(folder, "jsonl"))
    assert table.column("text").to_pylist() == [row["text"] for row in records(folder)]
    assert table.column_names == pq.read_schema(data(folder, "parquet")).names


def test_pandas_reads_parquet_json_lines_and_csv(folder):
    parquet = pandas.read_parquet(data(folder, "parquet"))
    lines = pandas.read_json(data(folder, "jsonl"), lines=True)
    table = pandas.read_csv(data(folder, "csv"))
    assert list(parquet.columns) == list(lines.columns) == list(table.columns)
    assert list(parquet["text"]) == list(lines["text"])
    assert list(table["text"].str.replace("\r\n", "\n")) == list(parquet["text"])
    assert str(parquet["fetched_at"].dtype).startswith("datetime64[us, UTC]")


def test_compressed_lines_are_the_plain_ones(folder):
    assert zstd.decompress(data(folder, "jsonl.zst").read_bytes()) == (
        data(folder, "jsonl").read_bytes()
    )


def test_the_card_has_the_header_that_the_hub_reads(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    header = pyyaml.safe_load(text.split("---\n")[1])
    assert header["language"] == ["en"]
    assert header["license"] == "other"
    assert header["size_categories"] == ["n<1K"]
    files = [{"split": "train", "path": "data/train-*.parquet"}]
    assert header["configs"] == [{"config_name": "default", "data_files": files}]
    assert len(list(folder.glob(files[0]["path"]))) == 1
    columns = [column["name"] for column in header["dataset_info"]["features"]]
    assert columns == pq.read_schema(data(folder, "parquet")).names
    for said in (
        "| donation | judge | 2 |",
        "| en-GB | 1 |",
        "| 2026-03 | 1 |",
        "| CC-BY-SA-4.0 |",
    ):
        assert said in text
    assert "winnow export DIR" in text


def only(folder, pattern):
    (path,) = folder.glob(pattern)
    return path.read_text(encoding="utf-8")


def test_markdown_renders_to_the_text_and_its_structure(folder):
    text = only(folder, "md/2026/2026-03-01-bridge-open-again-1.md")
    _, front, markdown = text.split("---\n", 2)
    known = pyyaml.safe_load(front)
    assert known["title"] == METADATA.title
    assert known["authors"] == list(METADATA.authors)
    assert known["tags"] == ["bridges", "no"]
    html = MarkdownIt().enable("table").render(markdown).replace("\x01", "")
    tree = etree.fromstring(f"<body>{html}</body>")
    assert tree.findtext("h1") == METADATA.title
    assert [e.text for e in tree.iter("h2", "h3", "h4")] == ["What #1 costs #", "Details", "End"]
    link = tree.find(".//a")
    assert (link.text, link.get("href")) == ("the plan", "https://example.org/plan?a=1&b=2")
    assert "".join(tree.find("p").itertext()) == BLOCKS[0].text
    assert [" ".join("".join(e.itertext()).split()) for e in tree.findall("ul/li")] == [
        "paint red * or <b>",
        "open",
    ]
    assert tree.findtext("ul/li/ul/li") == "red * or <b>"
    assert "".join(tree.find("blockquote").itertext()).strip() == BLOCKS[6].text
    assert tree.findtext("pre/code") == BLOCKS[8].text + "\n"
    cells = [[c.text or "" for c in row] for row in tree.iter("tr")]
    assert cells == [["Year", "Cost", ""], ["2026", "3_000", "a*b*"]]


@pytest.mark.parametrize(
    "text",
    [
        "# no heading", "- no item", "+ none", "1. no number", "2) nor this", "> no quote",
        "*a* _b_ __c__ `d` ~~e~~", "[a](b) ![c](d) [e]: f", "<div> <!-- --> <a@b.c>", "&amp; &#35;",
        "---", "===", "~~~", "```", "a\\b \\* \\", "snake_case _x", "| a | b |", "    four spaces",
        "1986\\. A great year", "*", "a * b * c", "https://example.org/a_b_c", "#tag", "•",
        "中_文_",
    ],
)  # fmt: skip
def test_markdown_shows_every_character_as_it_is(text):
    html = (
        MarkdownIt()
        .enable("table")
        .enable("strikethrough")
        .render(body(None, [Block(0, "paragraph", text)], None))
    )
    tree = etree.fromstring(f"<body>{html}</body>")
    assert [element.tag for element in tree] == ["p"]
    assert "".join(tree.itertext()).strip() == text.strip()
    assert escaped(text)


TABLES = """<!ENTITY % model.listLike "list |table">
<!ELEMENT table (head*, row+)> <!ELEMENT row (cell+)> <!ELEMENT cell (#PCDATA)>"""
"""The TEI module for tables (Guidelines, chapter 14), which trafilatura's DTD leaves out."""


@pytest.fixture(scope="module")
def dtd():
    """TEI P5 as trafilatura ships it, with tables."""
    data = resources.files("trafilatura") / "data" / "tei_corpus.dtd"
    return etree.DTD(StringIO(TABLES + data.read_text(encoding="utf-8")))


def test_tei_is_valid(folder, dtd):
    found = list(folder.glob("tei/*/*.xml"))
    for path in found:
        assert dtd.validate(etree.parse(path)), dtd.error_log.filter_from_errors()
    assert len(found) == 2


def test_the_check_of_tei_sees_what_is_wrong(folder, dtd):
    (path,) = folder.glob("tei/2026/*.xml")
    for element in ("fileDesc", "body", "row", "publicationStmt"):
        tree = etree.parse(path)
        wrong = next(tree.iter(f"{{{TEI}}}{element}"))
        wrong.getparent().remove(wrong) if element != "row" else wrong.clear()
        assert not dtd.validate(tree)


def test_markdown_has_the_title_once():
    blocks = (Block(0, "heading", "It opens", level=1), Block(1, "paragraph", "Today."))
    assert body("It opens", blocks, None) == "# It opens\n\nToday.\n"
    assert body("It shuts", blocks, None) == "# It shuts\n\n## It opens\n\nToday.\n"


def test_a_row_of_one_cell_stays_in_its_table():
    texts = ["A box of layout", "Year | Cost", "Line\nbreak", "2026 | 3"]
    blocks = [Block(number, "table", text) for number, text in enumerate(texts)]
    runs = [(kind, [block.text for block in run]) for kind, run in grouped(blocks)]
    assert runs == [("paragraph", texts[:1]), ("table", texts[1:])]


def test_tei_holds_header_and_structure(folder):
    (path,) = folder.glob("tei/2026/*.xml")
    tree = etree.parse(path).getroot()
    found = lambda query: tree.xpath(query, namespaces={"t": TEI})  # noqa: E731
    assert found("string(//t:titleStmt/t:title)") == METADATA.title
    assert found("//t:titleStmt/t:author/text()") == list(METADATA.authors)
    assert found("string(//t:licence/@target)") == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert found("string(//t:bibl/t:date/@when)") == "2026-03-01"
    assert found("string(//t:bibl/t:idno)") == URL
    assert found("string(//t:text/@xml:lang)") == "en-GB"
    assert found("string(//t:ref/@target)") == "https://example.org/plan?a=1&b=2"
    assert found("//t:head/text()") == ["What #1 costs #", "Details", "End"]
    assert found("string(//t:div/t:div/t:div/t:head)") == "Details"
    assert found("string(//t:item/t:list/t:item)") == "red * or <b>"
    assert found("string(//t:quote)") == "1. We waited.- Long."
    assert len(found("//t:quote//t:lb")) == 1
    assert found("string(//t:ab[@type='code'])") == BLOCKS[8].text
    assert found("//t:row[2]/t:cell/text()") == ["2026", "3_000", "a*b*"]


def test_plain_text_is_one_file_for_each_document(folder):
    texts = {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.txt")
    }
    assert texts == {
        "txt/2026/2026-03-01-bridge-open-again-1.txt": records(folder)[0]["text"] + "\n",
        "txt/undated/a-b-2.txt": "Kein Titel.\n",
    }


def test_warc_holds_the_raw_pages_with_matching_digests(folder):
    path = folder / "warc" / "train-00000-of-00001.warc.gz"
    with path.open("rb") as file:
        found = []
        for record in ArchiveIterator(file, check_digests="raise"):
            headers = record.rec_headers
            found.append((record.rec_type, headers, record.http_headers, record.raw_stream.read()))
    assert [(kind, body) for kind, _, _, body in found[1:]] == [
        ("response", RAW),
        ("resource", b"plain"),
    ]
    (info, _, _, _), (_, page, http, _), (_, saved, _, _) = found
    assert info == "warcinfo"
    assert page.protocol == "WARC/1.1"
    assert page.get_header("WARC-Target-URI") == URL
    assert page.get_header("WARC-Date") == "2026-03-10T12:00:00Z"
    assert page.get_header("WARC-Payload-Digest").startswith("sha1:")
    assert http.get_statuscode() == "200"
    assert http.get_header("Content-Length") == str(len(RAW))
    assert http.get_header("Content-Encoding") is None
    assert http.get_header("X-Archive-Orig-Content-Encoding") == "br"
    assert saved.get_header("WARC-Target-URI") == "file:///home/ada/a%20b.txt"
    assert saved.get_header("Content-Type") == "text/plain"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start):
    assert cell(f"{start}cmd|' /C calc'!A0")[0] == "'"


REDACTED = [
    ("Write to ada.kern+x@mail.example.co.uk.", "Write to [email]."),
    ("ada [at] example.org", "[email]"),
    ("@ada on example.org, a@b", None),
    ("Call +49 30 901820 now", "Call [phone] now"),
    ("Tel. (030) 90 18 20-0.", "Tel. [phone]."),
    ("0171/1234567", "[phone]"),
    ("call 555-867-5309", "call [phone]"),
    ("call 415-867-5309!", "call [phone]!"),
    ("+1 (415) 867-5309", "[phone]"),
    ("+33 1 42 68 53 00", "[phone]"),
    ("from 1914-1918 and 2026-03-01", None),
    ("on 01.03.2026 or 01-03-2026", None),
    ("ISBN 978-3-16-148410-0", None),
    ("1,234,567 people and 3.141.592", None),
    ("cost 1 200 000 euros", None),
    ("from 192.168.0.1, or 10.0.0.1.", "from [ip], or [ip]."),
    ("version 1.2.3 and 300.1.1.1", None),
    ("Section 7.8.2.2, version 1.2.3.4", None),
    ("at 2001:db8::ff00:42:8329.", "at [ip]."),
    ("at 12:30:45 they met: ten", None),
]


@pytest.mark.parametrize(("text", "expected"), REDACTED)
def test_redaction_takes_what_it_says_and_nothing_else(text, expected):
    assert redact(text, ("emails", "ips", "phones")).text == (expected or text)


def test_redaction_keeps_count_of_places():
    text = "Mail ada@example.org or bob@example.org now"
    done = redact(text, ("emails",))
    for word in ("Mail", " or ", "now"):
        at = text.index(word)
        assert done.text[done.moved(at) : done.moved(at + len(word))] == word
    start = text.index("bob")
    assert done.text[done.moved(start) : done.moved(start + 15)] == "[email]"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Brücke: offen!", "brücke-offen"),
        ("../../etc/passwd", "etc-passwd"),
        ("東京の" * 30, "東京の" * 8 + "東京"),
        ("a" * 200, "a" * 80),
        ("twelve chars " * 8, "-".join(["twelve-chars"] * 6)),
        ("CON", "con"),
        ("", ""),
    ],
)
def test_a_slug_is_a_file_name_in_any_script(title, expected):
    assert slug(title) == expected


def test_a_name_without_title_and_date_comes_from_the_address():
    record = {"published": "soon", "title": None, "url": "https://e.org/a/die-f%C3%A4hre.html"}
    assert name_of({**record, "_id": 4}) == "die-fähre-4"


@pytest.mark.parametrize(
    "value",
    ["yes", "1", "a: b # c", "line\nbreak", "\x85\u2028\ufeff\x07", "'\"\\", "", "null", "日本"],
)
def test_yaml_is_read_as_it_was_meant(value):
    written = yaml({"a": value, "b": [value, {"c": [value], "d": 1}], "e": {"f": value}, "g": []})
    assert pyyaml.safe_load(written) == {
        "a": value,
        "b": [value, {"c": [value], "d": 1}],
        "e": {"f": value},
        "g": [],
    }


def test_the_manifest_says_what_makes_it_again(folder):
    manifest = json.loads(Path(folder / "manifest.json").read_text())
    assert manifest["format"] == "winnow-export/1"
    assert manifest["cleaner_versions"] == {"1": 2}
    assert manifest["filters"] == {}
    assert [file["path"] for file in manifest["files"]] == sorted(
        file["path"] for file in manifest["files"]
    )
