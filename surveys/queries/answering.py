"""The state of one person's answering, in one statement each; written by hand for they run on every click."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.db import UTCDateTime, db


@dataclass(frozen=True, slots=True)
class Draft:
    """The response as it stands."""

    id: int
    public_id: UUID
    answers: dict[str, Any]
    revision: int
    order_seed: int
    device: str | None
    seconds: dict[str, float]
    clients: dict[str, list[int]]
    submitted_at: datetime | None
    submit_key: str | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person before one wave's questionnaire: the assignment and all that decides what it opens."""

    assignment_id: int
    public_id: UUID
    person_id: int
    refused_at: datetime | None
    version_id: int
    kind: str
    state: str
    opens_at: datetime
    closes_at: datetime
    cluster_id: int
    cluster_name: str
    is_demo: bool
    time_zone: str
    help_name: str | None
    help_phone: str | None
    left_on: date | None
    profile_checked_at: datetime | None
    consent_id: int | None
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log."""

    device: str
    client: str
    changes: dict[str, Any]
    overwritten: dict[str, Any] | None


_COLUMNS = """
SELECT a.id AS assignment_id, a.public_id, a.person_id, a.refused_at,
       w.version_id, w.kind, w.state, w.opens_at, w.closes_at,
       d.cluster_id, c.name AS cluster_name, c.is_demo, c.time_zone, c.help_name, c.help_phone,
       p.left_on, p.profile_checked_at,
       (SELECT max(given.id) FROM consent given JOIN consent_text t ON t.id = given.consent_text_id
         WHERE given.person_id = p.id AND t.kind = 'diagnostics' AND given.withdrawn_at IS NULL) AS consent_id,
       r.id AS r_id, r.public_id AS r_public_id, r.answers AS r_answers, r.revision AS r_revision,
       r.order_seed AS r_order_seed, r.device AS r_device, r.seconds AS r_seconds, r.clients AS r_clients,
       r.submitted_at AS r_submitted_at, r.submit_key AS r_submit_key
  FROM assignment a
  JOIN wave w ON w.id = a.wave_id
  JOIN diagnostic d ON d.id = w.diagnostic_id
  JOIN cluster c ON c.id = d.cluster_id
  JOIN person p ON p.id = a.person_id
"""
_FIND_BY_LINK = text(f"{_COLUMNS} LEFT JOIN response r ON r.assignment_id = a.id WHERE a.link_hash = :hash")
_FIND_BY_ID = text(f"{_COLUMNS} LEFT JOIN response r ON r.assignment_id = a.id WHERE a.public_id = :id")
# The response itself is locked: a row waited for is read as the one before us has left it.
_HELD = "LEFT JOIN LATERAL (SELECT * FROM response WHERE assignment_id = a.id FOR UPDATE) r ON true"
_LOCK_BY_LINK = text(f"{_COLUMNS} {_HELD} WHERE a.link_hash = :hash")
_LOCK_BY_ID = text(f"{_COLUMNS} {_HELD} WHERE a.public_id = :id")

_BEGIN = text(
    """
INSERT INTO response (assignment_id, consent_id, language, order_seed, device, attributes, started_at)
SELECT a.id, :consent_id, :language, :order_seed, :device,
       jsonb_build_object(
         'organisation_id', p.organisation_id, 'position', p.position, 'subjects', p.subjects,
         'category', p.category, 'extra_category', p.extra_category, 'service_band', p.service_band),
       :now
  FROM assignment a JOIN person p ON p.id = a.person_id
 WHERE a.id = :assignment_id
    ON CONFLICT (assignment_id) DO NOTHING
RETURNING id, public_id, answers, revision, order_seed, device, seconds, clients, submitted_at, submit_key
"""
).bindparams(bindparam("now", type_=UTCDateTime()))

_FREEZE_ATTRIBUTES = text(
    """
UPDATE response r
   SET attributes = jsonb_build_object(
         'organisation_id', p.organisation_id, 'position', p.position, 'subjects', p.subjects,
         'category', p.category, 'extra_category', p.extra_category, 'service_band', p.service_band)
  FROM assignment a JOIN person p ON p.id = a.person_id
 WHERE a.id = :assignment_id AND r.assignment_id = a.id AND r.submitted_at IS NULL
"""
)

_SAVE = text(
    """
WITH saved AS (
  UPDATE response
     SET answers = answers || :changes, revision = revision + 1, clients = :clients, seconds = :seconds,
         saved_at = :now, submitted_at = :submitted_at, submit_key = :submit_key
   WHERE id = :id
  RETURNING id, revision
)
INSERT INTO response_log (response_id, at, device, client, sequence, revision, changes, overwritten)
SELECT id, :now, :device, :client, :sequence, revision, :changes, :overwritten FROM saved
RETURNING revision
"""
).bindparams(
    bindparam("changes", type_=JSONB),
    bindparam("overwritten", type_=JSONB),
    bindparam("clients", type_=JSONB),
    bindparam("seconds", type_=JSONB),
    bindparam("now", type_=UTCDateTime()),
    bindparam("submitted_at", type_=UTCDateTime()),
)

_LOG = text(
    """
INSERT INTO response_log (response_id, at, device, client, sequence, revision, changes, overwritten)
VALUES (:id, :now, :device, :client, :sequence, :revision, :changes, NULL)
"""
).bindparams(bindparam("changes", type_=JSONB), bindparam("now", type_=UTCDateTime()))

_CHANGES_SINCE = text(
    "SELECT device, client, changes, overwritten FROM response_log"
    " WHERE response_id = :id AND revision > :revision AND overwritten IS NOT NULL ORDER BY revision"
)


def find_sitting(link_hash: bytes) -> Sitting | None:
    """Whose link this is and how far the person has come."""
    row = db.session.execute(_FIND_BY_LINK, {"hash": link_hash}).mappings().one_or_none()
    return None if row is None else _sitting(row)


def find_sitting_by_id(public_id: UUID) -> Sitting | None:
    """The same by the assignment's id, for those whose right does not come from the link."""
    row = db.session.execute(_FIND_BY_ID, {"id": public_id}).mappings().one_or_none()
    return None if row is None else _sitting(row)


def lock_sitting(link_hash: bytes) -> Sitting | None:
    """The sitting as it stands now, its response, if begun, held until the end of the transaction."""
    row = db.session.execute(_LOCK_BY_LINK, {"hash": link_hash}).mappings().one_or_none()
    return None if row is None else _sitting(row)


def lock_sitting_by_id(public_id: UUID) -> Sitting | None:
    """The same by the assignment's id."""
    row = db.session.execute(_LOCK_BY_ID, {"id": public_id}).mappings().one_or_none()
    return None if row is None else _sitting(row)


def add_response(
    assignment_id: int,
    *,
    consent_id: int | None,
    language: str,
    order_seed: int,
    device: str | None,
    now: datetime,
) -> Draft | None:
    """Begin a response, with the person's school and the rest as they stand today; None if one was begun."""
    row = db.session.execute(
        _BEGIN,
        {
            "assignment_id": assignment_id,
            "consent_id": consent_id,
            "language": language,
            "order_seed": order_seed,
            "device": device,
            "now": now,
        },
    ).one_or_none()
    return None if row is None else Draft(*row)


def freeze_attributes(assignment_id: int) -> None:
    """Take over the person's corrected data into a draft."""
    db.session.execute(_FREEZE_ATTRIBUTES, {"assignment_id": assignment_id})


def save_answers(
    draft: Draft,
    *,
    changes: dict[str, Any],
    overwritten: dict[str, Any],
    device: str,
    client: str,
    sequence: int,
    clients: dict[str, list[int]],
    seconds: dict[str, float],
    now: datetime,
    submit_key: str | None = None,
) -> int:
    """Merge changes into a locked response and log them, closing it when a key is given; the new revision."""
    return int(
        db.session.execute(
            _SAVE,
            {
                "id": draft.id,
                "changes": changes,
                "overwritten": overwritten,
                "device": device,
                "client": client,
                "sequence": sequence,
                "clients": clients,
                "seconds": seconds,
                "now": now,
                "submitted_at": None if submit_key is None else now,
                "submit_key": submit_key,
            },
        ).scalar_one()
    )


def log_late_answers(
    draft: Draft, *, changes: dict[str, Any], device: str, client: str, sequence: int, now: datetime
) -> None:
    """Keep what came after the response was closed."""
    db.session.execute(
        _LOG,
        {
            "id": draft.id,
            "changes": changes,
            "device": device,
            "client": client,
            "sequence": sequence,
            "revision": draft.revision,
            "now": now,
        },
    )


def list_changes_since(response_id: int, revision: int) -> list[Change]:
    """What was applied after that revision, oldest first."""
    rows = db.session.execute(_CHANGES_SINCE, {"id": response_id, "revision": revision})
    return [Change(*row) for row in rows]


def _sitting(row: RowMapping) -> Sitting:
    values = dict(row)
    draft = {name.removeprefix("r_"): values.pop(name) for name in list(values) if name.startswith("r_")}
    return Sitting(**values, draft=None if draft["id"] is None else Draft(**draft))
