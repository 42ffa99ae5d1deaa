"""What a worker does when a queue is rung, and what every tick of the clock sees to."""

import time

import structlog
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.clock import utcnow
from app.db import db, transaction
from app.jobs import claims
from app.jobs.claims import Claim, LeaseLost
from app.jobs.failures import describe
from app.jobs.handlers import UnknownKind, all_sources, sources_of
from app.jobs.models import Heartbeat, Job
from app.jobs.ringing import bell
from app.jobs.time_limit import TimeLimitExceeded, time_limit

log = structlog.get_logger()

TURN = 10.0  # seconds a queue may keep a worker before other queues have their turn


def work(queue: str) -> int:
    """Do what is due in `queue` for one turn, ring again if more is left; returns how many jobs were run."""
    until = time.monotonic() + TURN
    bell().heard(queue)
    n = 0
    while time.monotonic() < until:
        claimed = claims.claim(queue)
        if claimed is None:
            break
        n += len(claimed.jobs)
        if not run(claimed):
            break
    for source in sources_of(queue):
        source.drain(until)
    if time.monotonic() >= until:
        bell().ring(queue)
    return n


def run(claimed: Claim) -> bool:
    """Do the claimed jobs; results and "done" are committed together or not at all.

    Whether there may be more to do in the queue. What is added after it was looked for rings anew.
    """
    started = time.monotonic()
    has_more = True
    try:
        has_more = _do(claimed)
    except LeaseLost:
        log.warning("lease_lost", kind=claimed.kind, jobs=claimed.ids)
    except (Exception, TimeLimitExceeded) as error:
        # The handler's error is the job's, not the worker's: it is kept in the row and the next jobs go on.
        reason = describe(error)
        log.error("jobs_failed", kind=claimed.kind, jobs=claimed.ids[:20], error=reason)
        db.session.remove()
        claims.fail(claimed, reason)
    else:
        took = round(time.monotonic() - started, 3)
        log.info("jobs_done", kind=claimed.kind, count=len(claimed.jobs), seconds=took)
    finally:
        db.session.remove()
    return has_more


def _do(claimed: Claim) -> bool:
    if claimed.handler is None:
        raise UnknownKind(claimed.kind)
    with time_limit(claimed.handler.time_limit), transaction():
        claimed.handler.work(claimed.jobs, now=utcnow())
        db.session.flush()
        return claims.finish(claimed)


def ring_due() -> None:
    """Ring every queue in which something is due: what hints were lost for."""
    due = select(Job.queue).where(text("job.state = 'waiting'"), text("job.run_after <= now()")).distinct()
    queues = set(db.session.scalars(due))
    queues.update(source.queue for source in all_sources() if source.has_due())
    db.session.remove()
    for queue in sorted(queues):
        bell().ring(queue)


def show_alive(name: str) -> None:
    """Write that the worker process `name` is there."""
    with transaction():
        db.session.execute(
            insert(Heartbeat)
            .values(name=name)
            .on_conflict_do_update(index_elements=["name"], set_={"seen_at": text("now()")})
        )
