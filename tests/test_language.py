"""The language of texts: scripts, Chinese, close relatives, priors, and too little text."""

import sys

import pytest
from lxml import html

from cleaners.declared import read
from cleaners.errors import OperatorError
from cleaners.langid import by_langid
from cleaners.language import declared_languages, detect, normal_tag

SENTENCES = [
    ("en", "The council voted late in the evening to repair both bridges before winter comes."),
    (
        "de",
        "Der Stadtrat beschloss am späten Abend, beide Brücken noch vor dem Winter zu reparieren.",
    ),
    ("fr", "Le conseil a voté tard dans la soirée la réparation des deux ponts avant l'hiver."),
    (
        "es",
        "El ayuntamiento decidió anoche reparar los dos puentes antes de que llegue el invierno.",
    ),
    ("pt", "A câmara decidiu ontem à noite reparar as duas pontes antes da chegada do inverno."),
    ("it", "Il consiglio ha deciso ieri sera di riparare entrambi i ponti prima dell'inverno."),
    ("pl", "Rada miasta postanowiła wieczorem naprawić oba mosty jeszcze przed nadejściem zimy."),
    ("tr", "Belediye meclisi dün akşam iki köprüyü de kış gelmeden önce onarmaya karar verdi."),
    ("ru", "Городской совет поздно вечером решил отремонтировать оба моста до наступления зимы."),
    ("uk", "Міська рада пізно ввечері вирішила відремонтувати обидва мости до настання зими."),
    ("bg", "Градският съвет реши късно вечерта да ремонтира двата моста преди да дойде зимата."),
    ("ar", "قرر المجلس في وقت متأخر من المساء إصلاح الجسرين قبل حلول فصل الشتاء."),
    ("fa", "شورای شهر دیروز عصر تصمیم گرفت هر دو پل را پیش از زمستان تعمیر کند."),
    ("hi", "नगर परिषद ने देर शाम सर्दी आने से पहले दोनों पुलों की मरम्मत करने का फैसला किया।"),
    ("el", "Το συμβούλιο αποφάσισε αργά το βράδυ να επισκευάσει και τις δύο γέφυρες."),
    ("th", "สภาเมืองลงมติเมื่อคืนนี้ให้ซ่อมสะพานทั้งสองแห่งก่อนฤดูหนาว"),
    ("ka", "საბჭომ გვიან საღამოს ორივე ხიდის შეკეთება გადაწყვიტა."),
    ("ja", "市議会は昨夜遅く、冬が来る前に二つの橋を修理することを決めた。"),
    ("ko", "시의회는 어젯밤 늦게 겨울이 오기 전에 두 다리를 수리하기로 결정했다."),
    ("zh-Hans", "市议会昨晚决定在冬天来临之前修理这两座桥，工程从下个月开始。"),
    ("zh-Hant", "市議會昨晚決定在冬天來臨之前修理這兩座橋，工程從下個月開始。"),
]


@pytest.mark.parametrize(("language", "sentence"), SENTENCES, ids=[tag for tag, _ in SENTENCES])
def test_one_sentence_is_enough(language: str, sentence: str) -> None:
    guess = detect(sentence)
    assert guess.language == language
    assert guess.confidence > 0.8


@pytest.mark.parametrize(
    "text", ["", "   ", "403", "12,5 % – 3 : 2", "😀🎉👍", "https://example.org/a", "OK"]
)
def test_too_little_text_is_undetermined(text: str) -> None:
    assert detect(text, ["en"]).language == "und"
    assert detect(text, ["en"]).confidence == 0.0


def test_the_declared_language_decides_between_relatives() -> None:
    text = "Vi skal til byen i dag"
    assert detect(text, ["nb"]).language == "no"
    assert detect(text, ["da"]).language == "da"


def test_a_wrong_declaration_does_not_outweigh_a_text() -> None:
    assert detect(dict(SENTENCES)["de"], ["en"]).language == "de"
    assert detect(dict(SENTENCES)["ru"], ["en", "de"]).language == "ru"


def test_a_declared_language_without_a_profile_needs_its_words() -> None:
    basque = (
        "Udalak bi zubiak konpontzea erabaki du eta lanak hilabete honetan hasiko dira, "
        "ez da ezer aldatu"
    )
    assert detect(basque, ["eu"]).language == "eu"
    assert detect(dict(SENTENCES)["en"], ["eu"]).language == "en"


def test_letters_of_its_own_name_a_language_without_a_profile() -> None:
    assert detect("Гэта вельмі доўгі сказ, у якім ёсць літара ў нескладовае").language == "be"
    assert detect("Þetta er frétt um veðrið á Íslandi og það sem gerðist í gær").language == "is"


def test_the_whole_body_is_sampled_not_its_beginning() -> None:
    opening = "This notice is shown in English to every visitor of the page. " * 8
    assert detect(opening + dict(SENTENCES)["de"] * 60).language == "de"


def test_the_guess_is_the_same_every_time() -> None:
    text = "Was ist Open Source Software"
    assert len({detect(text, ["de"]) for _ in range(5)}) == 1


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("de_AT", "de"),
        ("zh-TW", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("nb-NO", "no"),
        ("en_US.UTF-8", "en"),
        ("German", ""),
        ("", ""),
        ("x-default", ""),
    ],
)
def test_declared_tags_are_normalised(tag: str, normal: str) -> None:
    assert normal_tag(tag) == normal


def test_declarations_are_read_in_the_order_of_trust() -> None:
    tree = html.document_fromstring(
        '<html lang="de-CH"><head><meta property="og:locale" content="fr_CH">'
        '<script type="application/ld+json">{"@type": "Article", "inLanguage": "it"}</script>'
    )
    found = declared_languages(read(tree), {"content-language": "rm, en"}, feed="en-US")
    assert found == ("de", "fr", "it", "rm", "en")


def test_the_second_detector_answers_by_the_same_rules() -> None:
    pytest.importorskip("py3langid")
    assert detect(dict(SENTENCES)["pl"], detector="py3langid").language == "pl"
    assert detect(dict(SENTENCES)["zh-Hant"], detector="py3langid").language == "zh-Hant"
    assert detect("403", detector="py3langid").language == "und"


def test_a_detector_that_is_not_installed_is_the_operator_s_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    by_langid.__globals__["_identifier"].cache_clear()
    with pytest.raises(OperatorError, match="pip install"):
        detect(dict(SENTENCES)["pl"], detector="py3langid")
    by_langid.__globals__["_identifier"].cache_clear()
