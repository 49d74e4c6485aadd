"""The shipped models are there, fit each other, and can be read from another folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cleaners.models import CLASSIFIER, JUDGE, REMNANTS, Models, default_models
from cleaners.ruletable import rule_table


def test_each_class_of_noise_has_a_rule_that_names_it():
    classes = default_models().noise.classifier.classes
    assert classes[0] == "article"
    assert set(classes[1:]) == set(rule_table().by_category)


def test_models_of_a_fold_are_read_from_their_folder(tmp_path: Path):
    for name in (JUDGE, CLASSIFIER, REMNANTS):
        shipped = files("cleaners").joinpath(name.format("")).read_bytes()
        (tmp_path / name.format("-3")).write_bytes(shipped)
    models = Models(tmp_path, "-3")
    assert models.judge.article.names == default_models().judge.article.names
    assert models.noise.forest.names == default_models().noise.forest.names
