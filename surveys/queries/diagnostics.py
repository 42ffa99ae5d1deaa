"""What coordinators and councils see of diagnostics before publication: lists and counts, nobody's answering."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import Organisation, Person
from app.db import db
from app.errors import NotFound
from app.permissions import Actor
from surveys import policies
from surveys.models import Assignment, Diagnostic, Instrument, InstrumentVersion, Response, RosterEntry, Wave

ENOUGH = 5
"""Below so many respondents besides the viewer a school is never told apart."""

FEWEST_COUNTED = 5


@dataclass(frozen=True)
class WaveCounts:
    """How many were invited and how many have sent their answers; nothing else is counted."""

    invited: int
    completed: int

    @property
    def is_told(self) -> bool:
        """Of one or two invited people a count is a name: who has answered, and who has not."""
        return self.invited >= FEWEST_COUNTED


@dataclass(frozen=True)
class SchoolState:
    """Whether a school has enough answers for group figures."""

    name: str
    is_enough: bool


@dataclass(frozen=True)
class LetterCounts:
    """Invitations by what became of them."""

    sent: int
    waiting: int
    undelivered: int


def list_diagnostics(actor: Actor) -> list[Diagnostic]:
    """Diagnostics whose counts the actor may see, the newest first, with their waves."""
    return list(
        db.session.scalars(
            select(Diagnostic)
            .where(Diagnostic.cluster_id.in_(policies.visible_clusters(actor)))
            .options(selectinload(Diagnostic.waves), joinedload(Diagnostic.cluster))
            .order_by(Diagnostic.created_at.desc(), Diagnostic.id.desc())
        )
    )


def get_diagnostic(public_id: UUID, actor: Actor) -> Diagnostic:
    """The diagnostic, if the actor may see its counts; else it is not there for the reader."""
    found = db.session.scalars(
        select(Diagnostic)
        .where(Diagnostic.public_id == public_id, Diagnostic.cluster_id.in_(policies.visible_clusters(actor)))
        .options(selectinload(Diagnostic.waves), joinedload(Diagnostic.cluster))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_wave(public_id: UUID, actor: Actor) -> Wave:
    """The wave, by the rule of its diagnostic."""
    found = db.session.scalars(
        select(Wave)
        .join(Wave.diagnostic)
        .where(Wave.public_id == public_id, Diagnostic.cluster_id.in_(policies.visible_clusters(actor)))
        .options(
            contains_eager(Wave.diagnostic).options(
                joinedload(Diagnostic.cluster), selectinload(Diagnostic.waves)
            ),
            joinedload(Wave.version),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_assignment(public_id: UUID, actor: Actor) -> Assignment:
    """The place of a person in a wave, by the rule of its diagnostic."""
    found = db.session.scalars(
        select(Assignment)
        .join(Assignment.wave)
        .join(Wave.diagnostic)
        .where(Assignment.public_id == public_id, Diagnostic.cluster_id.in_(policies.visible_clusters(actor)))
        .options(contains_eager(Assignment.wave).contains_eager(Wave.diagnostic))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


_COUNTS = text(
    """
SELECT a.wave_id, count(*) AS invited, count(r.submitted_at) AS completed
  FROM assignment a LEFT JOIN response r ON r.assignment_id = a.id
 WHERE a.wave_id = ANY(CAST(:ids AS bigint[]))
 GROUP BY a.wave_id
"""
)


def count_waves(wave_ids: Collection[int]) -> dict[int, WaveCounts]:
    """Counts of each wave; one nobody was invited to has zeros."""
    rows = db.session.execute(_COUNTS, {"ids": list(wave_ids)})
    counted = {row.wave_id: WaveCounts(row.invited, row.completed) for row in rows}
    return {wave_id: counted.get(wave_id, WaveCounts(0, 0)) for wave_id in wave_ids}


def list_school_states(wave_id: int, *, viewer_id: int) -> list[SchoolState]:
    """Schools of the invited in alphabetical order; the viewer's own answers do not count."""
    completed = func.count(Response.submitted_at).filter(Assignment.person_id != viewer_id)
    rows = db.session.execute(
        select(Organisation.short_name, completed)
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Assignment.wave_id == wave_id)
        .group_by(Organisation.id)
        .order_by(Organisation.sort_key)
    )
    return [SchoolState(name, count >= ENOUGH) for name, count in rows]


_INVITATIONS = text(
    """
SELECT count(*) FILTER (WHERE l.state = 'sent') AS sent,
       count(*) FILTER (WHERE l.state IN ('queued', 'sending')) AS waiting,
       count(*) FILTER (WHERE l.state IN ('failed', 'unknown')) AS undelivered
  FROM assignment a
  JOIN letter l ON l.person_id = a.person_id AND l.kind = 'diagnostic_invitation'
   AND l.subject_key = 'assignment:' || a.id AND l.period = ''
 WHERE a.wave_id = :wave_id
"""
)


def count_invitations(wave_id: int) -> LetterCounts:
    """First letters of a wave by state. Those called off are not told: the number would show refusals."""
    row = db.session.execute(_INVITATIONS, {"wave_id": wave_id}).one()
    return LetterCounts(row.sent, row.waiting, row.undelivered)


def list_versions() -> list[InstrumentVersion]:
    """Published versions of all instruments, each instrument's newest first."""
    return list(
        db.session.scalars(
            select(InstrumentVersion)
            .join(Instrument)
            .options(contains_eager(InstrumentVersion.instrument))
            .order_by(Instrument.code, InstrumentVersion.id.desc())
        )
    )


def get_version(public_id: UUID) -> InstrumentVersion:
    found = db.session.scalars(
        select(InstrumentVersion)
        .where(InstrumentVersion.public_id == public_id)
        .options(joinedload(InstrumentVersion.instrument))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def clusters_using(version_id: int) -> frozenset[int]:
    """Clusters with a wave on the version."""
    return frozenset(
        db.session.scalars(
            select(Diagnostic.cluster_id).join(Diagnostic.waves).where(Wave.version_id == version_id)
        )
    )


def count_roster(diagnostic_id: int) -> int:
    """People in the list of a diagnostic."""
    return (
        db.session.scalar(
            select(func.count()).select_from(RosterEntry).where(RosterEntry.diagnostic_id == diagnostic_id)
        )
        or 0
    )
