"""Regular summaries: who gets one for which week or month, and whether there is anything to say."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from app.accounts.models import Cluster, Grant, Person
from app.clock import local_date, start_of_day
from app.db import db
from app.mail.letters import Addressed, queue_many
from app.pages.due import list_due
from app.pages.school_quarter import SchoolPeriod, Scope, describe_period
from app.permissions import Role

COORDINATOR_SUMMARY = "coordinator_summary"
HEAD_SUMMARY = "head_summary"


def week_of(day: date) -> str:
    """The ISO week a day lies in: "2026-W48"."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def end_of_week(week: str, time_zone: str) -> datetime:
    """The first moment after an ISO week by the clock of the cluster."""
    monday = date.fromisoformat(f"{week}-1")
    return start_of_day(monday + timedelta(days=7), time_zone)


def month_before(day: date) -> str:
    """The month that was over on that day: "2026-10"."""
    return (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def bounds_of_month(month: str, time_zone: str) -> tuple[datetime, datetime]:
    """Its first moment by the clock of the cluster, and the first moment after it."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=32)).replace(day=1)
    return start_of_day(first, time_zone), start_of_day(following, time_zone)


def list_clusters() -> Sequence[Cluster]:
    return db.session.scalars(select(Cluster).order_by(Cluster.id)).all()


def write_to_coordinators(cluster_id: int, week: str, *, now: datetime) -> None:
    """Queue the summary of a week for every coordinator of the cluster; with nothing to do, no letter."""
    cluster = db.session.get_one(Cluster, cluster_id)
    if now >= end_of_week(week, cluster.time_zone) or not list_due(cluster_id, now):
        return
    holders = _holders(cluster_id, (Role.COORDINATOR,), local_date(now, cluster.time_zone))
    people = sorted({person_id for person_id, organisation_id in holders if organisation_id is None})
    queue_many(
        COORDINATOR_SUMMARY,
        [Addressed(person_id, f"cluster:{cluster_id}") for person_id in people],
        cluster_id=cluster_id,
        period=week,
    )


def write_to_heads(cluster_id: int, month: str, *, now: datetime) -> None:
    """Queue the summary of a month that is over for every head of a centre whose school has anything in it."""
    cluster = db.session.get_one(Cluster, cluster_id)
    holders = _holders(cluster_id, (Role.CENTRE_HEAD,), local_date(now, cluster.time_zone))
    by_school: dict[int, list[int]] = {}
    for person_id, organisation_id in holders:
        if organisation_id is not None:
            by_school.setdefault(organisation_id, []).append(person_id)
    letters = [
        Addressed(person_id, f"organisation:{organisation_id}", {"organisation_id": organisation_id})
        for organisation_id, people in by_school.items()
        if not school_month(Scope(organisation_id, cluster_id), month, now=now).is_empty
        for person_id in people
    ]
    queue_many(HEAD_SUMMARY, letters, cluster_id=cluster_id, period=month)


def school_month(scope: Scope, month: str, *, now: datetime) -> SchoolPeriod:
    """What a school did in a month."""
    cluster = db.session.get_one(Cluster, scope.cluster_id)
    starts_from, starts_before = bounds_of_month(month, cluster.time_zone)
    return describe_period(scope, starts_from, starts_before, now=now)


def _holders(cluster_id: int, roles: Sequence[Role], on: date) -> list[tuple[int, int | None]]:
    """People who hold a role that day and can get letters, each with the organisation it is limited to."""
    rows = db.session.execute(
        select(Grant.person_id, Grant.organisation_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.cluster_id == cluster_id,
            Grant.role.in_(roles),
            or_(Grant.from_on.is_(None), Grant.from_on <= on),
            or_(Grant.until_on.is_(None), Grant.until_on >= on),
            Person.email.is_not(None),
            Person.left_on.is_(None),
        )
        .distinct()
        .order_by(Grant.person_id, Grant.organisation_id)
    )
    return [(person_id, organisation_id) for person_id, organisation_id in rows]
