"""The shortest valid series, sessions and registrations; each call commits."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from app.accounts.models import Cluster, Person
from app.db import transaction
from seminars.models import Registration, SeminarSession, Series, SessionHost, SessionState
from seminars.services import registrations
from seminars.services.moves import By
from seminars.services.transitions import Mover
from tests.factories.people import add, make_cluster, make_person

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, 10:00 in Novokuznetsk
_numbers = itertools.count(1)


def make_series(cluster: Cluster | None = None, **overrides: Any) -> Series:
    cluster = cluster or make_cluster()
    series = Series(**{"cluster_id": cluster.id, "title": "Семинар по цифровым лабораториям", **overrides})
    add(series)
    return series


def make_session(
    cluster: Cluster | None = None, *, hosts: tuple[Person, ...] = (), **overrides: Any
) -> SeminarSession:
    """A published session with two places, ten days after NOW."""
    series = overrides.pop("series", None) or make_series(cluster)
    starts_at = overrides.pop("starts_at", NOW + timedelta(days=10))
    session = SeminarSession(
        **{
            "cluster_id": series.cluster_id,
            "series_id": series.id,
            "form": "masterclass",
            "title": f"Датчики pH, занятие {next(_numbers)}",
            "state": SessionState.PUBLISHED,
            "capacity": 2,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=90),
            **overrides,
        }
    )
    add(session)
    add(*(SessionHost(session_id=session.id, person_id=host.id) for host in hosts))
    return session


def make_registration(
    session: SeminarSession, person: Person | None = None, *, now: datetime = NOW
) -> Registration:
    """A person's registration: a place while there are any, then a turn in the queue."""
    if person is None:
        person = make_person(session.cluster)
    with transaction():
        return registrations.register(session.id, person.id, by=By(Mover.PERSON, person.id), now=now)
