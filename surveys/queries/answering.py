"""The state of one person's answering, in one statement each.

They run on every click, hence are written by hand and go straight to the driver: half the CPU of the way through
SQLAlchemy. The columns stand in the order of the dataclasses they fill.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from app.db import driver_connection


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
    has_active_account: bool | None
    """None for a person without an account."""
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log."""

    device: str
    client: str
    changes: dict[str, Any]
    overwritten: dict[str, Any] | None


_DRAFT_FROM = len(fields(Sitting)) - 1  # the draft's own columns follow the rest
_COLUMNS = """
SELECT a.id, a.public_id, a.person_id, a.refused_at,
       w.version_id, w.kind, w.state, w.opens_at, w.closes_at,
       d.cluster_id, c.name, c.is_demo, c.time_zone, c.help_name, c.help_phone,
       p.left_on, p.profile_checked_at,
       (SELECT max(given.id) FROM consent given JOIN consent_text t ON t.id = given.consent_text_id
         WHERE given.person_id = p.id AND t.kind = 'diagnostics' AND given.withdrawn_at IS NULL),
       (SELECT activated_at IS NOT NULL FROM account WHERE account.person_id = p.id),
       r.id, r.public_id, r.answers, r.revision, r.order_seed, r.device, r.seconds, r.clients,
       r.submitted_at, r.submit_key
  FROM assignment a
  JOIN wave w ON w.id = a.wave_id
  JOIN diagnostic d ON d.id = w.diagnostic_id
  JOIN cluster c ON c.id = d.cluster_id
  JOIN person p ON p.id = a.person_id
"""
_FIND_BY_LINK = f"{_COLUMNS} LEFT JOIN response r ON r.assignment_id = a.id WHERE a.link_hash = %(hash)s"
_FIND_BY_ID = f"{_COLUMNS} LEFT JOIN response r ON r.assignment_id = a.id WHERE a.public_id = %(id)s"
# The response itself is locked: a row waited for is read as the one before us has left it.
_HELD = "LEFT JOIN LATERAL (SELECT * FROM response WHERE assignment_id = a.id FOR UPDATE) r ON true"
_LOCK_BY_LINK = f"{_COLUMNS} {_HELD} WHERE a.link_hash = %(hash)s"
_LOCK_BY_ID = f"{_COLUMNS} {_HELD} WHERE a.public_id = %(id)s"

_BEGIN = """
INSERT INTO response (assignment_id, consent_id, language, order_seed, device, attributes, started_at)
SELECT a.id, %(consent_id)s, %(language)s, %(order_seed)s, %(device)s,
       jsonb_build_object(
         'organisation_id', p.organisation_id, 'position', p.position, 'subjects', p.subjects,
         'category', p.category, 'extra_category', p.extra_category, 'service_band', p.service_band),
       %(now)s
  FROM assignment a JOIN person p ON p.id = a.person_id
 WHERE a.id = %(assignment_id)s
   AND EXISTS (SELECT FROM consent WHERE id = %(consent_id)s AND withdrawn_at IS NULL FOR SHARE)
    ON CONFLICT (assignment_id) DO NOTHING
RETURNING id, public_id, answers, revision, order_seed, device, seconds, clients, submitted_at, submit_key
"""

_FREEZE_ATTRIBUTES = """
UPDATE response r
   SET attributes = jsonb_build_object(
         'organisation_id', p.organisation_id, 'position', p.position, 'subjects', p.subjects,
         'category', p.category, 'extra_category', p.extra_category, 'service_band', p.service_band)
  FROM assignment a JOIN person p ON p.id = a.person_id
 WHERE a.id = %(assignment_id)s AND r.assignment_id = a.id AND r.submitted_at IS NULL
"""

_SAVE = """
WITH saved AS (
  UPDATE response
     SET answers = answers || %(changes)s, revision = revision + 1, clients = %(clients)s, seconds = %(seconds)s,
         saved_at = %(now)s, submitted_at = %(submitted_at)s, submit_key = %(submit_key)s
   WHERE id = %(id)s
  RETURNING id, revision
)
INSERT INTO response_log (response_id, at, device, client, sequence, revision, changes, overwritten)
SELECT id, %(now)s, %(device)s, %(client)s, %(sequence)s, revision, %(changes)s, %(overwritten)s FROM saved
RETURNING revision
"""

_LOG = """
INSERT INTO response_log (response_id, at, device, client, sequence, revision, changes, overwritten)
VALUES (%(id)s, %(now)s, %(device)s, %(client)s, %(sequence)s, %(revision)s, %(changes)s, NULL)
"""

_CHANGES_SINCE = (
    "SELECT device, client, changes, overwritten FROM response_log"
    " WHERE response_id = %(id)s AND revision > %(revision)s AND overwritten IS NOT NULL ORDER BY revision"
)


def find_sitting(link_hash: bytes) -> Sitting | None:
    """Whose link this is and how far the person has come."""
    return _sitting(_FIND_BY_LINK, {"hash": link_hash})


def find_sitting_by_id(public_id: UUID) -> Sitting | None:
    """The same by the assignment's id, for those whose right does not come from the link."""
    return _sitting(_FIND_BY_ID, {"id": public_id})


def lock_sitting(link_hash: bytes) -> Sitting | None:
    """The sitting as it stands now, its response, if begun, held until the end of the transaction."""
    return _sitting(_LOCK_BY_LINK, {"hash": link_hash})


def lock_sitting_by_id(public_id: UUID) -> Sitting | None:
    """The same by the assignment's id."""
    return _sitting(_LOCK_BY_ID, {"id": public_id})


def add_response(
    assignment_id: int,
    *,
    consent_id: int | None,
    language: str,
    order_seed: int,
    device: str | None,
    now: datetime,
) -> Draft | None:
    """Begin a response, with the person's school and the rest as they stand today.

    None if one was begun, or the consent was withdrawn since it was read: neither may come after the other unseen.
    """
    row = _first(
        _BEGIN,
        {
            "assignment_id": assignment_id,
            "consent_id": consent_id,
            "language": language,
            "order_seed": order_seed,
            "device": device,
            "now": now,
        },
    )
    return None if row is None else Draft(*row)


def freeze_attributes(assignment_id: int) -> None:
    """Take over the person's corrected data into a draft."""
    driver_connection().execute(_FREEZE_ATTRIBUTES, {"assignment_id": assignment_id})


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
    row = _first(
        _SAVE,
        {
            "id": draft.id,
            "changes": Jsonb(changes),
            "overwritten": Jsonb(overwritten),
            "device": device,
            "client": client,
            "sequence": sequence,
            "clients": Jsonb(clients),
            "seconds": Jsonb(seconds),
            "now": now,
            "submitted_at": None if submit_key is None else now,
            "submit_key": submit_key,
        },
    )
    if row is None:
        raise LookupError(f"response {draft.id} is not there")
    return int(row[0])


def log_late_answers(
    draft: Draft, *, changes: dict[str, Any], device: str, client: str, sequence: int, now: datetime
) -> None:
    """Keep what came after the response was closed."""
    driver_connection().execute(
        _LOG,
        {
            "id": draft.id,
            "changes": Jsonb(changes),
            "device": device,
            "client": client,
            "sequence": sequence,
            "revision": draft.revision,
            "now": now,
        },
    )


def list_changes_since(response_id: int, revision: int) -> list[Change]:
    """What was applied after that revision, oldest first."""
    rows = driver_connection().execute(_CHANGES_SINCE, {"id": response_id, "revision": revision})
    return [Change(*row) for row in rows]


def _sitting(statement: str, parameters: Mapping[str, Any]) -> Sitting | None:
    row = _first(statement, parameters)
    if row is None:
        return None
    draft = None if row[_DRAFT_FROM] is None else Draft(*row[_DRAFT_FROM:])
    return Sitting(*(*row[:_DRAFT_FROM], draft))


def _first(statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    return driver_connection().execute(statement, parameters).fetchone()
