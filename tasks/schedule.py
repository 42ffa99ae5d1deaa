"""Timed work, a line each: name, how often, and what finds the ids and adds a job for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.jobs import timed
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Timed
from tasks import files, housekeeping, imports, seminars, summaries, surveys

TIMED = (
    Timed("prune_jobs", timedelta(days=1), housekeeping.plan_pruning),
    Timed("diagnostic_reminders", timedelta(hours=1), surveys.plan_reminders),
    Timed("purge_response_log", timedelta(days=1), surveys.plan_log_purge),
    Timed("seminar_offers", timedelta(minutes=5), seminars.plan_filling),
    Timed("seminar_announcements", timedelta(hours=1), seminars.plan_announcements),
    Timed("seminar_reminders", timedelta(hours=1), seminars.plan_reminders),
    Timed("coordinator_summaries", timedelta(weeks=1), summaries.plan_weeks),
    Timed("head_summaries", timedelta(days=1), summaries.plan_months),
    Timed("forget_uploaded_tables", timedelta(days=1), imports.plan_forgetting),
    Timed("sweep_files", timedelta(days=1), files.plan_sweep),
)


@handles(timed.PLAN, queue="mail", time_limit=120)
def plan_timed(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Find what is due in a period and add a job for each."""
    timed.run_plans(TIMED, claimed)
