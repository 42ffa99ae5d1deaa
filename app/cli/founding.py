"""What `opora init` does to the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from app.accounts.models import Account, Cluster, Grant, Person
from app.accounts.services import (
    FOUNDING_ROLES,
    ClusterData,
    PersonData,
    Slip,
    add_person,
    create_cluster,
    create_first_coordinator,
    ensure_catalogues,
    ensure_consent_texts,
    make_slip,
)
from app.db import db, transaction
from app.permissions import Role
from surveys.services.instruments import publish_built_in


@dataclass(frozen=True)
class Founding:
    """A new cluster and its first person."""

    cluster: str
    district: str
    time_zone: str
    surname: str
    name: str
    patronymic: str | None = None
    email: str | None = None


def found_cluster(founding: Founding, now: datetime) -> bool:
    """Catalogues, consent texts, built-in instruments, a cluster and its coordinator; False if there is one."""
    with transaction():
        # Two commands at once: the second waits and finds the work done.
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('opora init'))"))
        prepare_ground(now)
        if db.session.scalar(select(Cluster.id).limit(1)) is not None:
            return False
        cluster = create_cluster(
            ClusterData(name=founding.cluster, district_name=founding.district), time_zone=founding.time_zone
        )
        _add_coordinator(cluster, founding, now)
    return True


def prepare_ground(now: datetime) -> None:
    """What every cluster stands on; a repeat brings it up to date."""
    ensure_catalogues()
    ensure_consent_texts(now)
    publish_built_in(now=now)


def _add_coordinator(cluster: Cluster, founding: Founding, now: datetime) -> None:
    if founding.email:
        create_first_coordinator(
            cluster,
            surname=founding.surname,
            name=founding.name,
            patronymic=founding.patronymic,
            email=founding.email,
            now=now,
        )
        return
    add_person(
        cluster.id,
        PersonData(surname=founding.surname, name=founding.name, patronymic=founding.patronymic),
        actor=None,
        now=now,
        roles=FOUNDING_ROLES,
    )


def make_coordinator_slip(now: datetime) -> Slip | None:
    """A login and a fresh one-time code for the only coordinator; None once an account is active."""
    with transaction():
        is_anyone_in = db.session.scalar(select(Account.id).where(Account.activated_at.is_not(None)).limit(1))
        coordinator = db.session.scalars(
            select(Person).join(Grant).where(Grant.role == Role.COORDINATOR).order_by(Person.id).limit(1)
        ).one_or_none()
        if is_anyone_in is not None or coordinator is None:
            return None
        return make_slip(coordinator, now, actor=None)
