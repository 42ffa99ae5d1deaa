"""Regular summaries by letter: a coordinator's week, a head's month."""

from collections.abc import Sequence
from datetime import datetime

from app.clock import local_date
from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Period
from app.pages import summaries

WEEK, MONTH = "coordinator_summaries", "head_summaries"


@handles(WEEK, queue="mail", time_limit=60)
def write_to_coordinators(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Queue the coordinators' letters of a week."""
    for job in claimed:
        summaries.write_to_coordinators(job.payload["cluster_id"], job.payload["week"], now=now)


@handles(MONTH, queue="mail", time_limit=120)
def write_to_heads(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Queue the heads' letters of a month that is over."""
    for job in claimed:
        summaries.write_to_heads(job.payload["cluster_id"], job.payload["month"], now=now)


def plan_weeks(period: Period) -> None:
    """A job a cluster for the ISO week in which the period begins there."""
    for cluster in summaries.list_clusters():
        week = summaries.week_of(local_date(period.start, cluster.time_zone))
        queue.add(WEEK, key=f"{cluster.id}:{week}", payload={"cluster_id": cluster.id, "week": week})


def plan_months(period: Period) -> None:
    """A job a cluster for the month before; asked daily, since months do not come at even steps."""
    for cluster in summaries.list_clusters():
        month = summaries.month_before(local_date(period.start, cluster.time_zone))
        queue.add(MONTH, key=f"{cluster.id}:{month}", payload={"cluster_id": cluster.id, "month": month})
