"""Whom letters about results go to, and what they may say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, text

from app.accounts.models import AddressState, Grant, Person
from app.db import UTCDateTime, db
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from surveys.models import Diagnostic, Response, Snapshot


@dataclass(frozen=True)
class Recipient:
    """A person with an address of their own, and the response the letter leads to."""

    person_id: int
    cluster_id: int
    response_id: int


_SELECT = """
SELECT a.person_id, d.cluster_id, r.id AS response_id
  FROM response r
  JOIN assignment a ON a.id = r.assignment_id
  JOIN wave w ON w.id = a.wave_id
  JOIN diagnostic d ON d.id = w.diagnostic_id
  JOIN person p ON p.id = a.person_id
 WHERE p.email IS NOT NULL AND p.email_state = 'usable' AND p.left_on IS NULL
"""
_OF_RESPONSES = text(
    f"{_SELECT} AND r.id = ANY(CAST(:ids AS bigint[])) AND r.submitted_at > :submitted_after"
).bindparams(bindparam("submitted_after", type_=UTCDateTime()))
_OF_WAVE = text(f"{_SELECT} AND w.id = :wave_id AND r.submitted_at IS NOT NULL")


def recipients_of(response_ids: Iterable[int], *, submitted_after: datetime) -> list[Recipient]:
    """People behind these responses, as far as they were sent lately."""
    values = {"ids": list(response_ids), "submitted_after": submitted_after}
    return [Recipient(*row) for row in db.session.execute(_OF_RESPONSES, values)]


def recipients_of_wave(wave_id: int) -> list[Recipient]:
    """People who sent their answers in a wave."""
    return [Recipient(*row) for row in db.session.execute(_OF_WAVE, {"wave_id": wave_id})]


def readers_of(diagnostic_id: int, *, on: date) -> list[int]:
    """Who reads the group figures of the cluster on that day, by address; coordinators publish them themselves."""
    roles = [role for role, given in ROLE_PERMISSIONS.items() if Permission.COMPARISON_VIEW in given]
    statement = (
        select(Person.id)
        .join(Grant, Grant.person_id == Person.id)
        .join(Diagnostic, Diagnostic.cluster_id == Grant.cluster_id)
        .where(
            Diagnostic.id == diagnostic_id,
            Grant.role.in_(roles),
            Grant.role != Role.COORDINATOR,
            or_(Grant.from_on.is_(None), Grant.from_on <= on),
            or_(Grant.until_on.is_(None), Grant.until_on >= on),
            Person.left_on.is_(None),
            Person.email.is_not(None),
            Person.email_state == AddressState.USABLE,
        )
    )
    return list(db.session.scalars(statement.distinct()))


def find_diagnostic(diagnostic_id: int) -> Diagnostic | None:
    return db.session.get(Diagnostic, diagnostic_id)


def find_response(response_id: int) -> Response | None:
    return db.session.get(Response, response_id)


def find_published_comparison(diagnostic_id: int) -> Mapping[str, Any] | None:
    """The content of the latest published comparison: what everybody entitled is shown, nothing more."""
    found: Sequence[Mapping[str, Any]] = db.session.scalars(
        select(Snapshot.content)
        .where(
            Snapshot.diagnostic_id == diagnostic_id,
            Snapshot.kind == "comparison",
            Snapshot.published_at.is_not(None),
        )
        .order_by(Snapshot.number.desc())
        .limit(1)
    ).all()
    return found[0] if found else None
