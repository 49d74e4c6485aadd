"""Made-up news sites in five languages, with boilerplate that changes a little from page to page.

Two of the languages, Finnish and Greek, are in no rule. The boilerplate stands in bare paragraphs
among those of the story, so that neither markup nor a rule gives it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from random import Random

from cleaners.records import Page

VOCABULARY = {
    "en": "the harbour council bridge winter river market teacher doctor village road school after "
    "before against opened closed decided found built lost many few old new said that it would "
    "water light train ticket garden window summer evening morning report figure plan cost money "
    "work night year month people children neighbours engine roof stone paper letter answer",
    "de": "der hafen rat brücke winter fluss markt lehrerin ärztin dorf straße schule nach vor "
    "gegen öffnete schloss entschied fand baute verlor viele wenige alte neue sagte dass es würde "
    "wasser licht zug karte garten fenster sommer abend morgen bericht zahl plan kosten geld "
    "arbeit nacht jahr monat leute kinder nachbarn motor dach stein papier brief antwort",
    "uk": "порт рада міст зима річка ринок учителька лікарка село дорога школа після перед проти "
    "відкрили закрили вирішили знайшли збудували втратили багато мало старий новий сказала що це "
    "буде вода світло потяг квиток сад вікно літо вечір ранок звіт число план кошти гроші робота "
    "ніч рік місяць люди діти сусіди двигун дах камінь папір лист відповідь",
    "fi": "satama neuvosto silta talvi joki tori opettaja lääkäri kylä tie koulu jälkeen ennen "
    "vastaan avattiin suljettiin päätti löysi rakensi menetti moni harva vanha uusi sanoi että se "
    "olisi vesi valo juna lippu puutarha ikkuna kesä ilta aamu raportti luku suunnitelma kulut "
    "raha työ yö vuosi kuukausi ihmiset lapset naapurit moottori katto kivi paperi kirje vastaus",
    "el": "λιμάνι συμβούλιο γέφυρα χειμώνας ποτάμι αγορά δασκάλα γιατρός χωριό δρόμος σχολείο μετά "
    "πριν εναντίον άνοιξε έκλεισε αποφάσισε βρήκε έχτισε έχασε πολλοί λίγοι παλιός νέος είπε ότι "
    "αυτό θα νερό φως τρένο εισιτήριο κήπος παράθυρο καλοκαίρι βράδυ πρωί έκθεση αριθμός σχέδιο "
    "κόστος χρήματα δουλειά νύχτα χρόνος μήνας άνθρωποι παιδιά γείτονες μηχανή στέγη πέτρα χαρτί",
}
BOILERPLATE = {
    "en": (
        "This newsroom belongs to its readers: {n} of you carried it in {w}, and without you the"
        " presses would stand still by {w}.",
        "Further reading on the quay",
        "The Quay Courier, press house on the {w} street, edition of {d}, printed {n} times.",
    ),
    "de": (
        "Diese Redaktion gehört ihren Leserinnen: {n} von euch haben sie im {w} getragen, ohne euch"
        " stünden die Maschinen im {w} still.",
        "Weiteres vom Kai",
        "Der Kaibote, Pressehaus an der {w} Gasse, Ausgabe vom {d}, gedruckt in {n} Exemplaren.",
    ),
    "uk": (
        "Ця редакція належить своїм читачам: {n} з вас утримували її у {w}, без вас верстати"
        " зупинилися б у {w}.",
        "Далі з набережної",
        "Вісник набережної, будинок преси на вулиці {w}, випуск {d}, наклад {n} примірників.",
    ),
    "fi": (
        "Tämä toimitus kuuluu lukijoilleen: {n} teistä kantoi sitä {w} aikana, ilman teitä koneet"
        " pysähtyisivät ennen kuin {w} päättyy.",
        "Lisää laiturilta",
        "Laiturin Sanomat, lehtitalo kadulla {w}, numero {d}, painettu {n} kappaletta.",
    ),
    "el": (
        "Αυτή η σύνταξη ανήκει στους αναγνώστες της: {n} από εσάς τη στήριξαν τον {w}, χωρίς εσάς"
        " τα πιεστήρια θα σταματούσαν τον {w}.",
        "Περισσότερα από την προκυμαία",
        "Ο Ταχυδρόμος της προκυμαίας, μέγαρο τύπου στην οδό {w}, φύλλο της {d}, σε {n} αντίτυπα.",
    ),
}
"""Per language an appeal, the heading of a related box, and a footer; {n} a number, {d} a date."""


@dataclass(frozen=True, slots=True)
class Made:
    """A made page, the paragraphs of its story, and the texts of its boilerplate."""

    page: Page
    body: tuple[str, ...]
    boilerplate: tuple[str, ...]


def made_site(language: str, pages: int, seed: int = 0) -> Iterator[Made]:
    """Yield the pages of one site."""
    random = Random(f"{language} {seed}")  # noqa: S311 (test data)
    words = vocabulary(language)
    titles = [_sentence(random, words, 7).rstrip(".") for _ in range(pages)]
    for number, title in enumerate(titles):
        body = tuple(
            " ".join(_sentence(random, words, random.randint(8, 18)) for _ in range(3))
            for _ in range(random.randint(5, 9))
        )
        others = titles[:number] + titles[number + 1 :]
        boilerplate = _boilerplate(random, language, VOCABULARY[language].split(), others)
        address = f"https://{language}.example/{seed}/{number}"
        html = _html(language, title, body, boilerplate)
        yield Made(Page(html.encode(), address, content_type="text/html"), body, boilerplate)


def _boilerplate(
    random: Random, language: str, words: list[str], titles: list[str]
) -> tuple[str, ...]:
    """Return the appeal, the footer, and the related box's heading and links."""
    appeal, heading, footer = (
        text.replace("{n}", f"{random.randint(900, 9999):,}")
        .replace("{d}", f"{random.randint(1, 28)}.{random.randint(1, 12)}.2026")
        .replace("{w}", "{}")
        .format(*random.choices(words, k=text.count("{w}")))
        for text in BOILERPLATE[language]
    )
    return (appeal, footer, heading, *random.sample(titles, 3))


def _html(language: str, title: str, body: tuple[str, ...], boilerplate: tuple[str, ...]) -> str:
    """Return the page: the appeal in mid-story, the related box and the footer after it."""
    appeal, footer, heading, *links = (escape(text) for text in boilerplate)
    half = len(body) // 2
    story = [*body[:half], appeal, *body[half:]]
    items = "".join(f'<li><a href="/{number}">{link}</a></li>' for number, link in enumerate(links))
    paragraphs = "".join(f"<p>{text}</p>" for text in story)
    return (
        f'<!doctype html><html lang="{language}"><head><title>{escape(title)}</title></head><body>'
        f"<article><h1>{escape(title)}</h1>{paragraphs}<h3>{heading}</h3><ul>{items}</ul>"
        f"<p>{footer}</p></article></body></html>"
    )


def vocabulary(language: str) -> list[str]:
    """Return a few thousand words of a language: real ones, and made-up ones in its letters.

    As in a real text, the first are frequent and most of the others rare.
    """
    random = Random(language)  # noqa: S311 (test data)
    real = VOCABULARY[language].split()
    pieces = sorted({word[at : at + 3] for word in real for at in range(0, len(word) - 2, 2)})
    made = {"".join(random.choices(pieces, k=random.randint(2, 4))) for _ in range(4000)}
    return real + sorted(made)


def _sentence(random: Random, words: list[str], length: int) -> str:
    """Return a made-up sentence of so many words, frequent and rare ones (Zipf's law)."""
    chosen = [words[int(len(words) ** random.random()) - 1] for _ in range(length)]
    return " ".join(chosen).capitalize() + "."
