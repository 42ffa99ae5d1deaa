"""Organisations of a cluster: schools, centres and their partners."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Cluster, ClusterMembership, Organisation, OrganisationKind, Person
from app.accounts.names import school_key
from app.db import db
from app.errors import NotFound
from app.text import numbered_sort_key


def is_member(organisation_id: int, cluster_id: int) -> bool:
    """Whether the organisation belongs, or belonged, to the cluster."""
    return bool(
        db.session.scalar(
            select(ClusterMembership.id).where(
                ClusterMembership.organisation_id == organisation_id,
                ClusterMembership.cluster_id == cluster_id,
            )
        )
    )


def get_cluster(cluster_id: int) -> Cluster:
    return db.session.get_one(Cluster, cluster_id)


def lock_cluster(cluster_id: int) -> Cluster:
    """The cluster as it stands now, held until the end of the transaction."""
    return db.session.execute(
        select(Cluster)
        .where(Cluster.id == cluster_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def list_schools(cluster_ids: Collection[int], on: date | None = None) -> list[Organisation]:
    """Schools of the clusters in alphabetical order; only members of that day where `on` is given."""
    return list_organisations(cluster_ids, kinds=(OrganisationKind.SCHOOL,), on=on)


def list_organisations(
    cluster_ids: Collection[int],
    *,
    kinds: Collection[OrganisationKind] = (),
    on: date | None = None,
    search: str = "",
) -> list[Organisation]:
    """Organisations of the clusters in alphabetical order."""
    statement = _members(cluster_ids).options(joinedload(Organisation.parent)).order_by(Organisation.sort_key)
    if kinds:
        statement = statement.where(Organisation.kind.in_(kinds))
    if on is not None:
        statement = statement.where(
            or_(ClusterMembership.from_on.is_(None), ClusterMembership.from_on <= on),
            or_(ClusterMembership.until_on.is_(None), ClusterMembership.until_on >= on),
        )
    for word in numbered_sort_key(search).split():
        statement = statement.where(Organisation.sort_key.contains(word, autoescape=True))
    return list(db.session.scalars(statement))


def get_organisation(public_id: UUID, cluster_ids: Collection[int]) -> Organisation:
    """The organisation, if it belongs to one of the clusters; else it is not there for the reader."""
    found = db.session.scalar(_members(cluster_ids).where(Organisation.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def lock_organisation(organisation_id: int) -> Organisation:
    """The organisation as it stands now, held until the end of the transaction."""
    return db.session.execute(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .with_for_update(of=Organisation)
        .execution_options(populate_existing=True)
    ).scalar_one()


def get_membership(organisation_id: int, cluster_id: int) -> ClusterMembership:
    """The organisation's place in the cluster."""
    found = db.session.scalar(
        select(ClusterMembership).where(
            ClusterMembership.organisation_id == organisation_id, ClusterMembership.cluster_id == cluster_id
        )
    )
    if found is None:
        raise NotFound
    return found


def list_centres_of(school_id: int) -> list[Organisation]:
    """Centres that are units of the school."""
    return list(
        db.session.scalars(
            select(Organisation)
            .where(Organisation.parent_id == school_id, Organisation.kind == OrganisationKind.CENTRE)
            .order_by(Organisation.sort_key)
        )
    )


def count_people_by_organisation(cluster_id: int) -> dict[int, int]:
    """People at work in each organisation of the cluster."""
    rows = db.session.execute(
        select(Person.organisation_id, func.count())
        .where(Person.cluster_id == cluster_id, Person.left_on.is_(None), Person.organisation_id.is_not(None))
        .group_by(Person.organisation_id)
    )
    return {organisation_id: count for organisation_id, count in rows if organisation_id is not None}


def find_school_by_name(cluster_id: int, name: str) -> Organisation | None:
    """The school people mean: ё = е, quotes, legal forms, «№» and word order do not matter.

    Words beyond the school's own («МБОУ СОШ № 22 г. Заречье») are let pass if they fit one school only;
    None where no school fits, or several do.
    """
    typed = school_key(name)
    if not typed:
        return None
    schools = list_schools([cluster_id])
    keys = {school.id: {school_key(school.name), school_key(school.short_name)} - {()} for school in schools}
    exact = [school for school in schools if typed in keys[school.id]]
    if exact:
        return exact[0] if len(exact) == 1 else None
    words = set(typed)
    within = [school for school in schools if any(words.issuperset(key) for key in keys[school.id])]
    return within[0] if len(within) == 1 else None


def _members(cluster_ids: Collection[int]) -> Select[Organisation]:
    return (
        select(Organisation)
        .join(ClusterMembership, ClusterMembership.organisation_id == Organisation.id)
        .where(ClusterMembership.cluster_id.in_(cluster_ids))
    )
