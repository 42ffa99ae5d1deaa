"""Timed work: planned once for each period it is for, whatever the clock says when a worker gets to it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.clock import utcnow
from app.db import db, transaction
from app.jobs import claims, queue, worker
from app.jobs.handlers import ClaimedJob
from app.jobs.models import TimedRun

PLAN = "plan_timed"
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday: weeks of UTC start there


@dataclass(frozen=True)
class Period:
    """The stretch of time a plan is for: from `start` up to, not including, `end`."""

    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        return self.start.strftime("%Y-%m-%dT%H:%MZ")


@dataclass(frozen=True)
class Timed:
    """Work that comes back with every period.

    `plan` runs in a transaction, finds the ids that are due by the end of the period and adds a job or a letter
    for each. Where the platform stood still, periods that passed meanwhile are not made up for one by one: what
    fell due in them is due by the end of the present one as well.
    """

    name: str
    every: timedelta
    plan: Callable[[Period], None]

    def period_of(self, moment: datetime) -> Period:
        start = _EPOCH + (moment - _EPOCH) // self.every * self.every
        return Period(start, start + self.every)


def tick(table: Sequence[Timed]) -> None:
    """Plan what a new period has begun for, free what dead workers hold, ring for what is due."""
    plan_new_periods(table, now=utcnow())
    claims.take_back_expired()
    worker.ring_due()


def plan_new_periods(table: Iterable[Timed], *, now: datetime) -> None:
    """Add a planning job for each entry whose present period has none yet."""
    planned = {run.name: run.period_start for run in db.session.scalars(select(TimedRun))}
    db.session.rollback()
    for entry in table:
        period = entry.period_of(now)
        if entry.name not in planned or planned[entry.name] < period.start:
            with transaction():
                _plan_later(entry, period)


def _plan_later(entry: Timed, period: Period) -> None:
    # The row's lock lets one of two simultaneous ticks through.
    statement = insert(TimedRun).values(name=entry.name, period_start=period.start)
    is_new = db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"period_start": statement.excluded.period_start},
            where=TimedRun.period_start < statement.excluded.period_start,
        ).returning(TimedRun.name)
    )
    if is_new is not None:
        queue.add(
            PLAN,
            key=f"{entry.name}:{period.name}",
            payload={
                "name": entry.name,
                "start": period.start.isoformat(),
                "end": period.end.isoformat(),
            },
        )


def run_plans(table: Iterable[Timed], claimed: Sequence[ClaimedJob]) -> None:
    """Plan the periods these jobs name; an entry that is no longer in the table is left out."""
    entries = {entry.name: entry for entry in table}
    for job in claimed:
        entry = entries.get(job.payload["name"])
        if entry is not None:
            entry.plan(
                Period(
                    datetime.fromisoformat(job.payload["start"]), datetime.fromisoformat(job.payload["end"])
                )
            )
