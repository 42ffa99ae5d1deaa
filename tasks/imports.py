"""Uploaded tables: long ones loaded, all of them forgotten in time."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from flask_babel import force_locale

from app.accounts.queries import get_account
from app.imports import queries, services
from app.imports.models import RunState
from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Period

_LANGUAGE = "ru"  # of the names that loading makes up (a centre of a school)


@handles(queries.LOADING_JOB, queue="import", time_limit=600)
def load_tables(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Load long tables; one that was deleted or loaded meanwhile is passed over."""
    for job in claimed:
        run = queries.find_run_under_lock(job.payload["run_id"])
        if run is None or run.state is not RunState.LOADING:
            continue
        actor = get_account(job.payload["account_id"]).as_actor()
        with force_locale(_LANGUAGE):
            services.apply_run(run, actor=actor, now=now, report=partial(queue.progress, job))


@handles("forget_uploaded_tables", queue="import", time_limit=120)
def forget_uploaded_tables(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Delete tables of a month before the day the job is for."""
    for job in claimed:
        services.forget_old_runs(datetime.fromisoformat(job.payload["day"]))


def plan_forgetting(period: Period) -> None:
    queue.add("forget_uploaded_tables", key=period.name, payload={"day": period.start.isoformat()})
