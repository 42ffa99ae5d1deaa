"""Reminders go by themselves: five days after the invitation and two days before the end."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, text

from app.db import UTCDateTime, db
from app.mail import letters
from surveys.letters import REMINDER
from surveys.models import WaveState
from surveys.services.waves import find_wave_under_lock

AFTER_INVITATION = timedelta(days=5)
BEFORE_CLOSING = timedelta(days=2)
QUIET = timedelta(days=2)
"""Between two reminders of one person there are at least so many days."""


def remind_wave(wave_id: int, *, now: datetime) -> int:
    """Queue the reminders that are due; returns how many. A second run queues none twice."""
    wave = find_wave_under_lock(wave_id)
    if wave is None or wave.state is not WaveState.OPEN or not wave.sends_reminders or now >= wave.closes_at:
        return 0
    last_call = wave.closes_at - BEFORE_CLOSING
    is_last_call = now >= last_call
    if not is_last_call and now >= last_call - QUIET:
        return 0
    # After an extension the new deadline has a last call of its own.
    period = f"closing:{wave.closes_at:%Y-%m-%d}" if is_last_call else "day+5"
    due = db.session.execute(
        _DUE,
        {
            "wave_id": wave_id,
            "invited_before": now if is_last_call else now - AFTER_INVITATION,
            "period": period,
            "written_after": now - QUIET,
        },
    ).all()
    letters.queue_many(
        REMINDER,
        [letters.Addressed(row.person_id, f"assignment:{row.id}", {"assignment_id": row.id}) for row in due],
        cluster_id=wave.diagnostic.cluster_id,
        period=period,
    )
    return len(due)


def moments(opened_at: datetime, closes_at: datetime) -> list[datetime]:
    """When the people invited at the opening are reminded."""
    last_call = closes_at - BEFORE_CLOSING
    first = opened_at + AFTER_INVITATION
    planned = [first] if first < last_call - QUIET else []
    return [*planned, last_call] if last_call > opened_at + QUIET else planned


# Not within two days of another letter: a person added late, or a wave of a week, gets one reminder, not two.
_DUE = text(
    """
SELECT a.id, a.person_id
  FROM assignment a
  JOIN person p ON p.id = a.person_id
  LEFT JOIN response r ON r.assignment_id = a.id
 WHERE a.wave_id = :wave_id AND a.refused_at IS NULL AND r.submitted_at IS NULL
   AND a.invited_at <= :invited_before AND a.invited_at <= :written_after
   AND p.left_on IS NULL AND p.email IS NOT NULL AND p.email_state = 'usable'
   AND NOT EXISTS (
     SELECT 1 FROM letter l
      WHERE l.person_id = a.person_id AND l.kind = 'diagnostic_reminder'
        AND l.subject_key = 'assignment:' || a.id AND (l.period = :period OR l.created_at > :written_after))
"""
).bindparams(
    bindparam("invited_before", type_=UTCDateTime()), bindparam("written_after", type_=UTCDateTime())
)
