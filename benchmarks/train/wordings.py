"""The classifier of texts: trained on wordings of our own and on paragraphs of real articles.

`texts/<language>.toml` holds widgets in the form of `benchmarks.noise.widgets`, and
`texts/<language>.kept.txt` paragraphs of articles that speak of what widgets speak of, a line each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.folds import fold_of, fold_of_name
from benchmarks.noise.widgets import TELLING, Widget, load_widgets
from benchmarks.suites import GoldPage, load
from benchmarks.train.seen import opinion_of_page
from cleaners.classifier import TextClassifier, text_features
from cleaners.extract import align
from cleaners.features.remnants import MAX_WORDS, features_of
from cleaners.lexicon import lexicon
from cleaners.plaintext import segment_text
from cleaners.records import Page
from cleaners.rules import gather
from cleaners.ruletable import rule_table
from cleaners.segments import word_list
from cleaners.wording import Reader

TEXTS = Path(__file__).parent / "texts"
ARTICLE = "article"
CLASSES = (ARTICLE, *sorted(TELLING))
LEAST_SEEN = 3
"""Texts that a feature must occur in."""
SMALLEST = 0.02
"""The share of the largest weight below which all of a feature's weights are nothing."""
STRENGTH = 1.0
"""The inverse of how strongly weights are held down."""
KEPT_WEIGHT = 3.0
PAGES_SHARE = 4.0
"""How much all paragraphs of real pages in a language count beside the wordings in it."""
MOST = 40
"""Paragraphs that are taken of one page."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text to learn from: its features, what it is, and which fold it belongs to."""

    language: str
    category: str
    fold: int
    features: tuple[str, ...]
    real: bool = False


def fold_of_widget(widget: Widget) -> int:
    """Return the fold of a widget of our own."""
    return fold_of_name(f"{widget.language} {widget.parts[0].text}")


def features_alone(text: str, language: str) -> tuple[str, ...]:
    """Return the features of a text by itself, in a language."""
    parts = segment_text(" ".join(text.split()))
    reader = Reader(parts, lexicon(), rule_table())
    reader.prepare()
    reader.languages = lexicon().bit(language) or reader.languages
    return tuple(text_features(parts.segments[0].text, reader.words[0], reader.read(0)))


def own_texts(folder: Path = TEXTS) -> list[Text]:
    """Return the wordings of our own, widgets part by part, and the paragraphs that stay."""
    found = []
    for widget in load_widgets(folder):
        fold = fold_of_widget(widget)
        found += [
            Text(widget.language, widget.category, fold, features_alone(part.text, widget.language))
            for part in widget.parts
        ]
    for language, line in kept_lines(folder):
        found.append(Text(language, ARTICLE, fold_of_name(line), features_alone(line, language)))
    return found


@cache
def kept_lines(folder: Path = TEXTS) -> tuple[tuple[str, str], ...]:
    """Return the paragraphs that stay, each with its language."""
    return tuple(
        (path.name.partition(".")[0], line.strip())
        for path in sorted(folder.glob("*.kept.txt"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    )


def page_texts(task: tuple[GoldPage, Path]) -> list[Text]:
    """Return the blocks of a page that judge and rules keep, without what its gold has not."""
    page, folder = task
    fold = fold_of(page.url)
    thought = opinion_of_page(Page(page.html, page.url), folder, fold)
    if thought is None:
        return []
    evidence = gather(thought.parts, thought.scores)
    layout, reader, cut = evidence.layout, evidence.reader, evidence.cut()
    gold = align([s.words for s in thought.parts.segments], word_list(page.gold or ""))
    language = language_of(reader.languages)
    found = []
    for index, words in enumerate(layout.lengths):
        missing = page.gold is not None and gold[index] < 0.5
        if not layout.kept(index) or index in cut or missing or not 0 < words <= MAX_WORDS:
            continue
        features = tuple(features_of(layout, reader, index))
        found.append(Text(language, ARTICLE, fold, features, real=True))
    return found[:: max(1, len(found) // MOST)]


def language_of(bits: int) -> str:
    """Return the one language that a page is in, "" where several may be meant."""
    names = [name for name in lexicon().languages if lexicon().bit(name) & bits]
    return names[0] if len(names) == 1 else ""


def real_texts(suites: Path, names: Iterable[str], folds: Path, processes: int) -> list[Text]:
    """Return the paragraphs of the articles of all suites, as the folds' judges see them."""
    pages = ((page, folds) for name in names for page in load(suites, name) if page.kind == ARTICLE)
    with Pool(processes) as pool:
        return [text for found in pool.imap(page_texts, pages, chunksize=8) for text in found]


def weights_of(texts: Sequence[Text]) -> npt.NDArray[np.float64]:
    """Return what each text counts: real ones of a language `PAGES_SHARE` times its wordings."""
    own = Counter(t.language for t in texts if t.category != ARTICLE)
    real = Counter(t.language for t in texts if t.real)
    usual = sum(own.values()) / max(1, len(own))
    return np.array(
        [
            min(1.0, PAGES_SHARE * own.get(t.language, usual / 4) / real[t.language])
            if t.real
            else KEPT_WEIGHT
            if t.category == ARTICLE
            else 1.0
            for t in texts
        ]
    )


def matrix(texts: Sequence[Text], index: dict[str, int]) -> csr_matrix:
    """Return which features of an index each text has."""
    starts, columns = [0], []
    for text in texts:
        columns += [index[name] for name in text.features if name in index]
        starts.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, starts), shape=(len(texts), len(index)))


def fit(texts: Sequence[Text]) -> TextClassifier:
    """Return the classifier fitted on some texts, without features that say nothing."""
    seen = Counter(name for text in texts for name in text.features)
    often = (name for name in sorted(seen) if seen[name] >= LEAST_SEEN)
    index = {name: at for at, name in enumerate(often)}
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)
    target = [CLASSES.index(text.category) for text in texts]
    model.fit(matrix(texts, index), target, sample_weight=weights_of(texts))
    coefficients = model.coef_.T
    telling = np.abs(coefficients).max(axis=1) >= SMALLEST * np.abs(coefficients).max()
    names = [name for name, keep in zip(index, telling, strict=True) if keep]
    return TextClassifier(
        CLASSES,
        {name: at for at, name in enumerate(names)},
        coefficients[telling].astype(np.float32),
        model.intercept_.astype(np.float32),
    )
