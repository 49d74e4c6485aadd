"""Writing systems: which one a text is in, and Chinese told from Japanese and by its two forms.

The table of scripts and their languages is scripts.toml.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

KANA_SHARE = 0.06
"""Kana among Chinese characters that make a text Japanese."""
DENSE = frozenset({"Han", "Hangul", "Kana"})
DENSITY = 2.5
"""A character of these scripts stands for about so many letters."""
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


@dataclass(frozen=True, slots=True)
class Script:
    """A writing system: the name, and the languages that can be meant by it."""

    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a text is written in: its main script, that script's share of the letters, 0 to 1, and
    the number of characters of each script."""

    script: Script | None
    share: float
    counts: Mapping[str, int]


def writing(letters: str) -> Writing:
    """Count the scripts of a text; spaces and scripts that are in no table do not count."""
    counts = Counter(map(_script_of, letters))
    counts.pop("", None)
    weights = {
        name: number * (DENSITY if name in DENSE else 1.0) for name, number in counts.items()
    }
    if not weights:
        return Writing(None, 0.0, counts)
    name = max(weights, key=lambda one: weights[one])
    return Writing(scripts()[name], weights[name] / sum(weights.values()), counts)


def chinese_or_japanese(
    letters: str, counts: Mapping[str, int], wanted: Sequence[str]
) -> tuple[str, float]:
    """The language of Chinese characters, and how sure that is; `wanted` are declared tags."""
    kana, han = counts.get("Kana", 0), counts.get("Han", 0)
    if kana > KANA_SHARE * (kana + han):
        return "ja", 1.0
    simplified = sum(letter in ONLY_SIMPLIFIED for letter in letters)
    traditional = sum(letter in ONLY_TRADITIONAL for letter in letters)
    told = simplified + traditional
    first = next((tag for tag in wanted if tag in ("zh-Hans", "zh-Hant", "ja", "ko")), None)
    if first == "ja" and told < KANA_SHARE * han:
        return "ja", 0.6
    if not told:
        return first or "zh-Hans", 0.5
    best = "zh-Hans" if simplified >= traditional else "zh-Hant"
    return best, max(simplified, traditional) / told


@cache
def scripts() -> Mapping[str, Script]:
    """The scripts by their names."""
    return {name: Script(name, tuple(row["languages"])) for name, row in _table().items()}


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(resources.files("cleaners").joinpath("scripts.toml").read_text("utf-8"))


@cache
def _ranges() -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (first, last, name) for name, row in _table().items() for first, last in row["ranges"]
    )


@cache
def _script_of(letter: str) -> str:
    """The script of a letter, empty for spaces and for scripts that we do not tell apart."""
    code = ord(letter)
    return next((name for first, last, name in _ranges() if first <= code <= last), "")
