"""What the page about jobs reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from app.db import db
from app.jobs.models import Job, JobState

SHOWN = 200


@dataclass(frozen=True)
class KindCounts:
    """How many jobs of a kind are in each state."""

    kind: str
    queue: str
    counts: dict[JobState, int]

    def of(self, state: str) -> int:
        return self.counts.get(JobState(state), 0)


def count_jobs() -> list[KindCounts]:
    """Counts by kind and state, kinds in order of their names."""
    rows = db.session.execute(
        select(Job.kind, Job.queue, Job.state, func.count())
        .group_by(Job.kind, Job.queue, Job.state)
        .order_by(Job.kind, Job.queue)
    )
    counted: dict[tuple[str, str], dict[JobState, int]] = {}
    for kind, queue, state, n in rows:
        counted.setdefault((kind, queue), {})[state] = n
    return [KindCounts(kind, queue, counts) for (kind, queue), counts in counted.items()]


def list_dead() -> Sequence[Job]:
    """Jobs that need somebody's look, the latest first."""
    dead = select(Job).where(Job.state == JobState.DEAD)
    return db.session.scalars(dead.order_by(Job.finished_at.desc(), Job.id.desc()).limit(SHOWN)).all()


def list_dead_ids(kind: str) -> Sequence[int]:
    """Ids of all dead jobs of a kind."""
    return db.session.scalars(select(Job.id).where(Job.state == JobState.DEAD, Job.kind == kind)).all()


def list_running() -> Sequence[Job]:
    """Jobs in work, those that show their progress first."""
    running = select(Job).where(text("job.state = 'running'"))
    return db.session.scalars(running.order_by(Job.progress_total.is_(None), Job.id).limit(SHOWN)).all()
