"""The first five steps of a new cluster: what stands, what is begun. States are read from the rows, never stored.

A home page shows them until `are_done(steps)`:

    steps = first_steps(cluster.id, now=utcnow())
    {% from "programme/_first_steps.html" import first_steps_list with context %}{{ first_steps_list(steps) }}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.accounts.models import Cluster, ClusterMembership, Grant, Organisation, OrganisationKind, Person
from app.clock import local_date
from app.db import db
from app.imports.models import RunState
from app.imports.queries import kinds_waiting
from app.permissions import Role
from programme.models import PlanItem
from seminars.models import SeminarSession, SessionState
from seminars.quarters import Quarter
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
    has_stood: bool = False
    """Whether it was done once: a table that waits or a new quarter does not make the cluster new again."""


def first_steps(cluster_id: int, *, now: datetime) -> list[Step]:
    """Schools and centres, teachers, plan, diagnostics, sessions of the quarter: each leans on those before."""
    found = _count(cluster_id, now)
    waiting = set(found.tables or ())
    sessions = _state(bool(found.visible), bool(found.planned) or "sessions" in waiting)
    return [
        _by_rows("schools", found.schools, waiting),
        _by_rows("people", found.teachers, waiting),
        _by_rows("plan", found.plan, waiting),
        Step(
            "diagnostic",
            _state(bool(found.opened), bool(found.diagnostics)),
            found.diagnostics,
            has_stood=bool(found.opened),
        ),
        Step("sessions", sessions, found.planned, "sessions", has_stood=bool(found.ever_visible)),
    ]


def are_done(steps: Sequence[Step]) -> bool:
    """Whether the cluster needs its first steps no longer."""
    return all(step.has_stood for step in steps)


def count_done(steps: Sequence[Step]) -> int:
    return sum(step.state is StepState.DONE for step in steps)


def _by_rows(kind: str, count: int, waiting: set[str]) -> Step:
    """Done as soon as rows stand and no table waits to be loaded."""
    state = _state(bool(count) and kind not in waiting, bool(count) or kind in waiting)
    return Step(kind, state, count, kind, has_stood=bool(count))


def _state(is_done: bool, is_begun: bool) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.BEGUN if is_begun else StepState.NOT_BEGUN


@dataclass(frozen=True)
class _Counts:
    """All that the steps are judged by; sessions are those from this quarter on."""

    schools: int
    teachers: int
    plan: int
    diagnostics: int
    opened: int
    planned: int
    visible: int
    ever_visible: int
    tables: Sequence[str] | None


def _count(cluster_id: int, now: datetime) -> _Counts:
    """In one statement."""
    schools = (
        select(func.count())
        .select_from(ClusterMembership)
        .join(Organisation, Organisation.id == ClusterMembership.organisation_id)
        .where(ClusterMembership.cluster_id == cluster_id, Organisation.kind == OrganisationKind.SCHOOL)
    )
    # People at work who are teachers: a coordinator alone is nobody to teach.
    teachers = (
        select(func.count(func.distinct(Person.id)))
        .join(Grant, Grant.person_id == Person.id)
        .where(Person.cluster_id == cluster_id, Person.left_on.is_(None), Grant.role == Role.TEACHER)
    )
    diagnostics = select(func.count()).where(Diagnostic.cluster_id == cluster_id)
    opened = diagnostics.where(Diagnostic.waves.any(Wave.opened_at.is_not(None)))
    sessions = select(func.count()).where(
        SeminarSession.cluster_id == cluster_id, SeminarSession.state != SessionState.CANCELLED
    )
    planned = sessions.where(SeminarSession.starts_at >= _quarter_start(cluster_id, now))
    is_visible = SeminarSession.state != SessionState.DRAFT
    counts = {
        "schools": schools,
        "teachers": teachers,
        "plan": select(func.count()).where(PlanItem.cluster_id == cluster_id),
        "diagnostics": diagnostics,
        "opened": opened,
        "planned": planned,
        "visible": planned.where(is_visible),
        "ever_visible": sessions.where(is_visible),
    }
    values = {name: count.scalar_subquery() for name, count in counts.items()} | {
        "tables": kinds_waiting(cluster_id, RunState.UPLOADED, RunState.LOADING)
    }
    row = db.session.execute(select(*(value.label(name) for name, value in values.items()))).one()
    return _Counts(**row._mapping)


def _quarter_start(cluster_id: int, now: datetime) -> datetime:
    time_zone = db.session.get_one(Cluster, cluster_id).time_zone
    return Quarter.of(local_date(now, time_zone)).bounds(time_zone)[0]
