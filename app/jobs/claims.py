"""Who works on which jobs: claims with a lease, their end, and what becomes of failures.

Each is a statement over the whole set, by the clock of the database.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.db import db, transaction
from app.jobs.handlers import ClaimedJob, Handler, all_handlers, find_handler

MAX_ATTEMPTS = 5
LEASE_MARGIN = 30.0  # seconds beyond the time limit
BACKOFF = (10, 30, 120, 600)  # seconds to wait after the first, second... failed attempt
NO_BACKOFF = (0,)
LEASE_EXPIRED = "the worker was stopped or ran out of time"
MAX_ERROR_CHARS = 2000


class LeaseLost(Exception):
    """The lease ran out and another worker has taken the jobs: what was computed here must not be kept."""


@dataclass(frozen=True)
class Claim:
    """Jobs of one kind held by this worker until the lease ends."""

    kind: str
    handler: Handler | None  # None: this version of the program does not know the kind
    token: uuid.UUID
    jobs: Sequence[ClaimedJob]

    @property
    def ids(self) -> list[int]:
        return [job.id for job in self.jobs]


# State names stand in the statement: with a parameter the planner could not use the partial indexes. A CTE that
# locks runs exactly once; a plain subquery might be run again by some plans and lock more.
_CLAIM = text("""
WITH first AS (
    SELECT id, kind, attempts, CAST(:known AS jsonb) -> kind AS known FROM job
     WHERE queue = :queue AND state = 'waiting' AND run_after <= now()
     ORDER BY run_after, id LIMIT 1 FOR UPDATE SKIP LOCKED
), picked AS (
    SELECT id FROM job
     WHERE queue = :queue AND state = 'waiting' AND run_after <= now()
       AND (id = (SELECT id FROM first)
            OR (attempts = 0 AND (SELECT attempts FROM first) = 0 AND kind = (SELECT kind FROM first)))
     ORDER BY run_after, id
     LIMIT (SELECT CASE attempts WHEN 0 THEN coalesce((known ->> 'batch')::int, 1) ELSE 1 END FROM first)
       FOR UPDATE SKIP LOCKED
)
UPDATE job
   SET state = 'running', attempts = job.attempts + 1, lease_token = :token, progress_done = NULL,
       progress_total = NULL,
       leased_until = now() + make_interval(secs => :margin + coalesce((first.known ->> 'limit')::float8, 0))
  FROM picked, first
 WHERE job.id = picked.id
RETURNING job.id, job.kind, job.key, job.payload
""")
_FINISH = text("""
WITH done AS (
    UPDATE job
       SET state = 'done', finished_at = now(), lease_token = NULL, leased_until = NULL, last_error = NULL
     WHERE id = ANY(:ids) AND lease_token = :token AND state = 'running'
    RETURNING queue
)
SELECT count(*),
       EXISTS (SELECT FROM job
                WHERE queue = (SELECT min(queue) FROM done) AND state = 'waiting' AND run_after <= now())
  FROM done
""")


def claim(queue: str) -> Claim | None:
    """Take the longest due job of `queue` and its like, and commit the lease before any work begins.

    First attempts are taken in batches. What has failed before is taken alone, so that one poison job does not
    take its batch along again.
    """
    known = {each.kind: {"batch": each.batch, "limit": each.time_limit} for each in all_handlers()}
    token = uuid.uuid4()
    values = {"queue": queue, "known": json.dumps(known), "token": token, "margin": LEASE_MARGIN}
    # One statement, which commits itself: most claims find nothing, and each round trip costs as much as they do.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        rows = connection.execute(_CLAIM, values).all()
    if not rows:
        return None
    kind = rows[0].kind
    jobs = sorted(ClaimedJob(row.id, row.key, row.payload, token) for row in rows)
    return Claim(kind, find_handler(kind), token, jobs)


def finish(claimed: Claim) -> bool:
    """Mark the jobs as done in the transaction of their results; whether their queue has more that is due.

    Raises `LeaseLost`.
    """
    values = {"ids": claimed.ids, "token": claimed.token}
    n_done, has_more = db.session.execute(_FINISH, values).one()
    if n_done != len(claimed.jobs):
        raise LeaseLost(f"{claimed.kind}: {n_done} of {len(claimed.jobs)}")
    return bool(has_more)


def fail(claimed: Claim, error: str) -> None:
    """Record a failed attempt: back to wait, or dead after the last one. A lost lease changes nothing."""
    # After a failed batch its jobs are tried alone at once: all but one of them are innocent.
    backoff = BACKOFF if len(claimed.jobs) == 1 else NO_BACKOFF
    with transaction():
        _retry_or_give_up(
            "state = 'running' AND lease_token = :token", error=error, backoff=backoff, token=claimed.token
        )


def take_back_expired() -> int:
    """Let others do what a killed or stuck worker holds; returns how many jobs were taken back."""
    with transaction():
        return _retry_or_give_up(
            "state = 'running' AND leased_until < now()", error=LEASE_EXPIRED, backoff=NO_BACKOFF
        )


def revive(ids: Sequence[int]) -> int:
    """Let these dead jobs wait again with all their attempts before them; the caller opens the transaction."""
    values = {"ids": list(ids), "attempts": 0, "error": None, "backoff": list(NO_BACKOFF)}
    return _execute(_TO_WAITING.format(condition="state = 'dead' AND id = ANY(:ids)"), values)


# A namesake may have been added while the job ran, and two jobs of a key cannot wait. Hence the row moves by
# delete and insert: where a namesake waits already, it does the work of both.
_TO_WAITING = """
    WITH moved AS (DELETE FROM job WHERE {condition} RETURNING *)
    INSERT INTO job (id, kind, queue, key, payload, state, run_after, attempts, last_error, created_at)
    SELECT id, kind, queue, key, payload, 'waiting',
           now() + make_interval(secs => (CAST(:backoff AS integer[]))[
               least(greatest(attempts, 1), cardinality(CAST(:backoff AS integer[])))
           ]),
           coalesce(CAST(:attempts AS bigint), attempts), coalesce(CAST(:error AS text), last_error), created_at
    FROM moved ORDER BY id
    ON CONFLICT (kind, key) WHERE state = 'waiting'
    DO UPDATE SET run_after = least(job.run_after, excluded.run_after)
"""

_GIVE_UP = """
    UPDATE job
    SET state = 'dead', finished_at = now(), lease_token = NULL, leased_until = NULL, last_error = :error
    WHERE {condition} AND attempts >= :max_attempts
"""


def _retry_or_give_up(condition: str, *, error: str, backoff: Sequence[int], **values: Any) -> int:
    values["error"] = error[:MAX_ERROR_CHARS]
    dead = _execute(_GIVE_UP.format(condition=condition), {**values, "max_attempts": MAX_ATTEMPTS})
    values |= {"attempts": None, "backoff": list(backoff)}
    return dead + _execute(_TO_WAITING.format(condition=condition), values)


def _execute(statement: str, values: dict[str, Any]) -> int:
    """How many rows a statement changed; the statements here are constants of this module."""
    return int(db.session.execute(text(statement), values).rowcount)  # type: ignore[attr-defined]
