"""`winnow restore`: what operators decide about cuts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from sqlite_utils import Database

from cleaners.errors import OperatorError
from cleaners.records import CleanOptions, Rejection
from corpus.choices import Decision, Scope, decide, decisions, take_back, target_of
from corpus.cli.explain import find_task
from corpus.cli.numbers import Whole
from corpus.cli.output import emit, now, progress, say, table
from corpus.ingest import Plan
from corpus.pages import page_ids_of
from corpus.reclean import Job, Selection, reclean
from corpus.sources import all_clean_options
from corpus.store import corpus_at
from corpus.workers import CleaningPool, Limits


@click.command()
@click.argument("page", required=False, metavar="[URL|SITE]")
@click.option("--block", type=Whole(0), help="The block of this number in `explain URL`.")
@click.option("--rule", help="All cuts of this rule.")
@click.option(
    "--scope",
    type=click.Choice(["page", "site", "corpus"]),
    help="Where it holds: the page (as for a block), its site, everywhere (as for a bare rule).",
)
@click.option("--undo", is_flag=True, help="Take such a decision back.")
@click.option("--later", is_flag=True, help="Only note it; `winnow reclean` applies it.")
@click.pass_context
def restore(ctx: click.Context, /, page: str | None, **given: Any) -> None:
    """Put back what was cut: a block of a page, or the cuts of a rule; bare, list what was decided.

    The decision is stored and holds for every later cleaning.
    """
    with corpus_at(ctx.obj["db"]) as db:
        if given["block"] is None and given["rule"] is None:
            show(list(decisions(db)), ctx.obj["as_json"])
            return
        decision = decision_of(db, page, given, ctx.obj)
        changed = (take_back if given["undo"] else _note)(db, decision)
        if not changed:
            say("winnow: there is no such decision" if given["undo"] else "winnow: decided before")
        elif not given["later"]:
            apply(db, decision, Plan(CleanOptions(), all_clean_options(ctx.obj["sources"])))
    if ctx.obj["as_json"]:
        emit({**asdict(decision), "undone": given["undo"], "changed": changed})
    elif changed:
        where = decision.target or "the whole corpus"
        verb = "taken back" if given["undo"] else "put back"
        click.echo(f"{verb}: {decision.kind} {decision.value} on {where}")


def decision_of(
    db: Database, page: str | None, given: dict[str, Any], places: dict[str, Any]
) -> Decision:
    """Return the decision that the options of the command name; `places` are those of all verbs."""
    if given["block"] is not None and given["rule"] is not None:
        raise OperatorError("restore: --block or --rule, not both")
    if given["rule"] is not None:
        scope: Scope = given["scope"] or ("page" if page and "//" in page else "site")
        scope = scope if page or given["scope"] else "corpus"
        return Decision(scope, target_of(scope, page), "rule", known_rule(db, given["rule"]))
    if page is None:
        raise OperatorError("restore: --block needs the address of its page")
    found = cut_block(db, page, given["block"])
    if found is None and given["undo"]:  # it is back, and no cut any more
        found = block_now(places, page, given["block"])
    if found is None:
        problem = f"nothing was cut of a block {given['block']}"
        raise OperatorError(f"{page}: {problem}; see `winnow explain`")
    fingerprint, text = found
    scope = given["scope"] or "page"
    return Decision(scope, target_of(scope, page), "block", fingerprint, text[:200])


def known_rule(db: Database, rule: str) -> str:
    """Return a rule's id if it has cut, or was restored, anywhere in the corpus."""
    known = {row[0] for row in db.execute("SELECT DISTINCT rule FROM removals").fetchall()}
    known |= {decision.value for decision in decisions(db) if decision.kind == "rule"}
    if rule not in known:
        raise OperatorError(f"{rule}: no rule of this name has cut anything; see `winnow removals`")
    return rule


def cut_block(db: Database, url: str, index: int) -> tuple[str, str] | None:
    """Return the fingerprint and the text of a block that was cut from the newest page of a URL."""
    ids = page_ids_of(db, url)
    if not ids:
        raise OperatorError(f"{url}: not in the corpus")
    row = db.execute(
        """SELECT fingerprint, removals.text FROM removals
        JOIN documents ON documents.id = document_id WHERE page_id = ? AND position = ?""",
        (ids[0], index),
    ).fetchone()
    return (row[0], row[1]) if row is not None else None


def block_now(places: dict[str, Any], url: str, index: int) -> tuple[str, str] | None:
    """Return the fingerprint and the text of a block that today's cleaning keeps of a page."""
    task = find_task(places, url, CleanOptions())
    if isinstance(task, Rejection):
        return None
    with CleaningPool(Limits(workers=1)) as pool:
        ((_, outcome),) = pool.clean([task])
    blocks = () if isinstance(outcome, Rejection) else outcome.blocks
    return next(((one.fingerprint, one.text) for one in blocks if one.index == index), None)


def apply(db: Database, decision: Decision, plan: Plan) -> None:
    """Clean again the pages that a decision changes."""
    site = decision.target if decision.scope == "site" else None
    if decision.scope == "page":
        row = db.execute("SELECT site FROM pages WHERE url_key = ?", (decision.target,)).fetchone()
        site = row[0] if row else None
    with CleaningPool(Limits()) as pool, progress("cleaning again") as show_progress:

        def report(changes: Any) -> None:
            show_progress(changes.pages, None, f"{changes.changed} changed")

        reclean(db, pool, Job(plan, Selection(site=site), now, report))


def show(made: list[Decision], as_json: bool) -> None:
    """Print the decisions that hold."""
    if as_json:
        for decision in made:
            emit(asdict(decision))
        return
    rows = [[d.scope, d.target, d.kind, d.value, d.example[:60]] for d in made]
    if not rows:
        say("winnow: nothing was put back so far")
        return
    columns = dict.fromkeys(("scope", "where", "kind", "rule or block", "text"), "left")
    table("what was put back", columns, rows)


def _note(db: Database, decision: Decision) -> bool:
    return decide(db, decision, now())
