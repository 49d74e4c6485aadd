"""Documents carry metadata, language, licence and opt-outs; unwelcome languages are rejected."""

from cleaners import CleanOptions, Document, Rejection, clean
from cleaners.records import Page, SiteStats

ENGLISH = (
    "The council voted late in the evening to repair both bridges before winter comes, and the "
    "harbour master was pleased with a decision that took the town nineteen years to reach. "
)
PAGE = f"""<html lang="en"><head><title>Bridges - The Tide</title>
<meta name="tdm-reservation" content="1">
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head>
<body><article><h1>Bridges</h1>{"".join(f"<p>{ENGLISH}{n}</p>" for n in range(4))}</article></body>
</html>""".encode()


def test_one_document_carries_it_all() -> None:
    site = SiteStats("tide.example", 0, {}, {"ai.txt": b"User-agent: *\nDisallow: /\n"})
    document = clean(Page(PAGE, "https://tide.example/bridges"), site=site)
    assert isinstance(document, Document)
    metadata = document.metadata
    assert (metadata.title, metadata.language) == ("Bridges", "en")
    assert metadata.licence == "CC-BY-4.0"
    assert [one.signal for one in metadata.opt_outs if one.reserved] == ["tdmrep", "ai.txt"]
    assert metadata.provenance["licence"] == "link rel=license"
    assert metadata.provenance["language"] == "text, declared"


def test_a_language_that_is_not_welcome_is_a_rejection_with_the_reason() -> None:
    page = Page(PAGE, "https://tide.example/bridges")
    rejected = clean(page, CleanOptions(languages=("de", "fr")))
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "wrong-language"
    assert rejected.detail.startswith("en (confidence ")
    assert rejected.detail.endswith("welcome: de, fr")
    assert isinstance(clean(page, CleanOptions(languages=("en-GB", "de"))), Document)


def test_plain_text_has_a_language_and_the_opt_outs_of_its_headers() -> None:
    page = Page(ENGLISH.encode() * 3, content_type="text/plain", headers={"x-robots-tag": "noai"})
    document = clean(page)
    assert isinstance(document, Document)
    assert document.metadata.language == "en"
    assert [one.value for one in document.metadata.opt_outs] == ["noai"]


def test_plain_text_has_its_headline_as_title_and_not_in_the_text() -> None:
    text = f"Council repairs both bridges\n\n{ENGLISH}\n\nCouncil repairs both bridges\n\n{ENGLISH}It is."
    document = clean(Page(text.encode(), content_type="text/plain"))
    assert isinstance(document, Document)
    assert document.metadata.title == "Council repairs both bridges"
    assert "Council repairs" not in document.text
