"""What a coordinator has to do this week: each line leads to the act that settles it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.accounts.models import Account, AddressState, Cluster, Grant, Person
from app.clock import local_date
from app.db import db
from app.imports.models import RunState
from app.imports.queries import kinds_waiting
from app.jobs.models import Job, JobState
from app.mail.letters import all_kinds
from app.mail.models import Letter, LetterState
from app.pages.reading import list_open_waves
from app.permissions import Role
from programme.models import PlanItem
from programme.queries import is_overdue
from seminars.models import Place, Registration, SeminarSession, SessionState
from seminars.queries import competence_names, count_wishes
from surveys.models import Diagnostic, Snapshot, Wave

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
    TABLE_WAITS = "table_waits"
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


def list_due(
    cluster_id: int, now: datetime, *, for_administrator: bool = False, waves: Sequence[Wave] | None = None
) -> list[Due]:
    """Everything that waits for the coordinator of a cluster, what is late first.

    Work that failed in the background is listed for an administrator only: nobody else can mend it.
    `waves` are those open, where the caller has read them already.
    """
    cluster = db.session.get_one(Cluster, cluster_id)
    counted = _count(cluster_id, now, local_date(now, cluster.time_zone))
    held, ahead = _sessions(cluster_id, now)
    return [
        *counted.of(DueKind.PLAN_OVERDUE, "plan.index", state="overdue"),
        *held,
        *_figures_to_publish(cluster_id),
        *_closing(list_open_waves([cluster_id]) if waves is None else waves, now),
        *ahead,
        *counted.of(DueKind.NEVER_INVITED, "people.index"),
        *counted.of(DueKind.NO_ADDRESS, "people.index"),
        *(
            Due(DueKind.TABLE_WAITS, "imports.new", {"kind": kind}, name=kind)
            for kind in sorted(counted.tables)
        ),
        *counted.of(DueKind.FAILED_LETTERS, "letters_admin.index" if for_administrator else "people.index"),
        *(counted.of(DueKind.DEAD_JOBS, "jobs.index") if for_administrator else ()),
        *_wishes(cluster_id),
    ]


@dataclass(frozen=True)
class _Counted:
    """What is told by a number alone, and the kinds of tables that wait to be loaded."""

    numbers: Mapping[DueKind, int]
    tables: Sequence[str]

    def of(self, kind: DueKind, endpoint: str, **values: str) -> Iterable[Due]:
        """The line about it, if there is anything."""
        count = self.numbers[kind]
        return [Due(kind, endpoint, values, count)] if count else []


def _count(cluster_id: int, now: datetime, today: date) -> _Counted:
    counts = {
        DueKind.PLAN_OVERDUE: select(func.count()).where(
            PlanItem.cluster_id == cluster_id, is_overdue(today)
        ),
        DueKind.NEVER_INVITED: _teachers(cluster_id, today).where(
            _IS_REACHABLE, Account.invited_at.is_(None), ~_IS_ACTIVE
        ),
        DueKind.NO_ADDRESS: _teachers(cluster_id, today).where(
            ~_IS_REACHABLE, or_(Person.email_state == AddressState.FAILING, ~_IS_ACTIVE)
        ),
        DueKind.FAILED_LETTERS: select(func.count()).where(*_has_failed(cluster_id, now)),
        DueKind.DEAD_JOBS: select(func.count()).where(Job.state == JobState.DEAD),
    }
    *numbers, kinds = db.session.execute(
        select(
            *(count.scalar_subquery() for count in counts.values()),
            kinds_waiting(cluster_id, RunState.UPLOADED),
        )
    ).one()
    return _Counted(dict(zip(counts, numbers, strict=True)), kinds or ())


_IS_REACHABLE = and_(Person.email.is_not(None), Person.email_state == AddressState.USABLE)
_IS_ACTIVE = func.coalesce(Account.active, False)


def _teachers(cluster_id: int, today: date) -> Select[int]:
    """How many are at work. Who has signed in by a slip needs no address."""
    return (
        select(func.count())
        .select_from(Person)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Person.cluster_id == cluster_id,
            Person.left_on.is_(None) | (Person.left_on > today),
            exists().where(Grant.person_id == Person.id, Grant.role == Role.TEACHER),
        )
    )


def _has_failed(cluster_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Letters that did not arrive, the diagnostic ones aside: theirs are looked after by address alone."""
    return (
        Letter.cluster_id == cluster_id,
        Letter.kind.in_([kind.name for kind in all_kinds() if not kind.is_diagnostic]),
        Letter.state.in_((LetterState.FAILED, LetterState.UNKNOWN)),
        Letter.created_at > now - LETTERS_OF,
    )


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


def _closing(waves: Sequence[Wave], now: datetime) -> list[Due]:
    return [
        Due(
            DueKind.WAVE_CLOSES,
            "diagnostics.wave",
            {"public_id": wave.public_id},
            name=wave.diagnostic.title,
            at=wave.closes_at,
        )
        for wave in waves
        if now < wave.closes_at <= now + CLOSES_SOON
    ]


def _sessions(cluster_id: int, now: datetime) -> tuple[list[Due], list[Due]]:
    """Those that are over and not closed; those of the next two weeks with people or places that wait."""
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
            SeminarSession.starts_at <= now + AHEAD,
        )
        .order_by(SeminarSession.starts_at, SeminarSession.id)
    ).all()
    held = [_to_close(session) for session, _queued in rows if session.ends_at <= now]
    ahead = [_of_session(session, queued) for session, queued in rows if session.starts_at > now]
    return held, [due for due in ahead if due is not None]


def _to_close(session: SeminarSession) -> Due:
    values = {"public_id": session.public_id}
    return Due(
        DueKind.ATTENDANCE, "seminars.attendance_list", values, name=session.title, at=session.starts_at
    )


def _of_session(session: SeminarSession, queued: int) -> Due | None:
    values, name, at = {"public_id": session.public_id}, session.title, session.starts_at
    if queued:
        return Due(DueKind.QUEUE, "seminars.people", values, queued, session.capacity, name, at)
    if session.seats_taken < session.capacity * FEW:
        taken = session.seats_taken
        return Due(DueKind.FEW_REGISTERED, "seminars.people", values, taken, session.capacity, name, at)
    return None


def _wishes(cluster_id: int) -> list[Due]:
    wishes = count_wishes(cluster_id)
    names = competence_names() if wishes else {}
    return [
        Due(DueKind.WISHES, "seminars.new", {"competence": code}, count, name=names.get(code, code))
        for code, count in wishes
    ]
