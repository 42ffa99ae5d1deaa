"""The first five steps of a new cluster: what stands, what is begun. States are read from the rows, never stored.

A home page shows them until `are_done(steps)`:

    steps = first_steps(cluster.id, now=utcnow())
    {% from "programme/_first_steps.html" import first_steps_list with context %}{{ first_steps_list(steps) }}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, func, select

from app.accounts.models import Cluster, ClusterMembership, Grant, Organisation, OrganisationKind, Person
from app.clock import local_date, start_of_day
from app.db import db
from app.imports.queries import kinds_begun
from app.permissions import Role
from programme.models import PlanItem
from seminars.models import SeminarSession, SessionState
from surveys.models import Diagnostic, Wave


class StepState(StrEnum):
    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """One of the five; `count` is of what stands, `kind` names the table that can be loaded for it."""

    code: str
    state: StepState
    count: int
    kind: str | None = None


def first_steps(cluster_id: int, *, now: datetime) -> list[Step]:
    """Schools and centres, teachers, plan, diagnostics, sessions of the quarter: each leans on those before."""
    waiting = kinds_begun(cluster_id)
    diagnostics, opened = _count_diagnostics(cluster_id)
    planned, published = _count_sessions(cluster_id, now)
    return [
        _by_rows("schools", _count_schools(cluster_id), waiting),
        _by_rows("people", _count_teachers(cluster_id), waiting),
        _by_rows("plan", _count_plan(cluster_id), waiting),
        Step("diagnostic", _state(bool(opened), bool(diagnostics)), diagnostics),
        Step(
            "sessions", _state(bool(published), bool(planned) or "sessions" in waiting), planned, "sessions"
        ),
    ]


def are_done(steps: Sequence[Step]) -> bool:
    """Whether the cluster needs its first steps no longer."""
    return all(step.state is StepState.DONE for step in steps)


def count_done(steps: Sequence[Step]) -> int:
    return sum(step.state is StepState.DONE for step in steps)


def _by_rows(kind: str, count: int, waiting: set[str]) -> Step:
    """Done as soon as rows stand and no table waits to be loaded."""
    return Step(
        kind, _state(bool(count) and kind not in waiting, bool(count) or kind in waiting), count, kind
    )


def _state(is_done: bool, is_begun: bool) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.BEGUN if is_begun else StepState.NOT_BEGUN


def _count_schools(cluster_id: int) -> int:
    return _count(
        select(func.count())
        .select_from(ClusterMembership)
        .join(Organisation, Organisation.id == ClusterMembership.organisation_id)
        .where(ClusterMembership.cluster_id == cluster_id, Organisation.kind == OrganisationKind.SCHOOL)
    )


def _count_teachers(cluster_id: int) -> int:
    """People at work who are teachers: a coordinator alone is nobody to teach."""
    return _count(
        select(func.count(func.distinct(Person.id)))
        .join(Grant, Grant.person_id == Person.id)
        .where(Person.cluster_id == cluster_id, Person.left_on.is_(None), Grant.role == Role.TEACHER)
    )


def _count_plan(cluster_id: int) -> int:
    return _count(select(func.count()).select_from(PlanItem).where(PlanItem.cluster_id == cluster_id))


def _count_diagnostics(cluster_id: int) -> tuple[int, int]:
    """All of them, and those with a wave that was opened."""
    row = db.session.execute(
        select(
            func.count(func.distinct(Diagnostic.id)),
            func.count(func.distinct(Diagnostic.id)).filter(Wave.opened_at.is_not(None)),
        )
        .outerjoin(Wave, Wave.diagnostic_id == Diagnostic.id)
        .where(Diagnostic.cluster_id == cluster_id)
    ).one()
    return row[0], row[1]


def _count_sessions(cluster_id: int, now: datetime) -> tuple[int, int]:
    """Sessions from this quarter on: all that are not called off, and those people can see."""
    cluster = db.session.get_one(Cluster, cluster_id)
    since = start_of_day(_quarter_start(local_date(now, cluster.time_zone)), cluster.time_zone)
    row = db.session.execute(
        select(func.count(), func.count().filter(SeminarSession.state != SessionState.DRAFT)).where(
            SeminarSession.cluster_id == cluster_id,
            SeminarSession.state != SessionState.CANCELLED,
            SeminarSession.starts_at >= since,
        )
    ).one()
    return row[0], row[1]


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _count(statement: Select[int]) -> int:
    return db.session.scalar(statement) or 0
