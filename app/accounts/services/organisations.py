"""Organisations and clusters: founded, joined, corrected."""

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.errors import PeriodEndsBeforeItStarts
from app.accounts.models import Account, Cluster, ClusterMembership, Organisation, OrganisationKind
from app.accounts.queries import get_membership, lock_cluster
from app.accounts.services.accounts import invite
from app.accounts.services.audit import record
from app.accounts.services.people import PersonData, add_person
from app.db import db
from app.permissions import Actor, Role
from app.text import numbered_sort_key


@dataclass(frozen=True, kw_only=True)
class OrganisationData:
    """What is known of a school, a centre or a partner of the cluster."""

    kind: OrganisationKind
    name: str
    short_name: str
    parent_id: int | None = None
    address: str | None = None
    email: str | None = None
    profile: str | None = None
    opened_year: int | None = None
    pupils: int | None = None
    staff: int | None = None
    from_on: date | None = None
    until_on: date | None = None

    def columns(self) -> dict[str, object]:
        """Values of the organisation's own row; the period belongs to its membership."""
        names = [name for name in self.__dataclass_fields__ if name not in ("from_on", "until_on")]
        return {name: getattr(self, name) for name in names} | {
            "sort_key": numbered_sort_key(self.short_name)
        }


@dataclass(frozen=True, kw_only=True)
class ClusterData:
    """What names a cluster, who helps its people, who answers for their data."""

    name: str
    district_name: str
    help_name: str | None = None
    help_phone: str | None = None
    operator_name: str | None = None
    operator_address: str | None = None


def create_cluster(
    data: ClusterData, *, time_zone: str = "Asia/Novokuznetsk", is_demo: bool = False
) -> Cluster:
    """An empty cluster: no organisations, no people."""
    cluster = Cluster(**{name: getattr(data, name) for name in data.__dataclass_fields__})
    cluster.time_zone, cluster.is_demo = time_zone, is_demo
    db.session.add(cluster)
    db.session.flush()
    record("cluster_created", actor=None, cluster_id=cluster.id, object_kind="cluster", object_id=cluster.id)
    return cluster


FOUNDING_ROLES = (Role.COORDINATOR, Role.ADMINISTRATOR)
"""What the first person holds: only an administrator can name another, so somebody has to be the first."""


def create_first_coordinator(
    cluster: Cluster, *, surname: str, name: str, patronymic: str | None, email: str, now: datetime
) -> Account:
    """The one person of a new cluster, its administrator too; the letter invites them to choose a password."""
    person = add_person(
        cluster.id,
        PersonData(surname=surname, name=name, patronymic=patronymic, email=email),
        actor=None,
        now=now,
        roles=FOUNDING_ROLES,
    )
    return invite(person, now)


def update_cluster(cluster_id: int, data: ClusterData, *, actor: Actor | None) -> Cluster:
    """Correct the cluster's names and contacts."""
    cluster = lock_cluster(cluster_id)
    for name in data.__dataclass_fields__:
        setattr(cluster, name, getattr(data, name))
    record("cluster_changed", actor=actor, cluster_id=cluster_id, object_kind="cluster", object_id=cluster_id)
    return cluster


def add_organisation(cluster_id: int, data: OrganisationData, *, actor: Actor | None) -> Organisation:
    """A new organisation that joins the cluster."""
    _ensure_period(data)
    organisation = Organisation(**data.columns())
    db.session.add(organisation)
    db.session.flush()
    db.session.add(
        ClusterMembership(
            cluster_id=cluster_id,
            organisation_id=organisation.id,
            from_on=data.from_on,
            until_on=data.until_on,
        )
    )
    db.session.flush()
    _record("organisation_added", organisation, cluster_id, actor)
    return organisation


def update_organisation(
    organisation: Organisation, cluster_id: int, data: OrganisationData, *, actor: Actor | None
) -> None:
    """Correct what is known of an organisation and the dates of its membership."""
    _ensure_period(data)
    membership = get_membership(organisation.id, cluster_id)
    for name, value in data.columns().items():
        setattr(organisation, name, value)
    membership.from_on, membership.until_on = data.from_on, data.until_on
    db.session.flush()
    _record("organisation_changed", organisation, cluster_id, actor)


def set_core(cluster_id: int, organisation: Organisation, *, actor: Actor | None) -> None:
    """Make the school the innovation core of the cluster; there is one at a time."""
    lock_cluster(cluster_id).core_organisation_id = organisation.id
    _record("organisation_made_core", organisation, cluster_id, actor)


def _ensure_period(data: OrganisationData) -> None:
    if data.from_on and data.until_on and data.until_on < data.from_on:
        raise PeriodEndsBeforeItStarts


def _record(action: str, organisation: Organisation, cluster_id: int, actor: Actor | None) -> None:
    record(action, actor=actor, cluster_id=cluster_id, object_kind="organisation", object_id=organisation.id)
