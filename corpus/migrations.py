"""The schema of the one SQLite file, as sqlite-utils migrations applied in order.

A migration that has been released never changes; what comes later is a new function below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("winnow")


@migrations()
def m001_runs_and_pages(db: Database) -> None:
    """Runs, the frontier's URLs, raw bodies by content hash, and each fetch or import of a page."""
    for statement in (
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source TEXT, started_at TEXT NOT NULL,
            finished_at TEXT, finish_reason TEXT, counts TEXT NOT NULL DEFAULT '{}',
            pid INTEGER)""",
        """CREATE TABLE sources (
            name TEXT PRIMARY KEY, settings TEXT NOT NULL, updated_at TEXT NOT NULL)""",
        """CREATE TABLE urls (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, url_key TEXT NOT NULL, url TEXT NOT NULL,
            host TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'page',
            state TEXT NOT NULL DEFAULT 'waiting', depth INTEGER NOT NULL DEFAULT 0,
            priority INTEGER NOT NULL DEFAULT 0, due_at TEXT, attempts INTEGER NOT NULL DEFAULT 0,
            status INTEGER, error TEXT, etag TEXT, last_modified TEXT, lease TEXT, found_on TEXT,
            same_as TEXT, request BLOB, fetched_at TEXT, changed_at TEXT,
            page_id INTEGER REFERENCES pages(id), UNIQUE (source, url_key))""",
        """CREATE INDEX urls_waiting ON urls(source, host, priority DESC, id)
            WHERE state = 'waiting'""",
        "CREATE INDEX urls_leased ON urls(source, id) WHERE state = 'leased'",
        "CREATE INDEX urls_due ON urls(source, due_at) WHERE due_at IS NOT NULL",
        "CREATE INDEX urls_same_as ON urls(source, same_as) WHERE same_as IS NOT NULL",
        """CREATE TABLE host_files (
            host TEXT NOT NULL, name TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER,
            etag TEXT, last_modified TEXT, body BLOB NOT NULL,
            PRIMARY KEY (host, name)) WITHOUT ROWID""",
        """CREATE TABLE bodies (
            sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, zstd BLOB NOT NULL)""",
        """CREATE TABLE pages (
            id INTEGER PRIMARY KEY, url TEXT NOT NULL, url_key TEXT NOT NULL, requested_url TEXT,
            site TEXT NOT NULL, source TEXT, run_id INTEGER REFERENCES runs(id), status INTEGER,
            content_type TEXT, headers TEXT NOT NULL DEFAULT '{}', fetched_at TEXT,
            seen_at TEXT, sha256 TEXT NOT NULL REFERENCES bodies(sha256),
            state TEXT NOT NULL DEFAULT 'pending', lease INTEGER, lease_until TEXT,
            UNIQUE (url_key, sha256))""",
        "CREATE INDEX pages_state ON pages(state, id)",
        "CREATE INDEX pages_site ON pages(site, id)",
        "CREATE INDEX pages_lease ON pages(lease) WHERE lease IS NOT NULL",
        "CREATE INDEX pages_requested ON pages(requested_url)",
    ):
        db.execute(statement)


@migrations()
def m002_documents(db: Database) -> None:
    """Documents, what was cut from them, rejected pages, and full-text search."""
    for statement in (
        """CREATE TABLE documents (
            id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL UNIQUE REFERENCES pages(id),
            url TEXT NOT NULL, url_key TEXT NOT NULL, site TEXT NOT NULL, source TEXT,
            fetched_at TEXT, title TEXT, authors TEXT NOT NULL DEFAULT '[]', published TEXT,
            modified TEXT, dek TEXT, section TEXT, tags TEXT NOT NULL DEFAULT '[]', image TEXT,
            image_caption TEXT, canonical_url TEXT, amp_url TEXT, site_name TEXT,
            content_type TEXT, language TEXT NOT NULL, language_confidence REAL NOT NULL,
            licence TEXT, opt_outs TEXT NOT NULL DEFAULT '[]',
            provenance TEXT NOT NULL DEFAULT '{}', text TEXT NOT NULL,
            structure TEXT NOT NULL, words INTEGER NOT NULL, text_sha256 TEXT NOT NULL,
            cleaner_version TEXT NOT NULL, options TEXT NOT NULL, cleaned_at TEXT NOT NULL)""",
        "CREATE INDEX documents_url ON documents(url_key, fetched_at)",
        "CREATE INDEX documents_site ON documents(site, id)",
        """CREATE TABLE removals (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            position INTEGER NOT NULL, span_start INTEGER, span_end INTEGER, kind TEXT NOT NULL,
            category TEXT NOT NULL, stage TEXT NOT NULL, rule TEXT NOT NULL,
            evidence TEXT NOT NULL, score REAL, path TEXT NOT NULL, fingerprint TEXT NOT NULL,
            text TEXT NOT NULL)""",
        "CREATE INDEX removals_document ON removals(document_id, position)",
        "CREATE INDEX removals_category ON removals(category, rule)",
        """CREATE TABLE rejections (
            page_id INTEGER PRIMARY KEY REFERENCES pages(id), url TEXT NOT NULL,
            reason TEXT NOT NULL, detail TEXT NOT NULL, cleaner_version TEXT NOT NULL,
            rejected_at TEXT NOT NULL)""",
    ):
        db.execute(statement)
    db.table("documents").enable_fts(
        ["title", "text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )


@migrations()
def m003_learning(db: Database) -> None:
    """What is learned from pages: marks of their blocks, site templates, near-duplicates, history.

    `page_blocks.marks` are the marks of a page's blocks (`cleaners.marks.PAGE_MARKS`); `applied`
    tells what of the site's template it was cleaned with. `site_blocks` is that template.
    """
    for statement in (
        """CREATE TABLE page_blocks (
            page_id INTEGER PRIMARY KEY REFERENCES pages(id), site TEXT NOT NULL,
            url_hash INTEGER NOT NULL, marks BLOB NOT NULL, applied TEXT NOT NULL)""",
        "CREATE INDEX page_blocks_site ON page_blocks(site, url_hash)",
        """CREATE TABLE site_learning (
            site TEXT PRIMARY KEY, pages INTEGER NOT NULL DEFAULT 0,
            changed INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID""",
        "CREATE INDEX site_learning_changed ON site_learning(site) WHERE changed > 0",
        """CREATE TABLE site_blocks (
            site TEXT NOT NULL, mark INTEGER NOT NULL, pages INTEGER NOT NULL,
            PRIMARY KEY (site, mark)) WITHOUT ROWID""",
        "CREATE INDEX removals_template ON removals(document_id) WHERE stage = 'template'",
        # a link to another document is no reason to index the text again
        "DROP TRIGGER documents_au",
        """CREATE TRIGGER documents_au AFTER UPDATE OF title, text ON documents BEGIN
            INSERT INTO documents_fts (documents_fts, rowid, title, text)
                VALUES ('delete', old.rowid, old.title, old.text);
            INSERT INTO documents_fts (rowid, title, text)
                VALUES (new.rowid, new.title, new.text);
            END""",
        "ALTER TABLE documents ADD COLUMN duplicate_of INTEGER",
        "ALTER TABLE documents ADD COLUMN similarity REAL",
        """CREATE INDEX documents_duplicates ON documents(duplicate_of)
            WHERE duplicate_of IS NOT NULL""",
        """CREATE TABLE signatures (
            document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
            text_key BLOB NOT NULL, rank TEXT NOT NULL, method TEXT NOT NULL,
            minhash BLOB NOT NULL)""",
        "CREATE INDEX signatures_text ON signatures(text_key, rank)",
        """CREATE TABLE bands (
            band INTEGER NOT NULL, document_id INTEGER NOT NULL,
            PRIMARY KEY (band, document_id)) WITHOUT ROWID""",
        "ALTER TABLE rejections ADD COLUMN options TEXT NOT NULL DEFAULT '{}'",
        """CREATE TABLE document_history (
            id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages(id),
            url TEXT NOT NULL, url_key TEXT NOT NULL, replaced_at TEXT NOT NULL,
            cleaner_version TEXT NOT NULL, options TEXT NOT NULL, title TEXT,
            text_sha256 TEXT, record BLOB NOT NULL)""",
        "CREATE INDEX document_history_url ON document_history(url_key, id)",
        "CREATE INDEX document_history_page ON document_history(page_id, id)",
    ):
        db.execute(statement)


@migrations()
def m004_documents_by_cleaning_time(db: Database) -> None:
    """An index for incremental exports: what was cleaned since the last one."""
    db.execute("CREATE INDEX documents_cleaned ON documents(cleaned_at)")


@migrations()
def m005_decisions(db: Database) -> None:
    """What operators decided: cuts put back, and imported site configurations."""
    for statement in (
        """CREATE TABLE decisions (
            id INTEGER PRIMARY KEY, scope TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL,
            value TEXT NOT NULL, example TEXT NOT NULL DEFAULT '', decided_at TEXT NOT NULL,
            UNIQUE (scope, target, kind, value))""",
        """CREATE TABLE site_configs (
            host TEXT PRIMARY KEY, rules TEXT NOT NULL, imported_at TEXT NOT NULL)""",
    ):
        db.execute(statement)


@migrations()
def m006_schedule(db: Database) -> None:
    """When each source is due and what came of its last crawl; which process is the scheduler."""
    for statement in (
        """CREATE TABLE schedule (
            source TEXT PRIMARY KEY, rule TEXT NOT NULL, due_at TEXT NOT NULL, started_at TEXT,
            ended_at TEXT, exit_code INTEGER, failures INTEGER NOT NULL DEFAULT 0,
            interval REAL NOT NULL, process TEXT)""",
        """CREATE TABLE scheduler (
            id INTEGER PRIMARY KEY CHECK (id = 1), process TEXT NOT NULL, host TEXT NOT NULL,
            seen_at TEXT NOT NULL)""",
    ):
        db.execute(statement)


@migrations()
def m007_health(db: Database) -> None:
    """Facts of pages that their site's health is judged by, and alarms."""
    for statement in (
        """CREATE TABLE page_facts (
            page_id INTEGER PRIMARY KEY REFERENCES pages(id), site TEXT NOT NULL,
            normal INTEGER NOT NULL, facts TEXT NOT NULL)""",
        "CREATE INDEX page_facts_site ON page_facts(site, page_id)",
        """CREATE TABLE alarms (
            id INTEGER PRIMARY KEY, site TEXT NOT NULL, cause TEXT NOT NULL, detail TEXT NOT NULL,
            opened_at TEXT NOT NULL, closed_at TEXT, before TEXT NOT NULL, after TEXT NOT NULL,
            told INTEGER NOT NULL DEFAULT 0)""",
        "CREATE UNIQUE INDEX alarms_open ON alarms(site, cause) WHERE closed_at IS NULL",
    ):
        db.execute(statement)


@migrations()
def m008_service(db: Database) -> None:
    """Fetches by run and site, which runs were judged, and who was told of which alarm.

    The indexes are for what is asked at the end of each crawl, and by whoever watches.
    """
    for statement in (
        "ALTER TABLE runs ADD COLUMN judged INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX runs_source ON runs(source, kind, id)",
        "CREATE INDEX pages_run ON pages(run_id, id)",
        "CREATE INDEX rejections_reason ON rejections(reason)",
        """CREATE INDEX urls_settled ON urls(source, state, fetched_at)
            WHERE state IN ('done', 'failed', 'later')""",
        """CREATE TABLE site_fetches (
            site TEXT NOT NULL, run_id INTEGER NOT NULL REFERENCES runs(id),
            tried INTEGER NOT NULL, failed INTEGER NOT NULL, normal INTEGER NOT NULL,
            PRIMARY KEY (site, run_id)) WITHOUT ROWID""",
        "ALTER TABLE alarms DROP COLUMN told",
        """CREATE TABLE alarm_ways (
            way TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE alarm_notices (
            alarm_id INTEGER NOT NULL REFERENCES alarms(id), event TEXT NOT NULL,
            way TEXT NOT NULL, claimed_at TEXT NOT NULL, told_at TEXT,
            PRIMARY KEY (alarm_id, event, way)) WITHOUT ROWID""",
    ):
        db.execute(statement)
