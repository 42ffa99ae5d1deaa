"""Uploaded tables, forgotten in time."""

from collections.abc import Sequence
from datetime import datetime

from app.imports import services
from app.jobs import queue
from app.jobs.handlers import handles
from app.jobs.models import Job
from app.jobs.timed import Period


@handles("forget_uploaded_tables", queue="import", time_limit=120)
def forget_uploaded_tables(claimed: Sequence[Job], *, now: datetime) -> None:
    """Delete tables of a month before the day the job is for."""
    for job in claimed:
        services.forget_old_runs(datetime.fromisoformat(job.payload["day"]))


def plan_forgetting(period: Period) -> None:
    queue.add("forget_uploaded_tables", key=period.name, payload={"day": period.start.isoformat()})
