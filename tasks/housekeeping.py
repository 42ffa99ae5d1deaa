"""Jobs the platform does for itself."""

from collections.abc import Sequence
from datetime import datetime

from app.jobs import pruning, queue
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Period


@handles("prune_jobs", queue="import", time_limit=300)
def prune_jobs(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Delete jobs done long ago."""
    pruning.prune()


def plan_pruning(period: Period) -> None:
    queue.add("prune_jobs", key=period.name)
