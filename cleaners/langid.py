"""py3langid as the second detector, an extra: pip install "winnow-corpus[langid]"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

from cleaners.errors import OperatorError
from cleaners.scripts import Script

PRIOR = 300.0
"""How much likelier a declared language is before the text is looked at."""
SHARPNESS = 4.0
"""The power that py3langid's probabilities, which are flat on short texts, are taken to."""
OURS = {"nb": "no", "nn": "no"}


def by_langid(letters: str, script: Script, wanted: Sequence[str]) -> tuple[str, float] | None:
    """The likeliest language of a text and its probability, as `profiles.by_profiles` does it.

    The script is not asked: py3langid knows more languages of each than langdetect.
    """
    scores: dict[str, float] = {}
    for name, probability in _identifier().rank(letters):
        tag = OURS.get(name, name)
        weight = PRIOR if tag in wanted[:1] else 1.0
        scores[tag] = scores.get(tag, 0.0) + weight * probability**SHARPNESS
    best = max(scores, key=lambda tag: scores[tag])
    return best, scores[best] / sum(scores.values())


@cache
def _identifier() -> Any:
    try:
        langid = import_module("py3langid.langid")
    except ImportError as error:
        message = 'py3langid is not installed: pip install "winnow-corpus[langid]"'
        raise OperatorError(message) from error
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
