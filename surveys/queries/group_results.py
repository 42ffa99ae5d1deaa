"""Published group figures a reader may open, and what waits to be published. A page reads one row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import NotFound
from surveys.models import Diagnostic, Snapshot, Wave


@dataclass(frozen=True)
class Published:
    """A line of the list."""

    diagnostic_id: UUID
    title: str
    kind: str
    number: int
    published_at: datetime


def get_diagnostic(public_id: UUID, cluster_ids: Collection[int]) -> Diagnostic:
    """A diagnostic of these clusters; any other is not found."""
    found = db.session.scalars(
        select(Diagnostic)
        .where(Diagnostic.public_id == public_id, Diagnostic.cluster_id.in_(cluster_ids))
        .options(joinedload(Diagnostic.cluster))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_readable(cluster_ids: Collection[int]) -> list[Published]:
    """The latest publication of each diagnostic and kind, newest first."""
    rows = db.session.execute(
        select(Diagnostic.public_id, Diagnostic.title, Snapshot.kind, Snapshot.number, Snapshot.published_at)
        .join(Diagnostic, Diagnostic.id == Snapshot.diagnostic_id)
        .where(Diagnostic.cluster_id.in_(cluster_ids), Snapshot.published_at.is_not(None))
        .ext(distinct_on(Snapshot.diagnostic_id, Snapshot.kind))
        .order_by(Snapshot.diagnostic_id, Snapshot.kind, Snapshot.number.desc())
    )
    found = [Published(row[0], row[1], row[2], row[3], row[4]) for row in rows if row[4] is not None]
    return sorted(found, key=lambda one: one.published_at, reverse=True)


def find_latest(
    cluster_ids: Collection[int], kind: str | None = None
) -> tuple[Published, Mapping[str, Any]] | None:
    """The latest publication, of a kind or any, with what it shows; suppression was decided when it was built."""
    statement = (
        select(
            Diagnostic.public_id,
            Diagnostic.title,
            Snapshot.kind,
            Snapshot.number,
            Snapshot.published_at,
            Snapshot.content,
        )
        .join(Diagnostic, Diagnostic.id == Snapshot.diagnostic_id)
        .where(Diagnostic.cluster_id.in_(cluster_ids), Snapshot.published_at.is_not(None))
        .order_by(Snapshot.published_at.desc(), Snapshot.id.desc())
        .limit(1)
    )
    if kind is not None:
        statement = statement.where(Snapshot.kind == kind)
    row = db.session.execute(statement).one_or_none()
    if row is None or row[4] is None:
        return None
    return Published(row[0], row[1], row[2], row[3], row[4]), row[5]


def find_wave_id(diagnostic_id: int, kind: str) -> int | None:
    return db.session.scalars(
        select(Wave.id).where(Wave.diagnostic_id == diagnostic_id, Wave.kind == kind)
    ).one_or_none()
