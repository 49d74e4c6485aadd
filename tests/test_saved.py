"""Saved pages: which files are read, and the address that each tells."""

import gzip
import io
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cleaners.errors import OperatorError
from cleaners.records import Page, Rejection
from corpus import warc
from corpus.saved import read_pages, saved_url, sniffed


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://example.org/a?x=1&amp;y=2">', "…/a?x=1&y=2"),
        ("<LINK HREF=https://example.org/a REL=canonical>", "…/a"),
        ("<meta property='og:url' content='https://example.org/a'>", "…/a"),
        ("<!-- saved from url=(0021)https://example.org/b --><link rel=canonical href=/x>", "…/b"),
        (
            '<link rel="canonical" href="https://example.org/">'
            '<meta property="og:url" content="https://example.org/a">',
            "…/a",
        ),
        ('<link rel="canonical" href="https://example.org/">', "…/"),
        ('<link rel="canonical" href="/relative">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="https://[bad/">', None),
        ('<link rel="stylesheet" href="https://example.org/a.css">', None),
        ("", None),
    ],
)
def test_a_saved_page_tells_its_address(head, url):
    page = f"<!doctype html><html><head>{head}</head><body>x</body></html>"
    assert saved_url(page.encode()) == (url and url.replace("…", "https://example.org"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"\xef\xbb\xbf\n <html>", "text/html"),
        (b"Five < six, said the article.", "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_a_body_without_a_name_is_told_by_its_start(body, kind):
    assert sniffed(body) == kind


def test_a_folder_gives_its_pages_by_name_and_nothing_else(tmp_path):
    parts = ("b_files/frame.html", "b-Dateien/frame.html", "b.fichiers/frame.htm")
    for name in ("b.html", "a/deep.HTM", "c.txt", "index.json", "x.css", *parts):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("words")
    others = Counter()
    found = list(read_pages([tmp_path], None, others))
    assert [saved.path for saved in found] == [
        str(tmp_path / name) for name in ("a/deep.HTM", "b.html", "c.txt")
    ]
    assert others == {".html": 2, ".htm": 1, ".json": 1, ".css": 1}
    kinds = [saved.content.content_type for saved in found]
    assert kinds == ["text/html", "text/html", "text/plain"]
    assert found[0].content.url == (tmp_path / "a/deep.HTM").as_uri()


def refused(folder):
    """The paths below a folder that were not read, and why."""
    contents = [(saved.path, saved.content) for saved in read_pages([folder])]
    return {
        str(Path(path).relative_to(folder)): content.detail
        for path, content in contents
        if isinstance(content, Rejection)
    }


def test_links_and_what_is_no_file_are_never_left_out_in_silence(tmp_path):
    folder, other = tmp_path / "pages", tmp_path / "other"
    for place in (folder / "sub", other):
        place.mkdir(parents=True)
        (place / "a.html").write_text("words")
    os.mkfifo(folder / "pipe.html")
    targets = {"nowhere.html": "gone", "self.html": "self.html", "other": other, "sub/up": folder,
               "link.html": "sub/a.html", "twice": folder / "sub"}  # fmt: skip
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    nowhere = "not readable: a link that leads nowhere"
    assert refused(folder) == {
        "nowhere.html": nowhere,
        "self.html": nowhere,
        "pipe.html": "not a file",
        "other": "a link to a folder is not followed; name it as well",
    }
    read = [one.path for one in read_pages([folder]) if isinstance(one.content, Page)]
    assert read == [str(folder / "link.html"), str(folder / "sub/a.html")]


def test_a_folder_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    (tmp_path / "locked").mkdir()
    scan = os.scandir

    def refusing(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert refused(tmp_path) == {"locked": "not readable: Permission denied"}


def test_a_missing_path_is_said_before_anything_is_read(tmp_path):
    (tmp_path / "a.html").write_text("x")
    with pytest.raises(OperatorError, match=r"nowhere\.html: no such file"):
        next(read_pages([tmp_path, tmp_path / "nowhere.html"]))


def test_an_empty_path_is_not_the_folder_that_one_is_in():
    with pytest.raises(OperatorError, match="a path is empty"):
        next(read_pages([""]))


def test_an_empty_file_is_an_empty_page(tmp_path):
    (tmp_path / "a.html").write_bytes(b"")
    (saved,) = read_pages([tmp_path / "a.html"])
    assert saved.content.body == b""


def test_a_file_that_is_far_too_big_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.saved.MAX_FILE_BYTES", 100)
    (tmp_path / "a.html").write_bytes(b"x" * 101)
    (saved,) = read_pages([tmp_path / "a.html"])
    assert (saved.content.reason, saved.content.detail) == (
        "too-big",
        "101 bytes; at most 100 are read",
    )


def test_standard_input_is_one_page(monkeypatch):
    body = b"<html><head><link rel=canonical href=https://example.org/a></head></html>"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    (saved,) = read_pages(["-"])
    assert (saved.path, saved.content.url, saved.content.body) == (
        "-",
        "https://example.org/a",
        body,
    )


def archive(*responses):
    """Return the bytes of a gzipped WARC of (url, headers, body)."""
    return b"".join(gzip.compress(record(*response)) for response in responses)


def record(url, headers, body):
    """Return one WARC response record."""
    http = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)
    payload = http.encode() + b"\r\n" + body
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": "2026-01-02T03:04:05Z",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": len(payload),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{lines}\r\n".encode() + payload + b"\r\n\r\n"


HTML = [("Content-Type", "text/html; charset=koi8-r"), ("X-Robots-Tag", "noai")]


def test_an_archive_gives_its_web_pages_with_headers_and_time(tmp_path):
    packed = [*HTML, ("Content-Encoding", "gzip")]
    (tmp_path / "a.warc.gz").write_bytes(
        archive(
            ("https://example.org/a", HTML, b"<p>plain</p>"),
            ("https://example.org/b", packed, gzip.compress(b"<p>packed</p>")),
            ("https://example.org/i.png", [("Content-Type", "image/png")], b"\x89PNG"),
            ("https://example.org/s.css", [("Content-Type", "text/css")], b"p {}"),
        )
    )
    first, second = [saved.content for saved in read_pages([tmp_path])]
    assert first == Page(
        b"<p>plain</p>",
        "https://example.org/a",
        "https://example.org/a",
        status=200,
        headers={"content-type": "text/html; charset=koi8-r", "x-robots-tag": "noai"},
        content_type="text/html; charset=koi8-r",
        fetched_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    assert (second.url, second.body) == ("https://example.org/b", b"<p>packed</p>")


def test_a_decompression_bomb_in_an_archive_is_refused_and_the_next_page_read(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(warc, "MAX_RECORD_BYTES", 1_000_000)
    bomb = gzip.compress(bytes(50_000_000))
    (tmp_path / "a.warc.gz").write_bytes(
        archive(
            ("https://example.org/bomb", [*HTML, ("Content-Encoding", "gzip")], bomb),
            ("https://example.org/b", HTML, b"<p>good</p>"),
        )
    )
    refused, good = [saved.content for saved in read_pages([tmp_path])]
    assert isinstance(refused, Rejection)
    assert (refused.url, refused.reason) == ("https://example.org/bomb", "too-big")
    assert good.body == b"<p>good</p>"


@pytest.mark.parametrize(
    ("bytes_left", "urls", "reason"),
    [
        (-40, ["https://example.org/0", "https://example.org/1"], "undecodable"),
        (60, [], "empty"),
        (0, [], "empty"),
    ],
)
def test_a_cut_archive_gives_the_pages_before_the_cut_and_says_so(
    tmp_path, bytes_left, urls, reason
):
    noise = bytes(range(256)) * 100
    whole = archive(*((f"https://example.org/{n}", HTML, noise) for n in range(3)))
    (tmp_path / "a.warc.gz").write_bytes(whole[:bytes_left])
    *pages, last = [saved.content for saved in read_pages([tmp_path])]
    assert [page.url for page in pages] == urls
    assert (type(last), last.reason) == (Rejection, reason)


@pytest.mark.parametrize("first", [HTML, [("Content-Type", "image/png")]])
def test_an_archive_that_was_gzipped_as_a_whole_is_read(tmp_path, first):
    heads = (first, HTML, HTML)
    whole = b"".join(
        record(f"https://example.org/{number}", head, b"<p>words</p>")
        for number, head in enumerate(heads)
    )
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(whole))
    urls = [saved.content.url for saved in read_pages([tmp_path])]
    expected = [f"https://example.org/{number}" for number in range(3)]
    assert urls == (expected if first is HTML else expected[1:])


def test_a_damaged_archive_is_told_in_characters_that_can_be_shown(tmp_path):
    packed = gzip.compress(b"\x00\x1b[31m not a record\r\n" * 9)
    (tmp_path / "a.warc.gz").write_bytes(archive(("https://e.org/", HTML, b"<p>a</p>")) + packed)
    page, damage = [saved.content for saved in read_pages([tmp_path])]
    assert page.url == "https://e.org/"
    assert damage.detail.startswith("damaged archive after 1 pages: ")
    assert damage.detail.isprintable()


MHTML = """From: <Saved by Blink>
Snapshot-Content-Location: https://example.org/story
Date: Sun, 1 Mar 2026 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--B"

----B
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable
Content-Location: https://example.org/other

<p>The caf=E9 on the =
quay</p>
----B
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
----B--
"""


@pytest.mark.parametrize("name", ["a.mhtml", "a.MHT", "a.html"])
def test_a_single_file_archive_gives_its_page(tmp_path, name):
    (tmp_path / name).write_bytes(MHTML.replace("\n", "\r\n").encode())
    (saved,) = read_pages([tmp_path])
    page = saved.content
    assert (page.url, page.body) == ("https://example.org/story", b"<p>The caf\xe9 on the quay</p>")
    assert page.content_type == "text/html; charset=iso-8859-1"
    assert page.fetched_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "url", "reason"),
    [
        (MHTML.replace("Snapshot", "X"), "https://example.org/other", None),
        (MHTML.replace("Snapshot", "X").replace("https:", "cid:"), "file:", None),
        (MHTML.replace("text/html; ch", "text/css; ch"), "file:", "not-html"),
        ("", "file:", "not-html"),
    ],
)
def test_a_single_file_archive_tells_its_address_or_why_there_is_none(tmp_path, text, url, reason):
    (tmp_path / "a.mht").write_text(text)
    (saved,) = read_pages([tmp_path])
    assert saved.content.url.startswith(url)
    assert getattr(saved.content, "reason", None) == reason


def test_a_file_that_only_calls_itself_an_archive_is_said_to_be_none(tmp_path):
    (tmp_path / "a.warc").write_bytes(b"words and nothing else\n" * 50)
    (saved,) = read_pages([tmp_path])
    assert saved.content.reason == "undecodable"
