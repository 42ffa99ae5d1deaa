"""What a person's results are drawn from: her own response, its scores, her pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from app.db import db
from app.errors import NotFound
from surveys.models import (
    Assignment,
    Diagnostic,
    Response,
    ScaleChange,
    Score,
    Scoring,
    Wave,
    WaveKind,
    WaveState,
)

CLOSED_STATES = (WaveState.CLOSED, WaveState.SCORED, WaveState.PUBLISHED)


@dataclass(frozen=True)
class OwnResponse:
    """A submitted response as its owner's pages need it."""

    id: int
    public_id: UUID
    person_id: int
    answers: Mapping[str, Any]
    attributes: Mapping[str, Any]
    submitted_at: datetime
    wave_id: int
    wave_kind: WaveKind
    wave_state: WaveState
    diagnostic_id: int
    cluster_id: int
    title: str
    scoring_id: int


@dataclass(frozen=True)
class FinalWave:
    """Where the final wave of a diagnostic stands for one person."""

    state: WaveState | None  # None: not prepared yet
    closes_at: datetime | None
    is_assigned: bool
    is_submitted: bool

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_STATES

    @property
    def hides_earlier(self) -> bool:
        """Her assignment is open: earlier results would colour her answers."""
        return self.state is WaveState.OPEN and self.is_assigned and not self.is_submitted


def get_own_response(public_id: UUID, person_id: int) -> OwnResponse:
    """The person's own submitted response; anybody else's is not found."""
    latest = select(func.max(Scoring.id)).where(Scoring.version_id == Wave.version_id).scalar_subquery()
    row = db.session.execute(
        select(
            Response.id,
            Response.public_id,
            Assignment.person_id,
            Response.answers,
            Response.attributes,
            Response.submitted_at,
            Wave.id,
            Wave.kind,
            Wave.state,
            Diagnostic.id,
            Diagnostic.cluster_id,
            Diagnostic.title,
            latest,
        )
        .join(Assignment, Assignment.id == Response.assignment_id)
        .join(Wave, Wave.id == Assignment.wave_id)
        .join(Diagnostic, Diagnostic.id == Wave.diagnostic_id)
        .where(
            Response.public_id == public_id,
            Assignment.person_id == person_id,
            Response.submitted_at.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    values = list(row)
    values[4] = values[4] or {}
    return OwnResponse(*values)


def list_own_responses(person_id: int) -> list[tuple[UUID, UUID, str, WaveKind, datetime]]:
    """Submitted responses of a person, latest first: response and diagnostic ids, title, wave, moment."""
    rows = db.session.execute(
        select(Response.public_id, Diagnostic.public_id, Diagnostic.title, Wave.kind, Response.submitted_at)
        .join(Assignment, Assignment.id == Response.assignment_id)
        .join(Wave, Wave.id == Assignment.wave_id)
        .join(Diagnostic, Diagnostic.id == Wave.diagnostic_id)
        .where(Assignment.person_id == person_id, Response.submitted_at.is_not(None))
        .order_by(Response.submitted_at.desc())
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows if row[4] is not None]


def scores_of(response_id: int, scoring_id: int) -> dict[str, Score]:
    """Score rows by scale; empty while a worker has not come to the response."""
    rows = db.session.scalars(
        select(Score).where(Score.response_id == response_id, Score.scoring_id == scoring_id)
    )
    return {row.scale: row for row in rows}


def final_wave_for(diagnostic_id: int, person_id: int) -> FinalWave:
    row = db.session.execute(
        select(Wave.state, Wave.closes_at, Assignment.id, Response.submitted_at)
        .outerjoin(Assignment, (Assignment.wave_id == Wave.id) & (Assignment.person_id == person_id))
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Wave.diagnostic_id == diagnostic_id, Wave.kind == WaveKind.FINAL)
    ).one_or_none()
    if row is None:
        return FinalWave(None, None, is_assigned=False, is_submitted=False)
    return FinalWave(row[0], row[1], is_assigned=row[2] is not None, is_submitted=row[3] is not None)


def find_pair(diagnostic_id: int, person_id: int) -> tuple[UUID, UUID] | None:
    """The person's submitted starting and final responses, if she has both."""
    rows = db.session.execute(
        select(Wave.kind, Response.public_id)
        .join(Assignment, Assignment.wave_id == Wave.id)
        .join(Response, Response.assignment_id == Assignment.id)
        .where(
            Wave.diagnostic_id == diagnostic_id,
            Assignment.person_id == person_id,
            Response.submitted_at.is_not(None),
        )
    )
    found: dict[WaveKind, UUID] = dict(rows.all())
    if WaveKind.STARTING in found and WaveKind.FINAL in found:
        return found[WaveKind.STARTING], found[WaveKind.FINAL]
    return None


def changes_of(final: OwnResponse) -> dict[str, ScaleChange]:
    """Changes to this final response by scale, under the scoring in force."""
    rows = db.session.scalars(
        select(ScaleChange).where(
            ScaleChange.final_response_id == final.id, ScaleChange.scoring_id == final.scoring_id
        )
    )
    return {row.scale: row for row in rows}


def is_profile_ready(public_id: UUID) -> bool:
    """Whether a worker has scored the response; False also for one that is not there."""
    return bool(
        db.session.scalar(
            text(
                "SELECT EXISTS (SELECT FROM response JOIN score ON score.response_id = response.id"
                " WHERE response.public_id = :public_id)"
            ),
            {"public_id": public_id},
        )
    )
