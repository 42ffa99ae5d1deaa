"""Assignments as lists: a person's own, and those a paper operator enters."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from app.accounts.models import AddressState, Person
from app.db import db
from app.errors import NotFound
from app.permissions import Actor, Permission
from surveys.models import Assignment, Diagnostic, Response, Wave, WaveState

PAPER = "paper"
"""The device of answers that came on paper."""


@dataclass(frozen=True)
class OwnAssignment:
    """A row of «Мои диагностики»."""

    assignment: Assignment
    wave: Wave
    title: str
    response: Response | None

    def state(self, now: datetime) -> str:
        """submitted, closed, ahead, refused, begun or waiting."""
        if self.response is not None and self.response.submitted_at is not None:
            return "submitted"
        if self.wave.state is WaveState.PREPARATION or now < self.wave.opens_at:
            return "ahead"
        if self.wave.state is not WaveState.OPEN or now >= self.wave.closes_at:
            return "closed"
        if self.assignment.refused_at is not None:
            return "refused"
        return "begun" if self.response is not None and self.response.answers else "waiting"


def list_own_assignments(person_id: int) -> list[OwnAssignment]:
    """Everything the person was asked to answer, newest first."""
    rows = db.session.execute(
        select(Assignment, Wave, Diagnostic.title, Response)
        .join(Wave, Wave.id == Assignment.wave_id)
        .join(Diagnostic, Diagnostic.id == Wave.diagnostic_id)
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Assignment.person_id == person_id)
        .order_by(Wave.opens_at.desc(), Assignment.id.desc())
    )
    return [OwnAssignment(*row) for row in rows]


def get_wave_for_paper(public_id: UUID, actor: Actor) -> tuple[Wave, Diagnostic]:
    """The wave, if its cluster is one the operator works for."""
    found = db.session.execute(
        select(Wave, Diagnostic)
        .join(Diagnostic, Diagnostic.id == Wave.diagnostic_id)
        .where(
            Wave.public_id == public_id,
            Diagnostic.cluster_id.in_(actor.whole_clusters(Permission.PAPER_ENTER)),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def list_waves_for_paper(actor: Actor) -> list[tuple[Wave, str]]:
    """Open waves of the operator's clusters."""
    rows = db.session.execute(
        select(Wave, Diagnostic.title)
        .join(Diagnostic, Diagnostic.id == Wave.diagnostic_id)
        .where(
            Wave.state == WaveState.OPEN,
            Diagnostic.cluster_id.in_(actor.whole_clusters(Permission.PAPER_ENTER)),
        )
        .order_by(Wave.closes_at)
    )
    return [(wave, title) for wave, title in rows]


def count_paper_forms(wave_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By wave: codes given out, and those whose answers are entered."""
    rows = db.session.execute(
        select(Assignment.wave_id, func.count(), func.count().filter(Response.device == PAPER))
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Assignment.wave_id.in_(wave_ids), Assignment.paper_code.is_not(None))
        .group_by(Assignment.wave_id)
    )
    return {wave_id: (given, entered) for wave_id, given, entered in rows}


@dataclass(frozen=True)
class PaperRow:
    """A code the operator may enter answers for; no name stands beside it."""

    public_id: UUID
    code: str
    is_submitted: bool
    """Whether a form came back on paper; who has answered at a screen meanwhile is not told."""


def list_paper_codes(wave_id: int) -> list[PaperRow]:
    """Codes given out in the wave, in alphabetical order."""
    rows = db.session.execute(
        select(Assignment.public_id, Assignment.paper_code, Response.device == PAPER)
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Assignment.wave_id == wave_id, Assignment.paper_code.is_not(None))
        .order_by(Assignment.paper_code)
    )
    return [
        PaperRow(public_id, code, bool(is_entered))
        for public_id, code, is_entered in rows
        if code is not None
    ]


def list_without_link(wave_id: int) -> list[tuple[Assignment, Person]]:
    """People of the wave whom no letter reaches, whether or not they have answered at a screen meanwhile."""
    rows = db.session.execute(
        select(Assignment, Person)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.wave_id == wave_id,
            or_(Person.email.is_(None), Person.email_state != AddressState.USABLE),
        )
        .order_by(Person.sort_key)
    )
    return [(assignment, person) for assignment, person in rows]
