"""What a coordinator has to do this week: each line leads to the act that settles it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.accounts.models import Account, AddressState, Cluster, Grant, Person
from app.clock import local_date
from app.db import db
from app.jobs.models import Job, JobState
from app.mail.letters import all_kinds
from app.mail.models import Letter, LetterState
from app.permissions import Role
from programme.queries import count_plan
from seminars.models import Place, Registration, SeminarSession, SessionState
from seminars.queries import competence_names, count_wishes
from surveys.models import Diagnostic, Snapshot, Wave, WaveState

CLOSES_SOON = timedelta(days=7)
AHEAD = timedelta(days=14)
LETTERS_OF = timedelta(days=14)
"""How long a letter that did not arrive is worth looking after: later its occasion has passed."""
FEW = 1 / 3
"""A session with fewer of its places taken needs another word to its audience."""


class DueKind(StrEnum):
    """What there is to do; the template has a sentence for each."""

    PLAN_OVERDUE = "plan_overdue"
    ATTENDANCE = "attendance"
    PUBLISH = "publish"
    WAVE_CLOSES = "wave_closes"
    QUEUE = "queue"
    FEW_REGISTERED = "few_registered"
    NEVER_INVITED = "never_invited"
    NO_ADDRESS = "no_address"
    FAILED_LETTERS = "failed_letters"
    DEAD_JOBS = "dead_jobs"
    WISHES = "wishes"


LATE = frozenset({DueKind.PLAN_OVERDUE, DueKind.ATTENDANCE})
"""What should have been done before today."""


@dataclass(frozen=True)
class Due:
    """One thing to do, and the page on which it is done: `endpoint` with `values`."""

    kind: DueKind
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    count: int = 0
    of: int = 0
    name: str = ""
    at: datetime | None = None

    @property
    def is_late(self) -> bool:
        return self.kind in LATE


def list_due(cluster_id: int, now: datetime, *, for_administrator: bool = False) -> list[Due]:
    """Everything that waits for the coordinator of a cluster, what is late first.

    Work that failed in the background is listed for an administrator only: nobody else can mend it.
    """
    cluster = db.session.get_one(Cluster, cluster_id)
    today = local_date(now, cluster.time_zone)
    return [
        *_overdue_plan(cluster_id, today),
        *_open_attendance(cluster_id, now),
        *_figures_to_publish(cluster_id),
        *_closing_waves(cluster_id, now),
        *_sessions_ahead(cluster_id, now),
        *_people(cluster_id, today),
        *_failed_letters(cluster_id, now, for_administrator),
        *(_dead_jobs() if for_administrator else ()),
        *_wishes(cluster_id),
    ]


def _overdue_plan(cluster_id: int, today: date) -> list[Due]:
    overdue = count_plan(cluster_id, today).overdue
    return [Due(DueKind.PLAN_OVERDUE, "plan.index", {"state": "overdue"}, overdue)] if overdue else []


def _open_attendance(cluster_id: int, now: datetime) -> list[Due]:
    """Sessions that are over and not closed."""
    rows = db.session.execute(
        select(SeminarSession.public_id, SeminarSession.title, SeminarSession.starts_at)
        .where(
            SeminarSession.cluster_id == cluster_id,
            SeminarSession.state == SessionState.PUBLISHED,
            SeminarSession.ends_at <= now,
        )
        .order_by(SeminarSession.starts_at)
    )
    return [
        Due(
            DueKind.ATTENDANCE, "seminars.attendance_list", {"public_id": public_id}, name=title, at=starts_at
        )
        for public_id, title, starts_at in rows
    ]


def _figures_to_publish(cluster_id: int) -> list[Due]:
    """Diagnostics whose latest figures nobody has published."""
    rows = db.session.execute(
        select(Diagnostic.public_id, Diagnostic.title, Snapshot.kind, Snapshot.published_at)
        .join(Diagnostic, Diagnostic.id == Snapshot.diagnostic_id)
        .where(Diagnostic.cluster_id == cluster_id)
        .ext(distinct_on(Snapshot.diagnostic_id, Snapshot.kind))
        .order_by(Snapshot.diagnostic_id, Snapshot.kind, Snapshot.number.desc())
    )
    return [
        Due(DueKind.PUBLISH, "group_results.confirm", {"diagnostic_id": public_id, "kind": kind}, name=title)
        for public_id, title, kind, published_at in rows
        if published_at is None
    ]


def _closing_waves(cluster_id: int, now: datetime) -> list[Due]:
    rows = db.session.execute(
        select(Wave.public_id, Diagnostic.title, Wave.closes_at)
        .join(Wave.diagnostic)
        .where(
            Diagnostic.cluster_id == cluster_id,
            Wave.state == WaveState.OPEN,
            Wave.closes_at > now,
            Wave.closes_at <= now + CLOSES_SOON,
        )
        .order_by(Wave.closes_at)
    )
    return [
        Due(DueKind.WAVE_CLOSES, "diagnostics.wave", {"public_id": public_id}, name=title, at=closes_at)
        for public_id, title, closes_at in rows
    ]


def _sessions_ahead(cluster_id: int, now: datetime) -> list[Due]:
    """Sessions of the next two weeks in which people wait for places, or places wait for people."""
    waiting = (
        select(func.count())
        .where(Registration.session_id == SeminarSession.id, Registration.place == Place.QUEUED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(SeminarSession, waiting)
        .where(
            SeminarSession.cluster_id == cluster_id,
            SeminarSession.state == SessionState.PUBLISHED,
            SeminarSession.starts_at > now,
            SeminarSession.starts_at <= now + AHEAD,
        )
        .order_by(SeminarSession.starts_at, SeminarSession.id)
    )
    return [due for session, queued in rows if (due := _of_session(session, queued)) is not None]


def _of_session(session: SeminarSession, queued: int) -> Due | None:
    values, name, at = {"public_id": session.public_id}, session.title, session.starts_at
    if queued:
        return Due(DueKind.QUEUE, "seminars.people", values, queued, session.capacity, name, at)
    if session.seats_taken < session.capacity * FEW:
        taken = session.seats_taken
        return Due(DueKind.FEW_REGISTERED, "seminars.people", values, taken, session.capacity, name, at)
    return None


def _people(cluster_id: int, today: date) -> list[Due]:
    """Teachers nobody has invited, and those no letter reaches. Who has signed in by a slip needs no address."""
    is_reachable = and_(Person.email.is_not(None), Person.email_state == AddressState.USABLE)
    is_active = func.coalesce(Account.active, False)
    row = db.session.execute(
        select(
            func.count().filter(is_reachable, Account.invited_at.is_(None), ~is_active),
            func.count().filter(~is_reachable, or_(Person.email_state == AddressState.FAILING, ~is_active)),
        )
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Person.cluster_id == cluster_id,
            Person.left_on.is_(None) | (Person.left_on > today),
            exists().where(Grant.person_id == Person.id, Grant.role == Role.TEACHER),
        )
    ).one()
    kinds = (DueKind.NEVER_INVITED, DueKind.NO_ADDRESS)
    return [Due(kind, "people.index", count=n) for kind, n in zip(kinds, row, strict=True) if n]


def _failed_letters(cluster_id: int, now: datetime, for_administrator: bool) -> list[Due]:
    """Letters that did not arrive, the diagnostic ones aside: theirs are looked after by address alone."""
    ordinary = [kind.name for kind in all_kinds() if not kind.is_diagnostic]
    n = db.session.scalar(
        select(func.count()).where(
            Letter.cluster_id == cluster_id,
            Letter.kind.in_(ordinary),
            Letter.state.in_((LetterState.FAILED, LetterState.UNKNOWN)),
            Letter.created_at > now - LETTERS_OF,
        )
    )
    endpoint = "letters_admin.index" if for_administrator else "people.index"
    return [Due(DueKind.FAILED_LETTERS, endpoint, count=n)] if n else []


def _dead_jobs() -> list[Due]:
    n = db.session.scalar(select(func.count()).where(Job.state == JobState.DEAD))
    return [Due(DueKind.DEAD_JOBS, "jobs.index", count=n)] if n else []


def _wishes(cluster_id: int) -> list[Due]:
    names = competence_names()
    return [
        Due(DueKind.WISHES, "seminars.new", {"competence": code}, count, name=names.get(code, code))
        for code, count in count_wishes(cluster_id)
    ]
