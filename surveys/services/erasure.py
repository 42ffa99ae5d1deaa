"""What goes: answers after a withdrawn consent, logs after their term."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, text

from app.accounts.models import Person
from app.accounts.services.audit import record_of_person
from app.db import UTCDateTime, db, purging
from surveys.models import Wave
from surveys.signals import figures_requested

LOG_KEPT = timedelta(days=30)
"""After closing a wave the log of its changes, kept for recovery only, stays so long."""

# A consent given anew after the withdrawal covers what was answered under it.
_ERASE = text(
    """
DELETE FROM response r
 USING assignment a
 WHERE a.id = r.assignment_id AND a.person_id = :person_id
   AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.id = r.consent_id AND c.withdrawn_at IS NULL)
RETURNING a.wave_id
"""
)
_STOP_ASKING = text(
    """
UPDATE assignment a
   SET refused_at = :now
  FROM wave w
 WHERE w.id = a.wave_id AND w.state = 'open' AND a.person_id = :person_id AND a.refused_at IS NULL
   AND NOT EXISTS (
     SELECT 1 FROM consent c JOIN consent_text t ON t.id = c.consent_text_id
      WHERE c.person_id = a.person_id AND t.kind = 'diagnostics' AND c.withdrawn_at IS NULL)
"""
).bindparams(bindparam("now", type_=UTCDateTime()))

_PURGE_LOG = text(
    """
DELETE FROM response_log l
 USING response r, assignment a
 WHERE r.id = l.response_id AND a.id = r.assignment_id AND a.wave_id = :wave_id
"""
)
_WITH_OLD_LOG = text(
    """
SELECT w.id
  FROM wave w
 WHERE w.closed_at <= :closed_before
   AND EXISTS (SELECT 1 FROM response_log l
                 JOIN response r ON r.id = l.response_id
                 JOIN assignment a ON a.id = r.assignment_id
                WHERE a.wave_id = w.id)
"""
).bindparams(bindparam("closed_before", type_=UTCDateTime()))


def erase_responses(person_id: int, *, now: datetime) -> int:
    """Delete what the person answered without a consent in force, scores and log with it; returns how many.

    What is published stays; figures that wait are built anew. Reminders stop at once. A second run finds nothing.
    """
    db.session.execute(_STOP_ASKING, {"person_id": person_id, "now": now})
    with purging():
        erased = db.session.scalars(_ERASE, {"person_id": person_id}).all()  # the wave of each
    if erased:
        record_of_person("responses_erased", db.session.get_one(Person, person_id), None, count=len(erased))
    over = select(Wave.id).where(Wave.id.in_(set(erased)), Wave.closed_at.is_not(None))
    for wave_id in db.session.scalars(over.order_by(Wave.id)):
        figures_requested.send(wave_id=wave_id)
    return len(erased)


def list_waves_with_old_log(now: datetime) -> list[int]:
    """Waves whose log has outlived its term by then."""
    return list(db.session.scalars(_WITH_OLD_LOG, {"closed_before": now - LOG_KEPT}))


def purge_log(wave_id: int) -> None:
    """Delete the log of a wave."""
    with purging():
        db.session.execute(_PURGE_LOG, {"wave_id": wave_id})
