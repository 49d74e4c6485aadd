"""Bytes to text: every way a charset can be wrong, and what is not a page at all."""

import pytest

from cleaners.decode import MAX_ATTRIBUTES, Decoded, Unreadable, decode
from cleaners.records import CleanOptions, Page

UKRAINIAN = "<html><head>{meta}</head><body><p>Їжак і ґава пішли до лісу. Щастя!</p></body></html>"
JAPANESE = "<html><head>{meta}</head><body><p>東京の天気は晴れです。明日は雨が降るでしょう。</p></body></html>"


def meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


ENCODINGS = [
    ("declared in meta", UKRAINIAN, "windows-1251", None, "windows-1251"),
    ("declared in the header", UKRAINIAN, None, "text/html; charset=windows-1251", "windows-1251"),
    ("declared wrongly, is UTF-8", UKRAINIAN, "windows-1251", None, "utf-8"),
    ("header lies, is UTF-8", UKRAINIAN, None, "text/html; charset=iso-8859-1", "utf-8"),
    ("not declared, is UTF-8", JAPANESE, None, None, "utf-8"),
    ("Shift JIS in meta", JAPANESE, "shift_jis", None, "shift_jis"),
    ("EUC-JP in meta", JAPANESE, "euc-jp", None, "euc-jp"),
    ("UTF-16 with its mark", UKRAINIAN, None, None, "utf-16"),
    ("UTF-8 with its mark", UKRAINIAN, "iso-8859-1", None, "utf-8-sig"),
]


@pytest.mark.parametrize(
    ("page", "declared", "header", "real"), [case[1:] for case in ENCODINGS],
    ids=[case[0] for case in ENCODINGS],
)  # fmt: skip
def test_a_page_is_read_whatever_it_says_of_its_encoding(page, declared, header, real):
    text = page.format(meta=meta(declared) if declared else "")
    found = decode(Page(text.encode(real), content_type=header), CleanOptions())
    assert isinstance(found, Decoded)
    assert found.tree is not None
    body = text[text.index("<p>") + 3 : text.index("</p>")]
    assert found.tree.text_content().strip().endswith(body)


def test_an_undeclared_encoding_is_guessed_from_the_text():
    russian = "<p>" + "Вчера в городе открыли новую библиотеку для детей и взрослых. " * 20 + "</p>"
    found = decode(Page(russian.encode("windows-1251")), CleanOptions())
    assert isinstance(found, Decoded)
    assert "новую библиотеку" in found.text


EASTERN = [
    ("euc-jp", "港の堤防が高くなりました。町の人々は、春までに工事が終わると聞いて喜んでいます。"),
    (
        "shift_jis",
        "港の堤防が高くなりました。町の人々は、春までに工事が終わると聞いて喜んでいます。",
    ),
    (
        "euc-kr",
        "항구의 방파제가 높아졌습니다. 마을 사람들은 봄까지 공사가 끝난다는 말에 기뻐합니다.",
    ),
    ("gb2312", "港口的堤坝加高了。镇上的人们听说工程将在春天之前完成，都非常高兴。"),
    ("big5", "港口的堤壩加高了。鎮上的人們聽說工程將在春天之前完成，都非常高興。"),
]


@pytest.mark.parametrize(("encoding", "sentence"), EASTERN)
def test_undeclared_encodings_of_east_asia_are_told_apart(encoding, sentence):
    page = f"<html><body><h1>{sentence[:10]}</h1><p>{sentence * 4}</p></body></html>"
    found = decode(Page(page.encode(encoding)), CleanOptions())
    assert isinstance(found, Decoded)
    assert sentence * 4 in found.text


TWICE = "<html><body><p>The “walls” – don’t they rise? Café Æ’s</p>"
MIXED = "<html><body><p>SÃO “LUÍS”: don’t</p>"


def test_text_that_was_encoded_twice_is_read_as_it_was_meant():
    doubled = TWICE.encode().decode("latin-1").encode()
    found = decode(Page(doubled), CleanOptions())
    assert isinstance(found, Decoded)
    assert found.text == TWICE


def test_text_that_was_encoded_once_stays_as_it_is():
    found = decode(Page(MIXED.encode()), CleanOptions())
    assert isinstance(found, Decoded)
    assert found.text == MIXED


REJECTED = [
    (b"", "empty"),
    (b"  \n\t ", "empty"),
    (b"%PDF-1.7 ...", "not-html"),
    (b"\x89PNG\r\n\x1a\n", "not-html"),
    (b"PK\x03\x04word/document.xml", "not-html"),
    (b"x" * 1001, "too-big"),
    (bytes(range(1, 32)) * 20, "undecodable"),
    (b"<html><body>" + b"<div>" * 3000 + b"deep" + b"</div>" * 3000, "too-deep"),
]


@pytest.mark.parametrize(("body", "reason"), REJECTED)
def test_what_is_no_page_is_rejected_with_its_reason(body, reason):
    limit = 1000 if reason == "too-big" else 1_000_000
    found = decode(Page(body), CleanOptions(max_bytes=limit))
    assert isinstance(found, Unreadable)
    assert found.reason == reason
    assert found.detail


def test_json_by_its_content_type_is_no_page():
    found = decode(Page(b'{"a": 1}', content_type="application/json"), CleanOptions())
    assert isinstance(found, Unreadable)
    assert found.reason == "not-html"


def test_a_document_that_is_closed_twice_is_read_to_its_end():
    body = b"<html><body><p>Header.</p></body></html><div><p>The article.</p></div></body></html>"
    found = decode(Page(body), CleanOptions())
    assert isinstance(found, Decoded)
    assert found.tree is not None
    assert "The article." in found.tree.text_content()


def test_tags_as_deep_as_real_pages_go_are_read():
    body = b"<html><body>" + b"<div>" * 300 + b"<p>deep</p>" + b"</div>" * 300
    found = decode(Page(body), CleanOptions())
    assert isinstance(found, Decoded)
    assert found.tree is not None
    assert found.tree.text_content().strip() == "deep"


def attributes_of(tag):
    """The attributes of the first paragraph of a page that has this tag for it."""
    found = decode(Page(f"<html><body>{tag}some words</p>".encode()), CleanOptions())
    (paragraph,) = found.tree.iter("p")
    assert paragraph.text == "some words"
    return dict(paragraph.items())


def test_of_a_tag_with_no_end_of_attributes_only_the_first_are_read():
    many = [f"a{number}='v {number}'" for number in range(5_000)]
    read = attributes_of(f"<p {' '.join(many)}>")
    assert read == {f"a{number}": f"v {number}" for number in range(MAX_ATTRIBUTES)}
    few = " ".join(many[:MAX_ATTRIBUTES])
    assert attributes_of(f"<p {few}>") == read, "as many as may be are left alone"


@pytest.mark.parametrize(
    "value", ["word " * 5_000, "a=b " * 5_000, "data:image/png;base64," + "A" * 9_000]
)
def test_a_long_attribute_is_no_many(value):
    assert attributes_of(f'<p class="{value}" id=x>') == {"class": value, "id": "x"}
