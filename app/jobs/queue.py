"""Adding work to the job table, inside the transaction that causes it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text, update

from app.clock import utcnow
from app.db import UTCDateTime, db, ensure_transaction
from app.jobs import ringing
from app.jobs.handlers import ClaimedJob, handler_of
from app.jobs.models import Job

# Not DO NOTHING: the update locks the waiting namesake until this transaction commits. Otherwise a worker
# could do it before our changes are visible, and nothing would be left to do for them.
_ADD = text("""
INSERT INTO job (kind, queue, key, payload, run_after)
SELECT :kind, :queue, new.key, CAST(new.payload AS jsonb), coalesce(CAST(:run_after AS timestamptz), now())
  FROM unnest(CAST(:keys AS text[]), CAST(:payloads AS text[])) AS new (key, payload)
    ON CONFLICT (kind, key) WHERE state = 'waiting'
    DO UPDATE SET run_after = least(job.run_after, excluded.run_after)
""").bindparams(bindparam("run_after", type_=UTCDateTime()))


def add(
    kind: str, *, key: str, payload: Mapping[str, Any] | None = None, run_after: datetime | None = None
) -> None:
    """Add a job, done after the open transaction commits and not before `run_after`.

    While a job of the same kind and key waits, nothing new is added: the key says what the work is about. A job
    that runs already may have missed this change, so it does not count.
    """
    add_many(kind, [(key, payload or {})], run_after=run_after)


def add_many(
    kind: str, entries: Iterable[tuple[str, Mapping[str, Any]]], *, run_after: datetime | None = None
) -> None:
    """Add a job for each (key, payload), in one statement."""
    queue = handler_of(kind).queue
    # In order of keys, so that two transactions that add the same jobs wait for each other in one direction.
    rows = sorted(dict(entries).items())
    if not rows:
        return
    ensure_transaction()
    if run_after is None or run_after <= utcnow():
        ringing.ring_on_commit(queue)
    db.session.connection().execute(
        _ADD,
        {
            "kind": kind,
            "queue": queue,
            "keys": [key for key, _payload in rows],
            "payloads": [json.dumps(dict(payload)) for _key, payload in rows],
            "run_after": run_after,
        },
    )


def progress(job: ClaimedJob, done: int, total: int) -> None:
    """Show how far a running job has come, at once, whatever becomes of its transaction."""
    with db.engine.begin() as connection:
        connection.execute(
            update(Job)
            .where(Job.id == job.id, Job.lease_token == job.lease_token)
            .values(progress_done=done, progress_total=total)
        )
