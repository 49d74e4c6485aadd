"""langdetect between the languages of one script: its profiles, without its dice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import DetectorFactory
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from cleaners.scripts import Script

TEMPER = 0.4
"""The weight of one n-gram: most letters are counted in six of them."""
PRIOR = 300.0
"""How much likelier than any other a declared language is before the text is looked at."""
SECOND_PRIOR = 10.0
RARE: Mapping[str, float] = dict.fromkeys(("af", "cy", "so", "sq", "sw", "tl"), 0.1) | {"en": 2.0}
"""How much rarer, or commoner, on the web a language is than the others of its script."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """langdetect's profiles of one script: the row of each n-gram in a table of n-grams and
    languages that holds how much the n-gram speaks for the language."""

    factory: DetectorFactory
    rows: Mapping[str, int]
    evidence: NDArray[np.float64]


def by_profiles(letters: str, script: Script, wanted: Sequence[str]) -> tuple[str, float] | None:
    """The likeliest of a script's languages and its posterior probability.

    `wanted` are declared tags, the surest first: langdetect's prior map is made of them. None where
    the letters say nothing.
    """
    profiles = _profiles(script)
    detector = ExactDetector(profiles.factory)
    detector.set_prior_map(_prior(script, wanted))
    return detector.best(letters, profiles)


class ExactDetector(Detector):  # type: ignore[misc]
    """langdetect's detector without its dice.

    langdetect multiplies the probabilities of n-grams that it draws at random, until one language
    wins, seven times over: short texts are counted many times, a prior drowns, and the answer
    depends on the seed. Here every n-gram of the sample counts once, `TEMPER` times its weight
    because n-grams overlap; profiles, smoothing, normalisation and prior map are langdetect's.
    """

    def best(self, letters: str, profiles: Profiles) -> tuple[str, float] | None:
        """The likeliest language of a sample and its posterior probability."""
        row_of = profiles.rows.get
        rows = [row for ngram in _ngrams(letters) if (row := row_of(ngram)) is not None]
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
def _profiles(script: Script) -> Profiles:
    """langdetect's profiles of a script's languages; read on first use, 0.2 seconds for Latin."""
    folder = resources.files("langdetect").joinpath("profiles")
    factory = DetectorFactory()
    factory.load_json_profile(
        [folder.joinpath(name).read_text("utf-8") for name in script.languages]
    )
    table = factory.word_lang_prob_map
    frequencies = np.array(list(table.values()), dtype=np.float64)
    evidence = np.log1p(frequencies * (Detector.BASE_FREQ / Detector.ALPHA_DEFAULT))
    rows = {ngram: row for row, ngram in enumerate(table) if ngram != " "}
    factory.word_lang_prob_map = rows
    return Profiles(factory, rows, evidence)


def _prior(script: Script, wanted: Sequence[str]) -> Mapping[str, float]:
    prior = {language: RARE.get(language, 1.0) for language in script.languages}
    for tag, weight in zip(wanted, (PRIOR, SECOND_PRIOR), strict=False):
        if tag in prior:
            prior[tag] *= weight
    return prior
