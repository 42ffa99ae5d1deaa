"""What lists of people and schools are compared with."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Grant, Person
from app.db import db
from app.permissions import Role


def list_cluster_people(cluster_id: int) -> list[Person]:
    """Everybody of the cluster, those gone too: they may come back."""
    return list(
        db.session.scalars(
            select(Person)
            .options(joinedload(Person.organisation), joinedload(Person.cluster))
            .where(Person.cluster_id == cluster_id)
            .order_by(Person.sort_key, Person.id)
        )
    )


def list_heads(cluster_id: int) -> set[tuple[int, int]]:
    """(person, organisation) of the heads of centres, without an end in sight."""
    rows = db.session.execute(
        select(Grant.person_id, Grant.organisation_id).where(
            Grant.cluster_id == cluster_id,
            Grant.role == Role.CENTRE_HEAD,
            Grant.organisation_id.is_not(None),
            Grant.until_on.is_(None),
        )
    )
    return {
        (person_id, organisation_id) for person_id, organisation_id in rows if organisation_id is not None
    }
