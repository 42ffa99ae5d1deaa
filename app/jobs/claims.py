"""Who works on which jobs: claims with a lease, their end, and what becomes of failures.

Each is a statement over the whole set, by the clock of the database.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text, update

from app.db import db, transaction
from app.jobs.handlers import Handler, find_handler
from app.jobs.models import Job, JobState

MAX_ATTEMPTS = 5
LEASE_MARGIN = 30.0  # seconds beyond the time limit
BACKOFF = (10, 30, 120, 600)  # seconds to wait after the first, second... failed attempt
NO_BACKOFF = (0,)
LEASE_EXPIRED = "the worker was stopped or ran out of time"
MAX_ERROR_CHARS = 2000

# State names stand in the statements: with a parameter the planner could not use the partial indexes.
_IS_WAITING = text("job.state = 'waiting'")
_IS_DUE = text("job.run_after <= now()")


class LeaseLost(Exception):
    """The lease ran out and another worker has taken the jobs: what was computed here must not be kept."""


@dataclass(frozen=True)
class Claim:
    """Jobs of one kind held by this worker until the lease ends."""

    kind: str
    handler: Handler | None  # None: this version of the program does not know the kind
    token: uuid.UUID
    jobs: Sequence[Job]

    @property
    def ids(self) -> list[int]:
        return [job.id for job in self.jobs]


def claim(queue: str) -> Claim | None:
    """Take the longest due job of `queue` and its like, and commit the lease before any work begins.

    First attempts are taken in batches. What has failed before is taken alone, so that one poison job does not
    take its batch along again.
    """
    with transaction():
        first = db.session.execute(
            select(Job.kind, Job.attempts, Job.id)
            .where(Job.queue == queue, _IS_WAITING, _IS_DUE)
            .order_by(Job.run_after, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if first is None:
            return None
        handler = find_handler(first.kind)
        like_first = select(Job.id).where(Job.id == first.id)
        if first.attempts == 0 and handler is not None and handler.batch > 1:
            like_first = (
                select(Job.id)
                .where(Job.queue == queue, Job.kind == first.kind, Job.attempts == 0, _IS_WAITING, _IS_DUE)
                .order_by(Job.run_after, Job.id)
                .limit(handler.batch)
                .with_for_update(skip_locked=True)
            )
        # A CTE that locks runs exactly once; a plain subquery might be run again by some plans and lock more.
        picked = like_first.cte("picked")
        token = uuid.uuid4()
        lease = (handler.time_limit if handler else 0) + LEASE_MARGIN
        jobs = db.session.scalars(
            update(Job)
            .where(Job.id == picked.c.id)
            .values(
                state=JobState.RUNNING,
                attempts=Job.attempts + 1,
                lease_token=token,
                leased_until=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease),
                progress_done=None,
                progress_total=None,
            )
            .returning(Job),
            execution_options={"synchronize_session": False},
        ).all()
    return Claim(first.kind, handler, token, sorted(jobs, key=lambda job: job.id))


def finish(claimed: Claim) -> None:
    """Mark the jobs as done in the transaction of their results; raises `LeaseLost`."""
    done = db.session.execute(
        update(Job)
        .where(Job.id.in_(claimed.ids), Job.lease_token == claimed.token, Job.state == JobState.RUNNING)
        .values(
            state=JobState.DONE,
            finished_at=func.now(),
            lease_token=None,
            leased_until=None,
            last_error=None,
        ),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != len(claimed.jobs):  # type: ignore[attr-defined]
        raise LeaseLost(f"{claimed.kind}: {done.rowcount} of {len(claimed.jobs)}")  # type: ignore[attr-defined]


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
