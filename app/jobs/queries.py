"""What the page about jobs reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from app.db import db
from app.jobs.models import Heartbeat, Job, JobState

SHOWN = 200
HEARTBEAT_FRESH = timedelta(seconds=45)


@dataclass(frozen=True)
class KindCounts:
    """How many jobs of a kind are in each state, and when the next of the waiting ones is due."""

    kind: str
    queue: str
    counts: dict[JobState, int]
    next_at: datetime | None = None

    def of(self, state: str) -> int:
        return self.counts.get(JobState(state), 0)


def count_jobs() -> list[KindCounts]:
    """Counts by kind and state, kinds in order of their names."""
    rows = db.session.execute(
        select(Job.kind, Job.queue, Job.state, func.count(), func.min(Job.run_after))
        .group_by(Job.kind, Job.queue, Job.state)
        .order_by(Job.kind, Job.queue)
    )
    counted: dict[tuple[str, str], dict[JobState, int]] = {}
    due: dict[tuple[str, str], datetime] = {}
    for kind, queue, state, n, earliest in rows:
        counted.setdefault((kind, queue), {})[state] = n
        if state is JobState.WAITING:
            due[kind, queue] = earliest
    return [KindCounts(*of, counts, due.get(of)) for of, counts in counted.items()]


def list_dead() -> Sequence[Job]:
    """Jobs that need somebody's look, the latest first."""
    dead = select(Job).where(Job.state == JobState.DEAD)
    return db.session.scalars(dead.order_by(Job.finished_at.desc(), Job.id.desc()).limit(SHOWN)).all()


def list_dead_ids(kind: str | None = None) -> Sequence[int]:
    """Ids of all dead jobs, or of those of one kind."""
    dead = select(Job.id).where(Job.state == JobState.DEAD)
    return db.session.scalars(dead if kind is None else dead.where(Job.kind == kind)).all()


def list_running() -> Sequence[Job]:
    """Jobs in work, those that show their progress first."""
    running = select(Job).where(text("job.state = 'running'"))
    return db.session.scalars(running.order_by(Job.progress_total.is_(None), Job.id).limit(SHOWN)).all()


def has_worker() -> bool:
    """Whether a worker was seen of late, by the clock of the database."""
    latest = select(func.max(Heartbeat.seen_at) > func.now() - HEARTBEAT_FRESH)
    return bool(db.session.scalar(latest))
