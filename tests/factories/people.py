"""The shortest valid people, places and grants; each call commits."""

import itertools
import secrets
from typing import Any

from flask.testing import FlaskClient

from app.accounts.models import (
    Account,
    Cluster,
    ClusterMembership,
    Grant,
    Organisation,
    OrganisationKind,
    Person,
)
from app.db import db, transaction
from app.permissions import Role
from app.text import numbered_sort_key, sort_key

_numbers = itertools.count(1)


def add(*rows: Any) -> None:
    """Commit rows in a transaction of their own."""
    with transaction():
        db.session.add_all(rows)


def make_cluster(**overrides: Any) -> Cluster:
    n = next(_numbers)
    cluster = Cluster(**{"name": f"Кластер {n}", "district_name": f"Округ {n}", **overrides})
    add(cluster)
    return cluster


def make_school(cluster: Cluster, **overrides: Any) -> Organisation:
    n = next(_numbers)
    name = overrides.pop("name", f"СОШ № {n}")
    school = Organisation(
        **{
            "kind": OrganisationKind.SCHOOL,
            "name": name,
            "short_name": name,
            "sort_key": numbered_sort_key(name),
            **overrides,
        }
    )
    add(school)
    add(ClusterMembership(cluster_id=cluster.id, organisation_id=school.id))
    return school


def make_person(cluster: Cluster | None = None, **overrides: Any) -> Person:
    """A person of `cluster` (a new one if None) without account or grants."""
    cluster = cluster or make_cluster()
    n = next(_numbers)
    values = {
        "cluster_id": cluster.id,
        "surname": f"Ветрова{n}",
        "name": "Анна",
        "patronymic": "Петровна",
        "email": f"person{n}@example.org",
        **overrides,
    }
    person = Person(**values, sort_key=sort_key(f"{values['surname']} {values['name']}"))
    add(person)
    return person


def make_account(person: Person | None = None, *roles: Role, **overrides: Any) -> Account:
    """An active account for `person` with `roles` in the whole cluster (or `organisation_id`)."""
    person = person or make_person()
    organisation_id = overrides.pop("organisation_id", None)
    account = Account(
        **{
            "person_id": person.id,
            "email": f"login{person.id}@example.org",
            "active": True,
            "fs_uniquifier": secrets.token_hex(16),
            **overrides,
        }
    )
    grants = [
        Grant(person_id=person.id, role=role, cluster_id=person.cluster_id, organisation_id=organisation_id)
        for role in roles
    ]
    add(account, *grants)
    return account


def sign_in(client: FlaskClient, account: Account) -> FlaskClient:
    """`client` as this account, without the sign-in page."""
    with client.session_transaction() as session:
        session["_user_id"] = account.fs_uniquifier
        session["_fresh"] = True
    return client
