"""Who is still waited for: the question every letter asks before it leaves."""

from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import joinedload

from app.db import UTCDateTime, db
from surveys.models import Assignment, Wave, WaveState


def find_assignment(assignment_id: int) -> Assignment | None:
    """The assignment with its wave and diagnostic."""
    return db.session.scalars(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(joinedload(Assignment.wave).joinedload(Wave.diagnostic))
    ).one_or_none()


_AWAITED = text(
    """
SELECT EXISTS (
  SELECT 1 FROM assignment a JOIN wave w ON w.id = a.wave_id
   WHERE a.id = :id AND w.state = 'open' AND w.closes_at > :now AND a.refused_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM response r WHERE r.assignment_id = a.id AND r.submitted_at IS NOT NULL))
"""
).bindparams(bindparam("now", type_=UTCDateTime()))


def is_awaited(assignment_id: int, now: datetime) -> bool:
    """Whether answers can still come: the wave is open, nothing was sent, taking part was not refused."""
    return bool(db.session.scalar(_AWAITED, {"id": assignment_id, "now": now}))


def list_waves_to_remind() -> list[int]:
    """Open waves whose coordinator wants reminders."""
    return list(
        db.session.scalars(
            select(Wave.id).where(Wave.state == WaveState.OPEN, Wave.sends_reminders.is_(True))
        )
    )
