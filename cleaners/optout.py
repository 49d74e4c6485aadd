"""Signals that reserve uses of a page, each with where it was found.

Read are: robots.txt (Content-Signal, Content-Usage, groups that name AI crawlers, comments that
reserve text and data mining), the response headers and meta elements of the same vocabularies,
X-Robots-Tag and meta robots (noai, noimageai), the TDM Reservation Protocol (header, meta,
tdmrep.json), and ai.txt. Permissions are kept like reservations, with `reserved` false, so that
contradictions stay visible. What follows from a reservation is the export filter's affair: it
takes any reservation as one, however many other places allow.

Sources: contentsignals.org; IETF drafts aipref-vocab and aipref-attach; W3C TDMRep community
report; RFC 9309; Spawning's ai.txt.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from cleaners import robots
from cleaners.declared import Declared
from cleaners.records import OptOut, Page

ROBOTS, AI_TXT, TDMREP = "robots.txt", "ai.txt", "tdmrep.json"
RESERVING: Mapping[str, frozenset[str]] = {
    "content-signal": frozenset({"ai-train"}),
    "content-usage": frozenset({"train-ai", "ai", "train-genai", "genai", "tdm", "bots", "all"}),
}
"""The uses whose refusal reserves mining or training; others ("search", "ai-input") do not."""
REFUSALS = frozenset({"n", "no", "?0", "0", "disallow"})
PAGE_DIRECTIVES = frozenset({"noai", "noimageai", "noml", "notrain", "notdm"})
MINING = re.compile(
    r"text[- ]and[- ]data[- ]mining|\bTDM\b|machine learning|artificial intelligence|\bAI\b|"
    r"language models?|2019/790|§ ?44b|text- und data-?mining|fouille de (?:textes|données)",
    re.IGNORECASE,
)
RESERVES = re.compile(
    r"prohibit|not (?:permitted|allowed|authori[sz]ed)|reserv|forbidden|opt(?:s|ed)?[- ]out|"
    r"without (?:prior |express |our |the )*(?:written )?(?:permission|consent|licen[cs]e)|"
    r"untersagt|vorbehalten|nicht gestattet|interdit|may not",
    re.IGNORECASE,
)
SENTENCES = re.compile(r"(?<=[.;!])\s+")
TEXT_FORMS = (".html", ".htm", ".txt", ".pdf", ".doc", ".docx", ".rtf", ".md")
MAX_VALUE = 300


def opt_outs(
    declared: Declared | None, page: Page, site_files: Mapping[str, bytes] | None = None
) -> tuple[OptOut, ...]:
    """Every signal that applies to the page, in a fixed order, each once.

    `site_files` may hold "robots.txt", "ai.txt" and "tdmrep.json" as they were fetched.
    """
    files = site_files or {}
    found: list[OptOut] = []
    if ROBOTS in files:
        found += _from_robots(files[ROBOTS], page)
    found += _from_headers(page)
    if declared is not None:
        found += _from_meta(declared)
    if TDMREP in files:
        found += _from_tdmrep(files[TDMREP], page)
    if AI_TXT in files:
        found += _from_ai_txt(files[AI_TXT], page)
    return tuple(dict.fromkeys(found))


def _from_robots(data: bytes, page: Page) -> Iterator[OptOut]:
    groups = robots.groups(data)
    path = robots.path_of(page.url)
    for group in groups:
        if "*" in group.agents:
            for signal in RESERVING:
                lines = (value for field, value in group.lines if field == signal)
                rules = [_path_and_preferences(value) for value in lines]
                for value in robots.longest_match(rules, path):
                    yield from _preferences(signal, value, ROBOTS)
    for purpose, agents in _agents().items():
        kept_out = [agent for agent in agents if robots.allowed(groups, agent, path) is False]
        if kept_out:
            value = f"{', '.join(kept_out)}: disallow"
            yield OptOut("robots-ai-agent", value, ROBOTS, purpose == "training")
    for sentence in SENTENCES.split(robots.comments(data)):
        if MINING.search(sentence) and RESERVES.search(sentence):
            yield OptOut("robots-comment", sentence[:MAX_VALUE], f"{ROBOTS} comment", True)


def _from_headers(page: Page) -> Iterator[OptOut]:
    headers = page.headers
    for signal in RESERVING:
        if value := headers.get(signal):
            yield from _preferences(signal, value, f"header {signal}")
    yield from _directives("x-robots-tag", headers.get("x-robots-tag", ""), "header x-robots-tag")
    reservation, policy = headers.get("tdm-reservation"), headers.get("tdm-policy", "")
    yield from _tdm(reservation, policy, "header tdm-reservation")


def _from_meta(declared: Declared) -> Iterator[OptOut]:
    for name in ("robots", *(agent.lower() for agent in _agents()["training"])):
        for value, place in declared.named(name):
            yield from _directives("meta-robots", value, place)
    for signal in RESERVING:
        for value, place in declared.named(signal):
            yield from _preferences(signal, value, place)
    policy = next((value for value, _ in declared.named("tdm-policy")), "")
    for value, place in declared.named("tdm-reservation"):
        yield from _tdm(value, policy, place)


def _from_tdmrep(data: bytes, page: Page) -> Iterator[OptOut]:
    """The rules of the longest location that matches the page."""
    try:
        rules = json.loads(data)
    except (ValueError, RecursionError):
        return
    members = [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    located = [(str(rule.get("location", "/")), index) for index, rule in enumerate(members)]
    path = robots.path_of(page.url)
    for index in robots.longest_match(((place, str(index)) for place, index in located), path):
        rule = members[int(index)]
        reservation = str(rule.get("tdm-reservation", ""))
        yield from _tdm(reservation, str(rule.get("tdm-policy") or ""), TDMREP)


def _from_ai_txt(data: bytes, page: Page) -> Iterator[OptOut]:
    """ai.txt refuses paths as robots.txt does, or kinds of files: "*.txt" stands for text."""
    groups = robots.groups(data)
    path = robots.path_of(page.url)
    decision = robots.allowed(groups, "*", path)
    forms = [
        (field, value)
        for group in groups
        if "*" in group.agents
        for field, value in group.lines
        if field in ("allow", "disallow") and value.lower().lstrip("/*") in TEXT_FORMS
    ]
    refused = [value for field, value in forms if field == "disallow"]
    text_is_free = bool(forms) and not refused
    if refused or (decision is False and not text_is_free):
        value = ", ".join(refused) or path
        yield OptOut(AI_TXT, f"disallow {value}"[:MAX_VALUE], AI_TXT, True)
    elif decision is not None:
        yield OptOut(AI_TXT, "allow", AI_TXT, False)


def _path_and_preferences(value: str) -> tuple[str, str]:
    """ "/news/ train-ai=n" as its path and its preferences; without a path, "/"."""
    first, _, rest = value.partition(" ")
    return (first, rest.strip()) if first.startswith("/") else ("/", value)


def _preferences(signal: str, value: str, place: str) -> Iterator[OptOut]:
    """One record for each "use=answer" of a list."""
    for member in re.split(r"[,;\s]+", value.strip()):
        use, sign, answer = member.lower().partition("=")
        if use and sign and answer:
            reserved = use in RESERVING[signal] and answer in REFUSALS
            yield OptOut(signal, f"{use}={answer}", place, reserved)


def _directives(signal: str, value: str, place: str) -> Iterator[OptOut]:
    """noai and its like, of all agents or of one ("otherbot: noai")."""
    for member in re.split(r"[,\n]", value.lower()):
        directive = member.rpartition(":")[2].strip()
        if directive in PAGE_DIRECTIVES:
            yield OptOut(signal, member.strip(), place, True)


def _tdm(reservation: str | None, policy: str, place: str) -> Iterator[OptOut]:
    value = (reservation or "").strip()
    if value in ("0", "1"):
        detail = f"tdm-reservation={value}" + (f" tdm-policy={policy}" if policy else "")
        yield OptOut("tdmrep", detail[:MAX_VALUE], place, value == "1")


@cache
def _agents() -> Mapping[str, tuple[str, ...]]:
    table = tomllib.loads(resources.files("cleaners").joinpath("optout.toml").read_text("utf-8"))
    return {purpose: tuple(agents) for purpose, agents in table.items()}
