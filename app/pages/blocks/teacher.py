"""A teacher's three questions: what is due, what is next, how am I growing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.pages.reading import Reading
from seminars.models import SeminarSession
from seminars.queries import Standing, Step
from seminars.queries.materials import list_latest
from surveys import links
from surveys.models import WaveKind, WaveState
from surveys.queries.assignments import OwnAssignment, list_own_assignments
from surveys.screens import Screens
from surveys.versions import compiled_version

DAYS_AHEAD = 92
SESSIONS_SHOWN = 4
MATERIALS_SHOWN = 4
UNFINISHED = ("waiting", "begun")


@dataclass(frozen=True)
class Due:
    """A diagnostic that waits for the teacher."""

    own: OwnAssignment
    state: str
    url: str
    topics_done: int
    topics: int


@dataclass(frozen=True)
class Growth:
    """Where the teacher's own results stand."""

    profile: UUID | None = None
    comparison: UUID | None = None
    is_hidden: bool = False
    """A final diagnostic waits for answers: earlier results would colour them."""


def block(reading: Reading) -> dict[str, Any]:
    """What is due first, then the sessions and materials, then growth."""
    now = reading.now
    own = list_own_assignments(reading.actor.person_id)
    return {
        "due": [_due(row, now) for row in own if row.state(now) in UNFINISHED],
        "has_refused": any(row.state(now) == "refused" for row in own),
        "sessions": _sessions(reading),
        "growth": _growth(own),
        "materials": list_latest(reading.actor, now, MATERIALS_SHOWN),
    }


def _due(row: OwnAssignment, now: datetime) -> Due:
    answers = row.response.answers if row.response else {}
    screens = Screens.of(compiled_version(row.wave.version_id), row.wave.kind, answers)
    left = {page.code for page, _count in screens.unanswered()}
    done = sum(page.code not in left for page in screens.pages)
    return Due(row, row.state(now), links.path_for(row.assignment), done, len(screens.pages))


def _sessions(reading: Reading) -> list[tuple[SeminarSession, Standing]]:
    """Own registrations and what one may still register for; the own ones are never crowded out."""
    now, standings = reading.now, reading.standings
    until = reading.midnight + timedelta(days=DAYS_AHEAD)
    ahead = [one for one in reading.sessions if one.ends_at > now and one.starts_at < until]
    own = [session for session in ahead if standings[session.id].registration]
    hosted = {session.id for session in reading.hosted}  # one does not register for these
    open_to_me = [
        session
        for session in ahead
        if standings[session.id].step is Step.REGISTER and session.id not in hosted
    ]
    shown = own + open_to_me[: max(0, SESSIONS_SHOWN - len(own))]
    return [(session, standings[session.id]) for session in sorted(shown, key=lambda one: one.starts_at)]


def _growth(own: list[OwnAssignment]) -> Growth:
    """The latest profile, and the comparison where its diagnostic was taken twice."""
    sent = [row for row in own if row.response and row.response.submitted_at]
    if not sent:
        return Growth()
    latest = sent[0]
    diagnostic_id = latest.wave.diagnostic_id
    is_hidden = any(
        row.wave.diagnostic_id == diagnostic_id
        and row.wave.kind is WaveKind.FINAL
        and row.wave.state is WaveState.OPEN
        and row not in sent
        for row in own
    )
    if is_hidden or latest.response is None:
        return Growth(is_hidden=is_hidden)
    kinds = {row.wave.kind for row in sent if row.wave.diagnostic_id == diagnostic_id}
    has_pair = latest.wave.kind is WaveKind.FINAL and WaveKind.STARTING in kinds
    return Growth(latest.response.public_id, latest.response.public_id if has_pair else None)
