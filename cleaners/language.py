"""The language of a text: script first, then langdetect on a bounded sample of letters.

Order of attempts: nothing where there is too little text; the script, where it has one language
only; Chinese by its characters; letters that only one language has; langdetect between the
languages of the script, with what the page declares as its prior; a declared language that
langdetect does not know, where the text has its words.

The same text and the same declarations give the same guess in any process: nothing is drawn at
random (see `ExactDetector`). `declared_languages` reads what a page
declares, in the order of trust. Whether a language is welcome is the caller's affair.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import DetectorFactory
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from cleaners.declared import Declared

UNDETERMINED = "und"
SAMPLE_LETTERS = 800
SAMPLE_PIECES = 8
MIN_LETTERS = 14
MIN_LETTERS_OF_OWN_SCRIPT = 4
TEMPER = 0.4
"""The weight of one n-gram: most letters are counted in six of them."""
PRIOR = 300.0
"""How much likelier than any other a declared language is before the text is looked at."""
SECOND_PRIOR = 10.0
RARE: Mapping[str, float] = dict.fromkeys(("af", "cy", "so", "sq", "sw", "tl"), 0.1) | {"en": 2.0}
"""How much rarer, or commoner, on the web a language is than the others of its script."""
MIN_CONFIDENCE = 0.5
MIN_WORDS_SHARE = 0.07
KANA_SHARE = 0.06
DENSE = frozenset({"Han", "Hangul", "Kana"})
DENSITY = 2.5
"""A character of these scripts stands for about so many letters."""
TO_TAG: Mapping[str, str] = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
MACRO: Mapping[str, str] = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "fil": "tl",
    "prs": "fa",
    "ji": "yi",
    "mo": "ro",
    "sh": "hr",
    "yue": "zh",
    "cmn": "zh",
}
"""Codes that a page may declare, and the code of the same language that we use."""
NOISE = re.compile(r"https?:\S+|www\.\S+|\S+@\S+|[#@]\w+")
NOT_LETTERS = re.compile(
    r"(?:[\d_]|[^\w\u0300-\u036f\u0590-\u05c7\u0610-\u06ed\u0900-\u109f\u1780-\u17ff])+"
)
"""Runs of what is no letter; vowel signs and tone marks belong to their letters."""
SIMPLIFIED = frozenset(
    "这个们国时来对发说经过还没让会后里种动与长现进学业东车马门问间为从两关开实产变应电话见觉认识"
    "书写爱乐买卖头听讲请谁难题钱银铁错钟飞风饭馆汉语议论记录计设访证评词译试诗该详误调谈"
    "节艺药观规视览亲岁岛师带帮币广庆废张弹强归当战户护报择拥"
    "机权条极构标样树桥检楼欢气汇汤沟济测浓温湾满灯灵炼热爷牵独狱环状畅监盖盘码确离积称穷"
    "竞笔筑签简类粮纪约级纸线组细终结给络统继绩续维网罗职联胜脑节苏"
)
TRADITIONAL = frozenset(
    "這個們國時來對發說經過還沒讓會後裡種動與長現進學業東車馬門問間為從兩關開實產變應電話見覺認識"
    "書寫愛樂買賣頭聽講請誰難題錢銀鐵錯鐘飛風飯館漢語議論記錄計設訪證評詞譯試詩該詳誤調談"
    "節藝藥觀規視覽親歲島師帶幫幣廣慶廢張彈強歸當戰戶護報擇擁"
    "機權條極構標樣樹橋檢樓歡氣匯湯溝濟測濃溫灣滿燈靈煉熱爺牽獨獄環狀暢監蓋盤碼確離積稱窮"
    "競筆築簽簡類糧紀約級紙線組細終結給絡統繼績續維網羅職聯勝腦節蘇"
)
ONLY_SIMPLIFIED = SIMPLIFIED - TRADITIONAL
ONLY_TRADITIONAL = TRADITIONAL - SIMPLIFIED
LOCALE_META = (
    "og:locale",
    "content-language",
    "language",
    "dc.language",
    "dcterms.language",
    "inlanguage",
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A BCP 47 tag, "und" where undetermined, and how sure the guess is, 0 to 1."""

    language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Script:
    """A writing system: the name and the languages that can be meant by it."""

    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unprofiled:
    """A language that langdetect does not know, and what it is told by."""

    tag: str
    script: str
    letters: frozenset[str]
    share: float
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profiles:
    """langdetect's profiles of one script: the row of each n-gram in a table of n-grams and
    languages that holds how much the n-gram speaks for the language."""

    factory: DetectorFactory
    rows: Mapping[str, int]
    evidence: NDArray[np.float64]


def detect(text: str, declared: Sequence[str] = ()) -> Guess:
    """Return the language of a text; `declared` are tags that speak for it, the surest first.

    >>> detect("403").language
    'und'
    """
    wanted = tuple(dict.fromkeys(tag for tag in map(normal_tag, declared) if tag))
    letters = sample(text)
    counts = Counter(map(_script_of, letters))
    counts.pop("", None)
    script, share = _dominant(counts)
    enough = (
        MIN_LETTERS
        if script and len(script.languages) > 1 and script.name != "Han"
        else MIN_LETTERS_OF_OWN_SCRIPT
    )
    if script is None or counts[script.name] < enough:
        return Guess(UNDETERMINED, 0.0)
    if script.name in ("Han", "Kana"):
        return _chinese_or_japanese(letters, counts, wanted)
    if len(script.languages) == 1:
        return Guess(script.languages[0], round(share, 3))
    return _by_letters(letters, script, wanted) or _by_profiles(letters, script, wanted)


def declared_languages(
    declared: Declared, headers: Mapping[str, str], feed: str | None = None
) -> tuple[str, ...]:
    """The tags that a page, its headers and its feed declare, the most trusted first."""
    found = [declared.html_lang, *(value for value, _ in declared.named(*LOCALE_META))]
    for node in declared.nodes:
        language = node.get("inLanguage")
        found += [language] if isinstance(language, str) else []
    found += headers.get("content-language", "").split(",")[:1]
    found.append(feed or "")
    return tuple(dict.fromkeys(tag for tag in map(normal_tag, found) if tag))


def normal_tag(tag: str) -> str:
    """A declared tag as we write languages: "de_AT" and "German" as "de" and "", zh by script.

    >>> normal_tag("zh_TW"), normal_tag("nb-NO"), normal_tag("en_US.UTF-8")
    ('zh-Hant', 'no', 'en')
    """
    parts = re.split(r"[-_.]", tag.strip().lower())
    language = MACRO.get(parts[0], parts[0])
    if not re.fullmatch(r"[a-z]{2,3}", language):
        return ""
    if language == "zh":
        traditional = {"tw", "hk", "mo", "hant"} & set(parts) or parts[0] == "yue"
        return "zh-Hant" if traditional else "zh-Hans"
    return "sr-Latn" if language == "sr" and "latn" in parts else language


def sample(text: str) -> str:
    """Letters and single spaces from pieces spread over the whole text, addresses left out.

    At most about `SAMPLE_LETTERS` characters, however long the text is.
    """
    if len(text) <= 2 * SAMPLE_LETTERS:
        return _letters(text)[:SAMPLE_LETTERS]
    width = SAMPLE_LETTERS // SAMPLE_PIECES
    step = (len(text) - 2 * width) / (SAMPLE_PIECES - 1)
    starts = (int(number * step) for number in range(SAMPLE_PIECES))
    pieces = (_letters(_whole_words(text[start : start + 2 * width])) for start in starts)
    return " ".join(piece[:width] for piece in pieces)


def _letters(text: str) -> str:
    return NOT_LETTERS.sub(" ", NOISE.sub(" ", text)).strip()


def _whole_words(piece: str) -> str:
    _, space, rest = piece.partition(" ")
    rest, _, _ = (rest if space else piece).rpartition(" ")
    return rest or piece


def _dominant(counts: Counter[str]) -> tuple[Script | None, float]:
    """The script of most of the letters, and its share of them."""
    weights = {
        name: number * (DENSITY if name in DENSE else 1.0) for name, number in counts.items()
    }
    if not weights:
        return None, 0.0
    name = max(weights, key=lambda one: weights[one])
    return _scripts()[name], weights[name] / sum(weights.values())


def _chinese_or_japanese(letters: str, counts: Counter[str], wanted: Sequence[str]) -> Guess:
    kana, han = counts["Kana"], counts["Han"]
    if kana > KANA_SHARE * (kana + han):
        return Guess("ja", 1.0)
    simplified = sum(letter in ONLY_SIMPLIFIED for letter in letters)
    traditional = sum(letter in ONLY_TRADITIONAL for letter in letters)
    told = simplified + traditional
    first = next((tag for tag in wanted if tag in ("zh-Hans", "zh-Hant", "ja", "ko")), None)
    if first == "ja" and (not told or traditional + simplified < 0.05 * han):
        return Guess("ja", 0.6)
    if not told:
        return Guess(first or "zh-Hans", 0.5)
    best = "zh-Hans" if simplified >= traditional else "zh-Hant"
    return Guess(best, round(max(simplified, traditional) / told, 3))


def _by_letters(letters: str, script: Script, wanted: Sequence[str]) -> Guess | None:
    """A language that langdetect has no profile of, by letters of its own or declared words."""
    counts = Counter(letters)
    total = sum(counts.values()) - counts[" "]
    words = Counter(letters.casefold().split())
    for other in _unprofiled():
        if other.script != script.name:
            continue
        share = sum(counts[letter] for letter in other.letters) / total
        if (
            other.letters
            and share >= other.share
            and (other.tag in wanted or not _rival(wanted, script))
        ):
            return Guess(other.tag, 0.9)
        if other.words and other.tag in wanted[:1]:
            known = sum(words[word] for word in other.words) / max(1, words.total())
            if known >= MIN_WORDS_SHARE:
                return Guess(other.tag, 0.8)
    return None


def _rival(wanted: Sequence[str], script: Script) -> bool:
    return any(tag in script.languages for tag in wanted[:1])


def _by_profiles(letters: str, script: Script, wanted: Sequence[str]) -> Guess:
    profiles = _profiles(script.name)
    detector = ExactDetector(profiles.factory)
    detector.set_prior_map(_prior(script, wanted))
    best = detector.best(letters, profiles)
    if best is None:
        return Guess(UNDETERMINED, 0.0)
    language, probability = best
    if probability < MIN_CONFIDENCE:
        return Guess(UNDETERMINED, round(probability, 3))
    return Guess(TO_TAG.get(language, language), round(min(probability, 1.0), 3))


def _prior(script: Script, wanted: Sequence[str]) -> Mapping[str, float]:
    prior = {language: RARE.get(language, 1.0) for language in script.languages}
    for tag, weight in zip(wanted, (PRIOR, SECOND_PRIOR), strict=False):
        if tag in prior:
            prior[tag] *= weight
    return prior


class ExactDetector(Detector):  # type: ignore[misc]
    """langdetect's detector without its dice.

    langdetect multiplies the probabilities of n-grams that it draws at random, until one language
    wins, seven times over: short texts are counted many times, a prior drowns, and the answer
    depends on the seed. Here every n-gram of the sample counts once, `TEMPER` times its weight
    because n-grams overlap; profiles, smoothing, normalisation and prior map are langdetect's.
    """

    def best(self, letters: str, profiles: Profiles) -> tuple[str, float] | None:
        """The likeliest language of a sample and its posterior probability."""
        rows = [profiles.rows[ngram] for ngram in _ngrams(letters) if ngram in profiles.rows]
        if not rows:
            return None
        evidence = profiles.evidence[rows].sum(axis=0)
        with np.errstate(divide="ignore"):
            scores = np.log(self._init_probability()) + TEMPER * evidence
        highest = int(scores.argmax())
        return self.langlist[highest], float(1.0 / np.exp(scores - scores[highest]).sum())


def _ngrams(letters: str) -> list[str]:
    """All runs of one to three letters, a space marking a word's ends, as langdetect writes them.

    langdetect leaves words in capitals out; here they are read in small letters.
    """
    words = (word.lower() if word.isupper() else word for word in letters.split())
    text = "".join(map(_normal, NGram.normalize_vi(f" {' '.join(words)} ")))
    places = range(len(text))
    return [text[place : place + size] for size in (1, 2, 3) for place in places]


@cache
def _normal(letter: str) -> str:
    return str(NGram.normalize(letter))


@cache
def _profiles(script: str) -> Profiles:
    """langdetect's profiles of a script's languages; read on first use, 0.2 seconds for Latin."""
    folder = resources.files("langdetect").joinpath("profiles")
    factory = DetectorFactory()
    factory.load_json_profile(
        [folder.joinpath(name).read_text("utf-8") for name in _scripts()[script].languages]
    )
    table = factory.word_lang_prob_map
    frequencies = np.array(list(table.values()), dtype=np.float64)
    smoothing = Detector.BASE_FREQ / Detector.ALPHA_DEFAULT
    evidence = np.log1p(frequencies * smoothing)
    rows = {ngram: row for row, ngram in enumerate(table) if ngram != " "}
    factory.word_lang_prob_map = rows
    return Profiles(factory, rows, evidence)


@cache
def _scripts() -> Mapping[str, Script]:
    table = tomllib.loads(resources.files("cleaners").joinpath("scripts.toml").read_text("utf-8"))
    return {name: Script(name, tuple(row["languages"])) for name, row in table.items()}


@cache
def _ranges() -> tuple[tuple[int, int, str], ...]:
    table = tomllib.loads(resources.files("cleaners").joinpath("scripts.toml").read_text("utf-8"))
    return tuple(
        (first, last, name) for name, row in table.items() for first, last in row["ranges"]
    )


@cache
def _script_of(letter: str) -> str:
    """The script of a letter, empty for spaces and for scripts that we do not tell apart."""
    code = ord(letter)
    return next((name for first, last, name in _ranges() if first <= code <= last), "")


@cache
def _unprofiled() -> tuple[Unprofiled, ...]:
    table = tomllib.loads(resources.files("cleaners").joinpath("languages.toml").read_text("utf-8"))
    return tuple(
        Unprofiled(
            tag,
            row["script"],
            frozenset(row.get("letters", "")),
            row.get("min", 1) / 100,
            frozenset(row.get("words", "").split()),
        )
        for tag, row in table.items()
    )
