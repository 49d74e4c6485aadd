"""Who wrote a page, in the bylines of many languages and in the places where pages put them."""

import pytest

from tests.test_metadata import metadata, og

PROSE = f"<p>{'The walls of the harbour rise. ' * 15}</p>"

LINES = [
    ("de", "Ein Gastbeitrag von Petra Klein", ("Petra Klein",)),
    ("de", "Von Petra Klein und Jens Groß am 3. Mai 2026", ("Petra Klein", "Jens Groß")),
    ("de", "Petra Klein, Redakteurin", ("Petra Klein",)),
    ("fr", "Par Marie Curie, journaliste", ("Marie Curie",)),
    ("es", "Por: Ana García, corresponsal en Madrid", ("Ana García",)),
    ("pt", "Por Ana Souza e João Lima, de São Paulo", ("Ana Souza", "João Lima")),
    ("it", "a cura di Anna Bianchi", ("Anna Bianchi",)),
    ("nl", "Door Anna de Vries en Jan Bakker", ("Anna de Vries", "Jan Bakker")),
    ("pl", "Opracowała Anna Nowak", ("Anna Nowak",)),
    ("uk", "Олена Коваль та Іван Бойко", ("Олена Коваль", "Іван Бойко")),
    ("ru", "Иван Петров, корреспондент", ("Иван Петров",)),
    ("ru", "Авторы: Иван Петров и Анна Смирнова", ("Иван Петров", "Анна Смирнова")),
    ("sv", "Av Anna Berg och Erik Lund", ("Anna Berg", "Erik Lund")),
    ("tr", "Haber: Ayşe Yılmaz", ("Ayşe Yılmaz",)),
    ("ja", "文：田中太郎", ("田中太郎",)),
    ("ja", "著者：田中太郎、鈴木花子", ("田中太郎", "鈴木花子")),
    ("ja", "田中太郎 記者", ("田中太郎",)),
    ("zh", "作者：王小明", ("王小明",)),
    ("zh", "文／王小明", ("王小明",)),
    ("zh", "記者王小明／台北報導", ("王小明",)),
    ("ko", "홍길동 기자", ("홍길동",)),
    ("ar", "بقلم: أحمد علي", ("أحمد علي",)),
    ("en", "By Jane Doe on May 3, 2026", ("Jane Doe",)),
    ("en", "By Jane Doe for the Gazette", ("Jane Doe",)),
    ("en", "By Jane Doe on behalf of the harbour board", ("Jane Doe",)),
    ("en", "By Jane Doe, Harbour Columnist", ("Jane Doe",)),
    ("en", "Article by Jane Doe", ("Jane Doe",)),
    ("en", "May 3, 2026 · Wenna Pascoe on behalf of the board", ("Wenna Pascoe",)),
    ("de", "3.5.2026 | 10:12 Uhr | Petra Klein", ("Petra Klein",)),
    ("de", "Bündnis 90/Die Grünen Bundestagsfraktion", ()),
    ("de", "Von Feuerwehr Oldenburg", ()),
    ("es", "Por Ayuntamiento de Madrid", ()),
    ("en", "By U.S. Customs and Border Protection", ()),
    ("en", "Paid Content", ()),
    ("zh", "责任编辑：李四", ()),
    ("en", "Text Messaging", ()),
    ("fr", "Par la rédaction", ()),
    ("es", "Por Redacción", ()),
    ("en", "Gold Partner", ()),
    ("en", "Dr. James", ()),
    ("en", "Dr. James Doe", ("Dr. James Doe",)),
    ("fr", "Jean-Luc Quai", ("Jean-Luc Quai",)),
]


@pytest.mark.parametrize(("lang", "line", "names"), LINES)
def test_bylines_of_many_languages_are_read(lang: str, line: str, names: tuple[str, ...]) -> None:
    assert metadata("", f"<h1>Walls</h1><p>{line}</p>{PROSE}", lang=lang).authors == names


BEHIND_LABELS = [
    ("<h3>Author</h3><p>Jane Doe</p><h3>Related programme</h3><p>Walls Week</p>", ("Jane Doe",)),
    ("<h2>Article by</h2><div>Jane Doe</div><p>Subscribe</p>", ("Jane Doe",)),
    ("<h6>Author(s)</h6><ul><li>Jane Doe</li><li>John Roe</li></ul>", ("Jane Doe", "John Roe")),
    ("<p>Article written by: Jane Doe, MD</p>", ("Jane Doe",)),
    ("<div><span>Written by</span><b>JD</b><em>Jane</em></div>", ("Jane",)),
    ("<aside class='sidebar'><h4>Authors</h4><p>Jane Doe</p></aside>", ("Jane Doe",)),
    ("<div class='related'><h4>Author</h4><p>Jane Doe</p></div>", ()),
    ("<table><tr><td>Author</td><td>12 pages</td></tr></table>", ()),
]


@pytest.mark.parametrize(("foot", "names"), BEHIND_LABELS)
def test_a_label_says_that_the_name_behind_it_is_the_author_s(
    foot: str, names: tuple[str, ...]
) -> None:
    assert metadata("", f"<h1>Walls</h1>{PROSE}{foot}").authors == names


def test_a_name_with_a_date_may_stand_before_the_headline() -> None:
    body = (
        f"<header><div><p>3 May 2026</p><p>Julian K. Moor</p></div><h1>Walls</h1></header>{PROSE}"
    )
    assert metadata("", body).authors == ("Julian K. Moor",)
    menu = f"<header><div><p>Sandy Springs</p><p>Home</p></div><h1>Walls</h1></header>{PROSE}"
    assert metadata("", menu).authors == ()


def test_an_aside_that_is_marked_as_the_byline_is_one() -> None:
    assert metadata("", f"<aside class='post-author'>Jane Doe</aside><h1>Walls</h1>{PROSE}").authors


def test_who_checked_the_facts_is_no_author_whatever_stands_before_the_word() -> None:
    body = (
        "<h1>Walls</h1><div>By <a class='cyan' href='/author/1/'>Jane Doe</a> "
        "<span>Updated 9 May 2026 at 1:00 PM, some hours after the tide | Fact-checked by </span>"
        "<a class='cyan' href='/author/2/'>Max Moe</a></div>"
    )
    assert metadata("", body + PROSE).authors == ("Jane Doe",)


AROUND = [
    # a signature: the one line that is "By …" and no more
    ("<p>By <b>Noor Tahir Wye</b></p>", ("Noor Tahir Wye",)),
    ("<div class='end'>Posted by Jane Doe on May 3, 2026</div>", ("Jane Doe",)),
    ("<p>Posted by Kira on May 3, 2026</p>", ("Kira",)),
    ("<p>Publié par Marie Dupuis</p>", ("Marie Dupuis",)),
    ("<p>Geplaatst door Anna de Vries</p>", ("Anna de Vries",)),
    ("<p>Veröffentlicht von Petra Klein</p>", ("Petra Klein",)),
    (
        "<article><footer><p><span class='author'>Posted by: <a>Kira</a></span></p></footer></article>",
        ("Kira",),
    ),
    ("<div>By Jane Doe</div><div>By John Roe</div>", ()),
    ("<p>We read <i>Walls</i> <span>by Jane Doe</span></p>", ()),
    ("<blockquote><p>By Jane Doe</p></blockquote>", ()),
    ("<div class='comments'><p>Posted by Jane Doe</p></div>", ()),
    ("<div>By Region</div>", ()),
    ("<p>By Popular Demand</p>", ()),
    # links to all that somebody wrote
    ("<a title='View all posts by Jane Doe' href='/x'>more</a>", ("Jane Doe",)),
    ("<a href='/x'>Alle Beiträge von Petra Klein</a>", ("Petra Klein",)),
    ("<a href='/x'>Tous les articles de Marie Dupuis</a>", ("Marie Dupuis",)),
    ("<a href='/x'>Ver todas las entradas de Ana Ruiz</a>", ("Ana Ruiz",)),
    ("<a href='/x'>Posts by Jane Doe</a><a href='/y'>Posts by John Roe</a>", ()),
    ("<a href='/x'>More by the harbour</a>", ()),
    # boxes about the author
    ("<p>Jane Doe</p><div class='x-author-description'>Walks on walls.</div>", ("Jane Doe",)),
    ("<p>Read on</p><div class='author-bio'>Walks on walls.</div>", ()),
    # portraits
    ("<img alt='Jane Doe'><p>Jane Doe</p><p>Walks on walls.</p>", ("Jane Doe",)),
    ("<img alt='Photo of Jane Doe'><h3>Jane Doe</h3>", ("Jane Doe",)),
    ("<img class='author-photo' alt='aspen Wye'><h3>Aspen Wye</h3>", ("Aspen Wye",)),
    ("<img alt='Aspen Wye'><h3>Aspen Wye</h3>", ()),
    ("<img alt='Jane Doe'><p>Jane Doe</p><img alt='Blue Mug'><p>Blue Mug</p>", ()),
    ("<img alt='Jane Doe'><p>Jane Doe</p><p>Reviewed by</p>", ()),
    ("<img alt='Jane Doe'><p>Jane Doe</p><p>Press contact</p>", ()),
    ("<div class='team'><img alt='Jane Doe'><p>Jane Doe</p></div>", ()),
    ("<img alt='Dr. Jane'><p>Dr. Jane</p>", ()),
    ("<img alt='Jane Doe'><p>Quay</p>", ()),
    ("<img alt='Jane Doe'><p>Hi there! I’m Jay. I walk on walls.</p>", ("Jane Doe",)),
    ("<img alt='Petra Klein'><p>Hallo, ich bin Petra.</p>", ("Petra Klein",)),
    ("<img alt='Jane Doe'><p>John wrote: “I'm not from here.”</p>", ()),
    # a short paragraph that begins with a link to a writer's page
    ("<p><a href='/profiles/w-wye'>Wilmot Wye</a>, Tide College</p>", ("Wilmot Wye",)),
    ("<p>Says <a href='/profiles/w-wye'>Wilmot Wye</a>, Tide College</p>", ()),
    # self-introductions
    ("<p>Hello! I'm Jane Doe, and I walk on walls.</p>", ("Jane Doe",)),
    ("<p>Ich bin Petra Klein und gehe auf Mauern.</p>", ("Petra Klein",)),
    ("<p>Je m’appelle Marie Dupuis.</p>", ("Marie Dupuis",)),
    ("<p>I’m your host Dr. Jane Doe. On walls we walk.</p>", ("Jane Doe",)),
    ("<p>“I'm Jane Doe”, she said, and sat down.</p>", ()),
    ("<p>I'm Jane Doe.</p><p>And I'm John Roe.</p>", ()),
]


@pytest.mark.parametrize(("foot", "names"), AROUND)
def test_who_is_named_around_an_article_wrote_it_if_it_is_one_person(
    foot: str, names: tuple[str, ...]
) -> None:
    assert metadata("", f"<h1>Walls</h1>{PROSE}{foot}{PROSE}").authors == names


def test_nobody_around_an_article_is_asked_where_the_page_names_a_team_or_a_person() -> None:
    box = f"{PROSE}<img alt='Jane Doe'><p>Jane Doe</p>"
    team = '<meta name="author" content="News Desk">'
    assert metadata(team, f"<h1>Walls</h1>{box}").authors == ()
    assert metadata("", f"<h1>Walls</h1><p>By John Roe</p>{box}").authors == ("John Roe",)
    outlet = '<meta name="author" content="Harbour Gazette">'
    assert metadata(outlet, f"<h1>Walls</h1>{box}").authors == ("Jane Doe",)


FIRST_NAMES = [
    ("<div><span>Jane</span></div><div><time>3 May 2026</time></div>", ("Jane",)),
    ("<time>3 May 2026</time><span>Jane</span>", ("Jane",)),
    ("<span>Jane</span><span>Quay</span><time>3 May 2026</time>", ()),
    ("<span>May</span><time>3 May 2026</time>", ()),
    ("<span>Walls</span><time>3 May 2026</time>", ()),
]


@pytest.mark.parametrize(("lines", "names"), FIRST_NAMES)
def test_a_first_name_alone_is_a_byline_beside_the_date(lines: str, names: tuple[str, ...]) -> None:
    assert metadata("", f"<h1>Walls</h1>{lines}{PROSE}").authors == names


def test_a_name_in_the_first_paragraph_is_no_byline() -> None:
    said = f"<p>{'The walls of the harbour rise. ' * 5}says <a href='/staff/jane'>Jane Doe</a>.</p>"
    assert metadata("", f"<h1>Walls</h1>{said}{PROSE}").authors == ()


def test_who_wrote_a_book_that_the_page_names_did_not_write_the_page() -> None:
    body = f"<h1>Walls</h1><div><a href='/b'><i>On Tides</i></a> by Jane Doe, 1921.</div>{PROSE}"
    assert metadata("", body).authors == ()


def test_classes_of_two_underscores_mark_names_too() -> None:
    body = f"<h1>Walls</h1><p class='post-author__name'>Kira</p>{PROSE}"
    assert metadata("", body).authors == ("Kira",)


def test_bylines_on_the_cards_of_other_articles_name_nobody() -> None:
    cards = "".join(
        f"<li><div><p><b class='author'>{one}</b></p></div></li>"
        for one in ("Ann Wye", "Bo Exe", "Jo Dee")
    )
    assert metadata("", f"<div><h1>Walls</h1></div>{PROSE}<section>{cards}</section>").authors == ()
    own = (
        f"<div><h1>Walls</h1><b class='author'>Jane Doe</b></div>{PROSE}<section>{cards}</section>"
    )
    assert metadata("", own).authors == ("Jane Doe",)


def test_of_several_names_beside_a_date_not_each_need_be_common() -> None:
    line = "<p>Wilmot Wye, Jane Doe, Xanthe Quay</p>"
    body = f"<h1>Walls</h1>{line}<time>3 May 2026</time>{PROSE}"
    assert metadata("", body).authors == ("Wilmot Wye", "Jane Doe", "Xanthe Quay")
    assert metadata("", f"<h1>Walls</h1>{line}{PROSE}").authors == ()


def test_a_wiki_about_a_person_is_not_that_person_s() -> None:
    head = og("og:site_name", "Jane Doe Wiki")
    body = f"<h1>Walls</h1>{PROSE}<p>I walk. I've sat. My wiki is here.</p>"
    assert metadata(head, body, "https://janedoe.example/walls").authors == ()
