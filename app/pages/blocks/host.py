"""A host's sessions: attendance that waits, who is coming, which materials are still missing."""

from typing import Any

from app.pages.reading import Reading
from seminars.models import SessionState
from seminars.queries.materials import sessions_with_materials
from seminars.services.attendance import is_open

ASKED_FOR_MATERIALS = 2
"""The nearest sessions: what comes later has time."""


def block(reading: Reading) -> dict[str, Any]:
    """Own sessions, those that wait for attendance apart."""
    to_mark = [session for session in reading.hosted if is_open(session, reading.now)]
    ahead = [
        session for session in reading.hosted if session.ends_at > reading.now and session not in to_mark
    ]
    near = ahead[:ASKED_FOR_MATERIALS]
    provided = sessions_with_materials([session.id for session in near])
    return {
        "to_mark": to_mark,
        "ahead": ahead,
        "standings": reading.standings,
        "without_materials": [session for session in near if session.id not in provided],
        "drafts": {session.id for session in ahead if session.state is SessionState.DRAFT},
    }
