"""The classifier of texts: what it reads of a block, its odds, and its file."""

from __future__ import annotations

import io

import numpy as np
import pytest

from cleaners.classifier import (
    TextClassifier,
    noise_odds,
    sign_features,
    text_features,
    word_features,
)
from cleaners.lexicon import lexicon
from cleaners.models import default_models
from cleaners.plaintext import segment_text
from cleaners.ruletable import rule_table
from cleaners.segments import word_list
from cleaners.wording import Reader

SMALL = TextClassifier(
    ("article", "donation", "newsletter"),
    {"give": 0, "inbox": 1, "council": 2},
    np.array([[0, 2, 0], [0, 0, 2], [3, 0, 0]], dtype=np.float32),
    np.array([1, 0, 0], dtype=np.float32),
)


def features(text: str) -> list[str]:
    """Return what the classifier reads of a text by itself."""
    reader = Reader(segment_text(text), lexicon(), rule_table())
    reader.prepare()
    return list(text_features(text, reader.words[0], reader.read(0)))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["give", "us"], ["give", "us"]),
        (["independent"], ["independent", "indep*"]),
        (["5", "euro", "2026"], ["0", "euro", "0000"]),
        (list("会員登録"), ["会員", "員登", "登録", "会員登", "員登録"]),
    ],
    ids=["words", "a stem", "numbers", "characters"],
)
def test_words_are_read_in_forms_that_recur(words: list[str], wanted: list[str]):
    assert list(word_features(words)) == wanted


def test_signs_tell_how_a_text_ends_and_how_long_it_is():
    found = set(sign_features("Fancy a coffee for £3? 🙂", word_list("Fancy a coffee for £3?")))
    assert {"@question", "@money", "@emoji", "@end_", "@length2"} == found


def test_a_sign_of_two_kinds_is_read_as_both():
    assert {"@arrow", "@quote"} <= set(sign_features("Weiterlesen »", ["weiterlesen"]))


def test_concepts_are_read_alone_and_in_pairs():
    found = features("Please support our journalism with a small gift.")
    assert "C:press" in found
    assert any("+" in name for name in found)
    assert len(found) == len(set(found))


def test_a_text_is_as_noisy_as_all_categories_of_noise_together():
    scores = SMALL.scores([["give", "inbox"], ["council"], []])
    odds = noise_odds(scores)
    assert odds[0] > 0 > odds[2] > odds[1]
    assert odds[0] == pytest.approx(np.log(2 * np.exp(2)) - 1)


def test_the_words_that_tell_are_those_that_speak_for_the_category():
    assert SMALL.telling(["give", "council", "unknown"], "donation") == ["give"]
    assert SMALL.telling(["council"], "donation") == []


def test_a_model_is_read_as_it_was_written_but_for_rounding():
    stream = io.BytesIO()
    SMALL.save(stream)
    stream.seek(0)
    again = TextClassifier.load(stream)
    assert (again.classes, again.index) == (SMALL.classes, SMALL.index)
    assert np.allclose(again.weights, SMALL.weights, atol=0.02)
    assert np.array_equal(again.bias, SMALL.bias)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("If this piece helped you, a few coins in the jar keep the lamp burning.", "donation"),
        ("Chaque dimanche, trois lectures dans votre boîte mail. Sans pub.", "newsletter"),
        ("Was meinst du dazu? Unten ist Platz für deine Meinung.", "comments"),
    ],
)
def test_the_shipped_classifier_hears_wordings_that_no_rule_knows(text: str, category: str):
    classifier = default_models().noise.classifier
    scores = classifier.scores([features(text)])
    assert noise_odds(scores)[0] > 0
    assert classifier.classes[1 + int(scores[0, 1:].argmax())] == category
