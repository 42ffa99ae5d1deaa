"""Sessions a registrar marks attendance at: those going on, then those of the next two weeks."""

from datetime import timedelta
from typing import Any

from app.pages.reading import Reading
from app.permissions import Actor, Permission
from seminars.models import SeminarSession, SessionState
from seminars.queries import SessionFilter, list_sessions
from seminars.services.attendance import is_open

DAYS_BACK = 7
DAYS_AHEAD = 14


def block(reading: Reading) -> dict[str, Any]:
    """Sessions of the places the registrar works for."""
    actor, now = reading.actor, reading.now
    since = reading.midnight - timedelta(days=DAYS_BACK)
    wanted = SessionFilter(starts_from=since, starts_before=since + timedelta(days=DAYS_BACK + DAYS_AHEAD))
    own = [session for session in list_sessions(actor, wanted) if _is_mine(actor, session)]
    to_mark = [session for session in own if is_open(session, now)]
    return {
        "to_mark": to_mark,
        "soon": [session for session in own if session.starts_at > now and session not in to_mark],
    }


def _is_mine(actor: Actor, session: SeminarSession) -> bool:
    """What `seminars.policies.can_mark` grants to registrars, without asking who hosts."""
    return session.state is SessionState.PUBLISHED and (
        session.cluster_id in actor.whole_clusters(Permission.ATTENDANCE_MARK)
        or session.organisation_id in actor.organisations(Permission.ATTENDANCE_MARK)
    )
