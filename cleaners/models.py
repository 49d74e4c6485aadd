"""The trained models that cleaning asks, each read from its files when it is first asked for.

`benchmarks.train` writes them; a folder of other files serves measurements out of fold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from cleaners.classifier import TextClassifier
from cleaners.judge import Judge
from cleaners.remnants import NoiseModel

JUDGE, CLASSIFIER, REMNANTS = "judge{}.json", "classifier{}.npz", "remnants{}.json"
"""The models' files; what stands between the braces tells those of a fold from the shipped."""


@dataclass(frozen=True)
class Models:
    """The models in a folder, such as a `Path`; plain text needs no judge."""

    folder: Traversable
    suffix: str = ""

    @cached_property
    def judge(self) -> Judge:
        """The judge of blocks."""
        return Judge.from_json(self._file(JUDGE).read_text(encoding="utf-8"))

    @cached_property
    def classifier(self) -> TextClassifier:
        """What reads texts."""
        with self._file(CLASSIFIER).open("rb") as stream:
            return TextClassifier.load(stream)

    @cached_property
    def noise(self) -> NoiseModel:
        """The model of noise that the judge keeps."""
        text = self._file(REMNANTS).read_text(encoding="utf-8")
        return NoiseModel.from_json(text, self.classifier)

    def _file(self, name: str) -> Traversable:
        return self.folder.joinpath(name.format(self.suffix))


@cache
def default_models() -> Models:
    """Return the models that are shipped with the package."""
    return Models(files("cleaners"))
