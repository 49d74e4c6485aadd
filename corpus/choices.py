"""What operators decided about sites: cuts put back, and imported configurations.

A decision puts back a block (by its fingerprint) or a rule's cuts, on one page, one site or in the
whole corpus. It is stored, and holds for every later cleaning until it is taken back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

from cleaners.errors import OperatorError
from cleaners.records import CleanOptions, SiteRules
from corpus.pages import key_of
from corpus.store import transaction, utc_text
from corpus.urls import host_of, site_of

Scope = Literal["page", "site", "corpus"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: `kind` block or rule, `value` its fingerprint or id, `target` where it holds.

    `target` is a page's key for the scope "page", a site for "site", and "" for "corpus".
    """

    scope: Scope
    target: str
    kind: Literal["block", "rule"]
    value: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """All decisions and configurations of a corpus, by where they hold."""

    restored: Mapping[tuple[str, str], tuple[Decision, ...]] = field(default_factory=dict)
    configs: Mapping[str, SiteRules] = field(default_factory=dict)

    def refine(self, options: CleanOptions, key: str, site: str, url: str) -> CleanOptions:
        """Return the options for a page: its source's, with what was decided about it.

        `key` is the page's stored key, `site` its site, `url` its address.
        """
        made = [
            decision
            for place in (("page", key), ("site", site), ("corpus", ""))
            for decision in self.restored.get(place, ())
        ]
        config = self.config_for(host_of(url)) if self.configs else None
        if not made and config is None:
            return options
        rules = {decision.value for decision in made if decision.kind == "rule"}
        blocks = {decision.value for decision in made if decision.kind == "block"}
        return replace(
            options,
            restored_rules=options.restored_rules | rules,
            restored_blocks=options.restored_blocks | blocks,
            site_rules=merged(options.site_rules, config),
        )

    def config_for(self, host: str) -> SiteRules | None:
        """Return the configuration of a host: its own, or that of a domain above it."""
        bare = host.removeprefix("www.")
        names = [host, bare]
        labels = bare.split(".")
        names += ["." + ".".join(labels[at:]) for at in range(len(labels) - 1)]
        return next((self.configs[name] for name in names if name in self.configs), None)


def merged(own: SiteRules | None, config: SiteRules | None) -> SiteRules | None:
    """Return an operator's rules with a configuration's behind them."""
    if own is None or config is None:
        return own or config
    both = {
        name: (*getattr(own, name), *getattr(config, name))
        for name in (field.name for field in fields(SiteRules))
        if name != "origin"
    }
    return SiteRules(**both, origin=", ".join(filter(None, (own.origin, config.origin))))


def load_choices(db: Database) -> Choices:
    """Return what was decided so far."""
    restored: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for row in decisions(db):
        restored[row.scope, row.target].append(row)
    configs = {}
    for host, text in db.execute("SELECT host, rules FROM site_configs").fetchall():
        table = json.loads(text)
        origin = table.pop("origin")
        configs[host] = SiteRules(
            **{name: tuple(values) for name, values in table.items()}, origin=origin
        )
    return Choices({place: tuple(made) for place, made in restored.items()}, configs)


def decisions(db: Database) -> Iterator[Decision]:
    """Yield all decisions, oldest first."""
    rows = db.execute("SELECT scope, target, kind, value, example FROM decisions ORDER BY id")
    for row in rows.fetchall():
        yield Decision(*row)


def target_of(scope: Scope, url: str | None) -> str:
    """Return where a decision of a scope on a page, or a site's name, holds."""
    if scope == "corpus":
        return ""
    if not url:
        raise OperatorError(f"a decision for a {scope} needs its address")
    if scope == "page":
        return key_of(url)
    return site_of(url) if "//" in url else url.lower()


def decide(db: Database, decision: Decision, now: datetime) -> bool:
    """Store a decision; return whether it is new."""
    with transaction(db):
        cursor = db.execute(
            """INSERT OR IGNORE INTO decisions (scope, target, kind, value, example, decided_at)
            VALUES (?, ?, ?, ?, ?, ?)""",
            (
                decision.scope,
                decision.target,
                decision.kind,
                decision.value,
                decision.example,
                utc_text(now),
            ),
        )
        return cursor.rowcount > 0


def take_back(db: Database, decision: Decision) -> bool:
    """Delete a decision; return whether there was one."""
    with transaction(db):
        cursor = db.execute(
            "DELETE FROM decisions WHERE scope = ? AND target = ? AND kind = ? AND value = ?",
            (decision.scope, decision.target, decision.kind, decision.value),
        )
        return cursor.rowcount > 0
