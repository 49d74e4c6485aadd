"""The rule table: TOML files under `rules/`, a file per category or so, read into records.

A `wording` rule weighs the concepts that a block speaks of; a `markup` rule names the words, roles
and tags of a container; a `learned` rule is the name of what a model finds. What they say of a page
is found out by `wording`, `markup`, `widgets` and `remnants`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain
from typing import Any, TypeVar

import msgspec

from cleaners.errors import ConfigError
from cleaners.records import Category


@dataclass(frozen=True, eq=False)
class Wording:
    """A rule on what a block says.

    `needs` are concepts ("a|b": either) that must all be spoken of in one language, `without` ones
    that must not; `weights` is what each concept adds to the block's score, `threshold` the score
    that is enough, `short` that of a block of at most 14 words, `label` that of one of at most 5
    that is no sentence. Concepts in `repeat` count up to three times. With `address`, long blocks
    and reports must score higher, and by `alone` those in which nobody says "we" or "this site".
    Rules of `edge` cut only the article's first and last blocks; only what a rule that may `grow`
    finds takes its neighbours along. Less is enough for a block that speaks to the reader amid
    prose that does not, if it speaks of a concept in `easy`, or there are none. `max_words` bounds
    the block. Without `cut` the rule only names what is cut anyway. `hits` and `misses` are
    examples, which run as tests.
    """

    id: str
    category: Category
    reason: str
    needs: tuple[str, ...]
    weights: Mapping[str, float] = field(default_factory=dict)
    threshold: float = 1.0
    short: float | None = None
    label: float | None = None
    repeat: tuple[str, ...] = ()
    edge: bool = False
    grow: bool = True
    alone: float = 1.5
    address: bool = True
    max_words: int = 260
    cut: bool = True
    without: tuple[str, ...] = ()
    easy: tuple[str, ...] = ()
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    @cached_property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """`needs`, each as the concepts of which one must be there."""
        return tuple(tuple(need.split("|")) for need in self.needs)


@dataclass(frozen=True, eq=False)
class Markup:
    """A rule on the class and id words ("author bio": both), role or tag of a container.

    `cut` containers are cut even where the judge keeps them, if they hold at most `max_words`.
    """

    id: str
    category: Category
    reason: str
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    max_words: int = 150
    cut: bool = False
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Learned:
    """A category's rule for what a model cuts without any wording rule: its id and its reason."""

    id: str
    category: Category
    reason: str


@dataclass(frozen=True, eq=False)
class RuleTable:
    """All rules, in the order of their files."""

    wording: tuple[Wording, ...]
    markup: tuple[Markup, ...]
    learned: tuple[Learned, ...] = ()

    @cached_property
    def wording_ids(self) -> frozenset[str]:
        """The ids of the wording rules."""
        return frozenset(rule.id for rule in self.wording)

    @cached_property
    def markup_ids(self) -> frozenset[str]:
        """The ids of the markup rules."""
        return frozenset(rule.id for rule in self.markup)

    @cached_property
    def by_category(self) -> Mapping[str, Learned]:
        """Learned rules by their categories."""
        return {rule.category: rule for rule in self.learned}

    @cached_property
    def by_concept(self) -> Mapping[str, tuple[Wording, ...]]:
        """Wording rules by the concepts of their first need, one of which must be there."""
        found: dict[str, list[Wording]] = {}
        for rule in self.wording:
            for concept in rule.choices[0]:
                found.setdefault(concept, []).append(rule)
        return {concept: tuple(rules) for concept, rules in found.items()}

    @cached_property
    def concepts(self) -> Mapping[str, frozenset[str]]:
        """The concepts that the wording rules of each category weigh."""
        found: dict[str, set[str]] = {}
        for rule in self.wording:
            found.setdefault(rule.category, set()).update(rule.weights)
        return {category: frozenset(names) for category, names in found.items()}

    @cached_property
    def by_word(self) -> Mapping[str, tuple[tuple[tuple[str, ...], Markup], ...]]:
        """Markup rules by the first of their words, with all words that must be there."""
        found: dict[str, list[tuple[tuple[str, ...], Markup]]] = {}
        for rule in self.markup:
            for words in rule.words:
                parts = words.split()
                found.setdefault(parts[0], []).append((tuple(parts), rule))
        return {word: tuple(rules) for word, rules in found.items()}

    @cached_property
    def by_tag(self) -> Mapping[str, Markup]:
        """Markup rules by tag."""
        return {tag: rule for rule in self.markup for tag in rule.tags}

    @cached_property
    def by_role(self) -> Mapping[str, Markup]:
        """Markup rules by role."""
        return {role: rule for rule in self.markup for role in rule.roles}


TABLES = ("wording", "markup", "learned")

T = TypeVar("T", Wording, Markup, Learned)


@cache
def rule_table() -> RuleTable:
    """Return the rules that come with Winnow."""
    folder = files("cleaners") / "rules"
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return read_table(
        (f"rules/{entry.name}", tomllib.loads(entry.read_text(encoding="utf-8")))
        for entry in entries
        if entry.name.endswith(".toml")
    )


def read_table(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> RuleTable:
    """Return the rules of some files' tables; a rule that is not one is a `ConfigError`."""
    wording: list[Wording] = []
    markup: list[Markup] = []
    learned: list[Learned] = []
    seen: set[str] = set()
    for path, table in tables:
        for key in table:
            if key not in TABLES:
                told = ", ".join(f"[[{name}]]" for name in TABLES)
                raise ConfigError(path, key, f"there are tables {told} only")
        wording += [_convert(entry, Wording, path) for entry in table.get("wording", ())]
        markup += [_convert(entry, Markup, path) for entry in table.get("markup", ())]
        learned += [_convert(entry, Learned, path) for entry in table.get("learned", ())]
        for entry in chain.from_iterable(table.get(name, ()) for name in TABLES):
            if entry["id"] in seen:
                raise ConfigError(path, entry["id"], "two rules of this id")
            seen.add(entry["id"])
    return RuleTable(tuple(wording), tuple(markup), tuple(learned))


def _convert(entry: Mapping[str, Any], kind: type[T], path: str) -> T:
    known = set(kind.__dataclass_fields__)
    if extra := sorted(set(entry) - known):
        raise ConfigError(path, f"{entry.get('id', '?')}.{extra[0]}", "no such key of a rule")
    try:
        return msgspec.convert(entry, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(path, str(entry.get("id", "?")), str(error)) from error
