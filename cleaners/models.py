"""The trained models that cleaning asks, read from their files once.

`benchmarks.train` writes them; a folder of other files serves measurements out of fold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from cleaners.classifier import TextClassifier
from cleaners.judge import Judge
from cleaners.remnants import NoiseModel

JUDGE, CLASSIFIER, REMNANTS = "judge{}.json", "classifier{}.npz", "remnants{}.json"
"""The models' files; what stands between the braces tells those of a fold from the shipped."""


@dataclass(frozen=True, slots=True)
class Models:
    """The judge of blocks and the model of noise that the judge keeps."""

    judge: Judge
    noise: NoiseModel

    @classmethod
    def load(cls, folder: Traversable, suffix: str = "") -> Models:
        """Read the models from a folder, such as a `Path`."""
        judge = folder.joinpath(JUDGE.format(suffix)).read_text(encoding="utf-8")
        remnants = folder.joinpath(REMNANTS.format(suffix)).read_text(encoding="utf-8")
        with folder.joinpath(CLASSIFIER.format(suffix)).open("rb") as stream:
            classifier = TextClassifier.load(stream)
        return cls(Judge.from_json(judge), NoiseModel.from_json(remnants, classifier))


@cache
def default_models() -> Models:
    """Return the models that are shipped with the package, read once."""
    return Models.load(files("cleaners"))
