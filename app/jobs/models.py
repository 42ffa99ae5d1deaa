"""The job table: the truth about background work; Redis only carries hints that there is some."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import BigIdentity, Model, text_enum


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Model):
    """One piece of work for a worker, added by the transaction that caused it."""

    __tablename__ = "job"
    __table_args__ = (
        # Unique among waiting jobs only: work added while its namesake runs is new work.
        Index("uq_job_waiting_key", "kind", "key", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("ix_job_due", "queue", "run_after", postgresql_where=text("state = 'waiting'")),
        Index("ix_job_leased", "leased_until", postgresql_where=text("state = 'running'")),
        Index("ix_job_finished", "finished_at", postgresql_where=text("state IN ('done', 'dead')")),
    )

    id: Mapped[BigIdentity]
    kind: Mapped[str]
    queue: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    state: Mapped[JobState] = mapped_column(
        text_enum(JobState, "state"), default=JobState.WAITING, server_default="waiting"
    )
    run_after: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    lease_token: Mapped[uuid.UUID | None]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    progress_done: Mapped[int | None]
    progress_total: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class Heartbeat(Model):
    """When each worker process was last seen, by the database clock."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TimedRun(Model):
    """The latest period each entry of the timed-work table was planned for."""

    __tablename__ = "timed_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[datetime]
