"""What coordinators and councils see of diagnostics before publication: lists and counts, nobody's answering."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.db import UTCDateTime, db
from app.errors import NotFound
from app.permissions import Actor
from surveys import policies
from surveys.models import Assignment, Diagnostic, Instrument, InstrumentVersion, RosterEntry, Wave

ENOUGH = 5
"""Below so many respondents besides the viewer a school is never told apart."""

STEP = 5
"""Counts of answers go by so many people, and as many always stay in the dark."""


@dataclass(frozen=True)
class WaveCounts:
    """How many were invited and, in steps, how many have answered; nothing else is counted.

    An exact count, read before and after one person was added, or once she says «готово», tells whether that
    person has answered. In steps of five, as of the last midnight, without the reader's own answers and never
    closer than five to everybody, it tells of nobody. `docs/results.md` has the reasons.
    """

    invited: int
    others: int = 0  # invited besides the reader
    answered: int = 0  # of these, until the last midnight

    @property
    def is_told(self) -> bool:
        """Of fewer than ten people there is no number between the first five and the last five."""
        return self.others >= 2 * STEP

    @property
    def at_least(self) -> int:
        """So many have answered, and perhaps more."""
        return steps_of(min(self.answered, self.others - STEP))


def steps_of(count: int) -> int:
    """A count of people as it may be told before publication."""
    return max(count, 0) // STEP * STEP


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
SELECT a.wave_id, count(*) AS invited,
       count(*) FILTER (WHERE a.person_id <> :viewer_id) AS others,
       count(*) FILTER (WHERE a.person_id <> :viewer_id
                          AND r.submitted_at < date_trunc('day', :now, c.time_zone)) AS answered
  FROM assignment a
  JOIN wave w ON w.id = a.wave_id
  JOIN diagnostic d ON d.id = w.diagnostic_id
  JOIN cluster c ON c.id = d.cluster_id
  LEFT JOIN response r ON r.assignment_id = a.id
 WHERE a.wave_id = ANY(CAST(:ids AS bigint[]))
 GROUP BY a.wave_id
"""
).bindparams(bindparam("now", type_=UTCDateTime()))


def count_waves(wave_ids: Collection[int], *, viewer_id: int, now: datetime) -> dict[int, WaveCounts]:
    """Counts of each wave as this reader may know them; one nobody was invited to has zeros."""
    rows = db.session.execute(_COUNTS, {"ids": list(wave_ids), "viewer_id": viewer_id, "now": now})
    counted = {row.wave_id: WaveCounts(row.invited, row.others, row.answered) for row in rows}
    return {wave_id: counted.get(wave_id, WaveCounts(0)) for wave_id in wave_ids}


_SCHOOLS = text(
    """
WITH invited AS (
  SELECT p.organisation_id AS id, count(*) AS n
    FROM assignment a JOIN person p ON p.id = a.person_id
   WHERE a.wave_id = :wave_id AND a.person_id <> :viewer_id
   GROUP BY p.organisation_id
), answered AS (
  SELECT CAST(r.attributes->>'organisation_id' AS bigint) AS id, count(*) AS n
    FROM assignment a JOIN response r ON r.assignment_id = a.id
   WHERE a.wave_id = :wave_id AND a.person_id <> :viewer_id
     AND r.submitted_at < date_trunc('day', :now, :time_zone)
   GROUP BY 1
)
SELECT o.short_name, invited.n AS invited, coalesce(answered.n, 0) AS answered
  FROM invited JOIN organisation o ON o.id = invited.id LEFT JOIN answered ON answered.id = o.id
 ORDER BY o.sort_key, o.id
"""
).bindparams(bindparam("now", type_=UTCDateTime()))


def list_school_states(wave_id: int, *, viewer_id: int, now: datetime, time_zone: str) -> list[SchoolState]:
    """Schools of the invited in alphabetical order, as of the last midnight, the reader's own answers apart.

    Answers belong to the school frozen with them: moving a person in the list tells nothing of her. Where just
    five are invited, «enough» would say that each of them has answered.
    """
    rows = db.session.execute(
        _SCHOOLS, {"wave_id": wave_id, "viewer_id": viewer_id, "now": now, "time_zone": time_zone}
    )
    return [SchoolState(row.short_name, row.answered >= ENOUGH and row.invited > ENOUGH) for row in rows]


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
