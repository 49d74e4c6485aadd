"""Dates as pages of many languages write them, and which of several is the publication."""

from datetime import UTC, datetime

import pytest
from lxml import html

from cleaners.declared import read
from cleaners.metadata import page_metadata
from cleaners.metadata.datetimes import parse
from cleaners.records import Page
from tests.test_metadata import ld, metadata, og

FORMS = [
    ("Den 4. marts 2025", "2025-03-04"),
    ("March the 4th, 2025", "2025-03-04"),
    ("el 4 de marzo del 2025", "2025-03-04"),
    ("вторник, 4 марта 2025 г.", "2025-03-04"),
    ("4 березня 2025 р.", "2025-03-04"),
    ("4 Mart 2025 Salı", "2025-03-04"),
    ("الثلاثاء 4 مارس، 2025", "2025-03-04"),
    ("٤ آذار ٢٠٢٥", "2025-03-04"),
    ("4 كانون الثاني 2025", "2025-01-04"),
    ("4 تشرين الأول 2025", "2025-10-04"),
    ("令和7年3月4日", "2025-03-04"),
    ("令和元年5月1日", "2019-05-01"),
    ("2025년 3월 4일", "2025-03-04"),
    ("2025. 3. 4.", "2025-03-04"),
]


@pytest.mark.parametrize(("text", "day"), FORMS)
def test_days_are_read_in_the_forms_of_many_languages(text: str, day: str) -> None:
    assert parse(text) == day


PUBLISHED = "2026-05-03"
MODIFIED = "2026-05-05"
LABELLED = [
    # language, the line with the day of publication, the line with the day of the change
    ("en", "Published 3 May 2026", "Last updated: 5 May 2026"),
    ("de", "Veröffentlicht am 3. Mai 2026", "Zuletzt aktualisiert am 5. Mai 2026"),
    ("fr", "Publié le 3 mai 2026", "Mis à jour le 5 mai 2026"),
    ("es", "Publicado el 3 de mayo de 2026", "Actualizado el 5 de mayo de 2026"),
    ("pt", "Publicado em 3 de maio de 2026", "Atualizado em 5 de maio de 2026"),
    ("it", "Pubblicato il 3 maggio 2026", "Aggiornato il 5 maggio 2026"),
    ("nl", "Gepubliceerd op 3 mei 2026", "Laatst bijgewerkt op 5 mei 2026"),
    ("pl", "Opublikowano 3 maja 2026", "Zaktualizowano 5 maja 2026"),
    ("uk", "Опубліковано 3 травня 2026", "Оновлено 5 травня 2026"),
    ("ru", "Опубликовано 3 мая 2026", "Обновлено 5 мая 2026"),
    ("sv", "Publicerad 3 maj 2026", "Uppdaterad 5 maj 2026"),
    ("tr", "Yayınlanma: 3 Mayıs 2026", "Güncelleme: 5 Mayıs 2026"),
    ("ja", "公開日：2026年5月3日", "更新日：2026年5月5日"),
    ("zh", "发布时间：2026年5月3日", "更新时间：2026年5月5日"),
    ("ko", "입력 2026.05.03 10:00", "수정 2026.05.05 11:00"),
    ("ar", "تاريخ النشر: 3 مايو 2026", "آخر تحديث: 5 مايو 2026"),
]


@pytest.mark.parametrize(("lang", "first", "later"), LABELLED)
@pytest.mark.parametrize("form", ["<p>{1}</p><p>{0}</p>", "<p>{0} | {1}</p>", "<p>{1} · {0}</p>"])
def test_labels_tell_a_publication_from_a_change(
    lang: str, first: str, later: str, form: str
) -> None:
    found = metadata("", "<h1>Walls</h1>" + form.format(first, later), lang=lang)
    assert (found.published, found.modified) == (PUBLISHED, MODIFIED)


def test_labels_may_stand_behind_their_dates() -> None:
    body = "<h1>Walls</h1><p>2026年5月3日 公開 2026年5月5日 更新</p>"
    found = metadata("", body, lang="ja")
    assert (found.published, found.modified) == (PUBLISHED, MODIFIED)


def test_a_label_before_a_time_element_says_what_it_is_of() -> None:
    body = (
        "<h1>Walls</h1><p>Words.</p>"
        '<div>Updated <time datetime="2026-05-05">two days ago</time></div>'
        '<div>Posted <time datetime="2026-05-03">four days ago</time></div>'
    )
    found = metadata("", body)
    assert (found.published, found.modified) == (PUBLISHED, MODIFIED)


def test_a_publication_that_the_page_shows_outweighs_a_later_one_that_it_declares() -> None:
    head = ld(
        '{"@type": "Article", "datePublished": "2026-05-20T12:00:00Z",'
        ' "dateModified": "2026-05-20T12:00:00Z"}'
    )
    body = (
        '<h1>Walls</h1><p>x</p><footer>Published <time datetime="2026-05-03">3 May</time></footer>'
    )
    assert metadata(head, body).published == PUBLISHED


SENTENCES = [
    ("This article was originally published on May 3, 2026 and has been updated since.", PUBLISHED),
    ("The story was first published on 3 May 2026.", PUBLISHED),
    ("Originally published on 3 May 2026", PUBLISHED),
    ("The novel was originally published on 3 May 2026.", "2026-05-20"),
    ("This article was first published on 30 May 2026.", "2026-05-20"),
]


@pytest.mark.parametrize(("sentence", "published"), SENTENCES)
def test_an_article_says_when_it_was_first_published(sentence: str, published: str) -> None:
    head = og("article:published_time", "2026-05-20")
    assert metadata(head, f"<p>The walls rise.</p><p>{sentence}</p>").published == published


def test_a_day_that_is_labelled_as_something_else_is_not_the_page_s() -> None:
    head = og("article:published_time", "2026-05-03")
    body = "<h1>Walls, a novel</h1><p>{}</p><p>12 March 2026</p>"
    assert metadata(head, body.format("Released:")).published == PUBLISHED
    assert metadata(head, body.format("Erscheinungsdatum:")).published == PUBLISHED
    assert metadata(head, body.format("Date:")).published == "2026-03-12"
    assert metadata(head, body.format("Published:")).published == "2026-03-12"


def test_a_publication_behind_the_change_that_a_page_shows_is_another_article_s() -> None:
    body = (
        "<h1>Walls</h1><p>Words.</p>"
        '<div>Updated <time datetime="2026-05-03">a month ago</time></div>'
        '<ul><li>Posted <time datetime="2026-05-20">last week</time></li></ul>'
    )
    assert metadata("", body).published == PUBLISHED


def test_numbers_with_dots_have_the_month_first_only_if_another_date_of_the_page_agrees() -> None:
    body = "<h1>Walls</h1><p>05.03.2026</p>"
    assert metadata("", body).published == "2026-03-05"
    declared = og("article:published_time", "2026-05-03")
    assert metadata(declared, body).published == PUBLISHED


def test_a_date_without_a_label_may_be_marked_as_that_of_a_change() -> None:
    body = (
        "<h1>Walls</h1><p><span class='date-modified'>5 May 2026</span> <i>·</i> "
        "<span class='entry-date'>3 May 2026</span></p>"
    )
    found = metadata("", body)
    assert (found.published, found.modified) == (PUBLISHED, MODIFIED)


def test_the_date_may_stand_far_above_the_headline_as_in_blogs() -> None:
    body = f"""<h1>The quay</h1><div><h2 class="date-header">Sunday, May 3, 2026</h2>
        <div><div><div><h3>Tide walls rise in town</h3><p>{"The walls are higher. " * 20}</p>
        </div></div></div></div><p>12 June 2011</p>"""
    found = metadata(og("og:title", "Tide walls rise in town"), body)
    assert (found.published, found.provenance["published"]) == (PUBLISHED, "beside the headline")


def test_one_instant_in_two_time_zones_is_one_day() -> None:
    head = og("article:published_time", "2026-05-04T01:30:00+00:00")
    body = (
        "<h1>Walls</h1><p>May 3, 2026</p>"
        '<span itemprop="datePublished" content="2026-05-03T20:30:00-05:00">x</span>'
    )
    assert metadata(head, body).published == "2026-05-04T01:30:00+00:00"


def test_the_day_of_a_question_is_not_that_of_a_comment_on_it() -> None:
    body = """<div itemscope itemtype="https://schema.org/Question"><h1>Why walls?</h1>
        <ul><li itemscope itemtype="https://schema.org/Comment">
          <span itemprop="datePublished" content="2026-05-09">x</span></li></ul>
        <time itemprop="dateCreated" datetime="2026-05-03">a month ago</time></div>"""
    assert metadata("", body).published == PUBLISHED


def test_json_ld_is_read_where_its_quotation_marks_are_entities() -> None:
    said = '{"@type": "Article", "datePublished": "2026-05-03"}'.replace('"', "&quot;")
    tree = html.document_fromstring(
        f"<html><head><script type='application/ld+json'>{said}</script></head><body>x</body></html>"
    )
    meta = f'<meta name="script:ld+json" content="{said}">'
    assert page_metadata(read(tree), tree, Page(b""), "").published == PUBLISHED
    assert metadata(meta).published == PUBLISHED


def test_the_notice_of_a_site_is_no_date_of_the_page() -> None:
    assert (
        metadata("", "<p>Walls</p><footer>Site last updated: 5 May 2026</footer>").published is None
    )
    assert metadata("", "<p>Walls</p><footer>© 5 May 2026 The Gazette</footer>").published is None


def test_a_label_of_the_publication_outweighs_one_of_a_change_before_it() -> None:
    body = "<p>Walls.</p><div>Updated 5 May 2026</div><div>Posted on 3 May 2026</div>"
    assert metadata("", body).published == PUBLISHED


CHANGED = og("article:modified_time", "2026-05-05")
FIRST_DAYS = [
    ("<p>Post time: 05-03-2026</p>", PUBLISHED),
    ("<p>Posted on 3 May 2026</p>", PUBLISHED),
    ("<p>3 May 2026. <i>Updated: 5 May 2026</i></p>", PUBLISHED),
    ("<p>3 May 2026</p><p>Another wall</p><p>Updated: 5 May 2026</p>", MODIFIED),
    ("<p>Tides. Published online 3 May 2026. doi:10.0000/x</p>", MODIFIED),
    ("<p>A. Holm et al. Tides. Published 3 May 2026.</p>", MODIFIED),
    ("<p>Posted on 20 May 2026</p>", MODIFIED),
]


@pytest.mark.parametrize(("foot", "published"), FIRST_DAYS)
def test_a_day_of_publication_anywhere_goes_before_the_day_of_the_change(
    foot: str, published: str
) -> None:
    found = metadata(CHANGED, f"<h1>Walls</h1><p>{'The walls rise. ' * 20}</p>{foot}")
    assert (found.published, found.modified) == (published, MODIFIED)


def test_a_day_in_the_address_of_a_picture_is_none_of_the_page() -> None:
    head = og("og:type", "article") + og("og:image", "https://tide.example/2026/02/7.jpg")
    assert metadata(head, "<h1>Walls</h1><p>The walls rise.</p>").published is None


def test_of_a_saved_page_nothing_is_believed_that_lies_after_it_was_there() -> None:
    tree = html.document_fromstring(
        f"<html><head>{og('article:published_time', '2090-01-01')}</head><body>x</body></html>"
    )
    seen = Page(b"", seen_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert page_metadata(read(tree), tree, seen, "").published is None
