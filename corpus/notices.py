"""Who was told of which alarm: what is to be sent on which way, each once, kept in the corpus.

A way is a name for where notices go. A new way is told of the alarms that are open, and from then
on of each that opens or closes. How notices are sent is the caller's affair.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from corpus.alarms import Alarm, alarm_of
from corpus.store import transaction, utc_text

CLAIM = timedelta(minutes=10)
"""After so long a notice that a process was to send, and was not heard of, is anybody's again."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That an alarm was opened or closed."""

    event: Literal["opened", "closed"]
    alarm: Alarm

    def record(self) -> dict[str, Any]:
        """Return the notice as it is sent; `text` says it in words."""
        alarm = self.alarm
        word = "over" if self.event == "closed" else "alarm"
        example = f"; such as {alarm.after[0]}" if alarm.after and self.event == "opened" else ""
        text = f"{word}: {alarm.site}: {alarm.detail}{example}"
        return {"event": self.event, **asdict(alarm), "text": text}


def next_notice(db: Database, way: str, now: datetime) -> Notice | None:
    """Claim and return the next notice that is to be sent on a way; None where there is none.

    Opened alarms come before their end. Call `sent` or `unsent` with it.
    """
    with transaction(db):
        db.execute(
            "INSERT OR IGNORE INTO alarm_ways (way, since) VALUES (?, ?)", (way, utc_text(now))
        )
        row = db.execute(
            """WITH events AS (
                SELECT id, 'opened' AS event FROM alarms
                WHERE closed_at IS NULL
                    OR closed_at >= (SELECT since FROM alarm_ways WHERE way = :way)
                UNION ALL
                SELECT alarm_id, 'closed' FROM alarm_notices JOIN alarms ON alarms.id = alarm_id
                WHERE way = :way AND event = 'opened' AND told_at IS NOT NULL
                    AND closed_at IS NOT NULL)
            SELECT id, event FROM events
            WHERE NOT EXISTS (SELECT 1 FROM alarm_notices AS known
                WHERE known.alarm_id = events.id AND known.event = events.event
                AND known.way = :way AND (told_at IS NOT NULL OR claimed_at > :stale))
            ORDER BY id, event DESC LIMIT 1""",
            {"way": way, "stale": utc_text(now - CLAIM)},
        ).fetchone()
        if row is None:
            return None
        db.execute(
            """INSERT OR REPLACE INTO alarm_notices (alarm_id, event, way, claimed_at)
            VALUES (?, ?, ?, ?)""",
            (*row, way, utc_text(now)),
        )
    alarm = alarm_of(db, row[0])
    return Notice(row[1], alarm if row[1] == "closed" else replace(alarm, closed_at=None))


def sent(db: Database, way: str, notice: Notice, now: datetime) -> None:
    """Note that a notice has reached its receiver."""
    with transaction(db):
        db.execute(
            "UPDATE alarm_notices SET told_at = ? WHERE alarm_id = ? AND event = ? AND way = ?",
            (utc_text(now), notice.alarm.id, notice.event, way),
        )


def unsent(db: Database, way: str, notice: Notice) -> None:
    """Note that a notice has not reached its receiver: it is to be sent again."""
    with transaction(db):
        db.execute(
            "DELETE FROM alarm_notices WHERE alarm_id = ? AND event = ? AND way = ?",
            (notice.alarm.id, notice.event, way),
        )
